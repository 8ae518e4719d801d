"""Test support: what is skipped, and a writer of sweep files by the contract."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
np, h5py, xarray, *_ = (pytest.importorskip(name)
                        for name in ("numpy", "h5py", "xarray", "h5netcdf", "matplotlib"))

STATUS = ("pending", "done", "diverged", "failed")
STOPPED_BY = ("nothing", "loss", "max_epochs", "diverged", "failed")
FILLS = {"f": np.nan, "i": -1}


PROGRAM = os.environ.get("REGIME_PROGRAM")
needs_program = pytest.mark.skipif(PROGRAM is None, reason="REGIME_PROGRAM names no program")


def train(sweep, path, *options):
    """Runs the program on a sweep file; its output."""
    return subprocess.run([PROGRAM, "run", sweep, "-o", path, *options], check=True, timeout=100,
                          stdout=subprocess.PIPE, text=True).stdout


def command(*arguments):
    """Exit code, output and errors of a command of the package."""
    from regime_analysis import __main__

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = __main__.main(list(arguments))
    return code, out.getvalue(), err.getvalue()


class SweepFile:
    """Writes a sweep file with h5py: scales, columns, settings and provenance."""

    def __init__(self, path, axes, settings, title="synthetic"):
        self.file = h5py.File(path, "w", track_order=True)
        self.axes, self.shape = list(axes), tuple(len(values) for values in axes.values())
        self.file.attrs.update(title=title, source="regime 0.1.0", git_revision="0123456789abcdef",
                               model="parity_rnn", format_version=np.int32(1))
        for name, values in axes.items():
            self._axis(self.file, name, values)
        group = self.file.create_group("settings", track_order=True)
        group.attrs.update(settings)
        self.scalars = [name for name, value in settings.items() if not isinstance(value, str)]
        for name in self.scalars:
            self.file.create_dataset(name, data=settings[name])
        self._provenance(axes)

    def dimension(self, name, values):
        self._scale(self.file, name, np.asarray(values))

    def codes(self, name, codes, meanings):
        self.column(name, np.asarray(codes, np.uint8), fill=False)
        self.file[name].attrs.update(flag_values=np.arange(len(meanings), dtype=np.uint8),
                                     flag_meanings=" ".join(meanings))

    def column(self, name, values, dims=(), fill=True, **attributes):
        values = np.asarray(values)
        variable = self.file.create_dataset(name, data=values)
        for i, dim in enumerate([*self.axes, *dims]):
            variable.dims[i].attach_scale(self.file[dim])
        if fill:
            variable.attrs["_FillValue"] = np.array([FILLS[values.dtype.kind]], values.dtype)
        variable.attrs.update(long_name=name, units="1", coordinates=" ".join(self.scalars),
                              **attributes)

    def names(self, knob, axis, names):
        self._characters(self.file, knob + "_name", [axis], knob + "_len", names)

    def close(self):
        self.file.close()

    def _scale(self, group, name, values):
        group.create_dataset(name, data=values).make_scale(name)

    def _axis(self, group, name, values):
        values = np.asarray(values)
        if values.dtype.kind != "U":
            return self._scale(group, name, values)
        self._scale(group, name, np.arange(len(values), dtype="i4"))
        width = max(len(value) for value in values)
        self._characters(group, name + "_name", [name], name + "_len", values.astype(f"S{width}"))

    def _characters(self, group, name, dims, length_name, strings):
        width = strings.dtype.itemsize
        length = group.create_dataset(length_name, shape=(width,), dtype=">f4")
        length.make_scale(f"This is a netCDF dimension but not a netCDF variable.{width:10d}")
        characters = np.frombuffer(strings.tobytes(), "S1").reshape(*strings.shape, width)
        variable = group.create_dataset(name, data=characters)
        variable.attrs["_Encoding"] = "utf-8"
        for i, dim in enumerate([*dims, length_name]):
            variable.dims[i].attach_scale(group[dim])

    def _provenance(self, axes):
        group = self.file.create_group("provenance", track_order=True)
        for name, values in axes.items():
            self._axis(group, name, values)
        self._characters(group, "host", self.axes, "host_len", np.full(self.shape, b"node01"))
        for name, value in (("rank", np.int32(0)), ("start", 1.7e9), ("wall_seconds", 2.5)):
            variable = group.create_dataset(name, data=np.full(self.shape, value))
            for i, dim in enumerate(self.axes):
                variable.dims[i].attach_scale(group[dim])


def write_phase(path, axes, accuracy, states, status=None, stopped_by=None, title="synthetic"):
    """A sweep file with the columns of a phase diagram over `axes`, all done by default."""
    sweep = SweepFile(path, axes, {"hidden": np.int64(100), "activation": "relu",
                                   "validation_strings": np.int64(30)}, title)
    sweep.dimension("validation_length", np.array([50, 100], "i8"))
    sweep.dimension("merge_distance", np.array([0.01, 0.1]))
    ones = np.ones(sweep.shape)
    sweep.codes("status", ones if status is None else status, STATUS)
    sweep.codes("stopped_by", ones if stopped_by is None else stopped_by, STOPPED_BY)
    sweep.column("checksum", np.ones(sweep.shape, np.uint64), fill=False)
    decoy = np.full(sweep.shape, 0.1, "f4")
    sweep.column("validation_accuracy", np.stack([decoy, np.asarray(accuracy, "f4")], -1),
                 ["validation_length"])
    sweep.column("n_states", np.stack([np.full(sweep.shape, 2000, "i4"),
                                       np.asarray(states, "i4")], -1), ["merge_distance"])
    sweep.column("is_finite", np.ones((*sweep.shape, 2), "i1"), ["merge_distance"], fill=False,
                 dtype="bool")
    sweep.close()
