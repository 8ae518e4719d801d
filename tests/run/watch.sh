#!/usr/bin/env bash
# regime status --watch: of a real run, from before there is a file to its end; of files that go wrong meanwhile; in a
# terminal and elsewhere.
. "$SOURCE/tests/run/common.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 0.5, 1.0]; fraction = [0.5, 1.0]; replicate = { count = 2; }; };
settings = { hidden = 20; max_length = 6; max_epochs = 400; stop_loss = 0.0; validation_strings = 10;
             validation_lengths = [20]; test_strings = 20; };
CFG
sed 's/= 400;/= 100000000;/' small.cfg >long.cfg

# begins SWEEP FILE WORDS...: a run on two ranks in the background, $run
begins() {
    timeout -k 5 100 "$MPIEXEC" -q -n 2 "$REGIME" run "$1" -o "$2" --flush-interval 0.3s "${@:3}" >run.log 2>&1 &
    run=$!
}
# watches FILE WORDS...: in the background, $watch; what it says is in ./watched
watches() {
    timeout -k 5 100 "$REGIME" status --watch --interval 0.2s "$@" >watched 2>&1 &
    watch=$!
}
# watched STATUS WHAT: the watch ends so, within ten seconds
watched() {
    local got
    within 10 is_over || { fail "$2: it watches on"; kill $watch; }
    wait $watch
    got=$?
    cp watched output
    [ $got -eq "$1" ] || { fail "$2: exit $got, not $1"; cat output; }
}
# shellcheck disable=SC2317 # within calls it
is_over() {
    ! kill -0 "$watch" 2>/dev/null
}
# shellcheck disable=SC2317 # within calls it
is_live() {
    "$REGIME" status "$1" 2>/dev/null | grep -q ": running"
}
# shellcheck disable=SC2317 # within calls it
says_already() {
    grep -qF -- "$1" watched
}

# says_more N WORDS: more than N times already
# shellcheck disable=SC2317 # within calls it
says_more() {
    [ "$(grep -cF -- "$2" watched)" -gt "$1" ]
}

# ---- a whole run ----
watches a.h5
within 10 says_already "a.h5: no such file yet" || fail "it does not wait for a file"
begins small.cfg a.h5
wait $run
watched 0 "a whole run"
for word in "a.h5: running on" "a.h5: complete" "gain over fraction, 0.5 to 1" "2 ranks finished" "replicate ##  0 to 1"; do
    says "$word"
done
grep -q "$(printf '\033')" output && fail "escape codes where there is no terminal"
[ "$(grep -c '^ *0.5 ##$' output)" -ge 1 ] || { fail "no full line at the end"; cat output; }
tail -n 20 output | grep -q "12 done" || { fail "the last state is not the last"; cat output; }

# A run that is over: one state.
expect 0 "$REGIME" status -w a.h5
[ "$(grep -c "a.h5: complete" output)" -eq 1 ] || { fail "not once"; cat output; }
expect 2 "$REGIME" status a.h5 --interval 1s
says "--watch"

# Programs get one object after another.
timeout -k 5 100 "$REGIME" status --watch --interval 0.2s b.h5 --json >watched 2>waited &
watch=$!
within 10 grep -qxF "b.h5: no such file yet: waiting" waited || fail "it does not say that it waits"
sleep 0.5
begins small.cfg b.h5
wait $run
watched 0 "JSON"
grep -vE "b.h5: (no such file yet|being made by .*): waiting" waited && fail "more than that is said"
[ "$(wc -l <waited)" -eq 1 ] || fail "it is not said once"
/usr/bin/python3 - output <<'PY' || fail "not JSON, or not the whole run"
import json, sys
text, states = open(sys.argv[1]).read(), []
while text.strip():
    value, end = json.JSONDecoder().raw_decode(text.lstrip())
    states.append(value)
    text = text.lstrip()[end:]
assert states[0]["state"] == "running" and states[-1]["state"] == "complete", states
assert states[-1]["done"] == 12
PY

# ---- what goes wrong meanwhile ----
# Set aside and made anew under the same name.
begins long.cfg c.h5
within 20 is_live c.h5
watches c.h5
within 10 says_already "c.h5: running on" || fail "not running"
expect 0 "$REGIME" stop c.h5
wait $run
watched 0 "a run that is stopped"
says "c.h5: stopped"
cp a.h5 c.h5
begins small.cfg c.h5 --fresh
watches c.h5
wait $run
watched 0 "a file that is set aside"
says "c.h5: complete"

