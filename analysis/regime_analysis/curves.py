"""Curves over one axis: accuracy and number of states, every trial and the spread of the trials."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import grid, measures

PANEL = 3.6, 3.1  # inches
SPREAD = 16, 84  # percentiles
TRIAL = dict(marker="o", linestyle="none", markersize=3.5, alpha=0.6, color="tab:blue")
DOUBTFUL = dict(TRIAL, markerfacecolor="none")
MEAN = dict(marker="_", markersize=9, color="0.15", linewidth=1, elinewidth=1.4)


def draw(ds, x, foot):
    """The figure, with `foot` inches left free below, and the handles of its legend."""
    scale = grid.Scale(x, ds[x].values)
    by_loss = measures.over(measures.stopped_by_loss(ds), x).values
    size = (2 * PANEL[0], PANEL[1] + foot)
    figure, panels = plt.subplots(1, 2, figsize=size, constrained_layout=True)
    looks = grid.looks(measures.most_states(ds))
    for ax, (measure, column) in zip(panels, measures.SHOWN.items()):
        trials = measures.over(column(ds), x).values
        _draw_trials(ax, scale, trials, by_loss)
        _draw_mean(ax, scale, measure, trials)
        _label(ax, scale, looks[measure])
    return figure, _handles(by_loss[np.isfinite(trials)], trials.shape[1])


def _draw_trials(ax, scale, trials, by_loss):
    places = np.broadcast_to(scale.values[:, None], trials.shape)
    for look, chosen in ((TRIAL, by_loss), (DOUBTFUL, ~by_loss)):
        ax.plot(places[chosen], trials[chosen], **look)


def _draw_mean(ax, scale, measure, trials):
    known = np.isfinite(trials).any(axis=1)
    if trials.shape[1] == 1 or not known.any():
        return
    mean = measures.mean(measure, trials)[known]
    low, high = np.nanpercentile(trials[known], SPREAD, axis=1)
    # Where most trials agree, the mean can lie outside the percentiles.
    error = np.maximum([mean - low, high - mean], 0)
    ax.errorbar(scale.values[known], mean, yerr=error, **MEAN,
                linestyle="none" if scale.labels else "-")


def _label(ax, scale, look):
    scale.apply(ax.xaxis, ax.set_xscale, ax.set_xlim)
    ax.set_xlabel(scale.label())
    grid.measure_axis(ax, look)


def _handles(by_loss, n_trials):
    handles = [Line2D([], [], label="a trial", **TRIAL)] if by_loss.any() else []
    if not by_loss.all():
        handles.append(Line2D([], [], label="a trial not stopped by the loss", **DOUBTFUL))
    if n_trials > 1:
        mean = {name: MEAN[name] for name in ("marker", "markersize", "color", "linewidth")}
        handles.append(Line2D([], [], label="mean, and percentiles 16 to 84", **mean))
    return handles
