"""P(generalise) of each cell with its interval, and where it is one half."""

from dataclasses import dataclass
from typing import ClassVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from . import curves, figure, grid, maps, measures, paper, transition
from .layout import ascending, choose_axes, prepared
from .repeats import wilson

PANEL = 6.2, 3.6  # inches
WILSON = 95  # per cent
LOOK = dict(cmap="YlGnBu_r", norm=Normalize(0.0, 1.0), ticks=(0, 0.25, 0.5, 0.75, 1),
            extend="neither")
OURS = dict(marker="o", linestyle="none", color="tab:blue", markersize=4)
PAPER = dict(marker="s", linestyle="none", color="0.55", markersize=3.5, markerfacecolor="white")
FIT = dict(color="0.15", linewidth=1.2)
OUTSIDE = dict(markerfacecolor="white", alpha=0.7)
_APART = 1.012  # the paper's marks stand beside ours by this factor
_ROOM = 1.12  # beyond the range, by this factor
_MANY = 200  # points of the curve of the fit


@dataclass(frozen=True)
class Share(measures.Measure):
    """Of successes; `part` of (share, low, high)."""

    part: int = 0
    interval_name: ClassVar = f"{WILSON} % interval (Wilson)"

    def mean(self, trials):
        return self._wilson(trials)[self.part]

    def interval(self, trials):
        return self._wilson(trials)[1:]

    def _wilson(self, trials):
        """NaN where there is no trial."""
        n = np.isfinite(trials).sum(axis=-1)
        found = np.array(wilson(np.nansum(trials, axis=-1), n, WILSON))
        return np.where(n > 0, found, np.nan)


@figure.styled
def generalisation(ds, x=None, y=None, columns=None, selection=None):
    """P(generalise) with its Wilson interval over one or two axes.

    A network generalises where it answers 26 of 30 strings rightly. Over two axes the ends of the
    95 % interval have maps of their own; all axes that are not drawn are trials.
    """
    ds = prepared(ds, selection)
    chosen = x, y, third = choose_axes(ds, x, y, columns)
    ds = ascending(ds, x, y)
    names = ("P(generalise)", f"lower end of its {WILSON} % interval", "upper end") if y else \
        ("P(generalise)",)
    shown = {name: Share(measures.generalises, dict(LOOK, label=name), part)
             for part, name in enumerate(names)}
    diagram = measures.Diagram(shown, measures.not_stopped_by_loss)
    drawn, handles = maps.draw(ds, diagram, x, y, third) if y else curves.draw(ds, diagram, x)
    figure.explain(drawn, handles, figure.caption(ds, set(chosen), averaged="share of"))
    return drawn


@figure.styled
def scaling(ds, x=None, y=None, selection=None):
    """Where half of the networks generalise, over another axis, and its power law.

    p50 along x for each value of y, with 68 % intervals, and x = C y^b as fitted to all trials.
    """
    ds = prepared(ds, selection)
    x, y, _ = choose_axes(ds, x, y)
    if y is None:
        raise ValueError("a boundary along one axis scales with a second: the sweep has one")
    ds = ascending(ds, x, y)
    success = measures.generalises(ds)
    law = transition.scaling(success, x, y)
    drawn, ax = plt.subplots(figsize=PANEL, constrained_layout=True)
    handles = _draw_law(ax, law, ds[y].values) + _draw_rows(ax, success, x, y)
    _label(ax, ds, x, y)
    notes = [f"{law.n_trials} trials, 68 % intervals"]
    notes += [f"published figure: {paper.CITATION}"] if len(handles) > 2 else []
    figure.explain(drawn, handles, figure.caption(ds, {x, y}, notes, "trials are"))
    return drawn


def _draw_law(ax, law, values):
    y = np.geomspace(values.min(), values.max(), _MANY)
    low, high = law.band(y)
    ax.fill_between(y, low, high, color="0.15", alpha=0.15, linewidth=0)
    ax.plot(y, law.at(y), **FIT)
    text = f"power law, exponent {law.exponent:.2f} [{law.low:.2f}, {law.high:.2f}]"
    return [Line2D([], [], label=text, **FIT)]


def _draw_rows(ax, success, x, y):
    handles = _draw_boundaries(ax, transition.boundaries(success, x, y), y, 1.0,
                               dict(OURS, label="this sweep"))
    if paper.figure9_like(success.to_dataset()) is not None:
        theirs = measures.passes(paper.figure9()["validation_accuracy"]).astype(float)
        handles += _draw_boundaries(ax, transition.boundaries(theirs, x, y), y, _APART,
                                    dict(PAPER, label="published figure"))
    return handles


def _draw_boundaries(ax, found, y, apart, look):
    """Hollow and without an interval where the row has no boundary within its range."""
    p50, places, inside = found["p50"].values, found[y].values * apart, found["inside"].values
    error = np.stack([p50 - found["low"].values, found["high"].values - p50])[:, inside]
    ax.errorbar(places[inside], p50[inside], yerr=np.maximum(error, 0), elinewidth=0.8, **look)
    ax.plot(places[~inside], p50[~inside], **dict(look, **OUTSIDE, label=None))
    return [Line2D([], [], **look)]


def _label(ax, ds, x, y):
    for axis, name, scale, limits in ((ax.xaxis, y, ax.set_xscale, ax.set_xlim),
                                      (ax.yaxis, x, ax.set_yscale, ax.set_ylim)):
        low, high = ds[name].values.min(), ds[name].values.max()
        scale("log")
        limits(low / _ROOM, high * _ROOM)
        grid.tick_decades(axis, low, high)
    ax.set_xlabel(grid.axis_label(y))
    ax.set_ylabel(f"{grid.axis_label(x)} from which half generalise")
