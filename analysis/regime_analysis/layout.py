"""Which axes of a sweep a figure shows, and in which direction."""

import numpy as np

from .dataset import axes, select
from .grid import text_of

X_CANDIDATES = ("fraction", "dataset_size", "max_length", "lambda")
Y_CANDIDATES = ("gain", "learning_rate")
REPEATS = ("replicate", "data_seed", "init_seed", "order_seed", "task_seed")  # trials of one thing
MAX_COLUMNS = 6
SELECTED = "selected"


def prepared(ds, selection=None):
    """The part of a sweep that is drawn, its axes named by a knob. selection: {axis: value}; what it
    found is left in the attribute SELECTED."""
    part = select(ds, **(selection or {}))
    found = [f"{name} = {text_of(part[name].item())}" for name in selection or {}]
    return _one_label_per_axis(part.assign_attrs({SELECTED: found}))


def choose_axes(ds, x=None, y=None, columns=None):
    """Axes to the right, upright and of the columns. The latter are None where the sweep has no
    more; repeats are averaged over unless there is nothing else, or they are asked for."""
    require_axes(ds, [name for name in (x, y, columns) if name is not None])
    free = [name for name in wide_axes(ds) if name not in (x, y, columns)]
    x = x or first_of(X_CANDIDATES, free[::-1], Y_CANDIDATES)
    y = y or first_of(Y_CANDIDATES, [name for name in free if name != x], X_CANDIDATES)
    x, y = (x, y) if x else (y, None)
    if x is None:
        raise ValueError("no axis of more than one value is left to draw over: "
                         "regime point FILE prints the values of one point")
    if columns and not y:
        raise ValueError(f"columns over {columns} need two more axes to draw over")
    return x, y, columns or (_third_axis(ds, free, x, y) if y else None)


def wide_axes(ds):
    """Axes of more than one value, repeats only where there are no others."""
    wide = [name for name in axes(ds) if ds.sizes[name] > 1]
    return [name for name in wide if name not in REPEATS] or wide


def require_axes(ds, names):
    for name in names:
        if name not in axes(ds):
            raise KeyError(f"{name} is no axis of this sweep: {', '.join(axes(ds)) or 'it has none'}")
        if names.count(name) > 1:
            raise ValueError(f"{name} can be drawn in one direction only")


def first_of(candidates, names, others=()):
    """The first candidate there is, else a name that is no candidate for the other direction."""
    ranked = [name for name in candidates if name in names]
    ranked += [name for name in names if name not in others]
    return next(iter(ranked + list(names)), None)


def ascending(ds, *names):
    """Sorted along axes of numbers; names keep the order in which the sweep lists them."""
    return ds.sortby([name for name in names if name and ds[name].dtype.kind in "iuf"])


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
