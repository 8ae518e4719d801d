"""Pairs of strings over training: what the effective theory makes of their start, and what
happened."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import figure, measures
from .dataset import axes
from .layout import prepared

PANEL = 3.6, 3.2  # inches
LOOKS = {True: dict(color="tab:blue", label="same answers after every continuation"),
         False: dict(color="tab:red", label="other answers after some")}
FLOOR = 1e-13  # of what is drawn, relative to the largest distance


@figure.styled
def courses(ds, selection=None):
    """Squared distances of pairs of strings over training and in theory.

    Of the first point that is selected.
    """
    measures.require_column(ds, "course_theory", "train with theory_pairs = 10000, say")
    ds = prepared(ds, selection)
    point = ds.isel({axis: 0 for axis in axes(ds)})
    agrees = point["course_agrees"].values.astype(bool)
    measured = point["course_distance_history"].transpose("record", "course").values
    theory = point["course_theory"].transpose("theory_time", "course").values
    drawn, panels = plt.subplots(1, 2, figsize=(2 * PANEL[0], PANEL[1]), sharey=True,
                                 constrained_layout=True)
    _draw(panels[0], point["theory_time"].values, theory, agrees)
    _draw(panels[1], point["epoch"].values, measured, agrees)
    panels[0].set(xscale="log", yscale="log", xlabel="time / $\\tau_y$", title="effective theory",
                  ylabel="squared distance of hidden states")
    panels[1].set(xlabel="epoch", title="network")
    largest = np.nanmax([np.nanmax(theory), np.nanmax(measured)])
    panels[0].set_ylim(FLOOR * largest, 2 * largest)
    handles = [Line2D([], [], **look) for look in LOOKS.values()]
    figure.explain(drawn, handles, figure.caption(ds, set(), _which(point), "the first of"))
    return drawn


def _draw(ax, x, distances, agrees):
    for distance, same in zip(distances.T, agrees):
        ax.plot(x, distance, color=LOOKS[bool(same)]["color"], linewidth=0.8, alpha=0.8)


def _which(point):
    return [f"kappa = {float(point['theory_kappa']):g}"] if "theory_kappa" in point.coords else []
