"""Curves of measures over one axis: every trial and the spread of the trials."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import grid, measures

PANEL, LONE_PANEL = (3.6, 3.1), (5.4, 3.3)  # inches
TRIAL = dict(marker="o", linestyle="none", markersize=3.5, alpha=0.6, color="tab:blue")
DOUBTFUL = dict(TRIAL, markerfacecolor="none")
MEAN = dict(marker="_", markersize=9, color="0.15", linewidth=1, elinewidth=1.4)


def draw(ds, diagram, x):
    """The figure, and the handles of its legend. Points in doubt are hollow."""
    shown = diagram.measures.values()
    scale = grid.Scale(x, ds[x].values)
    doubtful = measures.over(diagram.doubtful(ds), x).values
    width, height = PANEL if len(shown) > 1 else LONE_PANEL
    figure, panels = plt.subplots(1, len(shown), figsize=(len(shown) * width, height),
                                  squeeze=False, constrained_layout=True)
    for ax, measure in zip(panels.flat, shown):
        trials = measures.over(measure.of(ds), x).values
        _draw_trials(ax, scale, trials, doubtful)
        _draw_mean(ax, scale, measure, trials)
        _label(ax, scale, measure.look)
    return figure, _handles(doubtful[np.isfinite(trials)], trials.shape[1], measure.interval_name)


def _draw_trials(ax, scale, trials, doubtful):
    places = np.broadcast_to(scale.values[:, None], trials.shape)
    for look, chosen in ((TRIAL, ~doubtful), (DOUBTFUL, doubtful)):
        ax.plot(places[chosen], trials[chosen], **look)


def _draw_mean(ax, scale, measure, trials):
    known = np.isfinite(trials).any(axis=1)
    if trials.shape[1] == 1 or not known.any():
        return
    mean = measure.mean(trials)[known]
    low, high = measure.interval(trials[known])
    # Where most trials agree, the mean can lie outside the percentiles.
    error = np.maximum([mean - low, high - mean], 0)
    ax.errorbar(scale.values[known], mean, yerr=error, **MEAN,
                linestyle="none" if scale.labels else "-")


def _label(ax, scale, look):
    scale.apply(ax.xaxis, ax.set_xscale, ax.set_xlim)
    ax.set_xlabel(scale.label())
    grid.measure_axis(ax, look)


def _handles(doubtful, n_trials, interval_name):
    handles = [] if doubtful.all() else [Line2D([], [], label="a trial", **TRIAL)]
    if doubtful.any():
        handles.append(Line2D([], [], label="a trial not stopped by the loss", **DOUBTFUL))
    if n_trials > 1:
        mean = {name: MEAN[name] for name in ("marker", "markersize", "color", "linewidth")}
        handles.append(Line2D([], [], label=f"mean, and {interval_name}", **mean))
    return handles
