#!/usr/bin/env bash
# What it takes to resume a finished sweep, beside reading its records once: `regime run` on a complete file, and
# `regime verify`, in turn. Prints one JSON object: seconds, and the median of the pairs' differences.
#   bench/resume.sh [POINTS] [PAIRS] [BUILD]          POINTS: 1000000; a multiple of 10
set -euo pipefail
points=${1:-1000000}
pairs=${2:-5}
here=$(cd "$(dirname "$0")/.." && pwd)
regime=${3:-$here/build/release}/regime
export OMP_NUM_THREADS=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/resume.cfg" <<CFG
name = "resume"; model = "linear_net"; seed = 1;
axes = { gain = { from = 0.1; to = 1.0; count = 10; }; replicate = { count = $((points / 10)); }; };
settings = { n_in = 1; n_out = 1; n_hidden = 1; max_epochs = 1; };
record = { every = 1; };
CFG
file=$folder/resume.h5

seconds() { # COMMAND...
    local start=$EPOCHREALTIME
    "$@" >"$folder/said"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

first=$(seconds "$regime" run "$folder/resume.cfg" -o "$file" -q)
table=
for _ in $(seq "$pairs"); do
    table+="$(seconds "$regime" run "$folder/resume.cfg" -o "$file") $(seconds "$regime" verify "$file")"$'\n'
done
printf %s "$table" |
    awk -v points="$points" -v first="$first" -v bytes="$(stat -c %s "$file")" "$(cat "$here/bench/median.awk")"'
    { run[NR] = $1; verify[NR] = $2; beyond[NR] = $1 - $2 }
    END { printf "{\"points\": %d, \"mebibytes\": %.0f, \"first_run_seconds\": %.2f, \"resume_seconds\": %.3f, \"verify_seconds\": %.3f, \"resume_minus_verify\": %.3f}\n",
          points, bytes / 1048576, first, median(run, NR), median(verify, NR), median(beyond, NR) }'
