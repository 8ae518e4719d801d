#!/usr/bin/env bash
# How much faster 2 ranks are than 1: the same sweep in turn on 1 and on 2 ranks, pair by pair.
# Wants two free cores. Prints one JSON object; points per second, and the share of the ranks' time in which two of them
# waited for work (the tail included) and wrote, as the program itself reports them.
# Exit 1 where a run fails or reports no rate.
#   bench/scale.sh [PAIRS] [BUILD] [KNOB=VALUE ...]
set -euo pipefail
pairs=${1:-3}
here=$(cd "$(dirname "$0")/.." && pwd)
regime=${2:-$here/build/release}/regime
knobs=("${@:3}")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Equal points, so that no tail hides the coordination, and enough of them to run for several seconds.
cat >"$folder/scale.cfg" <<'CFG'
name = "scale"; model = "parity_rnn"; seed = 1;
axes = { replicate = { count = 24; }; };
settings = { gain = 0.5; fraction = 1.0; max_epochs = 300; };
record = { spacing = "log"; count = 16; };
CFG

rate() { # points per second on $1 ranks, percent waiting and writing
    local said
    rm -f "$folder/scale.h5"
    said=$(mpirun -q -n "$1" "$regime" run "$folder/scale.cfg" -o "$folder/scale.h5" \
        "${knobs[@]/#/--set=}")
    sed -n 's/.* \([0-9.e+-]*\) points\/s.* waiting \([0-9.]*\) %, writing \([0-9.]*\) .*/\1 \2 \3/p' <<<"$said" |
        awk '$1 > 0 { print; found = 1 } END { exit !found }' ||
        { echo "scale.sh: no rate in: $said" >&2; return 1; }
}

rate 2 >"$folder/warm_up"
table=
for _ in $(seq "$pairs"); do
    one=$(rate 1)
    two=$(rate 2)
    table+="$one $two"$'\n'
done
printf %s "$table" | awk "$(cat "$here/bench/median.awk")"'
   { one[NR] = $1; two[NR] = $4; ratio[NR] = $4 / $1; waiting[NR] = $5; writing[NR] = $6 }
    END { printf "{\"pairs\": %d, \"points_per_second_1\": %.4g, \"points_per_second_2\": %.4g, \"ratio_median\": %.3f, \"ratio_min\": %.3f, \"waiting_percent_2\": %.2f, \"writing_percent_2\": %.2f}\n",
          NR, median(one, NR), median(two, NR), median(ratio, NR), ratio[1], median(waiting, NR), median(writing, NR) }'
