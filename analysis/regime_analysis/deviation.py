"""How far a simulation of linear networks lies from its theory: lines over one axis."""

import matplotlib.pyplot as plt
import numpy as np

from . import figure, grid, measures
from .layout import REPEATS, ascending, first_of, prepared, require_axes, wide_axes

PANEL = 6.2, 3.6  # inches
BOUND = 0.05  # mean relative deviation below learning rates of 0.01: Domine et al. 2024
LABELS = {"loss_deviation": "mean relative deviation of the loss",
          "excess_deviation": "mean relative deviation of the loss above its floor",
          "theory_deviation": "largest deviation of mode strengths (of $s/d$)",
          "exact_deviation": "largest relative deviation of $QQ^T$"}
X_CANDIDATES = ("learning_rate",)
MOST_LINES = 8
MARKERS = "os^Dv<>P"
_NEGLIGIBLE = 1e-20  # of the first loss: what is smaller is rounding


@figure.styled
def deviation(ds, column=None, x=None, lines=None, selection=None):
    """How far theory and simulation of linear networks lie apart.

    loss_deviation, excess_deviation, theory_deviation or exact_deviation (default: what most points
    have, the first of these where several do): means over the trials with their standard errors
    over the axis x, a line a value of the axis `lines`.
    """
    ds = prepared(ds, selection)
    x, lines = _choose_axes(ds, x, lines)
    ds = ascending(ds, x, lines)
    column = column or _default(ds)
    values = _column(ds, column)
    drawn, ax = plt.subplots(figsize=PANEL, constrained_layout=True)
    scale = grid.Scale(x, ds[x].values)
    for label, trials, look in _lines(ds, values, x, lines):
        _draw_line(ax, scale, trials, label, look)
    if column == "loss_deviation":
        ax.axhline(BOUND, color="0.35", linewidth=0.8, linestyle="--",
                   label=f"{BOUND}, as published")
    scale.apply(ax.xaxis, ax.set_xscale, ax.set_xlim)
    ax.set_yscale("log")
    ax.set_xlabel(scale.label())
    ax.set_ylabel(LABELS[column])
    ax.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5),
              title=grid.axis_label(lines) if lines else None, title_fontsize=8, alignment="left")
    averaged = "mean and standard error over"
    figure.explain(drawn, [], figure.caption(ds, {x, lines}, _coverage(values), averaged))
    return drawn


def loss_deviation(ds):
    """Mean over the records of |L - L_theory| / L_theory, L the training loss."""
    loss, theory = _courses(ds)
    return _mean_relative(ds, loss - theory, theory + ds["loss_floor"])


def excess_deviation(ds):
    """The same of the training loss above its floor, which falls by many orders of magnitude more."""
    loss, theory = _courses(ds)
    known = theory > _NEGLIGIBLE * theory.isel(record=0)
    return _mean_relative(ds, loss - theory, theory.where(known))


def _courses(ds):
    """Both above the floor: as trained, and as the theory has it."""
    names = ("excess_loss_history", "excess_loss_theory_history")
    for name in names:
        measures.require_column(ds, name, "the exact course is that of linear_net")
    return (ds[name] for name in names)


def _mean_relative(ds, difference, theory):
    return abs(difference / theory).where(ds["record"] > 0).mean("record").where(measures.done(ds))


_OF_COURSES = {"loss_deviation": loss_deviation, "excess_deviation": excess_deviation}


def _column(ds, column):
    if column not in LABELS:
        raise ValueError(f"{column} is no deviation from theory: {', '.join(LABELS)}")
    values = _values(ds, column)
    if not np.isfinite(values.values).any():
        raise ValueError(f"no point of this sweep has {column}: mode_theory_kind and exact_kind "
                         "say why, as `regime describe linear_net` explains")
    return values


def _coverage(values):
    n_known = int(values.notnull().sum())
    return [] if n_known == values.size else [f"{n_known} of {values.size} points have this theory"]


def _values(ds, column):
    return _OF_COURSES[column](ds) if column in _OF_COURSES else measures.column(ds, column)


def _default(ds):
    """What most points have."""
    return max(LABELS, key=lambda name: int(_values(ds, name).notnull().sum()))


def _choose_axes(ds, x, lines):
    require_axes(ds, [name for name in (x, lines) if name])
    x = x or first_of(X_CANDIDATES, [name for name in wide_axes(ds) if name != lines][::-1])
    if x is None:
        raise ValueError("no axis of more than one value is left to draw over")
    few = [name for name in wide_axes(ds)
           if name not in (x, *REPEATS) and ds.sizes[name] <= MOST_LINES]
    return x, lines or first_of((), few)


def _lines(ds, values, x, lines):
    """(label, trials[x][trial], look) of each line."""
    if lines is None:
        return [("simulations", measures.over(values, x).values, _look(0, 1))]
    trials = measures.over(values, lines, x).values
    return [(grid.text_of(ds[lines].values[i]), trials[i], _look(i, len(trials)))
            for i in range(len(trials))]


def _look(i, n):
    """Later lines are drawn above earlier ones, and in smaller marks."""
    colour = plt.get_cmap("viridis")(0.85 * i / max(n - 1, 1))
    size = 4 + (n - 1 - i) * min(1.5, 6 / n)
    return dict(color=colour, marker=MARKERS[i % len(MARKERS)], markersize=size)


def _draw_line(ax, scale, trials, label, look):
    n_known = np.isfinite(trials).sum(axis=1)
    known = n_known > 0
    if not known.any():
        return
    x, mean = scale.values[known], np.nanmean(trials[known], axis=1)
    error = np.nanstd(trials[known], axis=1) / np.sqrt(np.maximum(n_known[known] - 1, 1))
    error = None if n_known.max() == 1 else error
    if scale.log and known.sum() > 2:
        slope = np.polyfit(np.log(x), np.log(mean), 1)[0]
        label = f"{label}, slope {slope:.1f}"
    ax.errorbar(x, mean, yerr=error, label=label, linewidth=1.1, capsize=2,
                markerfacecolor="none", **look)
