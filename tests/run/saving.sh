#!/usr/bin/env bash
# What saving costs: a run whose states take long to be saved does so seldom, so that it stays under 1 % of the time.
# Nothing here depends on how fast the machine is: each save takes at least SLOW, so that there are at most so many in
# the time that the run took by this script's clock.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >long.cfg <<'CFG'
name = "long"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 100000000; stop_loss = 0.0; };
CFG

# saves SLOW: how often a run of some seconds saves a state where each time takes so many seconds longer; in $n, and in
# $most how often it may: the first time nothing is known of the cost, the last time it must
saves() {
    local begun=${EPOCHREALTIME/./}
    rm -f long.h5* log
    expect 75 faulty 0 FAULT_FILES="$PWD/long.h5.inflight" FAULT_CALL=fdatasync FAULT_DO=slow FAULT_AT=1 \
        FAULT_AFTER="$1" FAULT_LOG="$PWD/log" -- run long.cfg -o long.h5 --flush-interval 0.02s --time-limit 7s
    n=$(grep -c fdatasync log)
    most=$(awk -v slow="$1" -v took=$((${EPOCHREALTIME/./} - begun)) 'BEGIN {
        within = int(0.01 * 1e-6 * took / slow)
        print (within > 1 ? within : 1) + 1 }')
    [ "$n" -le "$most" ] || fail "$n saves of more than $1 s each, not at most $most"
    [ "$n" -ge 2 ] || fail "$n saves of $1 s: the first and the last are not there"
}
saves 0.3
saves 0.01
finish
