#!/usr/bin/env bash
# A sweep over two nodes, by mpirun and by srun with PMIx: complete, and the job stays out of the queue.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

# complete_as FILE [REGIME WORDS...]
complete_as() {
    local file=$1
    shift
    submit small.cfg "$@"
    ends "$job" COMPLETED 0
    grep -q "2 ranks" job.log || { fail "not 2 ranks"; cat job.log; }
    whole "$file"
}

complete_as small.h5
REGIME_LAUNCH="srun --mpi=pmix --wait=60" complete_as srun.h5 -o srun.h5

# The planted faults: a changed byte, and a process that is left behind.
printf '\001' | dd of=many.blank bs=1 seek=$(($(stat -c %s many.blank) / 2)) conv=notrunc status=none
cmp -s one.blank many.blank && fail "a changed byte went unnoticed"
sleep 100 &
left=$!
# shellcheck disable=SC2317 # within calls it
seen() {
    processes | grep -qx "$left"
}
within 10 seen || fail "a process that is left behind went unnoticed"
disown
kill "$left"
done_here
