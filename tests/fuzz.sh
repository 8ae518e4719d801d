#!/bin/bash
# fuzz.sh [SECONDS]: builds the libFuzzer programs with clang and runs each for so long (60) from the corpus.
# A crash of ours fails. Where HDF5 itself crashes or never ends, against which the commands are guarded
# (src/cli/guard.h), it is counted only. What was found is left in build/fuzz/found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1:-60}
found=$PWD/build/fuzz/found
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1

mkdir -p build
cmake --preset fuzz >build/configure-fuzz.log || { cat build/configure-fuzz.log; exit 1; }
cmake --build --preset fuzz --target fuzz_config fuzz_file fuzz_beside >build/fuzz.log 2>&1 || { tail -n 40 build/fuzz.log; exit 1; }
rm -rf "$found"
mkdir -p "$found"/{tmp,new_config,new_file,new_beside}
export TMPDIR=$found/tmp

# fuzz NAME OPTIONS...: several short runs, so that one that crashes does not end the others; the status is that of
# the last of them, and what was found is judged below.
fuzz() {
    local name=$1
    shift
    timeout -k 10 $((seconds + 120)) build/fuzz/tests/"fuzz_$name" -fork=2 -ignore_crashes=1 -ignore_timeouts=1 \
        -ignore_ooms=1 -detect_leaks=0 -timeout=20 -max_total_time="$seconds" -artifact_prefix="$found/$name-" "$@" \
        "$found/new_$name" tests/corpus/"$name" >"$found/$name.log" 2>&1 ||
        grep -q '^INFO: exiting' "$found/$name.log" || { tail -n 40 "$found/$name.log"; exit 1; }
    awk -v name="$name" '/^#[0-9]+: cov/ {runs = $1; cov = $3} END {
        gsub(/[^0-9]/, "", runs); print name ": " runs " executions, " cov " places reached"; exit !(runs > 0)}' "$found/$name.log"
}

# in_hdf5 REPORT: is it HDF5 that the innermost frame of its or our code lies in?
in_hdf5() {
    awk '$1 ~ /^#[0-9]+$/ && /libhdf5|src\/[a-z]+\/.*[.]c:[0-9]|fuzz_[a-z]+[.]c:[0-9]/ { theirs = /libhdf5/; exit }
         END { exit !theirs }' "$1"
}

verdict=0
# judge NAME: runs again what was found.
judge() {
    local name=$1 input theirs=0
    for input in "$found/$name"-*; do
        [ -e "$input" ] || continue
        if build/fuzz/tests/"fuzz_$name" -timeout=20 -detect_leaks=0 "$input" >"$input.report" 2>&1; then
            echo "does not come again: $input"
        elif [ "$name" = file ] && in_hdf5 "$input.report"; then
            theirs=$((theirs + 1))
        else
            cat "$input.report"
            echo "FAILED: $input"
            verdict=1
        fi
    done
    echo "$name: $theirs times HDF5 itself did not survive"
}

fuzz config -max_len=4096
judge config
fuzz file -max_len=64
judge file
fuzz beside -max_len=1026 -close_fd_mask=2 # without its many warnings
judge beside
exit $verdict
