#!/usr/bin/env bash
# What bench/ has still runs: each program on next to nothing, its exit status and its JSON. No claim about time.
# A peer is run where Python has its library.
. "$SOURCE/tests/run/common.sh"
ASAN_OPTIONS+=:verify_asan_link_order=0
python=/usr/bin/python3

# Is ./output JSON, line by line? A number that was not is printed as nan, which JSON has not.
is_json() {
    [ -s output ] && "$python" -m json.tool --json-lines output >/dev/null 2>&1
}

# prints_json COMMAND...
prints_json() {
    expect 0 "$@"
    is_json || { fail "no JSON: $*"; cat output; }
}

cat >tiny.cfg <<'CFG'
name = "tiny"; model = "parity_rnn"; axes = { gain = [0.5, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; };
CFG

prints_json "$BUILD/bench/bench_epoch" --seconds 1 max_length=3
prints_json "$BUILD/bench/bench_linear" --repeats 1
prints_json "$BUILD/bench/bench_measure" tiny.cfg 0 1
prints_json ranks 2 "$BUILD/bench/bench_team" --repeats 1 --n 40 8,16
prints_json ranks 3 "$BUILD/bench/bench_dispatch" --points 1000
prints_json ranks 2 "$BUILD/bench/bench_flush" tiny.cfg . --batch 1 --flushes 1
prints_json "$BUILD/bench/bench_simulate" --ranks 10 --point-us 1000
prints_json "$SOURCE/bench/plan.sh" "$(dirname "$REGIME")"
prints_json "$SOURCE/bench/scale.sh" 1 "$(dirname "$REGIME")" hidden=4 max_length=3 max_epochs=3
prints_json "$SOURCE/bench/resume.sh" 100 1 "$(dirname "$REGIME")"
"$python" -c 'import numpy' 2>/dev/null &&
    prints_json "$python" "$SOURCE/bench/peer_numpy_linear.py" --n 8 --depth 2 --seconds 0.01
"$python" -c 'import torch' 2>/dev/null &&
    prints_json "$python" "$SOURCE/bench/peer_torch.py" --max-length 3 --epochs 1 --threads 1
"$python" -c 'import jax' 2>/dev/null &&
    prints_json "$python" "$SOURCE/bench/peer_jax.py" --max-length 3 --epochs 1 --threads 1

for name in dispatch epoch flush linear measure simulate team; do
    expect 0 "$BUILD/bench/bench_$name" --help
    says "usage: "
    expect 2 "$BUILD/bench/bench_$name" --nonsense
    [ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
done

# The planted faults: a number that is none, a program that fails, and one that reports no rate.
echo '{"ratio": nan}' >output
is_json && fail "nan passes for a number"
for status in 1 0; do
    printf '#!/bin/sh\necho "regime: 24 points, -nan points/s"\nexit %d\n' $status >regime
    chmod +x regime
    expect 1 "$SOURCE/bench/scale.sh" 1 "$PWD"
done
says "no rate in"
finish
