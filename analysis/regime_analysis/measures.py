"""The columns of a phase diagram, over the sweep's axes alone, and what each cell is worth."""

import numpy as np

from . import paper
from .dataset import has_code

_DIMENSION_OF = {
    "validation_accuracy": ("validation_length", paper.VALIDATION_LENGTH),
    "n_states": ("merge_distance", paper.MERGE_DISTANCE),
}


def accuracy(ds):
    """Validation accuracy at the string length nearest to the paper's 100; NaN where diverged."""
    return _where_done(ds, _at_paper(ds, "validation_accuracy").astype(float))


def states(ds):
    """Automaton states at the merge distance nearest to the paper's 0.1; NaN where diverged."""
    counts = _at_paper(ds, "n_states").astype(float)
    return _where_done(ds, counts.where(counts >= 0))


def done(ds):
    """Points that trained to their end."""
    return has_code(ds["status"], "done")


def stopped_by_loss(ds):
    """Points that reached stop_loss: the only ones whose phase is beyond doubt."""
    return done(ds) & has_code(ds["stopped_by"], "loss")


def over(variable, x, y):
    """The variable as (y, x, trial): all other dimensions stacked into trials."""
    rest = [dim for dim in variable.dims if dim not in (x, y)]
    return variable.stack(trial=rest).transpose(y, x, "trial") if rest else \
        variable.expand_dims("trial", axis=-1).transpose(y, x, "trial")


def _at_paper(ds, name):
    if name not in ds:
        raise KeyError(f"this file has no column {name}: a phase diagram needs it")
    column = ds[name]
    dimension, value = _DIMENSION_OF[name]
    if dimension not in column.dims:
        return column
    if dimension not in ds.coords:
        return column.isel({dimension: 0})
    index = int(np.abs(ds[dimension].values.astype(float) - value).argmin())
    return column.isel({dimension: index})


def _where_done(ds, column):
    return column.where(done(ds))
