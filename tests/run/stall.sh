#!/usr/bin/env bash
# A run that stood still for longer than its lease (suspended, or waiting for a slow disk) goes on if nobody took over
# meanwhile; if somebody did, or is about to, one of the two ends and says why. Also while the file is created.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
export REGIME_LEASE=1

cat >long.cfg <<'CFG'
name = "long"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 100000000; stop_loss = 0.0; };
CFG

# launch FILE HOST VARIABLE=VALUE ...: a run on FILE in the background as if on HOST, with the variables of faults.c;
# $run is its process, HOST.log has what it says
launch() {
    env FAULT_HOST="$2" LD_PRELOAD="$FAULTS" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "${@:3}" \
        "$REGIME" run long.cfg -o "$1" --flush-interval 0.2s >"$2.log" 2>&1 &
    run=$!
}

# is_over PROCESS
# shellcheck disable=SC2317 # within calls it
is_over() {
    ! kill -0 "$1" 2>/dev/null
}

# ends PROCESS STATUS HOST WHAT: it does so, soon; what it said is in ./output
ends() {
    within 25 is_over "$1" || { fail "$4: it does not end"; kill -KILL "$1"; }
    wait "$1"
    got=$?
    cp "$3.log" output
    [ $got -eq "$2" ] || { fail "$4: exit $got, not $2"; cat output; }
}

# until_there FILE
until_there() {
    for _ in $(seq 600); do
        [ -e "$1" ] && return
        sleep 0.05
    done
    fail "no $1"
}

# ---- nobody took over ----
launch alone.h5 here
trains alone.h5
kill -STOP $run
sleep 2.5
kill -CONT $run
sleep 0.5
kill -USR1 $run
ends $run 75 here "suspended"
timeout -k 5 60 "$MPIEXEC" -q -n 2 "$REGIME" run long.cfg -o alone.h5 --flush-interval 0.2s >here.log 2>&1 &
run=$!
until_there alone.h5.lock
trains alone.h5
mapfile -t pids < <(ps -o pid:1= --ppid "$(ps -o pid:1= --ppid $run)")
kill -STOP "${pids[@]}"
sleep 2.5
kill -CONT "${pids[@]}"
sleep 0.5
expect 0 "$REGIME" stop alone.h5
ends $run 75 here "two ranks suspended"

# ---- a twin has looked at the lock for the last time, and has not put its own in the place yet ----
launch late.h5 there
old=$run
trains late.h5
kill -STOP $old
launch late.h5 here FAULT_FILES="$PWD/late.h5.lock" FAULT_CALL=rename FAULT_AT=1 FAULT_DO=slow FAULT_AFTER=1.5
until_there late.h5.lock.claim
sleep 0.3
kill -CONT $old
ends $old 4 there "a twin that takes over"
says "late.h5.lock was taken over or removed: nothing more is written"
kill -USR1 $run
ends $run 75 here "a twin that takes over"
says "took over late.h5.lock from a run that is gone: host there"
expect 0 "$REGIME" verify late.h5

# ---- a twin has made its claim, and has not looked at the lock for the last time ----
launch early.h5 there
old=$run
trains early.h5
kill -STOP $old
launch early.h5 here FAULT_FILES="$PWD/early.h5.lock.claim" FAULT_CALL=link FAULT_AT=1 FAULT_DO=slow FAULT_AFTER=1
for _ in $(seq 600); do # it stands before its claim
    compgen -G "early.h5.lock.claim.*" >/dev/null && break
    sleep 0.05
done
kill -CONT $old
ends $run 4 here "a twin that comes too late"
says "early.h5.lock: another run holds it"
kill -USR1 $old
ends $old 75 there "a twin that comes too late"
# ---- a creation ----
# One that takes long holds its lease.
launch slow.h5 there FAULT_FILES="$PWD/slow.h5.tmp.*" FAULT_CALL='pwrite*' FAULT_AT=1 FAULT_DO=slow FAULT_AFTER=0.05
old=$run
until_there slow.h5.lock
launch slow.h5 here
ends $run 4 here "beside a slow creation"
[ ! -e slow.h5 ] || fail "the creation was not slow: the test shows nothing"
trains slow.h5
kill -USR1 $old
ends $old 75 there "a slow creation"

# One that was suspended, and a twin made the file meanwhile.
launch frozen.h5 there FAULT_FILES="$PWD/frozen.h5.tmp.*" FAULT_CALL='pwrite*' FAULT_AT=9 FAULT_DO=slow FAULT_AFTER=0.05
old=$run
for _ in $(seq 600); do
    compgen -G "frozen.h5.tmp.*" >/dev/null && break
    sleep 0.05
done
kill -STOP $old
launch frozen.h5 here
trains frozen.h5
inode=$(stat -c %i frozen.h5)
kill -CONT $old
ends $old 4 there "a creation that was suspended"
says "frozen.h5.lock was taken over or removed"
[ "$(stat -c %i frozen.h5)" = "$inode" ] || fail "the twin's file was replaced"
kill -USR1 $run
ends $run 75 here "a twin that made the file"
expect 0 "$REGIME" verify frozen.h5
[ -z "$(find . -maxdepth 1 -name '*.tmp*')" ] || fail "left: $(find . -maxdepth 1 -name '*.tmp*')"
left=$(find . -maxdepth 1 -name '*.lock*')
[ -z "$left" ] || fail "left: $left"
finish
