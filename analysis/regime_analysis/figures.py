"""Every figure of the package: functions that take a Dataset and return a matplotlib Figure."""

from .courses import courses
from .deviation import deviation
from .figure import save
from .modes import modes
from .phase import column_map, phase
from .spectra import spectra

FIGURES = {"phase": phase, "map": column_map, "modes": modes, "deviation": deviation,
           "spectra": spectra, "courses": courses}  # by command

__all__ = ["FIGURES", "column_map", "courses", "deviation", "modes", "phase", "save", "spectra"]
