#!/usr/bin/env bash
# --fresh starts anew and keeps what was there, as FILE.old, what is in training too: it never overwrites an older one.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; axes = { replicate = { count = 2; }; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; };
CFG

expect 0 "$REGIME" run small.cfg --fresh
expect 0 "$REGIME" run small.cfg --set max_epochs=6 --fresh
expect 0 "$REGIME" status small.h5.old
expect 2 "$REGIME" run small.cfg --fresh
says "small.h5.old is there already: move it away first"
[ -e small.h5 ] || fail "the file is gone"

# Nothing has to make way where there is no file.
cp small.h5.old older.h5
rm small.h5
expect 0 "$REGIME" run small.cfg --fresh
cmp small.h5.old older.h5 || fail "the older file was touched"

# What was in training and finished is set aside with the file, which can then be gone on with.
sed 's/max_epochs = 5/max_epochs = 50000000; stop_loss = 0.0/; s/"small"/"long"/' small.cfg >long.cfg
expect 75 "$REGIME" run long.cfg --time-limit 6s
before=$(steps long.h5)
[ "$before" -gt 0 ] || fail "nothing was saved: the test shows nothing"
cp small.cfg long.h5.inflight.3
expect 75 "$REGIME" run long.cfg --fresh --time-limit 6s
grep -q "rank.*, [0-9]* in training$" output && fail "states were gone on with"
[ "$(steps long.h5.old)" -eq "$before" ] || fail "the states of the older file are lost"
cmp small.cfg long.h5.old.inflight.3 || fail "finished points of the older file are lost"
rm long.h5.old.inflight.3
expect 75 "$REGIME" run long.cfg -o long.h5.old --time-limit 6s
says ", 1 in training"
[ "$(steps long.h5.old)" -gt "$before" ] || fail "the older file does not go on"
rm long.h5.old
expect 2 "$REGIME" run long.cfg --fresh
says "regime: --fresh: long.h5.old.inflight is there already: move it away first"

# What is no sweep's file stays where it is.
mkdir folder
expect 2 "$REGIME" run small.cfg -o folder --fresh
says "move it away yourself"
expect 3 "$REGIME" run small.cfg -o small.cfg --fresh
if ! [ -d folder ] || ! [ -f small.cfg ]; then fail "something else was set aside"; fi
finish
