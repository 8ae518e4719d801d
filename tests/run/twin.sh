#!/usr/bin/env bash
# One writer at a time. A second one is refused and told who works; a run that is gone is taken over from; one that was
# cut off for longer than its lease, while its twin went on elsewhere, never writes again. And a rank that dies
# while the others train: they save what they have in hand.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 0.4, 0.7, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 10000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 2500; };
CFG
sed 's/= 10000/= 200000/; s/= 2500/= 50000/; s/"small"/"long"/; s/0.4, 0.7, //' small.cfg >long.cfg
expect 0 "$REGIME" run small.cfg -o whole.h5
expect 0 ranks 2 "$REGIME" run long.cfg -o whole_long.h5

# launch N FILE HOST WORDS...: regime run -o FILE WORDS on N ranks in the background, as if on HOST, resting in every
# flush; $run is mpirun, or the program
launch() {
    local n=$1 file=$2 start
    if [ "$n" -gt 0 ]; then
        start=("$MPIEXEC" -q -x LD_PRELOAD="$FAULTS" -n "$n")
    else
        start=(env LD_PRELOAD="$FAULTS")
    fi
    FAULT_HOST=$3 FAULT_FILES=$PWD/$file.lock FAULT_CALL=fsync FAULT_DO=slow FAULT_AT=3 FAULT_AFTER=0.4 \
        ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
        "${start[@]}" "$REGIME" run -o "$file" --flush-interval 0.05s "${@:4}" >"$file.$3.log" 2>&1 &
    run=$!
}

# ends RUN STATUS LOG: this run does so
ends() {
    { wait "$1"; } 2>/dev/null
    got=$?
    [ $got -eq "$2" ] || { fail "exit $got, not $2"; cat "$3"; }
    cp "$3" output
    rm "$3"
}

# ---- two at once ----
here=$(uname -n)
launch 2 both.h5 "$here" long.cfg
trains both.h5
for n in 1 2; do
    expect 4 ranks $n "$REGIME" run long.cfg -o both.h5
    says "both.h5.lock: another run holds it since "
    says "host $here, process $(sed -n 's/^pid=//p' both.h5.lock)"
    [ "$(wc -l <output)" -eq 1 ] || { fail "not one line"; cat output; }
done
expect 4 "$REGIME" run long.cfg -o both.h5 --fresh
kill -USR1 $run
ends $run 75 "both.h5.$here.log"
expect 0 ranks 2 "$REGIME" run long.cfg -o both.h5
same whole_long.h5 both.h5 "two at once"

# Started at one moment: one of them works, or a third try does where both gave way.
for try in 1 2 3; do
    "$REGIME" run small.cfg -o race.h5 >race.first 2>&1 &
    first=$!
    "$REGIME" run small.cfg -o race.h5 >race.second 2>&1
    second=$?
    wait $first
    codes=$?$second
    [[ $codes = @(04|40|00) ]] || { fail "a race of two ends with $codes"; cat race.first race.second; }
    same whole.h5 race.h5 "race $try"
    rm race.h5
done

# ---- gone ----
launch 0 gone.h5 "$here" small.cfg
trains gone.h5
kill -KILL $run
ends $run 137 "gone.h5.$here.log"
expect 0 "$REGIME" status gone.h5
says "gone.h5: stopped"
expect 2 "$REGIME" stop gone.h5
says "no run holds it"
expect 0 ranks 2 "$REGIME" run small.cfg -o gone.h5
says "took over gone.h5.lock from a run that is gone: host $here, process $run"
says "1 in training"
same whole.h5 gone.h5 "a run that is gone"

# ---- cut off ----
# A run on another host stands still for longer than its lease; another one takes over, after three leases.
export REGIME_LEASE=2
for when in after amid; do
    file=$when.h5
    launch 2 $file elsewhere small.cfg
    old=$run
    trains $file
    mapfile -t pids < <(ps -o pid:1= --ppid $old)
    kill -STOP $old "${pids[@]}"
    if [ $when = after ]; then # the twin is done when the old one wakes up
        expect 0 "$REGIME" run small.cfg -o $file
        says "waiting up to 6 s to see whether elsewhere (process "
        says "took over $file.lock from a run that is gone: host elsewhere"
        cp $file done.h5
        kill -CONT "${pids[@]}" $old
        ends $old 4 $file.elsewhere.log
    else # it still works
        launch 2 $file "$here" small.cfg
        for _ in $(seq 200); do
            grep -q "took over" "$file.$here.log" && break
            sleep 0.1
        done
        kill -CONT "${pids[@]}" $old
        ends $old 4 $file.elsewhere.log
        cp output old.log
        ends $run 0 "$file.$here.log"
        cp $file done.h5
        mv old.log output
    fi
    grep -q "was taken over or removed: nothing more is written\|could not be renewed for .* nothing more is written" output ||
        { fail "$when: the old one does not say why it ends"; cat output; }
    nobody_left "$when"
    cmp done.h5 $file || fail "$when: the old one wrote to the file of its twin"
    same whole.h5 $file "$when: a run that was cut off"
done
unset REGIME_LEASE

# ---- one rank of two ----
# No flush comes before it dies: what is gone on with, the other one saved when mpirun told it to end.
timeout -k 5 100 "$MPIEXEC" -q -n 2 "$REGIME" run long.cfg -o one.h5 >one.log 2>&1 &
run=$!
for _ in $(seq 100); do
    [ -e one.h5.inflight ] && break
    sleep 0.1
done
sleep 0.5
mapfile -t pids < <(ps -o pid:1= --ppid "$(ps -o pid:1= --ppid $run)")
kill -KILL "${pids[1]}"
ends $run 137 one.log
nobody_left "a rank died"
expect 0 ranks 3 "$REGIME" run long.cfg -o one.h5
says "1 in training"
same whole_long.h5 one.h5 "a rank died"
finish
