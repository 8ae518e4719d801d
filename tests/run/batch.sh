#!/usr/bin/env bash
# The batch script without SLURM: which file it watches for a stop, and whether it then asks to be requeued. What it
# does under SLURM, slurm.* shows.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

mkdir bin
cat >bin/scontrol <<'SH'
#!/bin/sh
case $* in
*show*) echo " Restarts=${SLURM_RESTART_COUNT:-0} " ;;
*) echo "$*" >>requeued ;;
esac
SH
cat >bin/squeue <<'SH'
#!/bin/sh
case $* in
*%V*) echo "$QUEUED" | grep . ;; # when the job was submitted and started, if anybody knows
*) exit 1 ;;
esac
SH
chmod +x bin/scontrol bin/squeue
export QUEUED=
export PATH=$PWD/bin:$PATH SLURM_JOB_ID=7 SLURM_SUBMIT_DIR=$PWD REGIME_LAUNCH=env

# sweep NAMED FILE: one whose points never end
sweep() {
    cat >"$2" <<CFG
$1
model = "parity_rnn"; axes = { gain = [0.1, 1.0]; }; // name = "other";
settings = { hidden = 4; max_length = 3; max_epochs = 1000000000; stop_loss = 0.0; };
record = { count = 3; };
CFG
}

# batch RESTARTS WORDS...: the script; its output in ./output, what SLURM is told in ./requeued
batch() {
    rm -f requeued
    SLURM_RESTART_COUNT=$1 timeout -k 5 100 bash "$SOURCE/slurm/regime.sbatch" "${@:2}" >output 2>&1
}

# stays_out WHAT STATUS
stays_out() {
    [ "$2" -eq 75 ] || { fail "$1: exit $2, not 75"; cat output; }
    says "long.h5.stop is there: not back into the queue"
    [ ! -e requeued ] || fail "$1: requeued"
    [ -e long.h5.stop ] || fail "$1: the stop is gone"
}

# stays_stopped WHAT WORDS...: stopped by `regime stop`, and where SLURM starts it again all the same
stays_stopped() {
    local what=$1 run
    rm -f long.h5*
    batch 0 "${@:2}" --flush-interval 0.05s &
    run=$!
    trains long.h5
    "$REGIME" stop long.h5 >/dev/null || fail "$what: regime stop"
    wait $run
    stays_out "$what" $?
    says "stopped by long.h5.stop: 0 of 2 points done"
    batch 1 "${@:2}"
    stays_out "$what, restarted" $?
    says "regime: stopped by long.h5.stop before anything was done; go on: the same command"
}

sweep $'name\t= "long";' tab.cfg
sweep 'seed = 5; name = "long";' line.cfg
sweep 'name : "long"' sweep.conf
stays_stopped "a tab" tab.cfg
stays_stopped "one line" line.cfg
stays_stopped "a colon, another ending" sweep.conf
stays_stopped "-o" tab.cfg -olong.h5

# The sweep's own file is not the one that is written.
batch 0 tab.cfg -o other.h5 --time-limit 5s
says "stopped by the time limit"
[ "$(cat requeued)" = "requeue 7" ] || { fail "another file's stop keeps it out of the queue"; cat output; }

# Submitted anew it goes on. No time limit is known, which is said once.
batch 0 tab.cfg --flush-interval 0.05s &
run=$!
for _ in $(seq 300); do
    [ ! -e long.h5.stop ] && break
    sleep 0.1
done
trains long.h5
"$REGIME" stop long.h5 >/dev/null || fail "submitted anew: regime stop"
wait $run
says "removed long.h5.stop, which an earlier run was stopped by"
[ "$(grep -c "squeue does not tell when SLURM job 7 ends" output)" -eq 1 ] || fail "no word of the time limit"

# ---- a stop from before the start ----
# queued SUBMITTED STARTED STOPPED: so many seconds ago
queued() {
    QUEUED="$(date -d "-$1 seconds" +%FT%T) $(date -d "-$2 seconds" +%FT%T)"
    touch -d "-$3 seconds" long.h5.stop
}
queued 60 10 30
batch 0 tab.cfg
stays_out "waits for its first start" $?
says "regime: stopped by long.h5.stop before anything was done; go on: the same command"
for times in "60 10 90" "60 40 30"; do # of a run before the job; of an earlier one in the same job
    # shellcheck disable=SC2086 # several words
    queued $times
    batch 0 tab.cfg --time-limit 5s
    says "removed long.h5.stop, which an earlier run was stopped by"
    says "stopped by the time limit"
done
QUEUED=

batch 0 none.cfg
[ $? -eq 2 ] || fail "no sweep: $?"
says "none.cfg: cannot be opened"
[ "$(wc -l <output)" -eq 1 ] || { fail "no sweep: more than one line"; cat output; }
finish
