#!/usr/bin/env bash
# A rank dies while the others train, or all are told to end: they save what they have in hand.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >long.cfg <<'CFG'
name = "long"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 600000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 150000; };
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

# Told to end, a rank puts what it has finished beside the file. If the last flush comes in time, as it should, that is in
# the file then, and goes.
cat >many.cfg <<'CFG'
name = "many"; model = "parity_rnn"; seed = 5; axes = { replicate = { count = 60; }; };
settings = { hidden = 4; max_length = 3; max_epochs = 60000; stop_loss = 0.0; };
CFG
"$MPIEXEC" -q -n 2 "$REGIME" run many.cfg -o many.h5 --flush-interval 100s >many.log 2>&1 &
run=$! log=many.log
for _ in $(seq 200); do
    [ -e many.h5.inflight ] && break
    sleep 0.05
done
sleep 2
kill -TERM $run
ends 1 "told to end"
nobody_left "told to end"
[ "$(count "done" many.h5)" -gt 0 ] || { fail "no flush: the test shows nothing"; cat output; }
for beside in many.h5.inflight.*; do
    [ ! -e "$beside" ] || fail "$beside is left, and all of it is in the file"
done
expect 0 "$REGIME" run many.cfg -o many.h5
finish
