#!/usr/bin/env bash
# Two elements of an array on one file: one of them trains, the other names it, exits 4 and is not requeued. On a file
# each, the one that is interrupted goes back into the queue alone.
. "$SOURCE/tests/slurm/cluster.sh"
cluster_up

options=(--array=0-1 --nodes=1 --output=job-%a.log)
submit small.cfg
within "$patience" is "${job}_0" 'COMPLETED|FAILED' && within "$patience" is "${job}_1" 'COMPLETED|FAILED'
if is "${job}_0" FAILED; then refused=0 trained=1; else refused=1 trained=0; fi
ends "${job}_$trained" COMPLETED 0
ends "${job}_$refused" FAILED 0
[ "$(field "${job}_$refused" ExitCode)" = 4:0 ] || fail "exit $(field "${job}_$refused" ExitCode), not 4"
cp job-$refused.log output
says "another run holds it"
says "SLURM job $(field "${job}_$trained" JobId)"
says "Wait for it or stop it"
[ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
whole small.h5

# shellcheck disable=SC2016 # expanded in the job
printf '#!/bin/sh\nexec %s "$@" -o "$SLURM_ARRAY_TASK_ID.h5"\n' "$REGIME" >each
chmod +x each
REGIME=$PWD/each submit small.cfg --flush-interval 0.1s
mid_run "${job}_0" 0.h5 1
mid_run "${job}_1" 1.h5 1
first=0
[ "$(field "${job}_0" JobId)" = "$job" ] || first=1 # its number is that of the array
scancel --signal=USR1 --batch "${job}_$first" || fail "no signal"
ends "${job}_$first" COMPLETED 1
ends "${job}_$((1 - first))" COMPLETED 0
whole 0.h5
whole 1.h5
done_here
