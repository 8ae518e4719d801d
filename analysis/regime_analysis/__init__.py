"""Reads the sweep files of regime.

    import regime_analysis as regime
    ds = regime.open("parity_phase.h5")
    net = regime.network(ds, gain=0.1, fraction=1)
    net.hidden(["0101", "11"])

The module regime_analysis.figures draws; python3 -m regime_analysis lists its commands.
"""

import sys
from pathlib import Path

from .missing import explain

try:
    from .dataset import axes, open, select, settings
    from .frames import frame, records
    from .linear import LinearNetwork
    from .network import Network, network
    from .task import Task
except ImportError as error:
    if sys.argv[0] == "-m":  # python3 -m regime_analysis: a line will do
        sys.exit(explain(error))
    raise ImportError(explain(error)) from error

__version__ = (Path(__file__).parent / "VERSION").read_text(encoding="ascii").strip()
__all__ = ["LinearNetwork", "Network", "Task", "axes", "frame", "network", "open", "records",
           "select", "settings"]
