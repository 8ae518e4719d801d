#!/usr/bin/env bash
# Strings from a file: rank 0 alone reads it, all ranks train on it, and any number of them write the same
# bytes.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; fraction = [0.5, 1.0]; replicate = { count = 3; }; };
settings = { hidden = 20; max_length = 6; max_epochs = 300; stop_loss = 0.0;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
CFG

expect 0 "$REGIME" export small.cfg gain=1.0 fraction=0.5 replicate=0 -o half.h5
expect 0 ranks 1 "$REGIME" run small.cfg --set data=half.h5 -o one.h5
blanked one.h5 one.blank
for n in 2 4; do
    expect 0 ranks $n "$REGIME" run small.cfg --set data=half.h5 -o many.h5 --flush-interval 0.05s
    blanked many.h5 many.blank
    cmp one.blank many.blank || fail "$n ranks: other bytes"
    rm many.h5
done

expect 2 ranks 2 "$REGIME" run small.cfg --set data=nowhere.h5 -o many.h5
[ "$(wc -l <output)" -eq 1 ] || { fail "more than one line"; cat output; }
says 'regime: --set: data = "nowhere.h5": No such file'

# The planted fault: other data are another sweep, whose bytes differ.
expect 0 "$REGIME" export small.cfg gain=1.0 fraction=0.5 replicate=1 -o other.h5
expect 0 ranks 2 "$REGIME" run small.cfg --set data=other.h5 -o many.h5
blanked many.h5 many.blank
cmp -s one.blank many.blank && fail "other data went unnoticed"
expect 2 ranks 2 "$REGIME" run small.cfg --set data=half.h5 -o many.h5
says '"other.h5" in the file, "half.h5" asked for'
finish
