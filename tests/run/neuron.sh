#!/usr/bin/env bash
# The model of docs/adding_a_model.md in the program: the same bytes on any ranks, after a stop in the midst of
# training and when it is measured again; mistakes are answered.
. "$SOURCE/tests/run/common.sh"

cp "$SOURCE/docs/examples/linear_neuron/neuron.cfg" .
expect 0 "$NEURON" describe linear_neuron
says "kernel_distance"
expect 0 "$NEURON" plan neuron.cfg
says "points   153"
expect 2 "$NEURON" plan neuron.cfg --set learning_rate=0.5
says "learning_rate = 0.5: below"

expect 0 "$NEURON" run neuron.cfg -o one.h5
blanked one.h5 one.blank
expect 0 ranks 2 "$NEURON" run neuron.cfg -o two.h5
blanked two.h5 two.blank
cmp one.blank two.blank || fail "2 ranks: other bytes"

# One long point, so that a stop finds it in training.
long=(neuron.cfg --only gain=0.01 --only delta=0 --set stop_loss=0.0 --set learning_rate=1e-4 --set max_epochs=10000000)
"$NEURON" run "${long[@]}" -o stopped.h5 --flush-interval 0.1s >output 2>&1 &
run=$!
within 30 test -e stopped.h5.inflight || fail "no state beside the file"
kill -TERM $run
wait $run
[ $? -eq 75 ] || { fail "not stopped"; cat output; }
says "1 saved in training"
expect 0 "$NEURON" run "${long[@]}" -o stopped.h5
expect 0 "$NEURON" run "${long[@]}" -o through.h5
blanked stopped.h5 stopped.blank
blanked through.h5 through.blank
cmp stopped.blank through.blank || fail "after a stop: other bytes"

expect 0 "$NEURON" measure two.h5 --columns alignment,kernel_distance
blanked two.h5 two.blank
cmp one.blank two.blank || fail "measured again: other bytes"
finish
