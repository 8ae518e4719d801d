"""What a page holds of a sweep: columns over the axes, automata, curves, as long as they fit."""

import re
import shlex
from contextlib import contextmanager
from dataclasses import dataclass, field

import h5py
import matplotlib
import numpy as np

from .. import dataset
from ..dataset import PROVENANCE, UNMASKED, axes, has_code, meanings
from ..layout import REPEATS, X_CANDIDATES, Y_CANDIDATES, first_of
from ..measures import short_of_stop_loss
from . import automata, dimensions
from .blocks import Blocks
from .dimensions import plain

FIRST = ("validation_accuracy", "kernel_distance", "test_loss", "train_loss")
_DRAWN = re.compile(r'^\s*draw\s*=\s*"map --column (\w+)', re.MULTILINE)  # in a sweep file
_DECLARED = re.compile(r'^columns: name = "(\w+)"', re.MULTILINE)  # of model `command`, as resolved
_OF_RUN = {PROVENANCE + "wall_seconds": "Seconds that the point took",
           PROVENANCE + "rank": "Rank that trained the point"}
_MOST_VALUES = 32  # of a point in one column; more are no measure but weights or tables
_MOST_LINES = 16  # of one curve
_COLOURS = 33
_HISTORY = "_history"


@dataclass
class Contents:
    """What a page holds: its description (for JSON), the arrays, and what is left out, and why."""

    description: dict
    blocks: Blocks
    left_out: list = field(default_factory=list)


@contextmanager
def opened(path):
    """The Dataset without what no page shows: weights, tables of pairs, snapshots."""
    ds = dataset.open(path, drop_variables=_too_large(path))
    try:
        yield ds
    finally:
        ds.close()


def of(ds, path, limit):
    """The Contents of a page, `limit` bytes of arrays."""
    found = Contents({}, Blocks(limit))
    found.description.update(
        title=str(ds.attrs.get("title", "")), axes=[_axis(ds, name) for name in axes(ds)],
        rerun=_rerun(ds, path), colours=_colours())
    found.description["status"] = _column(ds, "status", found.blocks)
    found.description["doubtful"] = found.blocks.add_points(
        short_of_stop_loss(ds).values, ds["status"].size, "u1")
    _require_room(found, limit)
    found.description["columns"] = _columns(ds, found)
    found.description["first"] = _first_view(ds, found.description["columns"])
    found.description["automata"] = automata.of(ds, found)
    found.description.update(_curves(ds, found))
    return found


# ---- axes ----------------------------------------------------------------------------------------


def _axis(ds, name):
    """An axis; of several knobs, with the values of each."""
    values = plain(ds[name].values) if name in ds.coords else list(range(ds.sizes[name]))
    members = {coord: plain(ds[coord].values) for coord in ds.coords
               if ds[coord].dims == (name,) and coord not in (name, "finished")}
    return {"name": name, "values": values, "members": members, "repeats": name in REPEATS,
            "upright": name in Y_CANDIDATES}


def _first_view(ds, columns):
    names = [column["name"] for column in columns]
    drawn = _DRAWN.findall(str(ds.attrs.get("sweep_file", "")))
    column = next((name for name in (*drawn, *_declared(ds), *FIRST) if name in names), names[0])
    wide = [name for name in axes(ds) if ds.sizes[name] > 1]
    free = [name for name in wide if name not in REPEATS] or wide
    x = first_of(X_CANDIDATES, free[::-1], Y_CANDIDATES)
    y = first_of(Y_CANDIDATES, [name for name in free if name != x], X_CANDIDATES)
    return {"column": column, "x": x, "y": y}


def _rerun(ds, path):
    """The words before and after a point's place in the command that trains it again alone."""
    team = next((line.split()[2:] for line in _resolved(ds).splitlines()
                 if line.startswith("team =")), ["1", "1"])
    n_ranks = int(np.prod([int(n) for n in team]))
    if n_ranks == 1 and not _declared(ds):
        return {"before": f"regime replay {shlex.quote(path)}", "each": "",
                "after": "-o point.h5", "note": "", "ranks": 1}
    overrides = [f"--set {shlex.quote(line)}"
                 for line in str(ds.attrs.get("overrides", "")).splitlines() if line]
    start = [f"mpirun -q -n {n_ranks}"] if n_ranks > 1 else []
    return {"before": " ".join([*start, "regime run SWEEP.cfg", *overrides]),
            "each": "--only ", "after": "-o point.h5", "ranks": n_ranks,
            "note": "SWEEP.cfg is the text of the sweep, below under Provenance"}


def _declared(ds):
    """The columns that the sweep declares, of model `command`."""
    return _DECLARED.findall(_resolved(ds))


def _resolved(ds):
    return str(ds.attrs.get("sweep_resolved", ""))


# ---- columns -------------------------------------------------------------------------------------


def _columns(ds, found):
    columns = [found.description["status"]]
    if "failure" in ds and has_code(ds["status"], "failed").any():
        columns.append(_column(ds, "failure", found.blocks))
    for name in _drawable(ds):
        if not _has_values(ds, name):
            found.left_out.append(f"{name}: no point has a value")
            continue
        column = _column(ds, name, found.blocks)
        if column is None:
            found.left_out.append(f"{name}: does not fit")
        else:
            columns.append(column)
    return columns


def _drawable(ds):
    """Names of the columns over all axes with few values a point, those of the run last."""
    names = [name for name in ds.data_vars if set(axes(ds)) <= set(ds[name].dims)
             and "record" not in ds[name].dims and name not in (*UNMASKED, *automata.TABLES)
             and (name in _OF_RUN or not name.startswith(PROVENANCE))
             and ds[name].dtype.kind in "fiub"]
    return sorted(names, key=lambda name: name.startswith(PROVENANCE))


