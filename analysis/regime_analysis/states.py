"""The algorithm forming: hidden states of all strings but the empty one in a plane, at a few records
as a figure, at all of them as a film. The plane is that of the two largest principal components over
all records at once, so that it stays."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from . import clusters, figure, grid, measures
from .dataset import SNAPSHOT, axes
from .layout import prepared
from .task import task_of

PANEL, CURVES = 2.3, 1.5  # inches
N_FRAMES = 6
MOST_STATES = 40  # of an automaton whose transitions are drawn
COLOURS = ("tab:blue", "tab:orange", "tab:green", "tab:red", "tab:purple", "tab:brown", "tab:pink",
           "tab:olive")
STRING = dict(s=9, alpha=0.4, linewidths=0, zorder=2)
EDGES = dict(colors="0.5", linewidths=0.5, zorder=1)
INTERVAL = 120  # ms between frames
_INK = "0.15"
_MARGIN = 0.06  # of the plane's width


@dataclass
class Course:
    """plane[record][string][2]; groups[record] as of `clusters`; kinds[string] has a colour each."""

    epochs: np.ndarray
    plane: np.ndarray
    groups: list
    n_states: np.ndarray
    strings: list  # the empty one last
    kinds: np.ndarray
    names: list
    curves: dict
    explained: float  # the plane's share of the variance


@figure.styled
def states(ds, selection=None):
    """Hidden states of all strings over training, in a plane; as a .gif, an animation."""
    measures.require_column(ds, "snapshot_hidden", "list points under snapshots in the sweep file")
    ds, point, snapshot = _snapshot(ds, selection)
    course = _course(point, snapshot)
    drawn = _strip(course)
    notes = [f"{axis} = {grid.text_of(point[axis].item())}" for axis in axes(ds)
             if ds.sizes[axis] > 1]
    head = f"states: merge distance {measures.distances_in_words(point)}"
    figure.head(drawn, head)
    notes.append(f"principal components over all records: {course.explained:.0%} of the variance")
    parts = figure.caption(ds, set(axes(ds)), notes)
    figure.explain(drawn, _handles(course), parts)
    drawn.film = lambda: _film(course, head, parts)
    return drawn


# ---- the point ----------------------------------------------------------------------------------


def _snapshot(ds, selection):
    """The selection, its first point that has snapshots, and that point's row of them."""
    shape = [ds.sizes[axis] for axis in axes(ds)]
    places = np.arange(int(np.prod(shape))).reshape(shape)
    ds = prepared(ds.assign(place=(axes(ds), places)), selection)
    kept = ds[SNAPSHOT].values.tolist()
    for at in np.ndindex(*(ds.sizes[axis] for axis in axes(ds))):
        point = ds.isel(dict(zip(axes(ds), at)))
        if int(point["place"]) in kept and bool(measures.done(point)):
            point = measures.at_paper(point, "merge_distance")
            return ds, point, ds.isel({SNAPSHOT: kept.index(int(point["place"]))})
    raise ValueError("no point of these is done and has snapshots")


def _course(point, snapshot):
    hidden = snapshot["snapshot_hidden"].transpose("record", "string", "unit").values
    known = np.isfinite(hidden).all(axis=(1, 2))
    hidden = hidden[known]
    plane, explained = _project(hidden[:, :-1])
    strings = clusters.strings(int(point["analysis_length"]), int(point["n_symbols"]))
    reach = float(point["merge_distance"]) * point["state_spread_history"].values[known]
    task = task_of(point)
    if task is not None:
        kinds, noun = task.states(strings[:-1]), "task state"
    else:
        output = snapshot["snapshot_output"].transpose("record", "string", "output").values
        kinds, noun = output[known][-1, :-1].argmax(axis=-1), "answer in the end"
    validation = point["validation_loss_history"].isel(validation_length=0)
    curves = {"training loss": point["train_loss_history"].values[known],
              "validation loss": validation.values[known]}
    return Course(point["epoch"].values[known], plane,
                  [clusters.groups(states, eps, MOST_STATES) for states, eps in zip(hidden, reach)],
                  point["n_states_history"].values[known].astype(int), strings, kinds,
                  [f"{noun} {k}" for k in range(kinds.max() + 1)], curves, explained)


def _project(hidden):
    """Coordinates in the plane, and the plane's share of the variance."""
    flat = hidden.reshape(-1, hidden.shape[-1]).astype(float)
    flat -= flat.mean(axis=0)
    variance, directions = np.linalg.eigh(flat.T @ flat)
    plane = flat @ directions[:, :-3:-1]
    return plane.reshape(*hidden.shape[:-1], 2), float(variance[-2:].sum() / variance.sum())


