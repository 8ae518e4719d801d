#!/usr/bin/env bash
# scancel in mid-run: the job ends for good, nothing committed is lost, and submitted again it completes.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

submit small.cfg --flush-interval 0.1s
mid_run "$job" small.h5 3
before=$(count small.h5)
scancel "$job" || fail "scancel refuses"
ends "$job" CANCELLED 0
expect 0 "$REGIME" verify small.h5
has small.h5 "$before" || fail "$(count small.h5) points after scancel, $before before"

submit small.cfg
ends "$job" COMPLETED 0
grep -q " done before" job.log || { fail "nothing was resumed"; cat job.log; }
whole small.h5
done_here