def _has_values(ds, name):
    return ds[name].dtype.kind != "f" or bool(np.isfinite(ds[name].values).any())


def _column(ds, name, blocks):
    """The description of a column whose values over (axes..., dims...) are packed, or None."""
    variable = ds[name].transpose(*axes(ds), ...)
    codes = _codes(variable)
    packed = blocks.add_points(variable.values, ds["status"].size, "u1" if codes else None)
    return packed and {**packed, **_about(ds, name, variable.dims[len(axes(ds)):]), "codes": codes}


def _codes(variable):
    if variable.dtype == bool:
        return {"no": 0, "yes": 1}
    return meanings(variable) if "flag_meanings" in variable.attrs else None


def _about(ds, name, dims):
    attributes, described = ds[name].attrs, [dimensions.of(ds, dim) for dim in dims]
    lone = "".join(f" ({dim['name'].replace('_', ' ')} {dim['texts'][0]})" for dim in described
                   if "texts" in dim and len(dim["values"]) == 1)  # others have a slider
    return {"name": name.removeprefix(PROVENANCE), "unit": str(attributes.get("units", "1")),
            "label": str(_OF_RUN.get(name) or attributes.get("long_name", "")) + lone,
            "ofRun": name.startswith(PROVENANCE), "ofAll": name in UNMASKED, "dims": described}


# ---- curves --------------------------------------------------------------------------------------


def _curves(ds, found):
    """Curves at every record, at every second, fourth, ... if not even one fits otherwise."""
    names = [name for name in ds.data_vars if name.endswith(_HISTORY) and "record" in ds[name].dims
             and ds[name].dtype.kind in "fi" and set(axes(ds)) <= set(ds[name].dims)]
    names.sort(key=lambda name: _rank(name.removesuffix(_HISTORY)))
    room = found.blocks.left // (4 * ds["status"].size)
    stride, kept = _thinned(ds.sizes.get("record", 0), room)
    if names and stride > 1:
        found.left_out.append(f"curves: of {stride} records all but one do not fit")
    curves = [_curve(ds, name, ds[name].isel(record=kept).transpose(*axes(ds), ..., "record"), found)
              for name in names]
    courses = [_course(ds, name, found) for name in _declared(ds) if _is_course(ds, name)]
    return {"epochs": plain(ds["epoch"].values[kept]) if names else [],
            "curves": [curve for curve in curves + courses if curve]}


def _is_course(ds, name):
    """Does a declared column of numbers extend over several numbers?"""
    if name not in ds or ds[name].dtype.kind not in "fi":
        return False
    inner = ds[name].dims[len(axes(ds)):][:1]
    return all(dim in ds.coords and ds.sizes[dim] > 1 for dim in inner) and inner != ()


def _course(ds, name, found):
    """The curve of such a column, with the places of its first own dimension."""
    dim = ds[name].dims[len(axes(ds))]
    curve = _curve(ds, name, ds[name].transpose(*axes(ds), ..., dim), found)
    return curve and {**curve, "x": plain(ds[dim].values), "xName": dim}


def _thinned(n_records, room):
    """The smallest stride, a power of two, of which the records fit into `room`, and those."""
    records, stride = np.arange(n_records), 1
    while True:
        kept = np.unique(np.append(records[::stride], records[-1:]))
        if kept.size <= room or stride >= n_records:
            return stride, kept
        stride *= 2


def _curve(ds, name, variable, found):
    """Of a variable over the axes, what gives a line a value, and what the line goes over."""
    dims = variable.dims[len(axes(ds)):-1]
    lines = int(np.prod([ds.sizes[dim] for dim in dims]))
    if variable.size * 4 > found.blocks.left:
        found.left_out.append(f"{name}: does not fit")
        return None
    if lines > _MOST_LINES or not np.isfinite(variable.values).any():
        found.left_out.append(f"{name}: " + ("no point has a value" if lines <= _MOST_LINES
                                              else f"{lines} lines a point"))
        return None
    packed = found.blocks.add_points(variable.values, ds["status"].size)
    if packed is None:
        found.left_out.append(f"{name}: does not fit")
        return None
    return {**packed, **_about(ds, name, dims), "name": name.removesuffix(_HISTORY)}


def _rank(name):
    """Losses first, then what generalises, then all others as in the file."""
    first = ("train_loss", "test_loss", "mode_strength", "validation_accuracy", "n_states",
             "heldout_accuracy", "train_accuracy")
    return first.index(name) if name in first else len(first)


# ---- helpers -------------------------------------------------------------------------------------


def _too_large(path):
    """Variables with more values a point than a page shows; not the tables of automata."""
    try:
        with h5py.File(path, "r") as file:
            points = max(file["status"].size, 1)
            n_records = file["record"].size if "record" in file else 1
            return [name for name, variable in file.items()
                    if isinstance(variable, h5py.Dataset) and name not in automata.TABLES
                    and _is_large(name, variable, points, n_records)]
    except (OSError, KeyError, RuntimeError, AttributeError):
        return []  # dataset.open says what is wrong with the file


def _is_large(name, variable, points, n_records):
    most = _MOST_LINES * n_records if name.endswith(_HISTORY) else _MOST_VALUES
    return variable.size > most * points and (variable.ndim > 1 or name.startswith("snapshot"))


def _require_room(found, limit):
    if found.description["status"] is None or found.description["doubtful"] is None:
        raise ValueError(f"{limit} bytes are too few for a page of this sweep: --limit MIB")


def _colours():
    """Viridis, which is even in lightness and legible to the colour-blind."""
    steps = matplotlib.colormaps["viridis"](np.linspace(0, 1, _COLOURS))[:, :3]
    return np.round(steps * 255).astype(int).tolist()
