"""Every figure of the package: functions that take a Dataset and return a matplotlib Figure.

The command `figure NAME FILE` is made from the function: the first line of its docstring is the
help, its parameters after the Dataset are the options; all have `selection`, {axis: value}.
"""

from argparse import ArgumentTypeError

from .automaton import automaton
from .courses import courses
from .deviation import deviation
from .figure import save
from .generalisation import generalisation, scaling
from .learned import learned
from .mergers import mergers
from .modes import modes
from .phase import column_map, phase
from .spectra import spectra
from .states import states
from .training import training

FIGURES = {  # by the NAME of the command
    "phase": phase,
    "map": column_map,
    "generalisation": generalisation,
    "scaling": scaling,
    "modes": modes,
    "deviation": deviation,
    "spectra": spectra,
    "courses": courses,
    "training": training,
    "mergers": mergers,
    "learned": learned,
    "automaton": automaton,
    "states": states,
}


def _assignment(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text}: write AXIS=VALUE")
    return name, value


_AXIS = dict(metavar="AXIS")
OPTIONS = {  # by parameter, where more is to be said than its name: the flag, and how it is read
    "x": ("--x", dict(_AXIS, help="axis to the right; default: one that fits")),
    "y": ("--y", dict(_AXIS, help="axis upright; default: gain where it exists")),
    "columns": ("--columns", dict(_AXIS, help="axis with one column of panels a value")),
    "lines": ("--lines", dict(_AXIS, help="axis with a line a value")),
    "column": ("--column", dict(metavar="NAME", help="column of the file, e.g. test_loss")),
    "theory": ("--theory", dict(help="with the line C < N G^(n-m) of the effective theory, C "
                                "fitted")),
    "selection": ("--select", dict(metavar="AXIS=VALUE", nargs="+", default=[], type=_assignment,
                                   help="draw one value of an axis in place of the others")),
}

__all__ = ["FIGURES", "save", *(draw.__name__ for draw in FIGURES.values())]
