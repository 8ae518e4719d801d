#!/usr/bin/env bash
# A run whose node is cut off from all others works on, as it needs nobody. While it reaches the file it is the only
# one that may write, and its twin is refused; once it does not, it gives up before its twin takes over.
. "$SOURCE/tests/run/nodes.sh"
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
trap 'nodes_down; umount --lazy "$scratch/shared"; rm -rf "$scratch"' EXIT
nodes_up near far
export REGIME_LEASE=4

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; replicate = { count = 40; }; };
settings = { hidden = 12; max_length = 5; max_epochs = 2000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 500; };
CFG
expect 0 ranks 2 "$REGIME" run small.cfg -o whole.h5

# What the nodes share: a folder mounted on each, which a node can lose.
mkdir disk shared
file=$scratch/shared/file.h5
mount --bind disk shared
for node in near far; do
    on $node mount --bind disk shared
done

# works_on WHAT: the cut off run makes more points
works_on() {
    reaches "$file" $(($(count "done" "$file") + 2))
    [ "$(count pending "$file")" -gt 0 ] || fail "$1: over too early: the test shows nothing"
}

VIA="in_node far" launch 2 "$file" small.cfg
old=$run old_log=$log
reaches "$file" 2
reach near far || fail "no link to cut: the test shows nothing"
link far down
reach near far && fail "the link is not cut: the test shows nothing"
works_on "cut off"

expect 4 on near "$REGIME" run small.cfg -o "$file"
says "waiting up to 12 s to see whether far (process "
says "another run holds it since "
says "host far, process $(sed -n 's/^pid=//p' "$file.lock")"
works_on "after a twin was refused"

on far umount --lazy shared
on near "$REGIME" run small.cfg -o "$file" >twin.log 2>&1 &
twin=$!
ends 4 "the run that lost the file" "$old" "$old_log"
says "$file.lock was taken over or removed: nothing more is written"
grep -q "took over" twin.log && fail "the twin did not wait until the old one had given up"
[ "$(count pending "$file")" -gt 0 ] || fail "the old one was done: the test shows nothing"
ends 0 "the twin" $twin twin.log
says "took over $file.lock from a run that is gone: host far, process "
says " done before"
link far up
nobody_left "a partition"
mv "$file" file.h5
same whole.h5 file.h5 "a partition"
[ -z "$(ls disk)" ] || fail "left beside the file: $(ls disk)"
finish
