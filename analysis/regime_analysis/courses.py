"""Pairs of strings over training: what the effective theory makes of their start, and what happened
to random pairs and to those that the sweep names."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import ScaledTranslation

from . import figure
from .dataset import axes, settings
from .layout import prepared
from .task import task_of

PANEL, LONE = (3.6, 3.2), 6.4  # inches
LOOKS = {True: dict(color="tab:blue", label="same answers after every continuation"),
         False: dict(color="tab:red", label="other answers after some")}
LOSS = dict(color="0.6", linewidth=1, linestyle="--", label="training loss")
NAMED = dict(linewidth=1.2, markersize=4.5, markeredgecolor="white", markeredgewidth=0.5)
SIGNS = ("o", "s", "^", "D", "v", "P", "X", "*")
N_SIGNS = 14  # on a line
BESIDE, NAMES = 0.65, 1.8  # inches: from the panel to the names of pairs, past the loss; their width
FLOOR = 1e-13  # of what is drawn, relative to the largest distance


@figure.styled
def courses(ds, selection=None):
    """Squared distances of pairs of strings over training, and in the effective theory."""
    panels = {name: draw for name, (column, draw) in _PANELS.items() if column in ds.data_vars}
    if not panels:
        raise KeyError("this file follows no pairs: train with theory_pairs = 10000, say, or "
                       'track_pairs = "0 00"')
    ds = prepared(ds, selection)
    point = ds.isel({axis: 0 for axis in axes(ds)})
    named = "named pairs" in panels
    size = max(len(panels) * PANEL[0], LONE) + named * NAMES, PANEL[1]
    drawn, shown = plt.subplots(1, len(panels), figsize=size, squeeze=False,
                                sharey=not named, constrained_layout=True)
    for ax, (name, draw) in zip(shown.flat, panels.items()):
        draw(ax, point)
        ax.set_title(name)
    shown[0, 0].set_ylabel("squared distance of hidden states")
    _set_floor(shown.flat, panels)
    handles = [Line2D([], [], **look) for look in LOOKS.values()]
    if named:
        handles.append(Line2D([], [], **LOSS))
    figure.explain(drawn, handles, figure.caption(ds, set(), _which(point), "the first of"))
    return drawn


def _draw(ax, x, distances, agrees, **looks):
    return [ax.plot(x, distance, color=LOOKS[bool(same)]["color"],
                    **dict(dict(linewidth=0.8, alpha=0.8), **looks))[0]
            for distance, same in zip(distances.T, agrees)]


def _draw_theory(ax, point, column="course_theory"):
    _draw(ax, point["theory_time"].values,
          point[column].transpose("theory_time", "course").values,
          point["course_agrees"].values.astype(bool))
    ax.set(xscale="log", yscale="log", xlabel="time / $\\tau_y$")


def _draw_fixed(ax, point):
    _draw_theory(ax, point, "course_fixed")


def _draw_network(ax, point):
    _draw(ax, point["epoch"].values,
          point["course_distance_history"].transpose("record", "course").values,
          point["course_agrees"].values.astype(bool))
    ax.set(yscale="log", xlabel="epoch")


def _draw_named(ax, point):
    """Each with its name, beside the training loss."""
    pairs = [pair.split() for pair in str(settings(point)["track_pairs"]).split(",")]
    distances = point["pair_distance_history"].transpose("record", "tracked_pair").values
    lines = _draw(ax, point["epoch"].values, distances, agreeing(point, pairs), **NAMED)
    step = max(len(distances) // N_SIGNS, 1)
    for k, (line, pair) in enumerate(zip(lines, pairs)):
        line.set(label=", ".join(pair), marker=SIGNS[k % len(SIGNS)],
                 markevery=(k * step // len(pairs), step))
    ax.set(xlabel="epoch", ylim=(0, 1.05 * np.nanmax(distances)))
    past_loss = ScaledTranslation(BESIDE, 0, ax.figure.dpi_scale_trans)
    ax.legend(fontsize=6.5, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5),
              bbox_transform=ax.transAxes + past_loss)
    loss = ax.twinx()
    loss.plot(point["epoch"].values, point["train_loss_history"].values, **LOSS)
    loss.set_ylabel("training loss", color=LOSS["color"])
    loss.set_ylim(0, 1.05 * np.nanmax(point["train_loss_history"].values))


def agreeing(point, pairs):
    """Which pairs of strings the task answers alike after every continuation."""
    task = task_of(point)
    if task is None:
        return [False] * len(pairs)
    classes = task.equivalent()
    return [len(set(classes[task.states(pair)])) == 1 for pair in pairs]


_PANELS = {"effective theory": ("course_theory", _draw_theory),
           "fixed expansion": ("course_fixed", _draw_fixed),
           "network": ("course_distance_history", _draw_network),
           "named pairs": ("pair_distance_history", _draw_named)}


def _set_floor(shown, panels):
    """Of panels on a logarithmic scale: below it is rounding."""
    for ax, name in zip(shown, panels):
        if name != "named pairs":
            largest = np.nanmax([line.get_ydata() for line in ax.lines], initial=0) or 1
            ax.set_ylim(max(ax.get_ylim()[0], FLOOR * largest), 2 * largest)


def _which(point):
    return [f"kappa = {float(point['theory_kappa']):g}"] if "course_theory" in point else []
