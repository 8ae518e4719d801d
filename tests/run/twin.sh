#!/usr/bin/env bash
# A run that was frozen amid the renewal of its lease, with finished points in hand and no flush near. While nobody has
# taken over it goes on when it wakes up, and a twin that stands amid its take-over gives way; once its twin works, or has
# done so, nothing of what it holds reaches the file. Every freeze is at a call, not at a time.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
export REGIME_LEASE=1

# The costliest point comes first and has no end; when it alone is in training, the others are finished and wait for a
# flush that never comes. The renewal that says so is the one that freezes. With a fourth point, one could be dealt ahead
# to the rank that never comes to it.
cat >held.cfg <<'CFG'
name = "held"; model = "parity_rnn"; seed = 5; axes = { max_epochs = [5000, 6000, 1000000000]; };
settings = { hidden = 12; max_length = 5; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 100000000; };
CFG

# others FILE: the points that have an end
others() {
    local n
    for n in 5000 6000; do
        expect 0 timeout -k 5 100 "$REGIME" run held.cfg -o "$1" --only max_epochs=$n
    done
}
others held.h5

# stands_still LOCK: the process that it names does so: $rank
# shellcheck disable=SC2317 # within calls it
stands_still() {
    rank=$(sed -n 's/^pid=//p' "$1" 2>/dev/null)
    grep -qs '^State:.*stopped' "/proc/${rank:-none}/status"
}

# freezes FILE WORDS: a run as if on another host, amid the first renewal that has these words: $old, its $old_log, and
# its first $rank
freezes() {
    old_log=log.$1
    faulty 2 FAULT_HOST=elsewhere FAULT_FILES="$PWD/$1.lock" FAULT_CALL=pwrite FAULT_TEXT="$2" FAULT_AT=1 \
        FAULT_DO=freeze FAULT_VICTIM=ranks -- run held.cfg -o "$1" --flush-interval 1000s >"$old_log" 2>&1 &
    old=$!
    within 60 stands_still "$1.lock" || fail "$1: not frozen: the test shows nothing"
}

# holds FILE: none of what the run has finished is written
holds() {
    [ "$(count "done" "$1")" = 0 ] || fail "$1: nothing is held: the test shows nothing"
}

# wakes RANK: and the others of its mpirun
wakes() {
    # shellcheck disable=SC2046 # words are wanted
    kill -CONT $(ranks_of "$(ps -o ppid:1= -p "$1")")
}

# gives_up FILE: the old one wakes up and ends, though it is asked to stop in good order
gives_up() {
    kill -USR1 "$rank"
    wakes "$rank"
    ends 4 "$1: the old one" "$old" "$old_log"
    says "$1.lock was taken over or removed: nothing more is written"
}

# ---- a twin has looked at the lock for the last time, and stands still before it puts its own in the place ----
# The old one stands before it puts its new file in the place.
freezes early.h5 ""
first=$rank
[ ! -e early.h5 ] || fail "frozen too late: the test shows nothing"
faulty 0 FAULT_FILES="$PWD/early.h5.lock" FAULT_CALL=rename FAULT_AT=1 FAULT_DO=freeze -- \
    run held.cfg -o early.h5 --only max_epochs=5000 >log.twin 2>&1 &
twin=$!
within 60 stands_still early.h5.lock.claim || fail "the twin does not stand still: the test shows nothing"
wakes "$first"
within 60 test -e early.h5 || fail "the old one does not go on"
kill -CONT "$rank"
ends 4 "a twin that comes too late" $twin log.twin
says "early.h5.lock: another run holds it"
within 60 grep -qs "^in_flight=1$" early.h5.lock || fail "the old one does not come to its last point"
holds early.h5
kill -USR1 "$first"
ends 75 "the old one" "$old" "$old_log"
[ "$(count "done" early.h5)" = 2 ] || fail "what it held is not there: the test shows nothing"
grep -q elsewhere early.h5 || fail "one cannot tell who wrote: the test shows nothing"
rm early.h5.inflight # of the point that has no end
same held.h5 early.h5 "a twin that comes too late"

# ---- a twin works ----
freezes amid.h5 $'\nin_flight=1\n'
holds amid.h5
INTERVAL=1s launch 2 amid.h5 held.cfg
reaches amid.h5 2
gives_up amid.h5
expect 4 timeout -k 5 60 "$REGIME" run held.cfg -o amid.h5 --fresh
says "amid.h5.lock: another run holds it since "
says "host $(uname -n), process $(sed -n 's/^pid=//p' amid.h5.lock)"
kill -USR1 "$run"
ends 75 "the twin"
says "waiting up to 3 s to see whether elsewhere (process $rank) still holds amid.h5.lock"
says "took over amid.h5.lock from a run that is gone: host elsewhere, process $rank"
rm amid.h5.inflight

# ---- a twin is done ----
freezes after.h5 $'\nin_flight=1\n'
holds after.h5
others after.h5
cp after.h5 done.h5
gives_up after.h5
cmp done.h5 after.h5 || fail "the old one wrote to the file of its twin that is done"

nobody_left "a run that was frozen"
for when in amid after; do
    grep -q elsewhere $when.h5 && fail "$when: the old one wrote to the file of its twin"
    same held.h5 $when.h5 "$when: a run that was frozen"
done
finish
