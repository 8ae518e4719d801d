"""A sweep's statistics against Figure 9 of the paper, on its whole grid or a subset of its values.

Cells of the paper are single noisy trials, so boundaries and medians are compared, never cells.
Trials that were not stopped by the loss are left out and counted.
"""

from dataclasses import dataclass

import numpy as np

from . import measures, paper
from .boundary import LEVEL, Boundary, locate

_EPSILON = 1e-6  # shares of correct strings are stored in single precision


@dataclass
class Band:
    """A boundary in one band of gain: this sweep's, the paper's, and the paper's from the sweep's
    values of gain alone and from its cells alone."""

    gains: tuple
    ours: Boundary
    paper: Boundary
    same_gains: Boundary
    same_cells: Boundary


@dataclass
class StateBand:
    """Median number of states at the largest fraction in one band of gain."""

    gains: tuple
    n_trials: int
    ours: float
    paper: float

    @property
    def factor(self):
        return max(self.ours / self.paper, self.paper / self.ours)


def boundaries(ds):
    """One Band per band of the paper in which this Dataset has trials."""
    cells = _matching(ds)["validation_accuracy"]
    whole = paper.figure9()["validation_accuracy"]
    rows = whole.sel(gain=cells["gain"], method="nearest")
    counted = measures.accuracy(ds).where(measures.stopped_by_loss(ds))
    bands = [Band(gains, *(_boundary(grid, gains) for grid in (counted, whole, rows, cells)))
             for gains in paper.BOUNDARY_BANDS]
    return [band for band in bands if band.ours]


def states_at_full_data(ds):
    """One StateBand per band of the paper, at fraction 1; none without such points."""
    _matching(ds)
    if abs(float(ds["fraction"].max()) - 1) > _EPSILON:
        return []
    ours = measures.states(ds).where(measures.stopped_by_loss(ds)).sel(fraction=1, method="nearest")
    theirs = paper.figure9()["n_states"].isel(fraction=-1)
    bands = []
    for gains in paper.STATE_BANDS:
        counts = _in_band(ours, gains)
        if counts.size:
            bands.append(StateBand(gains, counts.size, float(np.median(counts)),
                                   float(np.median(_in_band(theirs, gains)))))
    return bands


def shares(accuracy):
    """Shares of trials that are right on every string, and below 0.75."""
    values = accuracy.values[np.isfinite(accuracy.values)]
    return float(np.mean(values > 1 - _EPSILON)), float(np.mean(values < 0.75))


def report(ds):
    """The whole comparison as text."""
    like = _matching(ds)
    accuracy = measures.accuracy(ds).where(measures.stopped_by_loss(ds))
    return "\n".join([*_head(ds, accuracy), "", *_boundary_lines(boundaries(ds)), "",
                      *_state_lines(states_at_full_data(ds)), "",
                      *_share_lines(shares(accuracy), shares(like["validation_accuracy"]))])


def _matching(ds):
    like = paper.figure9_like(ds)
    if like is None:
        raise ValueError("this sweep's gain and fraction are not values of the paper's grid, "
                         "linspace(0.1, 1, 20) each")
    return like


def _in_band(grid, gains):
    values = grid.isel(gain=paper.in_band(grid["gain"].values, gains)).values.ravel()
    return values[np.isfinite(values)]


def _boundary(accuracy, gains):
    cells = accuracy.isel(gain=paper.in_band(accuracy["gain"].values, gains))
    fraction = cells["fraction"].broadcast_like(cells).transpose(*cells.dims).values
    counted = np.isfinite(cells.values)
    return locate(fraction[counted], measures.passes(cells.values[counted]))


def _head(ds, accuracy):
    n_points, n_done = ds["status"].size, int(measures.done(ds).sum())
    n_counted = int(np.isfinite(accuracy.values).sum())
    sizes = " x ".join(f"{ds.sizes[axis]} {axis}" for axis in ds["status"].dims)
    lines = [f"{sizes}: {n_points} points, {n_done} done, {n_counted} of them stopped by the loss",
             f"against {paper.CITATION}"]
    return lines + [f"note: {difference}" for difference in paper.differences(ds)]


def span(gains):
    low, high = gains
    return f"{low:.2f}" if low == high else f"{low:.2f}-{high:.2f}"


def interval(boundary):
    return f"{boundary.p50:.2f} [{boundary.low:.2f}, {boundary.high:.2f}]"


def _boundary_lines(bands):
    yield f"p50 of P(at least 26 of 30 right), {LEVEL} % bootstrap interval, does it overlap"
    row = "  {:10} {:>7}  {:18}  {:22}  {:22}  {}".format
    yield row("gain", "trials", "this sweep", "paper", "paper, these gains", "paper, these cells")
    for band in bands:
        others = (band.paper, band.same_gains, band.same_cells)
        yield row(span(band.gains), band.ours.n_trials, interval(band.ours),
                  *(f"{interval(other)} {_yes(band.ours.overlaps(other))}" for other in others))


def _state_lines(bands):
    yield "median number of states at fraction 1"
    row = "  {:10} {:>7}  {:>10} {:>8} {:>8}  {}".format
    yield row("gain", "trials", "this sweep", "paper", "factor", "within 1.5")
    for band in bands:
        yield row(span(band.gains), band.n_trials, f"{band.ours:g}", f"{band.paper:g}",
                  f"{band.factor:.2f}", _yes(band.factor <= 1.5))


def _share_lines(ours, theirs):
    yield "share of trials             this sweep   paper, these cells"
    for label, a, b in zip(("right on all strings", "accuracy below 0.75"), ours, theirs):
        yield f"  {label:24}  {a:8.0%}   {b:8.0%}"


def _yes(condition):
    return "yes" if condition else "no"
