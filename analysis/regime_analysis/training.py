"""Loss, generalisation and the automaton's states over training: one row of panels a measure, one
column a value of an axis. Thin lines are trials, thick ones their medians."""

import matplotlib.pyplot as plt
import numpy as np

from . import figure, grid, measures
from .dataset import axes
from .layout import MAX_COLUMNS, REPEATS, prepared, wide_axes

PANEL = 3.4, 1.55  # inches
TRIAL, MEDIAN = dict(linewidth=0.5, alpha=0.35), dict(linewidth=1.5)
END = dict(linestyle="none", marker="D", markersize=4)
_INK = "0.15"
_HEADROOM = 1.5  # times the largest training loss: what a panel shows of validation


@figure.styled
def training(ds, selection=None):
    """Loss, accuracy on longer strings and states of the automaton, over training."""
    measures.require_column(ds, "train_loss_history", "set record in the sweep file")
    measures.require_column(ds, "n_states_history", "it is one of linear_net: see modes")
    ds = prepared(ds, selection)
    axis, columns = _columns(ds)
    rows = (_draw_loss, _draw_accuracy, _draw_states, _draw_changes)
    size = PANEL[0] * max(len(columns), 1.5), PANEL[1] * len(rows)
    drawn, panels = plt.subplots(len(rows), len(columns), figsize=size, sharex=True, sharey="row",
                                 squeeze=False, constrained_layout=True)
    for (title, part), column in zip(columns.items(), panels.T):
        column[0].set_title(title)
        legends = [draw(ax, part) for draw, ax in zip(rows, column)]
    _label(panels, ds, legends)
    figure.explain(drawn, [], figure.caption(ds, {axis}, averaged="thick: median over"))
    return drawn


def _columns(ds):
    """The axis that has a column of panels a value, and {title: part}."""
    names = [name for name in wide_axes(ds) if name not in REPEATS]
    if not names:
        return None, {"": ds}
    axis = names[0]
    chosen = np.unique(np.linspace(0, ds.sizes[axis] - 1, MAX_COLUMNS).round().astype(int))
    titles = [f"{grid.axis_label(axis)} = {grid.text_of(value)}" for value in ds[axis].values]
    return axis, {titles[i]: ds.isel({axis: [i]}) for i in chosen}


def trials(part, name):
    """A history as [trial][record]..., of the points that are done."""
    values = part[name].astype(float).where(measures.done(part))
    rest = [dim for dim in values.dims if dim not in (*axes(part), "record")]
    values = values.transpose(*axes(part), "record", *rest).values
    return values.reshape(-1, *values.shape[len(axes(part)):])


def _lines(ax, part, values, colour, label):
    """values[trial][record]."""
    epochs = part["epoch"].values
    if len(values) > 1:
        ax.plot(epochs, values.T, color=colour, **TRIAL)
    if np.isfinite(values).any():
        known = np.isfinite(values).any(axis=0)
        ax.plot(epochs[known], np.nanmedian(values[:, known], axis=0), color=colour, label=label,
                **MEDIAN)


def _shades(n):
    return plt.get_cmap("viridis")(np.linspace(0.15, 0.9, n))


def _draw_validated(ax, part, trained, validated):
    """A measure on the training strings, and on random ones of each length in order."""
    lengths = np.atleast_1d(part["validation_length"].values)
    values = _each(trials(part, f"{validated}_history"), lengths)
    ends = part[validated].where(measures.done(part)).values.reshape(-1, len(lengths))
    last = part["epochs_trained"].where(measures.done(part)).values
    for shade, i in zip(_shades(len(lengths)), np.argsort(lengths)):
        _lines(ax, part, values[..., i], shade, f"length {lengths[i]:g}")
        read_at_the_end_alone = not np.isfinite(values[..., i]).any()
        if read_at_the_end_alone and np.isfinite(ends[:, i]).any():
            ax.plot(np.nanmedian(last), np.nanmedian(ends[:, i]), color=shade,
                    label=f"length {lengths[i]:g}", **END)
    _lines(ax, part, trials(part, f"{trained}_history"), _INK, "trained strings")


def _draw_loss(ax, part):
    _draw_validated(ax, part, "train_loss", "validation_loss")
    ax.set_ylim(0, _HEADROOM * np.nanmax(trials(part, "train_loss_history"), initial=0) or None)
    ax.set_ylabel("loss")


def _draw_accuracy(ax, part):
    _draw_validated(ax, part, "train_accuracy", "validation_accuracy")
    ax.set_ylim(0.3, 1.04)
    ax.set_ylabel("accuracy")


def _draw_states(ax, part):
    distances = np.atleast_1d(part["merge_distance"].values)
    values = _each(trials(part, "n_states_history"), distances)
    for i, (shade, distance) in enumerate(zip(_shades(len(distances)), distances)):
        _lines(ax, part, values[..., i], shade, measures.distances_in_words(part, distance))
    ax.set_yscale("log")
    ax.set_ylabel("states")
    return "at a merge distance of"


def _draw_changes(ax, part):
    part = measures.at_paper(part, "merge_distance")
    for label, colour in (("mergers", "tab:blue"), ("splits", "tab:red")):
        _lines(ax, part, trials(part, f"n_{label}_history"), colour, label)
    ax.set_ylabel("since the\nlast record")
    return f"at {measures.distances_in_words(part)}"


def _each(values, along):
    """values[trial][record][i], also where one value of their last dimension is selected."""
    return values.reshape(*values.shape[:2], len(along))


def _label(panels, ds, legends):
    """legends: what is said above the lines of each row."""
    epochs = ds["epoch"].values
    if len(epochs) > 2 and grid.is_logarithmic(epochs[1:]):
        panels[0, 0].set_xscale("log")
        panels[0, 0].set_xlim(epochs[1], epochs[-1])
    else:
        panels[0, 0].set_xlim(0, 1.03 * epochs[-1])
    for ax in panels[-1]:
        ax.set_xlabel("epoch")
    for row, title in zip(panels, legends):
        for ax in row[1:]:
            ax.set_ylabel("")
        named = {line.get_label(): line for ax in row for line in ax.lines
                 if not line.get_label().startswith("_")}
        if named:
            row[-1].legend(named.values(), named.keys(), loc="center left", frameon=False,
                           bbox_to_anchor=(1.01, 0.5), fontsize=7, title=title,
                           title_fontsize=7, alignment="left")
