#!/usr/bin/env bash
# Before anything is trained: a grid beyond the disk is refused in one line, a command that starts no MPI
# answers once under mpirun, and what takes a team is told how to run again.
. "$SOURCE/tests/run/common.sh"

cat >vast.cfg <<'CFG'
name = "vast"; model = "parity_rnn";
axes = { gain = { from = 0.1; to = 1.0; count = 1000000000; };
         fraction = { from = 0.1; to = 1.0; count = 1000000000; }; };
CFG
cat >pair.cfg <<'CFG'
name = "pair"; model = "linear_net"; team = [1, 2]; axes = { gain = [0.1, 0.2]; };
settings = { max_epochs = 10; };
CFG

one_line() {
    [ "$(wc -l <output)" -eq 1 ] || { fail "not one line: $1"; cat output; }
}

for n in 1 2; do
    expect 5 ranks $n "$REGIME" run vast.cfg
    says "regime: vast.h5: needs "
    says " with its margin, but only "
    one_line "run of a vast grid on $n ranks"
done
[ ! -e vast.h5 ] || fail "a file was left"
expect 0 "$REGIME" plan vast.cfg --no-timing
says "; does not fit: only "
says " are free there, with its margin it needs "
expect 0 "$REGIME" plan pair.cfg --no-timing
! grep -q "does not fit" output || fail "a small file does not fit?"

expect 0 ranks 2 "$REGIME" run pair.cfg --set learning_rate=0.02 -q
cp pair.h5 kept.h5
expect 5 ranks 2 "$REGIME" run vast.cfg -o pair.h5 --fresh
cmp -s kept.h5 pair.h5 || fail "--fresh of a grid that does not fit took the old file away"
expect 2 "$REGIME" run vast.cfg -o pair.h5
says "holds another sweep"

expect 0 ranks 3 "$REGIME" status pair.h5
[ "$(grep -c "2 points: 2 done" output)" -eq 1 ] || { fail "status under mpirun"; cat output; }
expect 2 ranks 3 "$REGIME" status none.h5
one_line "status of no file"
expect 0 ranks 2 "$REGIME" describe linear_net
[ "$(grep -c "^linear_net" output)" -eq 1 ] || fail "describe under mpirun"

# the command that point offers makes the same point
expect 2 "$REGIME" replay pair.h5 gain=0.2 -o replayed.h5
says "its points take several ranks each"
expect 0 "$REGIME" point pair.h5 gain=0.2
again=$(grep -F "regime run" output | sed "s|-n 2 regime|-n 2 $REGIME|; s|SWEEP|pair|")
grep -v "^ *took\|^ *started\|rank" output | sed '/^again/,$d' >first
expect 0 timeout -k 5 120 bash -c "$again -q"
expect 0 "$REGIME" point point.h5 gain=0.2
grep -v "^ *took\|^ *started\|rank" output | sed '/^again/,$d' >second
cmp first second || { fail "another point: $again"; diff first second; }
[ -s first ] || fail "point said nothing"
finish
