#!/usr/bin/env bash
# The real time limit: a sweep of several minutes in a job of two. SLURM itself sends the signal that the script
# asks for, and the job goes back into the queue until the sweep is complete.
. "$SOURCE/tests/slurm/cluster.sh"
patience=1500
sed -i 's/count = 12/count = 160/; s/max_epochs = 6000/max_epochs = 24000/; s/every = 500/every = 8000/' small.cfg
cluster_up

start=$SECONDS
options=(--time=2)
submit small.cfg --flush-interval 1s
within "$patience" is "$job" 'COMPLETED|FAILED|TIMEOUT'
restarts=$(field "$job" Restarts)
ends "$job" COMPLETED "$restarts"
echo "$restarts restarts in $((SECONDS - start)) s"
[ "$restarts" -gt 0 ] || fail "over before the limit: the test shows nothing"
[ "$(grep -c "back into the queue" job.log)" -eq "$restarts" ] || { fail "requeued otherwise"; cat job.log; }
whole small.h5
done_here
