"""Drawing one phase diagram: coloured cells between two axes, and marks on cells in doubt."""

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, LogLocator, NullFormatter, NullLocator, ScalarFormatter

AXIS_LABELS = {
    "fraction": "training fraction $p$",
    "gain": "gain $G$ (initial weight scale)",
    "dataset_size": "training strings",
    "max_length": "longest training string",
    "learning_rate": "learning rate",
    "hidden": "hidden units",
}
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
_TICK_EVERY_VALUE = 8  # axes with more values get round ticks
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


def axis_label(name):
    return AXIS_LABELS.get(name, name.replace("_", " "))


class Scale:
    """An axis of cells: their edges, and how to tick them. Names are equally spaced categories."""

    def __init__(self, name, values):
        self.name, self.labels = name, None
        if values.dtype.kind not in "iuf":
            self.labels, values = [str(value) for value in values], np.arange(len(values))
        self.values = values.astype(float)
        self.log = self.labels is None and _is_logarithmic(self.values)
        self.edges = _edges(self.values, self.log)

    def apply(self, axis, set_scale, set_limits):
        if self.log:
            set_scale("log")
            axis.set_major_locator(LogLocator())
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
        elif not self.log:
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
    bar.ax.set_yticklabels([f"{tick:g}" for tick in look["ticks"]])
    bar.ax.minorticks_off()
    bar.set_label(look["label"] if labelled else "")
    bar.outline.set_linewidth(0.6)


def measure_axis(ax, look):
    """The upright axis of a curve, over the span that the colours of a map have."""
    norm = look["norm"]
    low, high = min(ax.dataLim.y0, norm.vmin), max(ax.dataLim.y1, norm.vmax)
    if isinstance(norm, LogNorm):
        ax.set_yscale("log")
        ax.set_ylim(low / 1.15, high * 1.15)
    else:
        ax.set_ylim(low - 0.02, high + 0.02)
    ax.set_yticks(look["ticks"], [f"{tick:g}" for tick in look["ticks"]])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel(look["label"])


def legend_handles(names):
    return [Patch(**MARKS[name], linewidth=0) for name in MARKS if name in names]


def _short(values):
    """Labels of the fewest digits that tell the values apart; whole numbers in full."""
    if np.all(values == np.round(values)):
        return [f"{value:.0f}" for value in values]
    by_digits = ([f"{value:.{digits}g}" for value in values] for digits in range(2, 17))
    return next(labels for labels in by_digits if len(set(labels)) == len(values))


def _mark(ax, x_edges, y_edges, mask, look):
    cells = [Path([(x_edges[i], y_edges[j]), (x_edges[i + 1], y_edges[j]),
                   (x_edges[i + 1], y_edges[j + 1]), (x_edges[i], y_edges[j + 1]),
                   (x_edges[i], y_edges[j])], closed=True) for j, i in np.argwhere(mask)]
    if cells:
        ax.add_patch(PathPatch(Path.make_compound_path(*cells), linewidth=0, **look))


def _is_logarithmic(values):
    if len(values) < 3 or values.min() <= 0 or values.max() < _LOG_SPREAD * values.min():
        return False
    steps, ratios = np.diff(values), np.diff(np.log(values))
    return bool(ratios.std() / ratios.mean() < steps.std() / steps.mean())


def _edges(values, log):
    """Half way between neighbours; the outer cells are as wide as their inner half twice."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    places = np.log(values) if log else values
    middles = (places[1:] + places[:-1]) / 2
    edges = np.concatenate([[2 * places[0] - middles[0]], middles, [2 * places[-1] - middles[-1]]])
    return np.exp(edges) if log else edges
