"""Maps over two axes: accuracy and number of states in colour, one column of panels a value of a
third axis. Beside them stands the paper's Figure 9 where gain and fraction take values of its grid.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from . import compare, grid, measures, paper
from .dataset import has_code

PANEL = 2.9, 3.1  # inches
BAR = 0.75  # inches beside the panels
INK = "0.15"
DOT = dict(marker="o", linestyle="none", color="white", markersize=4, markeredgecolor=INK,
           markeredgewidth=0.8)


@dataclass
class Column:
    """What one column of panels shows: {measure: values[y][x]}, {mark: mask[y][x]}."""

    title: str
    x: grid.Scale
    y: grid.Scale
    values: dict
    marks: dict
    most_states: int


def draw(ds, x, y, third, foot):
    """The figure, with `foot` inches left free below, and the handles of its legend."""
    panels = sweep_columns(ds, x, y, third)
    beside_paper = third is None and is_on_paper_grid(ds, x, y)
    if beside_paper:
        panels.append(_paper_column(x, y))
    figure, rows = _draw(panels, foot)
    _label(rows, panels)
    boundaries = _draw_boundaries(ds, rows[0], x) if beside_paper else []
    return figure, boundaries + _mark_handles(panels)


def is_on_paper_grid(ds, x, y):
    return {x, y} == {"fraction", "gain"} and paper.figure9_like(ds) is not None


def sweep_columns(ds, x, y, third):
    if third is None:
        return [sweep_column(ds, x, y, f"this sweep: {ds.attrs.get('title', 'unnamed')}")]
    label = grid.axis_label(third)
    return [sweep_column(ds.isel({third: [i]}), x, y, f"{label} = {ds[third].values[i]}")
            for i in range(ds.sizes[third])]


def sweep_column(ds, x, y, title):
    done = measures.over(measures.done(ds), y, x).values
    by_loss = measures.over(measures.stopped_by_loss(ds), y, x).values
    diverged = measures.over(has_code(ds["status"], "diverged"), y, x).values.any(axis=-1)
    known = done.any(axis=-1)
    marks = {"unfinished": ~known & ~diverged, "diverged": ~known & diverged,
             "doubtful": (done & ~by_loss).any(axis=-1)}
    values = {measure: measures.mean(measure, measures.over(column(ds), y, x).values)
              for measure, column in measures.SHOWN.items()}
    return Column(title, grid.Scale(x, ds[x].values), grid.Scale(y, ds[y].values), values, marks,
                  measures.most_states(ds))


def _paper_column(x, y):
    figure9 = paper.figure9().transpose(y, x)
    values = {"accuracy": figure9["validation_accuracy"].values,
              "states": figure9["n_states"].values}
    scales = (grid.Scale(name, figure9[name].values) for name in (x, y))
    most_states = measures.n_strings(paper.SETTINGS["analysis_length"])
    return Column(paper.CITATION, *scales, values, {}, most_states)


def _draw(panels, foot):
    """Measures below one another, columns side by side; a single column lies on its side."""
    shape = (2, len(panels)) if len(panels) > 1 else (1, 2)
    bars = BAR if len(panels) > 1 else 2 * BAR
    size = (0.7 + PANEL[0] * shape[1] + bars, PANEL[1] * shape[0] + foot)
    figure, axes_ = plt.subplots(*shape, figsize=size, squeeze=False, constrained_layout=True)
    rows = axes_.reshape(2, len(panels))
    looks = grid.looks(max(panel.most_states for panel in panels))
    for row, (measure, look) in zip(rows, looks.items()):
        for ax, panel in zip(row, panels):
            mesh = grid.draw(ax, panel.x, panel.y, panel.values[measure], look, panel.marks)
        grid.colour_bar(figure, mesh, list(row), look, labelled=len(panels) > 1)
    return figure, rows


def _label(rows, panels):
    """Panels side by side are titled by what they show of the sweep; a single column's two by the
    measure, whose name on a colour bar would read as the label of the panel to its right."""
    titles = [panel.title for panel in panels] if len(panels) > 1 else grid.MEASURE_LABELS.values()
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


def _mark_handles(panels):
    shown = {name for panel in panels for name, mask in panel.marks.items() if mask.any()}
    return grid.legend_handles(shown)
