"""Drawing one map: coloured cells between two axes, and marks on cells in doubt. A look says how a
measure is drawn: its label, colours (cmap, norm, extend) and ticks; of a column also `offset`, added
before, and `floor`, at which smaller values count.
"""

import textwrap

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import (FixedLocator, LogLocator, MaxNLocator, NullFormatter, NullLocator,
                               ScalarFormatter)

AXIS_LABELS = {
    "fraction": "training fraction $p$",
    "gain": "gain $G$ (initial weight scale)",
    "dataset_size": "training examples",
    "max_length": "longest training string",
    "learning_rate": "learning rate",
    "hidden": "hidden units",
    "lambda": "relative scale $\\lambda$ of the layers",
    "init_singular_value": "initial singular values",
    "input_angle": "input angle",
    "n_in": "inputs",
}
UNITS = {"input_angle": "degrees"}
DOWNWARD = ("gain",)  # where upright, as in the paper

MEASURE_LABELS = {"accuracy": "validation accuracy", "states": "number of states"}
ACCURACY_TICKS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
STATE_TICKS = (2, 10, 100, 1000)
_FEWEST_STATES = 2  # an automaton that knows the parity
MARKS = {
    "unfinished": dict(label="unfinished", facecolor="0.93", edgecolor="0.75", hatch="...."),
    "diverged": dict(label="diverged", facecolor="0.70", edgecolor="0.45", hatch="xxxx"),
    "doubtful": dict(label="not stopped by the loss", facecolor="none", edgecolor="0.60",
                     hatch="/////"),
}
COLUMN_LABELS = {
    "kernel_distance": "distance of the tangent kernel from the start",
    "test_loss": "test loss",
    "theory_deviation": "largest deviation of mode strengths from theory",
    "exact_deviation": "largest deviation of $QQ^T$ from the exact course",
    "error_s": "relative error of $s$",
    "error_d": "relative error of $d$",
    "error_v": "error of the input modes",
}
LIMITS = dict.fromkeys(("error_s", "error_d", "error_v"), (1e-4, 10.0))  # of what is drawn
ROUNDING = 1e-16  # a smaller error counts as one of this size, so that it has a logarithm
OFFSETS = {"kernel_distance": -6}  # exponents, as in the maps of Nam et al. 2025
_OFFSET_COUNTS = 100.0  # an offset is added where values are not this many times as large
_LETTERS = 14  # of a label to an inch
COLUMN_COLOURS = "viridis"
_MOST_DECADES = 12  # of what is smaller, rounding is the larger part
_MANY_DECADES = 1  # a column that spans more is drawn on a logarithmic scale
_TICK_EVERY_VALUE = 8  # axes with more values get round ticks
_SLACK = 1 + 1e-9  # a tick may be at the end
_LOG_SPREAD = 1.5  # a grid that spans this much, with steadier ratios than steps, is logarithmic


def looks(most_states):
    """How each measure is drawn; colours of states end at `most_states`."""
    ticks = [tick for tick in STATE_TICKS if tick < most_states / 1.5] + [most_states]
    return {
        "accuracy": dict(label=MEASURE_LABELS["accuracy"], cmap="YlGnBu_r",
                         norm=Normalize(0.5, 1.0), ticks=ACCURACY_TICKS, extend="min"),
        "states": dict(label=MEASURE_LABELS["states"], cmap="magma_r",
                       norm=LogNorm(_FEWEST_STATES, most_states), ticks=ticks, extend="neither"),
    }


