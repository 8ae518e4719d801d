#!/usr/bin/env bash
# What `regime plan` takes for a grid of a million and one of a hundred million points, without the training that it
# times: one line of JSON each, seconds and the most memory that it had.
#   bench/plan.sh [BUILD]
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
regime=${1:-$here/build/release}/regime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for replicates in 10000 1000000; do
    cat >"$folder/plan.cfg" <<CFG
name = "plan"; model = "parity_rnn"; seed = 1;
axes = { gain = { from = 0.1; to = 1.0; count = 10; }; fraction = { from = 0.1; to = 1.0; count = 10; };
         replicate = { count = $replicates; }; };
CFG
    python3 - "$regime" "$folder/plan.cfg" "$((100 * replicates))" <<'PYTHON'
import json, resource, subprocess, sys, time
start = time.monotonic()
subprocess.run([sys.argv[1], "plan", "--no-timing", sys.argv[2]], check=True, stdout=subprocess.DEVNULL)
seconds = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"points": int(sys.argv[3]), "seconds": round(seconds, 4), "peak_mebibytes": round(peak, 1)}))
PYTHON
done
