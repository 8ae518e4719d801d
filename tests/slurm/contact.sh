#!/usr/bin/env bash
# mpirun loses a node that SLURM finds in order: a link that was cut for seconds. The script waits for as long as SLURM
# may need to see a lost node, and then goes back into the queue by itself.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

submit small.cfg --flush-interval 0.1s
mid_run "$job" small.h5 3
# shellcheck disable=SC2046 # words are wanted
kill -9 $(processes n2 | xargs ps -o pid=,comm= -p | awk '$2 == "orted" { print $1 }')
SECONDS=0
within 60 grep -q "a node is lost: waiting for SLURM to see it, up to 20 s" job.log || fail "the script does not see it"
lost=$SECONDS
within 60 grep -q "stopped before the end (205): back into the queue" job.log || fail "the script waits for ever"
echo "mpirun gave up after $lost s, back in the queue after $SECONDS s"
[ $((SECONDS - lost)) -ge 19 ] || fail "the script did not wait"
ends "$job" COMPLETED 1
grep -q " done before" job.log || { fail "nothing was resumed"; cat job.log; }
whole small.h5
done_here
