"""What is drawn over the axes of a sweep: columns over the axes alone, what each cell is worth."""

from dataclasses import dataclass
from typing import Callable, ClassVar

import numpy as np

from . import grid, paper
from .dataset import PROVENANCE, axes, has_code, settings

_PAPERS = {"validation_length": paper.VALIDATION_LENGTH, "merge_distance": paper.MERGE_DISTANCE}
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


def at_paper(ds, dimension):
    """A Dataset or a column at one place of a dimension: where it was selected, else at the value
    nearest to the paper's."""
    return ds.isel({dimension: paper_index(ds, dimension)}) if dimension in ds.dims else ds


def paper_index(ds, dimension):
    """The place along a dimension whose value is nearest to the paper's."""
    if dimension not in ds.coords:
        return 0
    return int(np.abs(ds[dimension].values.astype(float) - _PAPERS[dimension]).argmin())


def is_of_run(ds, distance):
    """Whether a merge distance is a multiple of the spread over the run, not of that at the end."""
    used = settings(ds)
    of_run = used.get("run_distances", "[]")  # no numbers are kept as such a text
    listed = not isinstance(of_run, str) and distance in np.atleast_1d(of_run)
    return listed or used.get("spread") == "run"


def distances_in_words(ds, distances=None):
    """Merge distances, those of the Dataset unless given, and of which spread they are multiples:
    "0.1 of the final spread"."""
    spreads = {"final": [], "run's": []}
    for distance in np.atleast_1d(ds["merge_distance"] if distances is None else distances):
        spreads["run's" if is_of_run(ds, distance) else "final"].append(f"{distance:g}")
    return ", ".join(f"{', '.join(numbers)} of the {name} spread"
                     for name, numbers in spreads.items() if numbers)


def of_phase(ds, beside_paper=False):
    """The Diagram of phases; beside the paper's, on one scale with it."""
    most = max(most_states(ds), n_strings(paper.SETTINGS["analysis_length"]) if beside_paper else 0)
    looks = grid.looks(most)
    return Diagram({"accuracy": Measure(accuracy, looks["accuracy"]),
                    "states": Measure(states, _at_distance(looks["states"],
                                                           at_paper(ds, "merge_distance")))},
                   not_stopped_by_loss)


def of_column(ds, name, by_distance=False):
    """The Diagram of any column of numbers. by_distance: it is one of the Dataset's merge distance."""
    values = column(ds, name).values
    look = grid.column_look(name, values[np.isfinite(values)], ds[name].attrs.get("units", "1"))
    look = _at_distance(look, ds) if by_distance else look
    measure = Measure(lambda part: grid.drawn(look, column(part, name)), look)
    return Diagram({name: measure}, short_of_stop_loss)


def column(ds, name):
    """A column of the points that are done, over the axes alone."""
    require_column(ds, name, "it has " + ", ".join(drawable(ds)))
    further = [dim for dim in ds[name].dims if dim not in axes(ds)]
    values = ds[name].squeeze([dim for dim in further if ds.sizes[dim] == 1], drop=True)
    several = next((dim for dim in further if dim in values.dims), None)
    if several:
        raise ValueError(f"{name} has a value for each {several} too: choose one, "
                         f"--select {several}={ds[several].values[0]}")
    values = values.astype(float)
    return _where_done(ds, values.transpose(*axes(ds)))


def drawable(ds):
    """The columns of numbers over the axes, perhaps with dimensions beside."""
    return [name for name, values in ds.data_vars.items()
            if set(axes(ds)) <= set(values.dims) and values.dtype.kind in "fi"
            and values.ndim <= len(axes(ds)) + 1 and "record" not in values.dims
            and not name.startswith(PROVENANCE)]


def accuracy(ds):
    """Validation accuracy at the string length nearest to the paper's 100; NaN where diverged."""
    require_column(ds, "validation_accuracy", "a phase diagram needs it")
    return _where_done(ds, at_paper(ds["validation_accuracy"], "validation_length").astype(float))


def states(ds):
    """Automaton states at the merge distance nearest to the paper's 0.1; NaN where diverged."""
    require_column(ds, "n_states", "a phase diagram needs it")
    counts = at_paper(ds["n_states"], "merge_distance").astype(float)
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
    """Points that reached stop_loss: the only ones whose phase is beyond doubt. Of a model that does
    not tell what stopped it, all that are done."""
    return done(ds) & (has_code(ds["stopped_by"], "loss") if "stopped_by" in ds else True)


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


def _at_distance(look, ds):
    """The look of what has one merge distance, which its label says."""
    if "merge_distance" not in ds.coords:
        return look
    return dict(look, label=f"{look['label']}, merge distance {distances_in_words(ds)}")


def _mean(trials):
    known = np.isfinite(trials)
    total = np.where(known, trials, 0).sum(axis=-1)
    return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)


def _where_done(ds, column):
    return column.where(done(ds))
