"""Other programs open the file as it is: xarray through h5netcdf and netCDF4, h5py, ncdump, h5dump. The
checksums are computed once more, as docs/file_format.md defines them.

write_readers.py SAMPLE_FILE: the program that writes the samples, whose element number i of field f of
point p is 1000 p + 100 f + i (a sixteenth of it in double precision, its last bit in flags and codes).
Exits 77 where xarray and its engines are missing.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import h5netcdf  # noqa: F401
    import h5py
    import netCDF4  # noqa: F401
    import numpy as np
    import xarray as xr
    import xxhash
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ENGINES = ("h5netcdf", "netcdf4")
FIELDS = """epochs_trained epochs_trained_at_loss stopped_by stopped_by_at_loss train_loss
    train_loss_history train_loss_at_loss validation_loss validation_loss_history
    validation_loss_at_loss n_states n_states_at_loss is_finite is_finite_at_loss W W_initial V
    V_initial""".split()
MORE = {"history": "record", "at_loss": "measure_at_loss"}
OWN = {"validation_loss": ("length",), "W": ("unit", "unit_from"), "V": ("unit",)}


def dims_of(name):
    """The dimensions of a field beside the axes."""
    base, moment = name, ()
    for suffix, dim in MORE.items():
        if name.endswith("_" + suffix):
            base, moment = name[: -len(suffix) - 1], (dim,)
    return moment + OWN.get(base.removesuffix("_initial"), ())


def expected(number, point, shape, kind):
    values = 1000.0 * point + 100 * number + np.arange(int(np.prod(shape))).reshape(shape)
    return {"float64": values / 16, "flag": values % 2}.get(kind, values)


def kind_of(name, array):
    if name.startswith(("stopped_by", "is_finite")):
        return "flag"
    whole = name.startswith(("epochs_trained", "n_states"))  # decoded to floats by their fill value
    return "float64" if array.dtype == np.float64 and not whole else "plain"


def check_fields(ds, axes, n_done):
    shape = tuple(ds.sizes[a] for a in axes)
    n = int(np.prod(shape))
    for number, name in enumerate(FIELDS):
        array = ds[name]
        assert array.dims == axes + dims_of(name), (name, array.dims)
        assert array.attrs["long_name"] and array.attrs["units"] in ("1", "s"), name
        rows = array.values.reshape((n,) + array.shape[len(axes):])
        for point in range(n_done):
            want = expected(number, point, rows.shape[1:], kind_of(name, array))
            assert np.array_equal(rows[point], want.astype(rows.dtype)), (name, point, rows[point], want)
        if kind_of(name, array) != "flag":
            assert np.isnan(rows[n_done:]).all(), name


def check_common(ds, axes, n_done):
    check_fields(ds, axes, n_done)
    own = ["status", "checksum", "frame_checksum"]
    assert [v for v in ds.data_vars if v != "activation_name"] == FIELDS + own
    status = ds.status.values.ravel()
    assert ds.status.dtype == np.uint8 and ds.checksum.dtype == np.uint64
    assert ds.frame_checksum.dims == () and int(ds.frame_checksum) != 0
    assert ds.is_finite.dtype == bool
    assert ds.status.attrs["flag_meanings"].split()[status[0]] == "done"
    assert list(status[:n_done]) == [2 if i % 5 == 4 else 1 for i in range(n_done)]
    assert not status[n_done:].any() and ds.checksum.values.ravel()[:n_done].all()
    assert list(ds.epoch.values) == [0, 1, 10] and ds.epoch.dims == ("record",)
    assert list(ds.length.values) == [50, 100] and list(ds.measure_at_loss.values) == [0.1, 0.01]
    assert int(ds.max_epochs) == 10 and ds.max_epochs.dims == () and "max_epochs" in ds.coords
    assert ds.attrs["model"] == "tiny" and ds.attrs["sweep_file"].startswith("// tiny")
    assert "epoch" in ds.train_loss_history.coords and "epoch" not in ds.train_loss.coords


def check_provenance(path, engine, axes, n_done):
    with xr.open_dataset(path, group="provenance", engine=engine) as ds:
        ds.load()
    assert ds.host.dims == axes and set(ds.sizes) == set(axes)
    assert all(ds.host.values.ravel()[:n_done]) and not any(ds.host.values.ravel()[n_done:])
    assert list(ds.start.values.ravel()[:n_done]) == [1e9 + i for i in range(n_done)]
    assert (ds.wall_seconds.values.ravel()[:n_done] == 0.5).all()


def check_grid(ds):
    assert np.array_equal(ds.gain.values, np.linspace(0.1, 1.0, 4))
    assert list(ds.activation_name.values) == ["relu", "tanh"]
    assert "activation_name" in ds.coords and list(ds.replicate.values) == [0, 1, 2]
    assert "gain" in ds.indexes and "width" in ds.coords


def check_pair(ds):
    assert list(ds.pair.values) == [0, 1, 2]
    assert np.allclose(ds.gain.values, [0.1, 0.2, 0.3], rtol=0, atol=1e-15)
    assert ds.gain.dims == ("pair",) and list(ds.width.values) == [1, 2, 3]
    assert "gain" in ds.train_loss.coords


def check_single(ds):
    assert ds.train_loss.dims == () and float(ds.gain) == 0.5


def check_checksums(file):
    status, checksum = file["status"][()].ravel(), file["checksum"][()].ravel()
    rows = [file[name][()].reshape(status.size, -1) for name in file["checksum"].attrs["covers"].split()]
    for point in np.flatnonzero(status):
        digest = int(file.attrs["sweep_hash"], 16)
        for data in [np.array([point, status[point]], "<i8")] + [row[point] for row in rows]:
            digest = xxhash.xxh3_64_intdigest(data.tobytes(), seed=digest)
        assert digest == checksum[point], (point, hex(digest), hex(checksum[point]))


def check_h5py(path):
    with h5py.File(path) as file:
        assert file["checksum"].dtype == np.uint64 and file["checksum"].compression is None
        assert file.attrs["title"] in (b"tiny", "tiny")
        check_checksums(file)


def check_tools(path):
    ncdump = subprocess.run(["ncdump", str(path)], capture_output=True, text=True, check=True)
    assert 'flag_meanings = "pending done diverged failed"' in ncdump.stdout
    assert "_FillValue" not in "".join(l for l in ncdump.stdout.splitlines() if "status:" in l)
    h5dump = subprocess.run(["h5dump", "-p", "-d", "/checksum", str(path)], capture_output=True,
                            text=True, check=True)
    assert "CONTIGUOUS" in h5dump.stdout and "H5T_STD_U64LE" in h5dump.stdout


def sees_a_fault(ds, axes, n_done):
    """The comparison of values must notice a wrong one."""
    wrong = ds.copy(deep=True)
    wrong.W.values.reshape(-1)[0] += 1
    try:
        check_fields(wrong, axes, n_done)
    except AssertionError:
        return True
    return False


def main(sample_file):
    kinds = {
        "grid": (("gain", "activation", "replicate"), 23, check_grid),
        "pair": (("pair",), 2, check_pair),
        "single": ((), 1, check_single),
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, (axes, n_done, check) in kinds.items():
            path = Path(folder) / f"{kind}.h5"
            subprocess.run([sample_file, kind, str(path)], check=True)
            for engine in ENGINES:
                with xr.open_dataset(path, engine=engine) as ds:
                    ds.load()
                check_common(ds, axes, n_done)
                check(ds)
                check_provenance(path, engine, axes, n_done)
                assert sees_a_fault(ds, axes, n_done)
            check_h5py(path)
            check_tools(path)
            print(f"{kind}: xarray ({', '.join(ENGINES)}), h5py, ncdump and h5dump read it")


if __name__ == "__main__":
    main(sys.argv[1])
