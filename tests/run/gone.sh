#!/usr/bin/env bash
# A run whose file is deleted, moved, replaced or cut meanwhile says so in one line, does not end well, and keeps what
# it has not written: the same command goes on with it.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >many.cfg <<'CFG'
name = "many"; model = "parity_rnn"; seed = 5; axes = { replicate = { count = 30; }; };
settings = { hidden = 4; max_length = 3; max_epochs = 10000; stop_loss = 0.0; };
CFG
expect 0 "$REGIME" run many.cfg -o whole.h5

# goes HOW N WORDS: the file of a run on N ranks (0: alone) goes away like HOW as soon as it trains; the run says WORDS
goes() {
    local how=$1 n=$2 said=$3 path=$1.h5 start=() extra=()
    [ "$n" -eq 0 ] || start=(timeout -k 5 100 "$MPIEXEC" -q -n "$n")
    [ "$how" != quiet ] || extra=(--quiet)
    "${start[@]}" "$REGIME" run many.cfg -o "$path" --flush-interval 1s "${extra[@]}" >log 2>&1 &
    run=$!
    until [ -e "$path.inflight" ] || ! kill -0 $run; do sleep 0.02; done
    case $how in
    deleted | quiet) rm "$path" ;;
    moved) mv "$path" away.h5 ;;
    replaced) mv "$path" away.h5 && echo x >"$path" ;;
    cut) truncate -s 5000 "$path" ;;
    stopped) rm "$path" && kill -USR1 $run ;;
    esac
    wait $run
    got=$?
    cp log output
    [ $got -eq 3 ] || { fail "$how: exit $got, not 3"; cat output; }
    nobody_left "$how"
    says "regime: $path$said"
    [ "$(grep -vc "^$path: 30 points, " output)" -eq 1 ] || { fail "$how: not one line"; cat output; }
    [ ! -e "$path.lock" ] || fail "$how: the lock is left"
}

# comes_back FILE: the same command goes on, with what was finished and never written too
comes_back() {
    ls "$1".inflight.[01] >kept 2>&1 || fail "$1: what was finished is not kept"
    expect 0 ranks 2 "$REGIME" run many.cfg -o "$1"
    says " done before"
    same whole.h5 "$1" "$1 came back"
}

goes deleted 2 " was deleted or moved while the run wrote it (No such file or directory): put it back"
comes_back deleted.h5 # as a new one
goes quiet 0 " was deleted or moved while the run wrote it"
goes stopped 0 " was deleted or moved while the run wrote it"
goes moved 0 " was deleted or moved while the run wrote it"
mv away.h5 moved.h5
comes_back moved.h5
goes replaced 2 " is another file than the one that the run wrote"
[ "$(cat replaced.h5)" = x ] || fail "the file in its place was written"
mv away.h5 replaced.h5
comes_back replaced.h5
goes cut 2 " has 5000 bytes and not "
finish