def column_look(name, values, unit):
    """How a column with these values is drawn: logarithmically where they span orders of
    magnitude."""
    label, offset = column_label(name, unit), 0.0
    if name in OFFSETS and values.min(initial=np.inf) < _OFFSET_COUNTS * 10.0**OFFSETS[name]:
        label, offset = f"{label} $+\\,10^{{{OFFSETS[name]}}}$", 10.0**OFFSETS[name]
    values = values + offset
    look = dict(label=label, cmap=COLUMN_COLOURS, offset=offset, floor=-np.inf)
    if name in LIMITS:
        ticks = _log_ticks(*LIMITS[name])
        return dict(look, norm=LogNorm(*LIMITS[name]), ticks=ticks, extend="both", floor=ROUNDING)
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    smallest = values[values > 0].min(initial=high) if values.size else low
    if low >= 0 and high > 10**_MANY_DECADES * smallest > 0:
        floor = max(smallest, high / 10**_MOST_DECADES)
        return dict(look, norm=LogNorm(floor, high), ticks=_log_ticks(floor, high), floor=floor,
                    extend="min" if low < floor else "neither")
    pad = 0.0 if high > low else abs(low) / 2 or 0.5
    norm = Normalize(low - pad, high + pad)
    ticks = [float(tick) for tick in MaxNLocator(5).tick_values(norm.vmin, norm.vmax)
             if norm.vmin <= tick <= norm.vmax]
    return dict(look, norm=norm, ticks=ticks, extend="neither")


def drawn(look, values):
    """Values as they are drawn and averaged: with the look's offset, none below its floor."""
    return (values + look["offset"]).clip(min=look["floor"])


def column_label(name, unit):
    return COLUMN_LABELS.get(name, name.replace("_", " ")) + ("" if unit == "1" else f" ({unit})")


def wrapped(label, inches):
    """A label in as many lines as it needs beside an axis of that length."""
    return "\n".join(textwrap.wrap(label, int(inches * _LETTERS), break_long_words=False))


def _height(ax):
    return ax.get_position().height * ax.figure.get_figheight()


def by_magnitude(look):
    return isinstance(look["norm"], LogNorm)


def axis_label(name):
    unit = f" ({UNITS[name]})" if name in UNITS else ""
    return AXIS_LABELS.get(name, name.replace("_", " ")) + unit


class Scale:
    """An axis of cells: their edges, and how to tick them. Names are equally spaced categories, and
    so are powers with a zero before them."""

    def __init__(self, name, values):
        self.name, self.labels = name, None
        if values.dtype.kind not in "iuf":
            self.labels, values = [str(value) for value in values], np.arange(len(values))
        elif is_logarithmic_above_zero(values):
            self.labels, values = _short(values), np.arange(len(values))
        self.values = values.astype(float)
        self.log = self.labels is None and is_logarithmic(self.values)
        self.edges = _edges(self.values, self.log)

    def apply(self, axis, set_scale, set_limits):
        if self.log:
            set_scale("log")
        if len(self.values) <= _TICK_EVERY_VALUE:
            axis.set_major_locator(FixedLocator(self.values))
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
        self._format(axis)
        low, high = self.edges[0], self.edges[-1]
        downward = axis.axis_name == "y" and self.name in DOWNWARD
        set_limits(*((high, low) if downward else (low, high)))

    def label(self):
        return axis_label(self.name)

    def _format(self, axis):
        if self.labels:
            axis.set_major_locator(FixedLocator(self.values))
            axis.set_ticklabels(self.labels)
        elif len(self.values) <= _TICK_EVERY_VALUE:
            axis.set_ticklabels(_short(self.values))
        elif self.log:
            tick_decades(axis, self.values[0], self.values[-1])
        else:
            axis.set_major_formatter(ScalarFormatter())


def draw(ax, x, y, values, look, marks):
    """Cells values[y][x] in the look's colours; marks is {name of MARKS: mask[y][x]}."""
    mesh = ax.pcolormesh(x.edges, y.edges, np.ma.masked_invalid(values), cmap=look["cmap"],
                         norm=look["norm"], edgecolors="face", linewidth=0.1)
    for name, mask in marks.items():
        _mark(ax, x.edges, y.edges, mask, MARKS[name])
    x.apply(ax.xaxis, ax.set_xscale, ax.set_xlim)
    y.apply(ax.yaxis, ax.set_yscale, ax.set_ylim)
    return mesh


def colour_bar(figure, mesh, axes, look, labelled):
    bar = figure.colorbar(mesh, ax=axes, ticks=look["ticks"], extend=look["extend"], aspect=22,
                          pad=0.015)
    bar.ax.set_yticklabels(tick_texts(look))
    bar.ax.minorticks_off()
    bar.set_label(wrapped(look["label"], _height(axes[0])) if labelled else "")
    bar.outline.set_linewidth(0.6)


