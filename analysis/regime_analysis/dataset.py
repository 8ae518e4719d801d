"""One sweep file as one labelled xarray Dataset: of a finished, a running or a killed run.

The axes of the sweep are the dimensions of `status`. A point is finished when its status is done or
diverged; the boolean coordinate `finished` says which. What other points hold is not a result:
floats are NaN there, codes and flags keep their type and are 0 or False. The status is read before
the columns and the writer commits it after them, so that a live file never shows half a point.
"""

import io
from contextlib import contextmanager

import h5py
import numpy as np
import xarray as xr

FINISHED = ("done", "diverged")
UNMASKED = ("status", "checksum", "failure")  # why a point failed, of model `command`
SNAPSHOT = "snapshot"
PROVENANCE = "provenance_"
SETTING = "setting_"
# What h5py and h5netcdf raise where the bytes they follow lead nowhere.
_SIGNS_OF_DAMAGE = (OSError, RuntimeError, KeyError, IndexError, ValueError, AttributeError)


def open(path, drop_variables=None):
    """The Dataset of a sweep file: of a finished, a running or a killed sweep.

    String axes carry their names as labels. The group `provenance` becomes variables with the
    prefix `provenance_`, the group `settings` attributes with the prefix `setting_`.
    Columns stay on disk until they are used, except in a file with unfinished points.
    `drop_variables`: columns to leave out.
    """
    _require_sweep(path)
    with _naming_damage(path):
        return _mask_unfinished(_name_choices(_open(path, drop_variables)))


def axes(ds):
    """The names of the sweep's axes, outermost first."""
    return ds["status"].dims


def settings(ds):
    """Every knob with the value used; one that varies has the text "axis NAME"."""
    return {name[len(SETTING):]: value for name, value in ds.attrs.items()
            if name.startswith(SETTING)}


def meanings(variable):
    """{name: code} of a coded variable, from flag_values and flag_meanings."""
    names = variable.attrs["flag_meanings"].split()
    return dict(zip(names, np.atleast_1d(variable.attrs["flag_values"]).tolist()))


def has_code(variable, *names):
    """Where a coded variable has one of the named values."""
    codes = meanings(variable)
    return variable.isin([codes[name] for name in names if name in codes])


def select(ds, **values):
    """The part of the Dataset at these axis values: the nearest within half a step, names exactly.

    A member of an axis of several knobs selects along that axis.
    """
    for name, value in values.items():
        if name not in ds.coords or ds[name].ndim != 1:
            raise KeyError(f"{name} is no axis of this sweep: {', '.join(axes(ds))}")
        ds = ds.isel({ds[name].dims[0]: _nearest(name, ds[name].values, value)})
    return ds


def _open(path, drop_variables):
    options = dict(engine="h5netcdf", decode_timedelta=False)
    with h5py.File(path, "r") as file:
        attributes, has_provenance = _settings_of(file), "provenance" in file
    ds = xr.open_dataset(path, drop_variables=drop_variables, **options)
    ds["status"].load()
    ds.attrs.update(attributes)
    if has_provenance:
        ds = _merge_provenance(ds, xr.open_dataset(path, group="provenance", **options))
    return ds


@contextmanager
def _naming_damage(path):
    """HDF5's own messages speak of its insides."""
    try:
        yield
    except _SIGNS_OF_DAMAGE as error:
        if "unable to lock" in str(error):
            raise
        raise ValueError(f"{path} is damaged or cut short: regime verify {path} says where") \
            from error


def _require_sweep(path):
    with io.open(path, "rb"):
        pass
    if not h5py.is_hdf5(path):
        raise ValueError(f"{path}: not an HDF5 file")
    with _naming_damage(path), h5py.File(path, "r") as file:
        is_sweep = "status" in file
    if not is_sweep:
        raise ValueError(f"{path}: not a sweep file of regime: it has no variable `status`")


def _nearest(name, grid, value):
    index = (_nearest_number if grid.dtype.kind in "iufb" else _exact_name)(grid, value)
    if index is None:
        listed = ", ".join(str(v) for v in grid[:40]) + (", ..." if len(grid) > 40 else "")
        raise KeyError(f"{name} = {value}: the axis has {listed}")
    return index


def _exact_name(grid, value):
    return grid.tolist().index(str(value)) if str(value) in grid else None


def _nearest_number(grid, value):
    grid = grid.astype(float)
    try:
        distance = np.abs(grid - float(value))
    except ValueError:
        return None
    index = int(np.argmin(distance))
    others = np.abs(np.delete(grid, index) - grid[index])
    half_step = others.min() / 2 if others.size else 0.0
    # Between two grid values, being the nearest is enough.
    inside = grid.min() <= float(value) <= grid.max()
    return index if inside or distance[index] <= half_step + 1e-9 * abs(grid[index]) else None


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.shape == (1,):
        return value[0]
    return value


def _settings_of(file):
    if "settings" not in file:
        return {}
    return {SETTING + name: _plain(value) for name, value in file["settings"].attrs.items()}


def _merge_provenance(ds, provenance):
    columns = provenance.data_vars
    return ds.assign({PROVENANCE + name: columns[name].variable for name in columns})


def _name_choices(ds):
    """Knobs that choose by name, stored as codes with the names in NAME_name, along their axis."""
    for names in [name for name in ds.variables if name.endswith("_name")]:
        knob, dims = names[:-len("_name")], ds[names].dims
        if len(dims) == 1 and dims[0] in axes(ds):
            labels = ds[names].values.astype(str)
            target = knob if knob in ds.variables else dims[0]
            ds = ds.drop_vars(names).assign_coords({target: (dims, labels)})
    return ds


def _mask_unfinished(ds):
    finished = has_code(ds["status"], *FINISHED)
    ds = ds.assign_coords(finished=finished.variable)
    if bool(finished.all()):
        return ds
    points = set(axes(ds))
    for name, variable in ds.data_vars.items():
        if SNAPSHOT in variable.dims:
            ds[name] = _masked(variable, _of_snapshots(ds, finished))
        elif name not in UNMASKED and points and points <= set(variable.dims):
            ds[name] = _masked(variable, finished)
    return ds


def _of_snapshots(ds, finished):
    """Of the points along the dimension snapshot, whose coordinate is their number in the grid."""
    return xr.DataArray(finished.values.ravel()[ds[SNAPSHOT].values], dims=SNAPSHOT)


def _masked(variable, finished):
    if variable.dtype.kind in "fmMcO":
        masked = variable.where(finished)
    else:
        masked = variable.where(finished, np.zeros((), variable.dtype)).astype(variable.dtype)
    masked.attrs = variable.attrs
    return masked.transpose(*variable.dims)
