#!/usr/bin/env bash
# Stopping in good order: by a signal, the time limit or `regime stop`, alone and under mpirun, in the middle of
# points of one rank and of teams. The points in training are saved, and the same command, on other numbers of
# ranks, goes on with them to the bytes of a run without interruption.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
set -m # else bash lets what it starts in the background ignore SIGINT

cat >parity.cfg <<'CFG'
name = "parity"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 60000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 10000; };
CFG

linear() { # NAME TEAM EPOCHS
    cat >"$1.cfg" <<CFG
name = "$1"; model = "linear_net"; seed = 5; team = [$2]; axes = { init = ("gaussian", "balanced"); };
settings = { depth = 3; n_in = 13; n_hidden = 17; n_out = 11; block = 4; dataset_size = 200; noise = 0.2;
             input_spectrum = "power"; learning_rate = 0.02; max_epochs = $3; stop_loss = 0.0; };
record = { every = $(($3 / 4)); };
CFG
}
linear alone "1, 1" 500000
linear pair "1, 2" 15000
linear square "2, 2" 5000

# on N WORDS...: regime WORDS on N ranks; 0: without mpirun
# shellcheck disable=SC2317 # expect calls it
on() {
    local n=$1
    shift
    if [ "$n" -eq 0 ]; then
        timeout -k 5 120 "$REGIME" "$@"
    else
        ranks "$n" "$REGIME" "$@"
    fi
}

declare -A least=([parity]=0 [alone]=0 [pair]=2 [square]=4)
for sweep in parity alone pair square; do
    expect 0 on "${least[$sweep]}" run $sweep.cfg -o $sweep.h5
done

# stopped HOW N SWEEP N_AFTER: on N ranks, by HOW; resumed on N_AFTER
stopped() {
    local how=$1 n=$2 sweep=$3 n_after=$4 file what reason status=75 extra=()
    file=$how.$n.$sweep.h5
    what="$how, $n ranks, $sweep"
    [ "$how" = limit ] && extra=(--time-limit 8s)
    [ "$n" -gt 0 ] && [[ $how = @(TERM|INT) ]] && status=1 # mpirun's own
    launch "$n" "$file" "$sweep.cfg" "${extra[@]}"
    [ "$how" = limit ] || trains "$file"
    case $how in
    limit) reason="the time limit" ;;
    stop)
        reason=$file.stop
        "$REGIME" stop "$file" >stop.log || { fail "$what: regime stop"; cat stop.log; }
        grep -q "asked the run on .* to stop" stop.log || fail "$what: regime stop says nothing"
        ;;
    *)
        reason=SIG$how
        kill "-$how" "$run"
        ;;
    esac
    ends $status "$what"
    nobody_left "$what"
    if [ $status -eq 75 ]; then
        says "stopped by $reason: "
        says "go on: the same command"
        [ "$(grep -c "^stopped by .*: [01] of 2 points done, .* saved in training$" output)" -eq 1 ] ||
            fail "$what: not one line of what was done"
        [ "$how" = INT ] && says "stopping: saves what is in training; a second Ctrl-C ends at once"
        [ "$(wc -l <output)" -le 6 ] || { fail "$what: noise"; cat output; }
        [ ! -e "$file.lock" ] || fail "$what: the lock is left"
    fi
    [ -e "$file.inflight" ] || fail "$what: no states"
    saved=$(sed -n 's/^stopped by .* \([0-9]*\) saved in training$/\1/p' output)
    [ "$(find . -name "$file*.tmp")" = "" ] || fail "$what: a temporary file is left"
    if [ "$how" = stop ]; then
        expect 0 "$REGIME" status "$file"
        says "asked to stop by $file.stop"
    fi
    if [ "$saved" ]; then
        expect 0 "$REGIME" status "$file"
        says " pending ($saved saved in training)"
    fi
    expect 0 "$REGIME" verify "$file"
    expect 0 on "$n_after" run "$sweep.cfg" -o "$file"
    says " in training"
    says "complete: 2 of 2 points done"
    [ "$how" = stop ] && says "removed $file.stop, which an earlier run was stopped by"
    same "$sweep.h5" "$file" "$what, then $n_after ranks"
}

#       how   on sweep  then on
stopped USR1  0  parity 2
stopped TERM  0  alone  4
stopped INT   0  parity 1
stopped limit 0  alone  2
stopped stop  0  parity 4
stopped USR1  2  parity 0
stopped TERM  1  parity 2
stopped TERM  2  alone  0
stopped INT   2  parity 4
stopped stop  4  alone  1
stopped USR1  3  pair   4 # one rank is left over
stopped TERM  4  pair   2
stopped limit 1  alone  4
stopped INT   2  pair   5
stopped USR1  4  square 5
stopped stop  5  square 4
stopped TERM  5  square 4

# ---- a point longer than every run ----
# on_from FILE STEPS: waits until a point of it has taken more steps, and then stops the run that was launched
on_from() {
    for _ in $(seq 600); do
        [ "$(steps "$1")" -gt "$2" ] && break
        sleep 0.1
    done
    kill -USR1 "$run"
    ends 75 "$1"
    [ "$(steps "$1")" -gt "$2" ] || fail "$1: $(steps "$1") steps after a run, $2 before it"
}

# Each run goes on where the last one stopped: steps add up.
for _ in 1 2 3; do
    before=$([ -e long.h5.inflight ] && steps long.h5)
    launch 0 long.h5 alone.cfg --only init=gaussian
    trains long.h5
    on_from long.h5 "${before:-0}"
done
expect 0 "$REGIME" run alone.cfg -o long.h5
same alone.h5 long.h5 "a point in four runs"

# ---- impatience ----
# A stop waits for all ranks; a second SIGINT for nobody. The points of this sweep are never done.
sed 's/every = 10000/every = 250000000/; s/= 60000/= 1000000000/' parity.cfg >endless.cfg
launch 2 twice.h5 endless.cfg
trains twice.h5 3
mapfile -t pids < <(ranks_of "$run")
kill -STOP "${pids[1]}"
kill -INT "${pids[0]}"
sleep 0.5
[ -e "/proc/${pids[0]}/exe" ] || fail "the first SIGINT ended a rank at once"
kill -INT "${pids[0]}"
SECONDS=0
ends 130 "SIGINT twice"
nobody_left "SIGINT twice"
[ $SECONDS -le 30 ] || fail "SIGINT twice: $SECONDS s"
before=$(steps twice.h5)
launch 2 twice.h5 endless.cfg
on_from twice.h5 "$before"
says "2 in training"

# ---- nothing to stop ----
expect 2 "$REGIME" stop parity.h5
says "no run holds it: there is nothing to stop; a job that waits in the queue is stopped by: touch parity.h5.stop"
expect 2 "$REGIME" stop none.h5
says "there is nothing to stop, and no such file; a job that waits in the queue is stopped by: touch none.h5.stop"

# The planted fault: another sweep's file is not the same.
blanked alone.h5 alone.blank
blanked pair.h5 pair.blank
cmp -s alone.blank pair.blank && fail "files cannot be told apart: the test shows nothing"
finish
