"""What to say where Python lacks a module that this package needs."""

import sys

_PACKAGES = "python3-h5py python3-h5netcdf python3-xarray python3-matplotlib python3-graphviz"


def explain(error):
    return (f"regime_analysis: {error} ({sys.executable}): install Debian's {_PACKAGES} and run "
            f"/usr/bin/python3, which alone sees them, or pip install ./analysis")
