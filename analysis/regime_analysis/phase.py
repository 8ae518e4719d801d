"""The phase diagram of a sweep: validation accuracy and number of states over one or two axes.

Two axes make maps, one makes curves. Cells of a map are means over replicates and every other axis
(for states the geometric mean, as their colours are logarithmic), except over one third axis, along
which there is one column of panels each.
"""

import matplotlib
import numpy as np

from . import curves, maps, measures, paper
from .dataset import axes, has_code, select

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend is chosen before

X_CANDIDATES, Y_CANDIDATES = ("fraction", "dataset_size", "max_length"), ("gain", "learning_rate")
REPEATS = ("replicate", "data_seed", "init_seed", "order_seed")  # trials of the same thing
MAX_COLUMNS = 6
CAPTION, LEGEND = 0.25, 0.25  # inches below the panels
STYLE = {"font.size": 9, "axes.linewidth": 0.6, "axes.titlesize": 9, "axes.titlelocation": "left",
         "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.direction": "out",
         "hatch.linewidth": 0.5, "savefig.dpi": 200, "figure.facecolor": "white"}


def phase(ds, out, x=None, y=None, columns=None, selection=None):
    """Draws the diagram into the file `out`; chooses axes not given. selection: {axis: value}."""
    ds = _one_label_per_axis(select(ds, **(selection or {})))
    x, y, third = choose_axes(ds, x, y, columns)
    ds = _ascending(ds, x, y)
    foot = CAPTION + LEGEND
    with plt.rc_context(STYLE):
        figure, handles = maps.draw(ds, x, y, third, foot) if y else curves.draw(ds, x, foot)
        notes = paper.differences(ds) if y and maps.is_on_paper_grid(ds, x, y) else []
        _explain(figure, handles, _caption(ds, {x, y, third}, notes))
        figure.savefig(out)
        plt.close(figure)


def choose_axes(ds, x=None, y=None, columns=None):
    """Axes to the right, upright and of the columns. The latter are None where the sweep has no
    more; repeats are averaged over unless there is nothing else, or they are asked for."""
    _require_axes(ds, [name for name in (x, y, columns) if name is not None])
    wide = [name for name in axes(ds) if ds.sizes[name] > 1]
    wide = [name for name in wide if name not in REPEATS] or wide
    free = [name for name in wide if name not in (x, y, columns)]
    x = x or _first(X_CANDIDATES, Y_CANDIDATES, free[::-1])
    y = y or _first(Y_CANDIDATES, X_CANDIDATES, [name for name in free if name != x])
    x, y = (x, y) if x else (y, None)
    if x is None:
        raise ValueError("no axis of more than one value is left to draw over: "
                         "regime point FILE prints the values of one point")
    if columns and not y:
        raise ValueError(f"columns over {columns} need two more axes to draw over")
    return x, y, columns or (_third_axis(ds, free, x, y) if y else None)


def _require_axes(ds, names):
    for name in names:
        if name not in axes(ds):
            raise KeyError(f"{name} is no axis of this sweep: {', '.join(axes(ds)) or 'it has none'}")
        if names.count(name) > 1:
            raise ValueError(f"{name} can be drawn in one direction only")


def _first(candidates, others, names):
    """The first candidate there is, else a name that is no candidate for the other direction."""
    ranked = [name for name in candidates if name in names]
    ranked += [name for name in names if name not in others]
    return next(iter(ranked + list(names)), None)


def _third_axis(ds, free, x, y):
    return next((name for name in free if name not in (x, y) and ds.sizes[name] <= MAX_COLUMNS),
                None)


def _one_label_per_axis(ds):
    """Axes of several knobs take the label of the first whose values differ: a name for x or y."""
    for axis in axes(ds):
        members = [name for name, coord in ds.coords.items()
                   if coord.dims == (axis,) and name not in (axis, "finished")
                   and len(np.unique(coord)) == coord.size]
        if members:
            ds = ds.swap_dims({axis: members[0]})
    return ds


def _ascending(ds, *names):
    """Sorted along axes of numbers; names keep the order in which the sweep lists them."""
    return ds.sortby([name for name in names if name and ds[name].dtype.kind in "iuf"])


def _explain(figure, handles, caption):
    inch = 1 / figure.get_figheight()
    foot = (CAPTION + (LEGEND if handles else 0)) * inch
    figure.get_layout_engine().set(rect=(0, foot, 1, 1 - foot), w_pad=0.06)
    if handles:
        figure.legend(handles=handles, loc="center left", bbox_to_anchor=(0, 1.4 * CAPTION * inch),
                      ncol=len(handles), frameon=False, fontsize=8, columnspacing=1.4,
                      handletextpad=0.6)
    figure.text(0.012, CAPTION * inch / 3, caption, fontsize=7, color="0.35")


def _caption(ds, shown, notes):
    averaged = [f"{name} ({ds.sizes[name]})" for name in axes(ds)
                if name not in shown and ds.sizes[name] > 1]
    n_diverged = int(has_code(ds["status"], "diverged").sum())
    done = f"{int(measures.done(ds).sum())} of {ds['status'].size} points done"
    parts = [str(ds.attrs.get("title", "unnamed")),
             done + (f", {n_diverged} diverged" if n_diverged else "")]
    if averaged:
        parts.append("mean (states: geometric mean) over " + ", ".join(averaged))
    revision = str(ds.attrs.get("git_revision", "unknown"))[:12]
    parts += [str(ds.attrs.get("source", "regime")), f"git {revision}", *notes]
    return "   ·   ".join(parts)
