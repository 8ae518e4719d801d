"""What is drawn over the axes of a sweep: columns over the axes alone, what each cell is worth."""

from dataclasses import dataclass
from typing import Callable, ClassVar

import numpy as np

from . import grid, paper
from .dataset import PROVENANCE, axes, has_code, settings

_DIMENSION_OF = {
    "validation_accuracy": ("validation_length", paper.VALIDATION_LENGTH),
    "n_states": ("merge_distance", paper.MERGE_DISTANCE),
}
SPREAD = 16, 84  # percentiles
PASS = 26 / paper.N_STRINGS
_ROUNDING = 1e-6  # shares of correct strings are stored in single precision
_NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Measure:
    """`of` takes a Dataset to values over its axes, NaN where there are none; `look`: see grid."""

    of: Callable
    look: dict
    interval_name: ClassVar = f"percentiles {SPREAD[0]} to {SPREAD[1]}"

    def mean(self, trials):
        """Over the last dimension, of the trials that have a value (NaN where none has): the
        geometric mean of what is drawn on a logarithmic scale, as it spreads over magnitudes."""
        return np.exp(_mean(np.log(trials))) if self.geometric else _mean(trials)

    def interval(self, trials):
        """What is drawn about the mean: low and high, of trials some of which have a value."""
        return np.nanpercentile(trials, SPREAD, axis=-1)

    @property
    def geometric(self):
        return grid.by_magnitude(self.look)


@dataclass(frozen=True)
class Diagram:
    """{name: Measure} of its panels; `doubtful` tells of a Dataset which points are in doubt."""

    measures: dict
    doubtful: Callable


def spread_in_words(ds):
    """What a Dataset's one merge distance is a multiple of."""
    used = settings(ds)
    of_run = used.get("run_distances", "[]")  # no numbers are kept as such a text
    run = used.get("spread") == "run" or \
        not isinstance(of_run, str) and float(ds["merge_distance"]) in np.atleast_1d(of_run)
    return f"{float(ds['merge_distance']):g} of the spread {'over the run' if run else 'at the end'}"


def of_phase(ds, beside_paper=False):
    """The Diagram of phases; beside the paper's, on one scale with it."""
    most = max(most_states(ds), n_strings(paper.SETTINGS["analysis_length"]) if beside_paper else 0)
    looks = grid.looks(most)
    return Diagram({"accuracy": Measure(accuracy, looks["accuracy"]),
                    "states": Measure(states, looks["states"])}, not_stopped_by_loss)


def of_column(ds, name):
    """The Diagram of any column of numbers."""
    values = column(ds, name).values
    look = grid.column_look(name, values[np.isfinite(values)], ds[name].attrs.get("units", "1"))
    measure = Measure(lambda part: grid.drawn(look, column(part, name)), look)
    return Diagram({name: measure}, short_of_stop_loss)


def column(ds, name):
    """A column of the points that are done, over the axes alone."""
    require_column(ds, name, "it has " + ", ".join(drawable(ds)))
    missing = [dim for dim in ds[name].dims if dim not in axes(ds)]
    if missing:
        raise ValueError(f"{name} has a value for each {missing[0]} too: choose one, "
                         f"--select {missing[0]}={ds[missing[0]].values[0]}")
    values = ds[name].astype(float)
    return _where_done(ds, values.transpose(*axes(ds)))


def drawable(ds):
    """The columns of numbers over the axes, perhaps with dimensions beside."""
    return [name for name, values in ds.data_vars.items()
            if set(axes(ds)) <= set(values.dims) and values.dtype.kind in "fi"
            and values.ndim <= len(axes(ds)) + 1 and "record" not in values.dims
            and not name.startswith(PROVENANCE)]


def accuracy(ds):
    """Validation accuracy at the string length nearest to the paper's 100; NaN where diverged."""
    return _where_done(ds, _at_paper(ds, "validation_accuracy").astype(float))


def states(ds):
    """Automaton states at the merge distance nearest to the paper's 0.1; NaN where diverged."""
    counts = _at_paper(ds, "n_states").astype(float)
    return _where_done(ds, counts.where(counts >= 0))


def passes(accuracy):
    """Which trials generalise: as many right as 26 of the paper's 30 strings."""
    return accuracy >= PASS - _ROUNDING


def generalises(ds):
    """1 where a network generalises, 0 where not, NaN where the loss did not stop it."""
    counted = accuracy(ds).where(stopped_by_loss(ds))
    return passes(counted).astype(float).where(counted.notnull()).rename("generalises")


def done(ds):
    """Points that trained to their end."""
    return has_code(ds["status"], "done")


def stopped_by_loss(ds):
    """Points that reached stop_loss: the only ones whose phase is beyond doubt."""
    return done(ds) & has_code(ds["stopped_by"], "loss")


def short_of_stop_loss(ds):
    """Points that trained to their end without the stop_loss that was asked of them."""
    asked = ds["stop_loss"] > 0 if "stop_loss" in ds.coords else False
    return done(ds) & ~stopped_by_loss(ds) & asked


def not_stopped_by_loss(ds):
    """Points that trained to their end, whose phase is in doubt."""
    return done(ds) & ~stopped_by_loss(ds)


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


def has_strength(ds):
    """Modes that the data have, of a singular value beyond rounding."""
    s = ds["true_s"]
    return s > _NEGLIGIBLE * s.max("mode")


def require_column(ds, name, what):
    if name not in ds.data_vars:
        raise KeyError(f"this file has no column {name}: {what}")


def _at_paper(ds, name):
    require_column(ds, name, "a phase diagram needs it")
    values = ds[name]
    dimension, value = _DIMENSION_OF[name]
    if dimension not in values.dims:
        return values
    if dimension not in ds.coords:
        return values.isel({dimension: 0})
    index = int(np.abs(ds[dimension].values.astype(float) - value).argmin())
    return values.isel({dimension: index})


def _mean(trials):
    known = np.isfinite(trials)
    total = np.where(known, trials, 0).sum(axis=-1)
    return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)


def _where_done(ds, column):
    return column.where(done(ds))
