"""Maps over two axes: measures in colour, one column of panels a value of a third axis. Beside a
phase diagram stands the paper's Figure 9 where gain and fraction take values of its grid.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import compare, grid, measures, paper
from .dataset import has_code

PANEL, LONE_PANEL = (2.9, 3.1), (4.2, 3.3)  # inches
BAR = 0.75  # inches beside the panels
INK = "0.15"
DOT = dict(marker="o", linestyle="none", color="white", markersize=4, markeredgecolor=INK,
           markeredgewidth=0.8)
LINE = dict(colors="tab:red", linestyles="--", linewidths=1.5)


@dataclass
class Column:
    """What one column of panels shows: {measure: values[y][x]}, {mark: mask[y][x]}."""

    title: str
    x: grid.Scale
    y: grid.Scale
    values: dict
    marks: dict


def draw(ds, diagram, x, y, third, beside_paper=False, overlay=None):
    """The figure, and the handles of its legend. Cells with points in doubt are hatched. overlay: a
    line of the theory on the sweep's own panels."""
    panels = sweep_columns(ds, diagram, x, y, third)
    if beside_paper:
        panels.append(_paper_column(x, y))
    figure, rows = _draw(panels, diagram.measures)
    _label(rows, panels, diagram.measures)
    boundaries = _draw_boundaries(ds, rows[0], x) if beside_paper else []
    lines = _draw_overlay(rows, overlay, panels[0], x, y) if overlay else []
    return figure, boundaries + lines + _mark_handles(panels)


def is_on_paper_grid(ds, x, y):
    return {x, y} == {"fraction", "gain"} and paper.figure9_like(ds) is not None


def sweep_columns(ds, diagram, x, y, third):
    if third is None:
        title = f"this sweep: {ds.attrs.get('title', 'unnamed')}"
        return [sweep_column(ds, diagram, x, y, title)]
    titles = (f"{grid.axis_label(third)} = {grid.text_of(value)}" for value in ds[third].values)
    return [sweep_column(ds.isel({third: [i]}), diagram, x, y, title)
            for i, title in enumerate(titles)]


def sweep_column(ds, diagram, x, y, title):
    done = measures.over(measures.done(ds), y, x).values
    diverged = measures.over(has_code(ds["status"], "diverged"), y, x).values.any(axis=-1)
    known = done.any(axis=-1)
    marks = {"unfinished": ~known & ~diverged, "diverged": ~known & diverged,
             "doubtful": measures.over(diagram.doubtful(ds), y, x).values.any(axis=-1)}
    values = {name: measure.mean(measures.over(measure.of(ds), y, x).values)
              for name, measure in diagram.measures.items()}
    return Column(title, grid.Scale(x, ds[x].values), grid.Scale(y, ds[y].values), values, marks)


def _paper_column(x, y):
    figure9 = paper.figure9().transpose(y, x)
    values = {"accuracy": figure9["validation_accuracy"].values,
              "states": figure9["n_states"].values}
    scales = (grid.Scale(name, figure9[name].values) for name in (x, y))
    return Column(paper.CITATION, *scales, values, {})


def _draw(panels, shown):
    """Measures below one another, columns side by side; a single column lies on its side."""
    shape = (len(shown), len(panels)) if len(panels) > 1 else (1, len(shown))
    width, height = PANEL if shape[1] > 1 else LONE_PANEL
    bars = BAR if len(panels) > 1 else BAR * len(shown)
    size = (0.7 + width * shape[1] + bars, height * shape[0])
    figure, axes_ = plt.subplots(*shape, figsize=size, squeeze=False, constrained_layout=True)
    rows = axes_.reshape(len(shown), len(panels))
    for row, (name, measure) in zip(rows, shown.items()):
        for ax, panel in zip(row, panels):
            mesh = grid.draw(ax, panel.x, panel.y, panel.values[name], measure.look, panel.marks)
        grid.colour_bar(figure, mesh, list(row), measure.look, labelled=len(panels) > 1)
    return figure, rows


def _label(rows, panels, shown):
    """Panels side by side are titled by what they show of the sweep; a single column's two by the
    measure, whose name on a colour bar would read as the label of the panel to its right."""
    titles = [panel.title for panel in panels] if len(panels) > 1 else \
        [measure.look["label"] for measure in shown.values()]
    for ax, title in zip(rows.flat, titles):
        ax.set_title(title)
    for row in rows:
        for ax, panel in zip(row, panels):
            place = ax.get_subplotspec()
            ax.set_xlabel(panel.x.label() if place.is_last_row() else "")
            ax.set_ylabel(panel.y.label() if place.is_first_col() else "")
            same = np.array_equal(panel.y.edges, panels[0].y.edges)
            ax.tick_params(labelbottom=place.is_last_row(),
                           labelleft=place.is_first_col() or not same)


def _draw_boundaries(ds, row, x):
    """The statistic of `compare` on both panels of accuracy; its legend handle."""
    for band in compare.boundaries(ds):
        inside = ds["gain"].values[paper.in_band(ds["gain"].values, band.gains)]
        _draw_boundary(row[0], band.ours, inside.mean(), x)
        _draw_boundary(row[1], band.paper, np.mean(band.gains), x)
    return [Line2D([], [], label="half of the networks answer 26 of 30 (68 % interval)", **DOT)]


def _draw_boundary(ax, boundary, gain, x):
    error = [[boundary.p50 - boundary.low], [boundary.high - boundary.p50]]
    place = dict(x=boundary.p50, y=gain, xerr=error) if x == "fraction" else \
        dict(x=gain, y=boundary.p50, yerr=error)
    for width, colour in ((3.0, INK), (1.4, "white")):
        ax.errorbar(**place, **DOT, ecolor=colour, elinewidth=width)


def _draw_overlay(rows, overlay, panel, x, y):
    """Where ln(N G^-m) is ln C; its legend handle."""
    field = measures.over(overlay.field, y, x).values.mean(axis=-1)
    for ax in rows[:, 0] if rows.shape[1] > 1 else rows.flat:
        ax.contour(panel.x.values, panel.y.values, field, [overlay.level], **LINE)
    look = dict(color=LINE["colors"], linestyle=LINE["linestyles"], linewidth=LINE["linewidths"])
    return [Line2D([], [], **look,
                   label=f"$N G^{{-{overlay.m}}} = C = {np.exp(overlay.level):.3g}$, fitted")]


def _mark_handles(panels):
    shown = {name for panel in panels for name, mask in panel.marks.items() if mask.any()}
    return grid.legend_handles(shown)
