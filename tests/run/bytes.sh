#!/usr/bin/env bash
# The same file, byte for byte outside /provenance: at 1, 2 and 4 ranks, dealt dynamically and
# statically, in slices, and after SIGKILL and resume on another number of ranks.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; fraction = [0.5, 0.75, 1.0]; replicate = { count = 2; }; };
settings = { hidden = 20; max_length = 6; max_epochs = 4000; stop_loss = 0.002; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 500; };
keep = ("initial", "final");
CFG

expect 0 ranks 1 "$REGIME" run small.cfg -o one.h5
blanked one.h5 one.blank

for n in 2 4; do
    for policy in dynamic static; do
        expect 0 ranks $n "$REGIME" run small.cfg -o many.h5 --schedule $policy --flush-interval 0.05s
        blanked many.h5 many.blank
        cmp one.blank many.blank || fail "$n ranks, $policy: other bytes"
        rm many.h5
    done
done

expect 0 "$REGIME" run small.cfg -o many.h5 --only gain=1.0
says "slice done"
expect 0 ranks 2 "$REGIME" run small.cfg -o many.h5
says "6 done before"
blanked many.h5 many.blank
cmp one.blank many.blank || fail "in two slices: other bytes"
rm many.h5

# Kills: all ranks at a moment that moves through the run. What was committed must hold and be kept.
killed=0 before=0
for delay in 0.4 0.5 0.6 0.7 0.8 0.9 1.0; do
    "$MPIEXEC" -q -n 2 "$REGIME" run small.cfg -o many.h5 --flush-interval 0.02s >killed.log 2>&1 &
    mpirun=$!
    sleep $delay
    mapfile -t victims < <(ps -o pid:1= --ppid $mpirun)
    [ ${#victims[@]} -gt 0 ] && kill -9 "${victims[@]}" && killed=$((killed + 1))
    wait $mpirun
    [ -f many.h5 ] || continue
    expect 0 "$REGIME" verify many.h5
    expect 0 "$REGIME" status many.h5 --json
    done=$(grep -o '"done": *[0-9]*' output | tr -dc 0-9)
    [ "$done" -ge "$before" ] || fail "$done points after a kill, $before before"
    before=$done
done
[ "$killed" -gt 0 ] || fail "no run was killed: the test shows nothing"
expect 0 ranks 4 "$REGIME" run small.cfg -o many.h5
blanked many.h5 many.blank
cmp one.blank many.blank || fail "after $killed kills: other bytes"

# Three symbols and a random task for each point.
sed -e 's/hidden = 20; max_length = 6;/hidden = 20; max_length = 4; analysis_length = 4; n_symbols = 3;/' \
    -e 's/max_epochs = 4000;/max_epochs = 400; task = "random_automaton";/' small.cfg >three.cfg
expect 0 ranks 1 "$REGIME" run three.cfg -o three_1.h5
expect 0 ranks 2 "$REGIME" run three.cfg -o three_2.h5 --flush-interval 0.05s
blanked three_1.h5 three_1.blank
blanked three_2.h5 three_2.blank
cmp three_1.blank three_2.blank || fail "three symbols at 2 ranks: other bytes"
cmp -s one.blank three_1.blank && fail "three symbols gave the bytes of two"

# The planted fault: one bit of one record must show.
printf '\001' | dd of=many.blank bs=1 seek=$(($(stat -c %s many.blank) / 2)) conv=notrunc status=none
cmp -s one.blank many.blank && fail "a changed byte went unnoticed"
finish
