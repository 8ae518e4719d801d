#!/usr/bin/env bash
# The signal before the time limit, under mpirun twice and under srun: the job goes back into the queue by itself,
# resumes, completes, and the file does not show it.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

# interrupt: USR1 to the batch shell, as from --signal=B:USR1@60, once it has added three points
interrupt() {
    local before points=$(($(count small.h5) + 3))
    mid_run "$job" small.h5 $points
    before=$(field "$job" Restarts)
    scancel --signal=USR1 --batch "$job" || fail "no signal"
    within 60 restarted "$before" || { fail "not back in the queue"; cat job.log; }
    expect 0 "$REGIME" verify small.h5
    has small.h5 $points || fail "finished points are gone"
}

# shellcheck disable=SC2317 # within calls it
restarted() {
    [ "$(field "$job" Restarts)" -gt "$1" ]
}

# ended RESTARTS: the job is complete after so many, and its file is as it must be
ended() {
    ends "$job" COMPLETED "$1"
    [ "$(grep -c "back into the queue" job.log)" -eq "$1" ] || { fail "requeued otherwise"; cat job.log; }
    grep -q " done before" job.log || { fail "nothing was resumed"; cat job.log; }
    whole small.h5
}

submit small.cfg --flush-interval 0.1s
interrupt
interrupt
ended 2

rm small.h5
REGIME_LAUNCH="srun --mpi=pmix --wait=60" submit small.cfg --flush-interval 0.1s
interrupt
ended 1
done_here
