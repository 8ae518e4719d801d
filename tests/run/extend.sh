#!/usr/bin/env bash
# regime run --extend max_epochs=N: the file becomes, byte for byte outside /provenance, that of one run with max_epochs=N from
# the start; points that max_epochs did not stop are not trained again; a kill at any moment leaves a whole file.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

# Points that reach the loss soon or late, that do not, and that diverge.
cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { hidden = [6, 12]; learning_rate = [0.02, 0.06, 0.2, 100.0]; replicate = { count = 2; }; };
settings = { max_length = 5; analysis_length = 5; max_epochs = 100; stop_loss = 0.1; gain = 0.5; loss = "mse";
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; pairs = true;
             measure_at_loss = [0.2, 0.11]; };
record = { every = 30; };
keep = ("initial", "final", "record");
CFG
sed 's/^record.*/record = { spacing = "log"; count = 12; };/' small.cfg >log.cfg

expect 0 ranks 2 "$REGIME" run small.cfg -o short.h5
expect 0 ranks 2 "$REGIME" run small.cfg -o long.h5 --set max_epochs=400
blanked long.h5 long.blank

# same FILE WHAT
same() {
    expect 0 "$REGIME" verify "$1"
    blanked "$1" same.blank
    cmp long.blank same.blank || fail "$2: other bytes than one long run"
}

# Each way that a point can end is among them, and in the long run another.
/usr/bin/python3 - short.h5 long.h5 <<'PY' || fail "the sweep does not show what it should"
import sys
import h5py
short, long = (h5py.File(name)["stopped_by"][()] for name in sys.argv[1:])
assert {1, 2, 3} <= set(short.flat), short
assert ((short == 2) & (long == 1)).any() and (long == 2).any(), long
PY

for n in 0 1 2 4; do
    cp short.h5 new.h5
    if [ $n -eq 0 ]; then
        expect 0 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
    else
        expect 0 ranks $n "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
    fi
    says "max_epochs stopped "
    same new.h5 "on $n ranks"
    [ ! -e new.h5.extended ] || fail "something is left beside the file"
done
expect 0 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
says "16 done before"
expect 0 "$REGIME" run small.cfg -o new.h5 --set max_epochs=400
same new.h5 "once more"

# What stays was not trained again.
/usr/bin/python3 - short.h5 new.h5 <<'PY' || fail "a point that was over has been trained again, or one that was not has not"
import sys
import h5py
short, new = (h5py.File(name) for name in sys.argv[1:])
same = short["provenance/start"][()] == new["provenance/start"][()]
assert (same == (short["stopped_by"][()] != 2)).all(), same
PY

# In two steps, and of a file that is not complete.
cp short.h5 new.h5
expect 0 ranks 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=170
expect 0 ranks 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
same new.h5 "in two steps"
expect 0 ranks 2 "$REGIME" run small.cfg -o part.h5 --only hidden=12
expect 0 ranks 2 "$REGIME" run small.cfg -o part.h5 --extend max_epochs=400
same part.h5 "of a slice"

