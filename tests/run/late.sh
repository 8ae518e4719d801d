#!/usr/bin/env bash
# Stopping where it is not simple: before the time limit though saving takes long, and while a run waits for the
# lock of another one. And the times that are none.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
set -m # else bash lets what it starts in the background ignore SIGINT

cat >parity.cfg <<'CFG'
name = "parity"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 2000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 1000; };
CFG
sed 's/= 2000/= 1000000000/; s/= 1000;/= 250000000;/' parity.cfg >endless.cfg # its points are never done
expect 0 "$REGIME" run parity.cfg

# ---- the time limit ----
# Saving takes six seconds, each time: the first one, soon after the start, tells. There is time to spare at the end,
# for a busy machine.
late() { # N: on N ranks
    SECONDS=0
    FAULT_CALL=fdatasync FAULT_AT=1 FAULT_AFTER=6 faulty "$1" FAULT_DO=slow FAULT_FILES="$PWD/late.$1.h5.inflight" \
        -- run endless.cfg -o "late.$1.h5" --time-limit 30s >"late.$1.log" 2>&1
    echo $? $SECONDS >"late.$1"
}
for n in 0 2; do
    late $n &
done
wait
for n in 0 2; do
    read -r got seconds <late.$n
    cp late.$n.log output
    [ "$got" -eq 75 ] || { fail "--time-limit 30s, $n ranks: exit $got"; cat output; }
    [ "$seconds" -le 30 ] || fail "--time-limit 30s, $n ranks: $seconds s"
    says "stopped by the time limit"
    grep "draw it" output && fail "nothing is done, and it is to be drawn"
done

# ---- waiting ----
# The lock of a run on another host that is gone, or so it seems: whoever comes waits up to three minutes. A stop ends
# the wait too. That of an earlier run does not, until it is asked for again.
FAULT_HOST=elsewhere launch 0 held.h5 endless.cfg
trains held.h5
kill -KILL $run
{ wait $run; } 2>/dev/null
cp held.h5.lock lock
touch held.h5.stop

# waits HOW N: a run on N ranks that waits for the lock is ended by HOW
waits() {
    local how=$1 n=$2 reason=SIG$1 extra=() start=("$REGIME")
    [ "$how" = limit ] && extra=(--time-limit 10s) reason="the time limit"
    [ "$n" -gt 0 ] && start=("$MPIEXEC" -q -n "$n" "$REGIME")
    log=log.waits
    "${start[@]}" run endless.cfg -o held.h5 "${extra[@]}" >$log 2>&1 &
    run=$!
    for _ in $(seq 300); do
        grep -q "waiting up to 180 s" $log && break
        sleep 0.1
    done
    SECONDS=0
    case $how in
    limit) ;;
    stop)
        sleep 1.5 # it has looked at the earlier one
        reason=held.h5.stop
        "$REGIME" stop held.h5 >stop.log || fail "waiting: regime stop"
        ;;
    *) kill "-$how" $run ;;
    esac
    ends 75 "waiting, $how"
    [ $SECONDS -le 60 ] || fail "waiting, $how: $SECONDS s"
    says "regime: stopped by $reason before anything was done; go on: the same command"
    [ "$(wc -l <output)" -eq 2 ] || { fail "waiting, $how: noise"; cat output; }
    cmp -s lock held.h5.lock || fail "waiting, $how: it touched the lock"
    [ -e held.h5.stop ] || fail "waiting, $how: it removed a stop"
}
for how in TERM INT limit stop; do
    waits $how 0
done
waits USR1 2
rm held.h5.lock
expect 75 env SLURM_RESTART_COUNT=1 "$REGIME" run endless.cfg -o held.h5 # by SLURM alone
says "regime: stopped by held.h5.stop before anything was done"
rm held.h5 held.h5.inflight
expect 0 ranks 2 "$REGIME" run parity.cfg -o held.h5
says "removed held.h5.stop"
same parity.h5 held.h5 "after waiting"

# ---- times that are none ----
for interval in 0 1e-9s; do
    expect 2 "$REGIME" run parity.cfg -o none.h5 --flush-interval $interval
    says "regime: --flush-interval $interval: at least 0.01s"
done
expect 2 ranks 2 "$REGIME" run parity.cfg -o none.h5 --time-limit 1h30
says '"1h30" is not a duration: write 90s, 11h50m, 2d or 01:30:00'
finish
