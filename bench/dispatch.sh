#!/usr/bin/env bash
# How fast null points are dealt, on few ranks and on many more than there are cores: one line of JSON each, in blocks of
# one point and as a run deals them. All rows in turn, REPEATS times; the median line of each is printed.
#   bench/dispatch.sh [REPEATS] [POINTS] [BUILD]
set -euo pipefail
repeats=${1:-5}
points=${2:-1000000}
here=$(cd "$(dirname "$0")/.." && pwd)
program=${3:-$here/build/release}/bench/bench_dispatch
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
export OMPI_MCA_rmaps_base_oversubscribe=1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
all_blocks=(1 16)
all_ranks=(1 2 3 4 8 16 32 64 128)

for _ in $(seq "$repeats"); do
    for block in "${all_blocks[@]}"; do
        for ranks in "${all_ranks[@]}"; do
            timeout 300 mpirun -q -n "$ranks" "$program" --points "$points" --block "$block" >>"$folder/$block.$ranks"
        done
    done
done
for block in "${all_blocks[@]}"; do
    for ranks in "${all_ranks[@]}"; do
        sort -t: -k5 -g "$folder/$block.$ranks" | sed -n "$(((repeats + 1) / 2))p"
    done
done