def measure_axis(ax, look):
    """The upright axis of a curve, over the span that the colours of a map have."""
    norm, ticks = look["norm"], look["ticks"]
    low, high = min(ax.dataLim.y0, norm.vmin), max(ax.dataLim.y1, norm.vmax)
    if by_magnitude(look):
        ticks = ticks if (low, high) == (norm.vmin, norm.vmax) else _log_ticks(low, high)
        ax.set_yscale("log")
        margin = max((high / low)**0.03, 1.15)
        ax.set_ylim(low / margin, high * margin)
    else:
        margin = 0.04 * (norm.vmax - norm.vmin)
        ax.set_ylim(low - margin, high + margin)
    ax.set_yticks(ticks, tick_texts(dict(look, ticks=ticks)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel(wrapped(look["label"], _height(ax)))


def text_of(value):
    """An axis value in a title or legend."""
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)


def tick_texts(look):
    text_of_tick = _tick_text if by_magnitude(look) else "{:g}".format
    return [text_of_tick(tick) for tick in look["ticks"]]


def tick_decades(axis, low, high):
    """Ticks of a logarithmic axis, more of them where it spans few decades."""
    ticks = _log_ticks(low, high)
    axis.set_ticks(ticks, [_tick_text(tick) for tick in ticks])
    axis.set_minor_locator(NullLocator())


def legend_handles(names):
    return [Patch(**MARKS[name], linewidth=0) for name in MARKS if name in names]


def _short(values):
    """Labels of the fewest digits that tell the values apart; whole numbers in full."""
    if np.all(values == np.round(values)):
        return [f"{value:.0f}" for value in values]
    by_digits = ([f"{value:.{digits}g}" for value in values] for digits in range(2, 17))
    return next(labels for labels in by_digits if len(set(labels)) == len(values))


def _tick_text(tick):
    exponent = np.log10(tick) if tick > 0 else 0.0
    if not -2 < exponent < 4 and exponent == round(exponent):
        return f"$10^{{{exponent:.0f}}}$"
    return f"{tick:g}"


def _log_ticks(low, high):
    """Powers of ten; the fewer there are, the more between them, evenly on the logarithmic scale."""
    def within(ticks):
        return [float(tick) for tick in ticks if low / _SLACK <= tick <= high * _SLACK]

    powers = LogLocator(numticks=7).tick_values(low, high)
    for parts in ((1,), (1, 3), (1, 2, 5)):
        ticks = within(np.outer(powers, parts).ravel())
        if len(ticks) > 2:
            break
    few = MaxNLocator(4, steps=[1, 2, 5, 10])  # between so near ends they are as even
    return ticks if len(ticks) > 1 else within(few.tick_values(low, high))


def _mark(ax, x_edges, y_edges, mask, look):
    cells = [Path([(x_edges[i], y_edges[j]), (x_edges[i + 1], y_edges[j]),
                   (x_edges[i + 1], y_edges[j + 1]), (x_edges[i], y_edges[j + 1]),
                   (x_edges[i], y_edges[j])], closed=True) for j, i in np.argwhere(mask)]
    if cells:
        ax.add_patch(PathPatch(Path.make_compound_path(*cells), linewidth=0, **look))


def is_logarithmic(values):
    if len(values) < 3 or values.min() <= 0 or values.max() < _LOG_SPREAD * values.min():
        return False
    steps, ratios = np.diff(values), np.diff(np.log(values))
    return bool(ratios.std() / ratios.mean() < steps.std() / steps.mean())


def is_logarithmic_above_zero(values):
    return len(values) > 3 and values[0] == 0 and is_logarithmic(values[1:])


def _edges(values, log):
    """Half way between neighbours; the outer cells are as wide as their inner half twice."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    places = np.log(values) if log else values
    middles = (places[1:] + places[:-1]) / 2
    edges = np.concatenate([[2 * places[0] - middles[0]], middles, [2 * places[-1] - middles[-1]]])
    return np.exp(edges) if log else edges
