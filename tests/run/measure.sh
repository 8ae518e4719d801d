#!/usr/bin/env bash
# regime measure FILE: a file of a program that had fewer columns becomes, byte for byte outside /provenance, the file
# that a run of this program writes; on any ranks, and after kills.
. "$SOURCE/tests/run/common.sh"

# Points that reach the loss, that do not, and that diverge; two sizes, so that kept weights have padding.
cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { hidden = [6, 12]; learning_rate = [0.05, 100.0]; replicate = { count = 2; }; };
settings = { max_length = 5; analysis_length = 5; max_epochs = 300; stop_loss = 0.2; gain = 0.5; loss = "mse"; theory_pairs = 20; pairs = true;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 60; };
keep = ("initial", "final", "record");
CFG
lacks="test_accuracy spectral_radius n_reduced_states weight_change_h kernel_distance n_dead_units n_train contraction theory_auc
n_merged"
lacks=${lacks//$'\n'/ }
OLDER_LACKS=$lacks expect 0 ranks 2 "$OLDER" run small.cfg -o old.h5
expect 0 ranks 2 "$REGIME" run small.cfg -o fresh.h5
blanked fresh.h5 fresh.blank
expect 0 "$REGIME" status fresh.h5 --json
grep -q '"diverged": [1-9]' output || fail "no point diverged"

# same FILE WHAT: as a fresh run's
same() {
    expect 0 "$REGIME" verify "$1"
    blanked "$1" same.blank
    cmp fresh.blank same.blank || fail "$2: other bytes than a run"
}

for n in 0 1 2 4; do
    cp old.h5 new.h5
    if [ $n -eq 0 ]; then
        expect 0 "$REGIME" measure new.h5
    else
        expect 0 ranks $n "$REGIME" measure new.h5
    fi
    says "8 points, "
    says " weight_change_h weight_change_h_history"
    same new.h5 "on $n ranks"
    if [ -e new.h5.measured ] || [ -e new.h5.lock ]; then fail "something is left beside the file"; fi
done
expect 0 ranks 2 "$REGIME" run small.cfg -o new.h5
says "8 done before"

# Before it is measured it is read as it is, and not continued.
expect 0 "$REGIME" point old.h5 hidden=6 learning_rate=0.05 replicate=0
says "heldout_accuracy"
grep -q "^ *test_accuracy " output && fail "a column that is not there"
expect 0 "$REGIME" replay old.h5 hidden=6 learning_rate=0.05 replicate=0 -o one.h5
says "have the stored bytes"
expect 2 ranks 2 "$REGIME" run small.cfg -o old.h5
says "old.h5 has no column n_train"
says "regime measure adds"

# Another file, and the first stays as it is; provenance is that of the training.
cp old.h5 copy.h5
expect 0 ranks 2 "$REGIME" measure old.h5 -o other.h5
cmp old.h5 copy.h5 || fail "the file was changed"
same other.h5 "in another file"
expect 0 "$REGIME" point fresh.h5 hidden=6 learning_rate=0.05 replicate=0
expect 0 "$REGIME" point other.h5 hidden=6 learning_rate=0.05 replicate=0
/usr/bin/python3 - old.h5 other.h5 <<'PY' || fail "another provenance than that of the training"
import sys
import h5py
old, new = (h5py.File(name)["provenance"] for name in sys.argv[1:])
for name in ("host", "rank", "start", "wall_seconds"):
    assert old[name][()].tobytes() == new[name][()].tobytes(), name
PY

# Kills, at moments that move through the measuring.
sed -e 's/count = 2/count = 20/' -e 's/max_epochs = 300/max_epochs = 60/' small.cfg >many.cfg
OLDER_LACKS=$lacks expect 0 ranks 2 "$OLDER" run many.cfg -o many.h5
expect 0 ranks 2 "$REGIME" run many.cfg -o whole.h5
# shellcheck disable=SC2317 # within calls it
has_done() {
    local n
    n=$("$REGIME" status many.h5.measured --json 2>/dev/null | grep -o '"done": *[0-9]*' | tr -dc 0-9)
    [ "${n:-0}" -ge "$1" ]
}
for n in 1 20 40; do
    FAULT_FILES="*/many.h5.lock" FAULT_CALL=fsync FAULT_DO=slow FAULT_AT=3 FAULT_AFTER=0.6 \
        ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 "$MPIEXEC" -q -x "LD_PRELOAD=$FAULTS" -n 2 \
        "$REGIME" measure many.h5 --flush-interval 0.05s >killed.log 2>&1 &
    mpirun=$!
    within 60 has_done $n || { fail "never $n points"; cat killed.log; }
    mapfile -t victims < <(ps -o pid:1= --ppid $mpirun)
    kill -9 "${victims[@]}" || fail "nothing to kill at $n points"
    wait $mpirun
    expect 0 "$REGIME" verify many.h5
    has_done $n || fail "points are lost"
    has_done 80 && fail "killed too late to show anything"
done
expect 0 ranks 3 "$REGIME" measure many.h5
cp fresh.blank kept.blank
blanked whole.h5 fresh.blank
same many.h5 "after kills"
mv kept.blank fresh.blank

# What a measure of another sweep has left is no use, and in no way.
cp old.h5 new.h5
cp many.h5 new.h5.measured
expect 0 ranks 2 "$REGIME" measure new.h5
same new.h5 "beside another's measures"
cp old.h5 new.h5
echo 'no sweep' >new.h5.measured
expect 0 ranks 2 "$REGIME" measure new.h5
same new.h5 "beside something else"

# ---- columns by name ----
cp fresh.h5 new.h5
expect 2 "$REGIME" measure new.h5
says "it has all columns of this program"
expect 0 "$REGIME" measure new.h5 --columns n_states,test_accuracy
same new.h5 "measured anew"
expect 2 "$REGIME" measure new.h5 --columns test_acuracy
says 'did you mean "test_accuracy"?'
for column in n_mergers train_loss epoch_validation_below diverged_by_length W_h; do
    expect 2 "$REGIME" measure new.h5 --columns $column
    says "needs the course of training"
done
OLDER_LACKS="n_mergers test_accuracy" expect 0 ranks 2 "$OLDER" run small.cfg -o course.h5
expect 0 ranks 2 "$REGIME" measure course.h5
says "left empty, for they need the course of training: n_mergers n_mergers_history"
expect 0 "$REGIME" verify course.h5

# A point of which a bit has changed is trained again by the next run.
cp old.h5 bad.h5
/usr/bin/python3 -c 'import h5py; h5py.File("bad.h5", "r+")["W_h"][0, 0, 1, 0, 0] += 1'
expect 0 "$REGIME" measure bad.h5
says "point 1 is damaged: it is pending in what is made"
expect 0 ranks 2 "$REGIME" run small.cfg -o bad.h5
says "7 done before"
same bad.h5 "damaged before"

# ---- knobs that the older program did not have ----
# Of measures: the file is read once it is measured, and has then the bytes of a run with their defaults.
sed 's/ test_strings = 20;//' small.cfg >knobs.cfg
OLDER_LACKS="test_accuracy test_strings test_length" expect 0 ranks 2 "$OLDER" run knobs.cfg -o knobs.h5 --only hidden=6
for command in "point knobs.h5" "replay knobs.h5 -o again.h5"; do
    # shellcheck disable=SC2086 # words
    expect 2 "$REGIME" $command hidden=6 learning_rate=0.05 replicate=0
    says "which had no knob test_strings test_length: regime measure knobs.h5 adds what is missing, if it keeps weights"
    [ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
done
expect 2 ranks 2 "$REGIME" run knobs.cfg -o knobs.h5
says "+ settings.test_length = 100"
says "the program that made it did not know that: regime measure adds it; or choose another file"
expect 0 "$REGIME" measure knobs.h5
says "4 points, 1 column measured: test_accuracy"
expect 0 ranks 2 "$REGIME" run knobs.cfg -o knobs.fresh.h5 --only hidden=6
cp fresh.blank kept.blank
blanked knobs.fresh.h5 fresh.blank
same knobs.h5 "with new knobs of measures"

# Nothing to measure by a knob that is off: all the same the file has it.
OLDER_LACKS="prove" expect 0 ranks 2 "$OLDER" run knobs.cfg -o off.h5 --only hidden=6
expect 0 "$REGIME" measure off.h5
says "4 points, 0 columns measured"
same off.h5 "with a new knob that is off"
mv kept.blank fresh.blank

# Of training: nothing but that program can tell what its numbers are of.
OLDER_LACKS="batching" expect 0 ranks 2 "$OLDER" run small.cfg -o trained.h5 --only hidden=6
expect 2 ranks 2 "$REGIME" measure trained.h5
says "+ settings.batching = \"by_length\""
says "read it with that program, or run its sweep, the attribute sweep_file, anew"

# ---- what cannot be measured ----
sed 's/theory_pairs = 20; pairs = true;//' small.cfg >pairless.cfg
expect 0 "$REGIME" run pairless.cfg --only hidden=6
expect 2 "$REGIME" measure small.h5 --columns n_states,merged_by_length
says "--columns: merged_by_length: pairs = false in the sweep of this file leaves it out: a run with another pairs has it"
sed 's/^keep.*/keep = ("initial");/' small.cfg >none.cfg
expect 0 "$REGIME" run none.cfg -o none.h5 --only hidden=6
expect 2 ranks 2 "$REGIME" measure none.h5
says "it keeps no final weights"
[ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
sed 's/^settings = {/settings = { spread = "run";/' small.cfg >spread.cfg
expect 0 "$REGIME" run spread.cfg -o spread.h5 --only hidden=6
expect 2 "$REGIME" measure spread.h5
says 'spread = "run": its measures need the course of training'
echo 'name = "linear"; model = "linear_net"; settings = { max_epochs = 3; };' >linear.cfg
expect 0 "$REGIME" run linear.cfg
expect 2 "$REGIME" measure linear.h5
says "linear_net cannot be measured from kept weights"
echo "echo '{\"loss\": 1}'" >own.sh
echo 'name = "own"; model = "command"; command = "sh own.sh"; columns = ( { name = "loss"; } );' >own.cfg
expect 0 "$REGIME" run own.cfg
expect 2 "$REGIME" measure own.h5
says "command keeps no weights: only a new run of its program measures"
expect 2 "$REGIME" measure nothing.h5
finish
