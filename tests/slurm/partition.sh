#!/usr/bin/env bash
# The node of a job is cut off from SLURM, which starts the job anew on another one, while the old ranks train on. The
# file is theirs: the new start goes back into the queue until they are gone, and the old one, when it stops, leaves
# the queue alone. REAL=1: SLURM notices by itself, after half a minute; else it is told.
CUTTABLE=1
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

# The first start rests whenever it writes, so that it is not over before the test is.
cat >slowed <<SLOWED
#!/bin/sh
[ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ] ||
    export LD_PRELOAD=$FAULTS FAULT_FILES='*.lock' FAULT_CALL=fsync FAULT_DO=slow FAULT_AT=1 FAULT_AFTER=1
exec $REGIME "\$@"
SLOWED
chmod +x slowed
export REGIME_LEASE=6

# shellcheck disable=SC2317 # within calls it
says_in_log() {
    grep -qF "$1" job.log
}

# waits_for WORDS: until the job's log has them
waits_for() {
    within 90 says_in_log "$1" || { fail "not in the log: $1"; cat job.log; scontrol show job "$job"; }
}

options=(--nodes=1 --ntasks-per-node=2)
REGIME=$PWD/slowed submit small.cfg --flush-interval 0.05s
mid_run "$job" small.h5 1
[ "$(field "$job" BatchHost)" = n1 ] || fail "the batch script is not where it should be"
old=$(sed -n 's/^pid=//p' small.h5.lock)
script=$(processes n1 | xargs ps -o pid=,args= -p | sed -n 's/^ *\([0-9]*\) .*slurm_script.*/\1/p')
link n1 down
SECONDS=0
[ "${REAL:-}" ] || scontrol update NodeName=n1 State=DOWN Reason=test
waits_for "an earlier start of this job still works"
echo "the new start was refused after $SECONDS s"
[ "$(field "$job" Restarts)" -ge 1 ] || fail "not started anew"
[[ $(readlink "/proc/$old/exe") = "$REGIME" ]] || fail "the old run does not work any more: the test shows nothing"
[ "$(sed -n 's/^host=//p' small.h5.lock)" = n1 ] || fail "the old run has lost the file"
at=$(count small.h5)
within 60 has small.h5 $((at + 1)) || fail "the old run makes no more points"
[ "$(count small.h5 pending)" -gt 0 ] || fail "the old run is done: the test shows nothing"

# As its time limit would. Its script cannot ask SLURM before the link is back.
kill -USR1 "$script"
waits_for "stopped before the end (75)"
scontrol update NodeName=n1 State=DRAIN Reason=test # else SLURM might start the job there, beside its old start
link n1 up
waits_for "not back into the queue: SLURM does not name"
within "$patience" is "$job" 'COMPLETED|FAILED'
restarts=$(field "$job" Restarts)
ends "$job" COMPLETED "$restarts"
echo "$restarts restarts, complete after $SECONDS s"
grep -q " done before" job.log || { fail "nothing was resumed"; cat job.log; }
whole small.h5
scontrol update NodeName=n1 State=RESUME
within 30 nodes_are idle $n_nodes || { fail "n1 does not come back"; sinfo; }
[ "$(field "$job" Restarts)" = "$restarts" ] || fail "started once more"
done_here
