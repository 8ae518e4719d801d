#!/usr/bin/env bash
# A file that only some of the ranks see, as on a node's own disk: one clear line, and no hang.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; axes = { replicate = { count = 2; }; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; };
CFG
mkdir here elsewhere

expect 2 timeout -k 5 40 "$MPIEXEC" -q -n 1 -wdir "$scratch/here" "$REGIME" run ../small.cfg : \
    -n 1 -wdir "$scratch/elsewhere" "$REGIME" run ../small.cfg
says "rank 1: small.h5 cannot be reached from host"
expect 0 ranks 2 "$REGIME" run small.cfg -o here/small.h5
finish
