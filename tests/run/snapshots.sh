#!/usr/bin/env bash
# Snapshots of listed points: the same bytes on any number of ranks, after a kill and in slices; damage to one is found,
# and a repair and the next run make it good; h5py and xarray find which point it is of.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; fraction = [0.5, 0.75, 1.0]; replicate = { count = 2; }; };
settings = { hidden = 20; max_length = 6; analysis_length = 6; max_epochs = 4000; stop_loss = 0.002;
             learning_rate = 0.05; validation_lengths = [20]; test_strings = 20; };
record = { every = 500; };
CFG
sed 's/"small"/"plain"/' small.cfg >plain.cfg
echo 'snapshots = ( { gain = 0.1; fraction = 1.0; replicate = 1; }, { gain = 1.0; fraction = 0.5; } );' >>small.cfg

expect 0 "$REGIME" plan small.cfg --no-timing
says "snapshots 3 points"
says "gain=0.1 fraction=1.0 replicate=1"
planned=$(sed -n 's/^ *file .*: \([0-9]*\)[.0-9]* KiB$/\1/p' output)
expect 0 ranks 1 "$REGIME" run small.cfg -o one.h5
bytes=$(stat -c %s one.h5)
off=$((planned * 1024 - bytes))
[ ${off#-} -lt $((bytes / 5)) ] || fail "planned ${planned} KiB, and it takes $bytes bytes"
blanked one.h5 one.blank

expect 0 ranks 2 "$REGIME" run small.cfg -o many.h5 --flush-interval 0.05s
blanked many.h5 many.blank
cmp one.blank many.blank || fail "2 ranks: other bytes"
rm many.h5

expect 0 "$REGIME" run small.cfg -o many.h5 --only gain=1.0
expect 0 ranks 2 "$REGIME" run small.cfg -o many.h5
blanked many.h5 many.blank
cmp one.blank many.blank || fail "in two slices: other bytes"
rm many.h5

# A kill amid the run; what was in training has snapshots of its records so far.
killed=0
for delay in 0.6 0.8 1.0; do
    "$MPIEXEC" -q -n 2 "$REGIME" run small.cfg -o many.h5 --flush-interval 0.02s >killed.log 2>&1 &
    mpirun=$!
    sleep $delay
    mapfile -t victims < <(ps -o pid:1= --ppid $mpirun)
    [ ${#victims[@]} -gt 0 ] && kill -9 "${victims[@]}" && killed=$((killed + 1))
    wait $mpirun
    [ ! -f many.h5 ] || expect 0 "$REGIME" verify many.h5
done
[ "$killed" -gt 0 ] || fail "no run was killed: the test shows nothing"
expect 0 "$REGIME" run small.cfg -o many.h5
blanked many.h5 many.blank
cmp one.blank many.blank || fail "after $killed kills: other bytes"

# A network is trained as if nobody looked.
expect 0 "$REGIME" run plain.cfg
cat >readers.py <<'PY'
import sys
try:
    import h5py
    import numpy as np
    import xarray as xr
except ImportError:
    sys.exit(77)
sys.path.insert(0, sys.argv[1])
import regime_analysis

file, plain = h5py.File("one.h5"), h5py.File("plain.h5")
hidden = file["snapshot_hidden"]
assert [dim[0].name for dim in hidden.dims] == ["/snapshot", "/record", "/string", "/unit"]
assert hidden.shape == (3, 9, 127, 20) and hidden.dtype == np.float32
assert file["snapshot"][:].tolist() == [5, 6, 7]
for name, data in plain.items():
    if isinstance(data, h5py.Dataset) and name not in ("checksum", "frame_checksum"):
        assert data[...].tobytes() == file[name][...].tobytes(), name
assert "covers_snapshots" not in plain["checksum"].attrs and plain.attrs["format_version"] == 1

for engine in "h5netcdf", "netcdf4":
    ds = xr.open_dataset("one.h5", engine=engine)
    assert ds.snapshot_output.dims == ("snapshot", "record", "string", "output")
    where = [ds[axis + "_of_snapshot"].values.tolist() for axis in ("gain", "fraction", "replicate")]
    assert where == [[0.1, 1.0, 1.0], [1.0, 0.5, 0.5], [1, 0, 1]], where
    one = ds.snapshot_output.sel(snapshot=5)
    point = ds.sel(gain=0.1, fraction=1.0, replicate=1)
    assert one.fraction_of_snapshot == 1.0
    # The answers to all strings are those that the accuracy was counted from: every string is trained here.
    words = sorted(f"{code:0{n}b}" for n in range(1, 7) for code in range(2**n))
    parity = np.array([word.count("1") % 2 for word in words])
    for record in range(int((~np.isnan(point.train_accuracy_history)).sum())):
        answers = one.values[record, :-1].argmax(axis=1)
        assert abs((answers == parity).mean() - point.train_accuracy_history.values[record]) < 1e-6
    stopped = np.isnan(point.train_accuracy_history.values)
    assert (np.isnan(one.values).all(axis=(1, 2)) == stopped).all()

# What is not done holds no result.
masked = regime_analysis.open("damaged.h5").snapshot_hidden
assert np.isnan(masked.sel(snapshot=6)).all() and not np.isnan(masked.sel(snapshot=7)).all()
PY

# One bit of the state of point 6.
cp one.h5 damaged.h5
/usr/bin/python3 - <<'PY' || fail "no damage was done"
import h5py
with h5py.File("damaged.h5") as file:
    data = file["snapshot_hidden"]
    place = data.id.get_offset() + 1 * 9 * 127 * 20 * 4 + 1000
with open("damaged.h5", "r+b") as file:
    file.seek(place)
    byte = file.read(1)[0]
    file.seek(place)
    file.write(bytes([byte ^ 1]))
PY
expect 3 "$REGIME" verify damaged.h5
says "gain=1.0 fraction=0.5 replicate=0"
expect 0 "$REGIME" verify damaged.h5 --repair
expect 0 "$REGIME" status damaged.h5
says "1 pending"
/usr/bin/python3 readers.py "$SOURCE/analysis"
read_by=$?
[ $read_by -eq 0 ] || [ $read_by -eq 77 ] || fail "h5py or xarray read it otherwise"
expect 0 "$REGIME" run small.cfg -o damaged.h5
blanked damaged.h5 damaged.blank
cmp one.blank damaged.blank || fail "after a repair: other bytes"

expect 0 "$REGIME" point one.h5 gain=1.0 fraction=0.5 replicate=0
expect 0 "$REGIME" replay one.h5 gain=1.0 fraction=0.5 replicate=0 --record every=1000 -o again.h5
says "have the stored bytes"

# Other snapshots are another sweep.
sed 's/fraction = 0.5;/fraction = 0.75;/' small.cfg >other.cfg
expect 2 "$REGIME" run other.cfg -o one.h5
says "+ snapshots = gain=1.0 fraction=0.75"
finish
