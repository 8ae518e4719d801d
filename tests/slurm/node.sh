#!/usr/bin/env bash
# A node dies in mid-run, with all that runs on it: the one of the batch script, and the other one. The job goes
# on with the nodes that are left. REAL=1: SLURM notices by itself, after half a minute; else it is told.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

for node in n1 n2; do
    rm -f small.h5
    submit small.cfg --flush-interval 0.1s
    mid_run "$job" small.h5 3
    [ "$(field "$job" BatchHost)" = n1 ] || fail "the batch script is not where it should be"
    node_dies $node
    if [ $node = n2 ]; then
        within 60 grep -q "a node is lost" job.log || fail "the script does not see it"
    fi
    [ "${REAL:-}" ] || scontrol update NodeName=$node State=DOWN Reason=test
    ends "$job" COMPLETED 1
    [[ $(field "$job" NodeList) != *$node* ]] || fail "on the dead node again?"
    grep -q " done before" job.log || { fail "nothing was resumed"; cat job.log; }
    whole small.h5
    node_up $node
    [ "${REAL:-}" ] || scontrol update NodeName=$node State=RESUME
    within 30 nodes_are idle $n_nodes || { fail "$node does not come back"; sinfo; }
done
done_here
