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


SHOWN = {"accuracy": accuracy, "states": states}


def mean(measure, trials):
    """Over the last dimension, of the trials that have a value (NaN where none has): of states the
    geometric mean, as they spread over orders of magnitude."""
    if measure == "states":
        return np.exp(mean("log states", np.log(trials)))
    known = np.isfinite(trials)
    total = np.where(known, trials, 0).sum(axis=-1)
    return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)


def most_states(ds):
    """As many as there are strings to cluster: each a state of its own."""
    length = ds["analysis_length"] if "analysis_length" in ds.coords else \
        paper.SETTINGS["analysis_length"]
    return n_strings(int(np.max(length)))


def n_strings(length):
    """Binary strings of length 0 to `length`."""
    return 2 ** (length + 1) - 1


def over(variable, *dims):
    """The variable as (dims..., trial): all other dimensions stacked into trials."""
    rest = [dim for dim in variable.dims if dim not in dims]
    trials = variable.stack(trial=rest) if rest else variable.expand_dims("trial")
    return trials.transpose(*dims, "trial")


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