# Kills while the file is made anew, and at any time after.
killed=0
for call in fsync:1 fsync:2 fsync:4 rename:1 rename:2; do
    cp short.h5 new.h5
    FAULT_FILES="*/new.h5.extended*" FAULT_CALL=${call%:*} FAULT_AT=${call#*:} FAULT_DO=kill \
        faulty 2 -- run small.cfg -o new.h5 --extend max_epochs=400 >killed.log 2>&1 && continue
    killed=$((killed + 1))
    expect 0 "$REGIME" verify new.h5
    cmp -s new.h5 short.h5 || [ "$call" = rename:2 ] || fail "killed at $call: the file has changed"
    expect 0 ranks 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
    same new.h5 "killed at $call"
    [ -z "$(ls new.h5.* 2>/dev/null)" ] || fail "killed at $call, something stays: $(ls new.h5.*)"
done
[ $killed -ge 3 ] || { fail "only $killed kills"; cat killed.log; }
cp short.h5 new.h5
for delay in 0 0.05 0.1 0.2 0.4; do # from when it trains: Open MPI may hang where ranks die while it starts
    "$MPIEXEC" -q -n 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400 --flush-interval 0.02s >killed.log 2>&1 &
    mpirun=$!
    within 30 grep -q "done before" killed.log || fail "it does not begin"
    sleep $delay
    mapfile -t victims < <(ps -o pid:1= --ppid $mpirun)
    [ ${#victims[@]} -gt 0 ] && kill -9 "${victims[@]}"
    wait $mpirun
    expect 0 "$REGIME" verify new.h5
done
expect 0 ranks 3 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400
same new.h5 "after kills"

# Records whose epochs depend on max_epochs stay where they are, and go on beyond.
expect 0 ranks 2 "$REGIME" run log.cfg -o log.h5
expect 0 ranks 2 "$REGIME" run log.cfg -o log.h5 --extend max_epochs=400
expect 0 ranks 2 "$REGIME" run log.cfg -o log.h5 --extend max_epochs=400
says "16 done before"
expect 0 "$REGIME" verify log.h5
/usr/bin/python3 - log.cfg log.h5 <<'PY' >list.cfg || fail "no list of epochs"
import sys
import h5py
epochs = h5py.File(sys.argv[2])["epoch"][()].tolist()
assert 100 in epochs and epochs[-1] == 400 and len(epochs) > 12, epochs
text = open(sys.argv[1]).read().replace("max_epochs = 100", "max_epochs = 400")
print(text.replace('spacing = "log"; count = 12;', f"epochs = {epochs};"))
PY
expect 0 ranks 2 "$REGIME" run list.cfg -o list.h5
/usr/bin/python3 - log.h5 list.h5 <<'PY' || fail "other numbers than one long run with these records"
import sys
import h5py
one, other = (h5py.File(name) for name in sys.argv[1:])
names = [name for name in one if isinstance(one[name], h5py.Dataset)]
assert names == [name for name in other if isinstance(other[name], h5py.Dataset)] and len(names) > 50
different = [name for name in names if one[name][()].tobytes() != other[name][()].tobytes()]
assert different == ["frame_checksum"], different
assert one.attrs["sweep_hash"] == other.attrs["sweep_hash"]
PY
expect 0 "$REGIME" replay log.h5 hidden=6 learning_rate=0.02 replicate=0 -o one.h5
says "have the stored bytes"
expect 0 "$REGIME" point log.h5 hidden=6 learning_rate=0.02 replicate=0

# ---- what is refused ----
cp short.h5 new.h5
expect 2 ranks 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=99
says "goes to 100 already"
expect 0 "$REGIME" run log.cfg -o log.short.h5 --only replicate=0
expect 2 "$REGIME" run log.cfg -o log.short.h5 --extend max_epochs=5
says "goes to 100 already"
expect 2 "$REGIME" run log.cfg -o log.h5
says "--extend max_epochs=N goes on to the larger number"
cat >command.cfg <<'CFG'
name = "c"; model = "command"; command = "false"; columns = ( { name = "loss"; } ); axes = { replicate = { count = 2; }; };
knobs = ( { name = "max_epochs"; type = "int"; default = 10; } );
CFG
expect 0 "$REGIME" run command.cfg -o command.h5
expect 2 "$REGIME" run command.cfg -o command.h5 --extend max_epochs=20
says "decides itself when it ends"
sed '/^knobs/d' command.cfg >no_knob.cfg
expect 2 "$REGIME" run no_knob.cfg -o command.h5 --extend max_epochs=20
says "decides itself when it ends"
expect 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400 --set gain=0.6
says "settings.gain"
expect 2 "$REGIME" run small.cfg -o new.h5 --extend gain=0.6
says "it takes max_epochs=N"
expect 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=many
expect 2 "$REGIME" run small.cfg -o new.h5 --extend max_epochs=400 --fresh
expect 2 "$REGIME" run small.cfg -o none.h5 --extend max_epochs=400
says "none.h5: No such file"
sed 's/max_epochs = 100;//; s/hidden = \[6, 12\]/max_epochs = [50, 100]/' small.cfg >axis.cfg
expect 2 "$REGIME" run axis.cfg -o new.h5 --extend max_epochs=400
says "max_epochs is an axis of this sweep"
cmp new.h5 short.h5 || fail "a refusal has changed the file"
[ -z "$(ls new.h5.* 2>/dev/null)" ] || fail "a refusal leaves $(ls new.h5.*)"
finish