# Damaged under a live run: it says so and watches on, and ends as a look does.
begins long.cfg d.h5
within 20 is_live d.h5
watches d.h5
within 10 says_already "d.h5: running on" || fail "not running"
cp d.h5 d.copy
printf 'no HDF5 at all' | dd of=d.h5 conv=notrunc status=none
within 10 says_already "d.h5: is no HDF5 file" || fail "damage is not said"
kill -0 $watch || fail "it gives up while the run is live"
dd if=d.copy of=d.h5 bs=64 count=1 conv=notrunc status=none
within 10 says_more "$(grep -c "d.h5: running on" watched)" "d.h5: running on" || fail "it does not go on with the mended file"
printf 'no HDF5 at all' | dd of=d.h5 conv=notrunc status=none
expect 0 "$REGIME" stop d.h5
wait $run
watched 3 "a damaged file"

# Gone.
begins long.cfg e.h5
within 20 is_live e.h5
watches e.h5
within 10 says_already "e.h5: running on" || fail "not running"
rm e.h5
wait $run
watched 2 "a file that is gone"
says "e.h5: gone"
echo 'no sweep' >f.h5
watches f.h5
watched 3 "another file"

# ---- points that fail ----
# One after the other, so that their order is known: the last three are told, the latest first, with why, beside the
# count and their cells in the map; and by status the same.
cat >faulty.py <<'PYTHON'
import json, os, signal, sys, time
fault = json.load(sys.stdin)["knobs"]["fault"]
while fault == "none" and not os.path.exists("go"):
    time.sleep(0.1)
if fault == "signal":
    os.kill(os.getpid(), signal.SIGSEGV)
if fault != "silent":
    print(json.dumps({"los" if fault == "wrong" else "loss": 1}))
sys.exit(fault == "exit")
PYTHON
cat >faulty.cfg <<'CFG'
name = "faulty"; model = "command"; command = "/usr/bin/python3 faulty.py";
knobs = ( { name = "fault"; type = "choice"; default = "none"; choices = "none exit signal silent wrong"; } );
columns = ( { name = "loss"; } );
axes = { fault = ("exit", "none", "signal", "silent", "wrong"); };
CFG
# shellcheck disable=SC2317 # within calls it
failed_once() {
    tr '\n' '@' <watched | grep -qE "running on [^@]*@  5 points: 0 done, 0 diverged, 1 failed,[^:]*@  failed: fault=exit on "
}
# failures_of FILE: which points the last state in it says have failed, and why
failures_of() {
    tac "$1" | sed '/: \(running\|complete\|stopped\)/q' | tac |
        sed -nE "s/^  failed: fault=([a-z]*) on $(uname -n), rank 0, [0-9.]+s ago: ([a-z_]*)$/\1 \2/p" | paste -sd,
}
"$REGIME" run faulty.cfg --flush-interval 0.1s >run.log 2>&1 &
run=$!
watches faulty.h5
within 30 failed_once || { fail "the first failure is not told"; cat watched; }
touch go
wait $run
watched 0 "points that fail"
for how in watch status; do
    [ $how = status ] && expect 0 "$REGIME" status faulty.h5
    says "5 points: 1 done, 0 diverged, 4 failed, 0 in flight, 0 pending"
    [ "$(failures_of output)" = "wrong wrong_columns,silent no_json,signal signal" ] ||
        { fail "$how: not the last failures: $(failures_of output)"; cat output; }
done
grep -qE "^ *fault !#!!!  exit to wrong$" watched || { fail "no map of the failures"; cat watched; }
echo 'print("{\"loss\": 1}")' >faulty.py
expect 0 "$REGIME" run faulty.cfg
expect 0 "$REGIME" status faulty.h5
grep "failed:" output && fail "a failure of before is told"

# ---- in a terminal ----
sed 's/gain = [^;]*;/gain = { from = 0.1; to = 1.0; count = 30; };/' long.cfg >tall.cfg
for how in interrupt suspend terminate end; do
    begins tall.cfg t.h5
    within 20 is_live t.h5 || fail "no live run"
    [ $how = end ] && { sleep 8; "$REGIME" stop t.h5 >/dev/null; } &
    timeout -k 5 90 /usr/bin/python3 "$SOURCE/tests/run/terminal.py" "$REGIME" t.h5 $how >output 2>&1 ||
        { fail "in a terminal, $how"; cat output; }
    "$REGIME" stop t.h5 >/dev/null 2>&1
    wait $run
    rm -f t.h5*
done

# What cannot be drawn on is no terminal.
expect 0 env TERM=dumb script -qec "'$REGIME' status --watch a.h5" /dev/null
grep -q "$(printf '\033')" output && fail "escape codes on a dumb terminal"
says "a.h5: complete"
finish
