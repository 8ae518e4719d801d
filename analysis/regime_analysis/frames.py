"""Tidy pandas frames of a sweep: one observation a row, one variable a column.

Axes come first, also the knobs that move together along one. Codes are their names. Settings that
do not vary are no columns: see settings(ds).
"""

import numpy as np
import pandas as pd

from .dataset import axes, meanings

HISTORY = "_history"
MOST_VALUES = 32  # a further dimension with more of them has a frame of its own: ds[name]


def frame(ds):
    """One row a point: its axes and its columns; status is `pending` where there is nothing yet.

    A column with one further dimension becomes a column a value, as validation_accuracy_100; what
    has more dimensions, or more values than MOST_VALUES, is left out.
    """
    columns = {}
    for name, variable in _over_points(ds):
        further = [dim for dim in variable.dims if dim not in axes(ds)]
        if not further:
            columns[name] = variable
        elif len(further) == 1 and ds.sizes[further[0]] <= MOST_VALUES:
            for place, label in enumerate(_labels(ds, further[0])):
                columns[f"{name}_{label}"] = variable.isel({further[0]: place}, drop=True)
    return _table(ds, columns, axes(ds))


def records(ds):
    """One row a point and record: axes, epoch, and the trajectories, named without _history.

    Records after the end of a point are no rows, nor are points that are not finished. A model without
    records, such as `command`, has no rows.
    """
    dims = (*axes(ds), "record")
    if "record" not in ds.sizes:
        return pd.DataFrame(columns=[*dims, "epoch"])
    columns = {name[:-len(HISTORY)]: variable for name, variable in _over_points(ds)
               if name.endswith(HISTORY) and set(variable.dims) == set(dims)}
    columns["epoch"] = ds["epoch"].broadcast_like(ds["status"])
    table = _table(ds, columns, dims)
    lasted = (ds["epoch"] <= ds["epochs_trained"]) & ds["finished"]
    table = table[lasted.transpose(*dims).values.ravel()].reset_index(drop=True)
    epoch = table.pop("epoch")
    table.insert(table.columns.get_loc("record") + 1, "epoch", epoch)
    return table


def _over_points(ds):
    return [(name, variable) for name, variable in ds.data_vars.items()
            if set(axes(ds)) <= set(variable.dims) and variable.dtype.kind in "biufUSO"]


def _labels(ds, dim):
    values = ds[dim].values if dim in ds.coords else np.arange(ds.sizes[dim])
    return [f"{value:g}" if values.dtype.kind == "f" else str(value) for value in values]


def _table(ds, columns, dims):
    """A row a place in the grid of dims, the last one fastest."""
    grid = np.indices([ds.sizes[dim] for dim in dims]).reshape(len(dims), -1)
    table = {}
    for place, dim in zip(grid, dims):
        table[dim] = (ds[dim].values if dim in ds.coords else np.arange(ds.sizes[dim]))[place]
        table |= {name: coord.values[place] for name, coord in ds.coords.items()
                  if coord.dims == (dim,) and name != dim and dim in axes(ds)
                  and name != "finished"}
    for name, variable in columns.items():
        table[name] = _named(variable, variable.transpose(*dims).values.ravel())
    return pd.DataFrame(table)


def _named(variable, values):
    """The names of codes as a categorical; other values as they are."""
    if "flag_meanings" not in variable.attrs:
        return values
    names = meanings(variable)
    places = {code: place for place, code in enumerate(names.values())}
    return pd.Categorical.from_codes([places.get(value, -1) for value in values.tolist()],
                                     list(names))