# ---- pictures -----------------------------------------------------------------------------------


def _strip(course):
    records = _telling(course)
    drawn = plt.figure(figsize=(PANEL * 3, 2 * PANEL + CURVES), constrained_layout=True)
    layout = drawn.add_gridspec(3, 3, height_ratios=[PANEL, PANEL, CURVES])
    for k, record in enumerate(records):
        _draw_plane(drawn.add_subplot(layout[k // 3, k % 3]), course, record)
    ax = drawn.add_subplot(layout[2, :])
    _draw_curves(ax, course)
    for record in records:
        ax.axvline(course.epochs[record], color="0.6", linewidth=0.6, zorder=0)
    return drawn


def _telling(course):
    """The first and last record, and those between that part what happens evenly."""
    loss = course.curves["training loss"]
    change = np.abs(np.diff(np.nan_to_num(loss, nan=np.nanmax(loss)))) / np.nanmax(loss)
    change = change + np.abs(np.diff(np.log(course.n_states))) / np.log(course.n_states.max())
    length = np.concatenate([[0], np.cumsum(change + change.sum() / 20 / len(change))])
    for n in range(N_FRAMES, 10 * N_FRAMES):
        places = np.searchsorted(length, np.linspace(0, length[-1], n)).clip(max=len(length) - 1)
        if len(np.unique(places)) >= min(N_FRAMES, len(length)):
            break
    records = np.unique(places)
    return records[np.linspace(0, len(records) - 1, min(N_FRAMES, len(records))).round().astype(int)]


def _draw_plane(ax, course, record):
    ax.set_xticks([])
    ax.set_yticks([])
    _limit(ax, course)
    ax.scatter(*course.plane[record].T, c=[COLOURS[k] for k in course.kinds], **STRING)
    groups = course.groups[record]
    if groups is not None:
        ax.add_collection(LineCollection(_transitions(course, record, groups), **EDGES))
    ax.set_title(_title(course, record))


def _title(course, record):
    return f"epoch {course.epochs[record]}: {figure.count(course.n_states[record], 'state')}"


def _limit(ax, course):
    low, high = course.plane.min(axis=(0, 1)), course.plane.max(axis=(0, 1))
    margin = _MARGIN * (high - low)
    (left, lower), (right, upper) = low - margin, high + margin
    ax.set(xlim=(left, right), ylim=(lower, upper))


def _transitions(course, record, groups):
    """Lines between the leaders of states that a symbol leads from and to; none from h_0 alone."""
    edges = {edge[::2] for edge in clusters.transitions(course.strings, groups)}
    shown = len(course.plane[record])
    return [course.plane[record][list(edge)] for edge in edges if max(edge) < shown]


def _draw_curves(ax, course):
    for (name, values), colour in zip(course.curves.items(), (_INK, "tab:red")):
        ax.plot(course.epochs, values, color=colour, linewidth=1.2, label=name)
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 1.5 * np.nanmax(course.curves["training loss"])))
    upper = ax.twinx()
    upper.plot(course.epochs, course.n_states, color="tab:green", linewidth=1.2, label="states")
    upper.set_yscale("log")
    grid.tick_decades(upper.yaxis, course.n_states.min(), course.n_states.max())
    upper.set_ylabel("states", color="tab:green")
    lines = ax.lines[:2] + upper.lines
    ax.legend(lines, [line.get_label() for line in lines], frameon=False, fontsize=7)


def _film(course, head, parts):
    drawn = plt.figure(figsize=(4.2, 5.2), constrained_layout=True)
    upper, lower = drawn.subplots(2, 1, gridspec_kw=dict(height_ratios=[3, 1]))
    _draw_curves(lower, course)
    now = lower.axvline(0, color="0.4", linewidth=1)

    def show(record):
        upper.clear()
        _draw_plane(upper, course, record)
        now.set_xdata([course.epochs[record]] * 2)

    show(0)
    figure.head(drawn, head)
    figure.explain(drawn, _handles(course), parts)
    drawn.canvas.draw()
    drawn.set_layout_engine("none")  # what stands stays where it is
    return FuncAnimation(drawn, show, frames=len(course.epochs), interval=INTERVAL)


def _handles(course):
    dot = dict(linestyle="none", marker="o", markersize=5)
    handles = [Line2D([], [], color=COLOURS[k], label=name, **dot)
               for k, name in enumerate(course.names)]
    return handles + [Line2D([], [], color=EDGES["colors"], linewidth=0.8,
                             label=f"transition (to {MOST_STATES} states)")]
