#!/usr/bin/env bash
# What may change around a file between two commands: who may write it, the sweep file, the clock.
. "$SOURCE/tests/run/common.sh"
ASAN_OPTIONS+=:verify_asan_link_order=0

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; fraction = [0.5, 1.0]; replicate = { count = 2; }; };
settings = { hidden = 20; max_length = 6; max_epochs = 500; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
CFG
one_line() {
    [ "$(wc -l <output)" -eq 1 ] || { fail "not one line: $1"; cat output; }
}
expect 0 "$REGIME" run small.cfg -o one.h5 -q
blanked one.h5 one.blank
expect 0 "$REGIME" run small.cfg -o half.h5 --only gain=0.1 -q

# ---- a file that may only be read. Root may write everything: then an ordinary user tries.
there=$(mktemp -d /tmp/regime_changed.XXXXXX) || exit 1
trap 'rm -rf "$scratch" "$there"' EXIT
cp "$REGIME" half.h5 small.cfg "$there" && chmod 777 "$there" && chmod 444 "$there/half.h5"
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
chmod 755 "$there/regime"
# read_only STATUS WORDS...
read_only() {
    local wanted=$1
    shift
    expect "$wanted" env -C "$there" HOME="$there" TMPDIR="$there" "${as_user[@]}" ./regime "$@"
}
read_only 0 status half.h5
read_only 0 verify half.h5
read_only 0 point half.h5 gain=0.1 fraction=0.5 replicate=0
for words in "run small.cfg -o half.h5" "verify --repair half.h5" "verify --accept half.h5"; do
    # shellcheck disable=SC2086
    read_only 2 $words
    says "half.h5: no permission to write it"
    one_line "$words"
done
cmp half.h5 "$there/half.h5" || fail "a file that may only be read was changed"
[ ! -e "$there/half.h5.lock" ] || fail "a lock was left"
chmod 666 "$there/half.h5"
for beside in half.h5.inflight half.h5.inflight.0; do # what cannot be read is not thrown away
    install -m 000 small.cfg "$there/$beside"
    read_only 2 run small.cfg -o half.h5
    says "$beside cannot be read: Permission denied. Make it readable"
    one_line "$beside"
    [ -s "$there/$beside" ] || fail "$beside was thrown away"
    rm -f "$there/$beside"
done
read_only 0 verify --repair half.h5 # the planted fault: with permission it goes through

# ---- a changed sweep file
cp half.h5 kept.h5
sed 's|seed = 5|seed = 6|' small.cfg >seed.cfg
sed 's|0.1, 1.0|0.1, 0.9|' small.cfg >axis.cfg
sed 's|= 500|= 501|' small.cfg >setting.cfg
for change in seed axis setting; do
    expect 2 ranks 2 "$REGIME" run $change.cfg -o half.h5
    says "half.h5 holds another sweep"
    cmp half.h5 kept.h5 || fail "$change: the file was touched"
done
sed 's|name|// said otherwise\n  name|' small.cfg >words.cfg
expect 0 ranks 2 "$REGIME" run words.cfg -o half.h5 -q
blanked half.h5 half.blank
cmp one.blank half.blank || fail "resumed by a file of other words: other bytes"

# ---- the clock set back by a day, while a run trains and between two runs
cp kept.h5 half.h5
# days FILE: on how many its points were started
days() {
    local gain fraction replicate
    for gain in 0.1 1.0; do
        for fraction in 0.5 1.0; do
            for replicate in 0 1; do
                "$REGIME" point "$1" gain=$gain fraction=$fraction replicate=$replicate | awk '/^ *started/ {print $2}'
            done
        done
    done | sort -u | wc -l
}
for delay in $(seq 0.1 0.03 1) 1.5 2 3 5; do # a moment in mid-run
    rm -f back.h5
    expect 0 ranks 2 -x LD_PRELOAD="$CLOCK_BACK_LIBRARY" -x CLOCK_BACK="$delay" "$REGIME" run small.cfg -o back.h5 \
        --flush-interval 0.05s
    blanked back.h5 back.blank
    cmp one.blank back.blank || fail "the clock set back after $delay s: other bytes"
    [ "$(days back.h5)" -lt 2 ] || break
done
[ "$(days back.h5)" -eq 2 ] || fail "the clock was not set back in mid-run"
expect 0 env LD_PRELOAD="$CLOCK_BACK_LIBRARY" CLOCK_BACK=0 "$REGIME" run small.cfg -o half.h5 -q
blanked half.h5 half.blank
cmp one.blank half.blank || fail "the clock set back between runs: other bytes"
expect 0 env LD_PRELOAD="$CLOCK_BACK_LIBRARY" CLOCK_BACK=0 "$REGIME" point half.h5 gain=1.0 fraction=0.5 replicate=0
says "$(date -d '-1 day' +%Y-%m)" # the planted fault: the clock was indeed set back
for file in back.h5 half.h5; do
    expect 0 "$REGIME" status $file --json
    says '"state": "complete"'
    says '"eta_seconds": 0'
    grep -q '"points_per_second": [0-9]' output || { fail "no rate"; cat output; }
done

# A run was killed before the clock was set back: its lock is from the future.
"$REGIME" run small.cfg -o live.h5 -q &
victim=$!
for _ in $(seq 200); do
    [ -e live.h5 ] && break
    sleep 0.02
done
kill -9 $victim
wait $victim 2>/dev/null
[ -e live.h5.lock ] || fail "no lock was left: the test shows nothing"
expect 0 env LD_PRELOAD="$CLOCK_BACK_LIBRARY" CLOCK_BACK=0 "$REGIME" status live.h5
says "live.h5: stopped"
expect 0 env LD_PRELOAD="$CLOCK_BACK_LIBRARY" CLOCK_BACK=0 "$REGIME" run small.cfg -o live.h5 -q
blanked live.h5 live.blank
cmp one.blank live.blank || fail "after a lock from the future: other bytes"
finish
