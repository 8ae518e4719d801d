#!/usr/bin/env bash
# Two elements of an array on one file: one of them trains, the other names it, exits 4 and is not requeued.
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
done_here
