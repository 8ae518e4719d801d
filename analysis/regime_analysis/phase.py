"""The phase diagram of a sweep: validation accuracy and number of states over two axes.

Cells are means over replicates and every other axis (for states the geometric mean, as their
colours are logarithmic), except over one third axis, along which there is one column of panels
each. Beside them stands the paper's Figure 9 where gain and fraction take values of its grid.
"""

from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.lines import Line2D

from . import compare, grid, measures, paper
from .dataset import axes, has_code, select

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend is chosen before

X_CANDIDATES, Y_CANDIDATES = ("fraction", "dataset_size", "max_length"), ("gain", "learning_rate")
MAX_COLUMNS = 6
CAPTION, LEGEND = 0.25, 0.25  # inches below the panels
PANEL = 2.9, 3.1  # inches
BAR = 0.75  # inches beside the panels
INK = "0.15"
DOT = dict(marker="o", linestyle="none", color="white", markersize=4, markeredgecolor=INK,
           markeredgewidth=0.8)
STYLE = {"font.size": 9, "axes.linewidth": 0.6, "axes.titlesize": 9, "axes.titlelocation": "left",
         "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.direction": "out",
         "hatch.linewidth": 0.5, "savefig.dpi": 200, "figure.facecolor": "white"}


@dataclass
class Column:
    """What one column of panels shows: {measure: values[y][x]}, {mark: mask[y][x]}."""

    title: str
    x: grid.Scale
    y: grid.Scale
    values: dict
    marks: dict


def phase(ds, out, x=None, y=None, columns=None, selection=None):
    """Draws the diagram into the file `out`; chooses axes not given. selection: {axis: value}."""
    ds = _one_label_per_axis(select(ds, **(selection or {})))
    x, y = _choose(ds, x, X_CANDIDATES, taken=y), _choose(ds, y, Y_CANDIDATES, taken=x)
    ds = ds.sortby([x, y])
    third = columns or _third_axis(ds, x, y)
    panels = _sweep_columns(ds, x, y, third)
    like = paper.figure9_like(ds) if len(panels) == 1 and {x, y} == {"fraction", "gain"} else None
    if like is not None:
        panels.append(_paper_column(x, y))
    with plt.rc_context(STYLE):
        figure, rows = _draw(panels)
        _label(rows, panels)
        handles = _draw_boundaries(ds, rows[0], x) if like is not None else []
        notes = paper.differences(ds) if like is not None else []
        _explain(figure, handles + _mark_handles(panels), _caption(ds, {x, y, third}, notes))
        figure.savefig(out)
        plt.close(figure)


def _one_label_per_axis(ds):
    """Axes of several knobs take the label of the first whose values differ: a name for x or y."""
    for axis in axes(ds):
        members = [name for name, coord in ds.coords.items()
                   if coord.dims == (axis,) and name not in (axis, "finished")
                   and len(np.unique(coord)) == coord.size]
        if members:
            ds = ds.swap_dims({axis: members[0]})
    return ds


def _choose(ds, given, candidates, taken):
    if given is not None:
        if given not in axes(ds):
            raise KeyError(f"{given} is no axis of this sweep: {', '.join(axes(ds))}")
        return given
    wide = [name for name in axes(ds) if ds.sizes[name] > 1 and name not in ("replicate", taken)]
    wide += [name for name in axes(ds) if name not in (*wide, taken)]
    ranked = [name for name in candidates if name in wide]
    ranked += [name for name in wide if name not in X_CANDIDATES + Y_CANDIDATES] + wide
    if not ranked:
        raise ValueError("a phase diagram needs two axes")
    return ranked[0]


def _third_axis(ds, x, y):
    return next((name for name in axes(ds) if name not in (x, y, "replicate")
                 and 1 < ds.sizes[name] <= MAX_COLUMNS), None)


def _sweep_columns(ds, x, y, third):
    if third is None:
        return [_sweep_column(ds, x, y, f"this sweep: {_name(ds)}")]
    label = grid.axis_label(third)
    return [_sweep_column(ds.isel({third: [i]}), x, y, f"{label} = {ds[third].values[i]}")
            for i in range(ds.sizes[third])]


def _sweep_column(ds, x, y, title):
    done = measures.over(measures.done(ds), x, y).values
    by_loss = measures.over(measures.stopped_by_loss(ds), x, y).values
    diverged = measures.over(has_code(ds["status"], "diverged"), x, y).values.any(axis=-1)
    known = done.any(axis=-1)
    marks = {"unfinished": ~known & ~diverged, "diverged": ~known & diverged,
             "doubtful": (done & ~by_loss).any(axis=-1)}
    accuracy = measures.over(measures.accuracy(ds), x, y).values
    states = np.log(measures.over(measures.states(ds), x, y).values)
    values = {"accuracy": _mean(accuracy), "states": np.exp(_mean(states))}
    return Column(title, grid.Scale(x, ds[x].values), grid.Scale(y, ds[y].values), values, marks)


def _mean(trials):
    """Over the trials that have a value; NaN where none has."""
    known = np.isfinite(trials)
    total = np.where(known, trials, 0).sum(axis=-1)
    return np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), np.nan)


def _paper_column(x, y):
    figure9 = paper.figure9().transpose(y, x)
    values = {"accuracy": figure9["validation_accuracy"].values,
              "states": figure9["n_states"].values}
    scales = (grid.Scale(name, figure9[name].values) for name in (x, y))
    return Column(paper.CITATION, *scales, values, {})


def _draw(panels):
    """Measures below one another, columns side by side; a single column lies on its side."""
    shape = (2, len(panels)) if len(panels) > 1 else (1, 2)
    bars = BAR if len(panels) > 1 else 2 * BAR
    size = (0.7 + PANEL[0] * shape[1] + bars, PANEL[1] * shape[0] + CAPTION + LEGEND)
    figure, axes_ = plt.subplots(*shape, figsize=size, squeeze=False, constrained_layout=True)
    rows = axes_.reshape(2, len(panels))
    for row, measure in zip(rows, grid.MEASURES):
        for ax, panel in zip(row, panels):
            mesh = grid.draw(ax, panel.x, panel.y, panel.values[measure], measure, panel.marks)
        grid.colour_bar(figure, mesh, list(row), measure)
    return figure, rows


def _label(rows, panels):
    for ax, panel in zip(rows[0], panels):
        ax.set_title(panel.title)
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


def _explain(figure, handles, caption):
    inch = 1 / figure.get_figheight()
    foot = (CAPTION + (LEGEND if handles else 0)) * inch
    figure.get_layout_engine().set(rect=(0, foot, 1, 1 - foot), w_pad=0.06)
    if handles:
        figure.legend(handles=handles, loc="center left", bbox_to_anchor=(0, 1.4 * CAPTION * inch),
                      ncol=len(handles), frameon=False, fontsize=8, columnspacing=1.4,
                      handletextpad=0.6)
    figure.text(0.012, CAPTION * inch / 3, caption, fontsize=7, color="0.35")


def _name(ds):
    return str(ds.attrs.get("title", "unnamed"))


def _caption(ds, shown, notes):
    averaged = [f"{name} ({ds.sizes[name]})" for name in axes(ds)
                if name not in shown and ds.sizes[name] > 1]
    parts = [_name(ds), f"{int(measures.done(ds).sum())} of {ds['status'].size} points done"]
    if averaged:
        parts.append("mean (states: geometric mean) over " + ", ".join(averaged))
    revision = str(ds.attrs.get("git_revision", "unknown"))[:12]
    parts += [str(ds.attrs.get("source", "regime")), f"git {revision}", *notes]
    return "   ·   ".join(parts)
