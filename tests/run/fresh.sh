#!/usr/bin/env bash
# --fresh starts anew and keeps what was there, as FILE.old: it never overwrites an older one.
. "$SOURCE/tests/run/common.sh"

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

# What is no sweep's file stays where it is.
mkdir folder
expect 2 "$REGIME" run small.cfg -o folder --fresh
says "move it away yourself"
expect 3 "$REGIME" run small.cfg -o small.cfg --fresh
if ! [ -d folder ] || ! [ -f small.cfg ]; then fail "something else was set aside"; fi
finish
