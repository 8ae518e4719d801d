#!/usr/bin/env bash
# One writer at a time. A second one is refused and told who works; a run that is gone is taken over from; one that
# stood still for longer than its lease, while its twin went on elsewhere, never writes again.
cd /dev/shm || exit 1 # leases of seconds: on a disk, the writes of others can hold up a renewal for longer
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 0.4, 0.7, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 10000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 2500; };
CFG
sed 's/= 10000/= 80000/; s/= 2500/= 20000/; s/"small"/"long"/; s/0.4, 0.7, //' small.cfg >long.cfg
expect 0 "$REGIME" run small.cfg -o whole.h5
expect 0 ranks 2 "$REGIME" run long.cfg -o whole_long.h5

# ---- two at once ----
here=$(uname -n)
launch 2 both.h5 long.cfg
first=$run first_log=$log
trains both.h5
for n in 1 2; do
    expect 4 ranks $n "$REGIME" run long.cfg -o both.h5
    says "both.h5.lock: another run holds it since "
    says "host $here, process $(sed -n 's/^pid=//p' both.h5.lock)"
    [ "$(wc -l <output)" -eq 1 ] || { fail "not one line"; cat output; }
done
expect 4 "$REGIME" run long.cfg -o both.h5 --fresh
kill -USR1 "$first"
ends 75 "the first of two" "$first" "$first_log"
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
launch 0 gone.h5 small.cfg
trains gone.h5
kill -KILL "$run"
ends 137 "a run that is gone"
expect 0 "$REGIME" status gone.h5
says "gone.h5: stopped"
expect 2 "$REGIME" stop gone.h5
says "no run holds it"
expect 0 ranks 2 "$REGIME" run small.cfg -o gone.h5
says "took over gone.h5.lock from a run that is gone: host $here, process $run"
says "1 in training"
same whole.h5 gone.h5 "a run that is gone"

# ---- cut off ----
# The costliest point comes first and has no end; when it is the only one in training, the others are finished and wait
# for a flush that never comes. The run is frozen there, amid the renewal that says so, and for three of its leases: what
# it would write when it wakes up is its fence's.
cat >held.cfg <<'CFG'
name = "held"; model = "parity_rnn"; seed = 5; axes = { max_epochs = [4000, 5000, 6000, 1000000000]; };
settings = { hidden = 12; max_length = 5; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 100000000; };
CFG

# others FILE: the points that have an end
others() {
    local n
    for n in 4000 5000 6000; do
        timeout -k 5 100 "$REGIME" run held.cfg -o "$1" --only max_epochs=$n || return
    done
}
expect 0 others held.h5
export REGIME_LEASE=4

# shellcheck disable=SC2317 # within calls it
stands_still() {
    rank=$(sed -n 's/^pid=//p' "$1.lock" 2>/dev/null)
    grep -qs '^State:.*stopped' "/proc/${rank:-none}/status"
}

# freezes FILE: a run on another host that holds three points: $run and $log; $rank, its first one
freezes() {
    faulty 2 FAULT_HOST=elsewhere FAULT_FILES="$PWD/$1.lock" FAULT_CALL=pwrite FAULT_TEXT=in_flight=1 FAULT_AT=1 \
        FAULT_DO=freeze FAULT_VICTIM=ranks -- run held.cfg -o "$1" --flush-interval 1000s >"log.$1" 2>&1 &
    run=$! log=log.$1
    within 100 stands_still "$1" || fail "$1: not frozen: the test shows nothing"
    [ "$(count "done" "$1")" = 0 ] || fail "$1: nothing is held: the test shows nothing"
}

# wakes RANK: and the others of its mpirun
wakes() {
    # shellcheck disable=SC2046 # words are wanted
    kill -CONT $(ranks_of "$(ps -o ppid:1= -p "$1")")
}

# It writes them when it wakes up within its lease, and one can tell who did.
REGIME_LEASE=100 freezes awake.h5
wakes "$rank"
kill -USR1 "$rank"
ends 75 "frozen within its lease"
[ "$(count "done" awake.h5)" = 3 ] || fail "frozen within its lease: it holds nothing, or does not write"
grep -q elsewhere awake.h5 || fail "one cannot tell who wrote: the test shows nothing"

# gives_up FILE RANK RUN: the old one wakes up and ends; ./twin.FILE is what its twin has said
gives_up() {
    wakes "$2"
    ends 4 "$1: the old one" "$3" "log.$1"
    says "could not be renewed for "
    says "another run may have taken over; nothing more is written"
    cp "twin.$1" output
    says "waiting up to 12 s to see whether elsewhere (process $2)"
    says "took over $1.lock from a run that is gone: host elsewhere"
}

freezes amid.h5
amid=$run amid_rank=$rank
freezes after.h5
after=$run after_rank=$rank
others after.h5 >twin.after.h5 2>&1 &
twin=$!
launch 2 amid.h5 held.cfg

# It wakes up amid the work of its twin.
within 100 grep -q "took over" "$log" || fail "the twin does not take over"
cp "$log" twin.amid.h5
gives_up amid.h5 "$amid_rank" "$amid"
reaches amid.h5 3
kill -USR1 "$run"
ends 75 "the twin"
rm amid.h5.inflight # of the point that has no end

# It wakes up when its twin is done.
wait $twin || { fail "the twin fails"; cat twin.after.h5; }
cp after.h5 done.h5
gives_up after.h5 "$after_rank" "$after"
cmp done.h5 after.h5 || fail "the old one wrote to the file of its twin that is done"

nobody_left "a run that was cut off"
for when in amid after; do
    grep -q elsewhere $when.h5 && fail "$when: the old one wrote to the file of its twin"
    same held.h5 $when.h5 "$when: a run that was cut off"
done
finish
