#!/usr/bin/env bash
# What may lie in the place of a lock: a pipe, numbers that make no sense, words that a terminal would obey, the lock of
# a process that /proc hides. No command waits for ever, and none takes a living run for dead.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 20; stop_loss = 0.0; };
CFG
expect 0 "$REGIME" run small.cfg

# ---- a pipe ----
mkfifo small.h5.lock
expect 0 timeout -k 1 20 "$REGIME" status small.h5
says "small.h5: complete"
expect 2 timeout -k 1 20 "$REGIME" run small.cfg
says "cannot read the lock small.h5.lock: it is no ordinary file, and none of ours: move it away"
expect 2 timeout -k 1 20 "$REGIME" stop small.h5
rm small.h5.lock

# ---- a folder, a link to nowhere ----
for what in "mkdir" "ln -s nowhere"; do
    $what small.h5.lock
    expect 2 timeout -k 1 20 "$REGIME" run small.cfg
    says "cannot read the lock small.h5.lock: it is no ordinary file, and none of ours: move it away"
    expect 0 timeout -k 1 20 "$REGIME" status small.h5
    rm -d small.h5.lock
done

# ---- damaged ----
# lock INTERVAL: the lock of a run elsewhere
lock() {
    printf '%s\n' machine=there host=there job= pid=77 started=5 epoch=1 counter=3 in_flight=1 since=1 \
        "renewed=$(date +%s)" "interval=$1" >small.h5.lock
}
export REGIME_LEASE=1
for interval in inf 1e300 nan -5; do
    lock "$interval"
    expect 0 timeout -k 1 20 "$REGIME" run small.cfg
    says "waiting up to 3 s to see whether there (process 77) still holds"
    expect 0 "$REGIME" status small.h5
done
lock 1
sed -i "s/^host=.*/host=\x1b[31mred\x07/" small.h5.lock
expect 0 "$REGIME" status small.h5
says "running on ?[31mred? (process 77)"
expect 0 timeout -k 1 20 "$REGIME" run small.cfg
says "from a run that is gone: host ?[31mred?, process 77"
LC_ALL=C grep -q '[[:cntrl:]]' output && fail "control characters reach the terminal"

# ---- hidden by /proc ----
sed 's/= 20;/= 100000000;/' small.cfg >long.cfg
if [ "$(id -u)" -ne 0 ] || ! unshare -m mount -t proc -o hidepid=2 proc /proc 2>/dev/null; then
    echo "no /proc of our own to hide processes in"
    finish
fi
there=$(mktemp -d /tmp/regime_lock.XXXXXX) || exit 1
trap 'rm -rf "$scratch" "$there"' EXIT
chmod 755 "$there" && install -m 755 "$REGIME" "$there/regime"
"$REGIME" run long.cfg -o "$there/long.h5" -q &
run=$!
for _ in $(seq 200); do
    [ -e "$there/long.h5.inflight" ] && break
    sleep 0.05
done
# hidden COMMAND...: by an ordinary user who sees only his own processes
hidden() {
    # shellcheck disable=SC2016,SC2317 # expect calls it
    unshare -m bash -c 'mount -t proc -o hidepid=2 proc /proc && cd "$0" &&
        exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"' "$there" "$@"
}
expect 0 hidden ./regime status long.h5
says "long.h5: running on "
expect 1 hidden test -e /proc/$run # the planted fault: it is indeed hidden
kill -USR1 $run
wait $run
finish
