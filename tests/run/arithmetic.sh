#!/usr/bin/env bash
# One file, one arithmetic: ranks that differ agree on the lowest, and a resume makes the bits of the file
# or is refused. REGIME_ISA makes a rank differ as an older machine would.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; replicate = { count = 3; }; };
settings = { hidden = 20; max_length = 5; max_epochs = 50; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
keep = ("final");
CFG

# shellcheck disable=SC2317 # expect calls it
mixed() {
    timeout -k 5 120 "$MPIEXEC" -q -n 1 "$REGIME" "$@" : -n 1 -x REGIME_ISA=base "$REGIME" "$@"
}

expect 0 env REGIME_ISA=base "$REGIME" run small.cfg -o base.h5
blanked base.h5 base.blank
expect 0 "$REGIME" run small.cfg -o widest.h5
blanked widest.h5 widest.blank

expect 0 mixed run small.cfg -o mixed.h5
blanked mixed.h5 mixed.blank
cmp base.blank mixed.blank || fail "mixed ranks: other bytes than those of the lowest"

expect 0 env REGIME_ISA=base "$REGIME" run small.cfg -o two.h5 --only gain=0.1
expect 0 "$REGIME" plan small.cfg -o two.h5 --no-timing
says "3 of 6 points finished"
expect 0 ranks 2 "$REGIME" run small.cfg -o two.h5
blanked two.h5 two.blank
cmp base.blank two.blank || fail "resumed with a wider instruction set at hand: other bytes"

expect 0 "$REGIME" replay base.h5 gain=1.0 replicate=1 -o replayed.h5
says "have the stored bytes"

for word in avx22 'avx2 base'; do
    expect 2 env REGIME_ISA="$word" "$REGIME" run small.cfg -o refused.h5
    says "REGIME_ISA=$word: base, avx2 or avx512 is expected"
    [ "$(wc -l <output)" -eq 1 ] || fail "the refusal is not one line"
done

if cmp -s base.blank widest.blank; then
    echo "this machine has one arithmetic only: nothing can be refused"
    finish
fi
expect 0 "$REGIME" run small.cfg -o part.h5 --only gain=0.1
expect 2 env REGIME_ISA=base "$REGIME" run small.cfg -o part.h5
says "was computed with"
[ "$(wc -l <output)" -eq 1 ] || fail "the refusal is not one line"
expect 2 mixed run small.cfg -o part.h5
says "was computed with"
finish
