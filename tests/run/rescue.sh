#!/usr/bin/env bash
# A rank dies while the others train: they save what they have in hand.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >long.cfg <<'CFG'
name = "long"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 200000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 50000; };
CFG
expect 0 ranks 2 "$REGIME" run long.cfg -o whole.h5

# No flush comes before it dies: what is gone on with, the other one saved when mpirun told it to end.
timeout -k 5 100 "$MPIEXEC" -q -n 2 "$REGIME" run long.cfg -o one.h5 >one.log 2>&1 &
run=$! log=one.log
for _ in $(seq 100); do
    [ -e one.h5.inflight ] && break
    sleep 0.1
done
sleep 0.5
mapfile -t pids < <(ranks_of "$(ranks_of $run)")
kill -KILL "${pids[1]}"
ends 137 "a rank died"
nobody_left "a rank died"
expect 0 ranks 3 "$REGIME" run long.cfg -o one.h5
says "1 in training"
same whole.h5 one.h5 "a rank died"
finish
