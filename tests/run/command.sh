#!/usr/bin/env bash
# Model command: a program of the user's trains each point. The same bytes at 1, 2 and 4 ranks and after interruption;
# no process and no descriptor is left or handed on; whatever a program does wrong is told in one line.
. "$SOURCE/tests/run/common.sh"

export PATH=/usr/bin:$PATH # python3 itself, where a version manager puts scripts before it
cp "$SOURCE/docs/examples/"* .
expect 0 ranks 1 "$REGIME" run walk.cfg -o one.h5
says "20 of 20 points done, 0 diverged, 0 failed"
blanked one.h5 one.blank
for n in 2 4; do
    expect 0 ranks $n "$REGIME" run walk.cfg -o many.h5 --flush-interval 0.05s
    blanked many.h5 many.blank
    cmp one.blank many.blank || fail "$n ranks: other bytes"
    rm many.h5
done
expect 0 "$REGIME" verify one.h5
expect 0 "$REGIME" point one.h5 drift=0.5 replicate=1
says "regime run SWEEP.cfg --only drift=0.5 --only replicate=1"
expect 0 "$REGIME" describe walk.cfg
says "final(axes...)"
expect 0 "$REGIME" plan walk.cfg -o none.h5
says "on one rank: the command"

expect 0 "$REGIME" plan --no-timing parity_torch.cfg
expect 0 python3 -m py_compile parity_torch.py # it runs where PyTorch is

# The numbers are those that the program gives by hand, from the seeds that belong to the point.
expect 0 /usr/bin/python3 - <<'PYTHON'
import subprocess, sys
import h5py
with h5py.File("one.h5") as file:
    assert (file["failure"][...] == 0).all()
    final, course = file["final"][...], file["course"][...]
    assert (course[..., -1] == final).all() and len(set(final.ravel())) == final.size
PYTHON

# ---- sweeps in which each point sleeps; "fault" says which goes wrong ---------------------------------

slow=slow_$$.py # no other process on this machine has a file of this name
cat >$slow <<'PYTHON'
import json, os, sys, time
point = json.load(sys.stdin)
time.sleep(point["knobs"]["seconds"])
print(json.dumps({"seed": point["seeds"]["init"] / 2**53, "open": len(os.listdir("/proc/self/fd"))}))
PYTHON
cat >slow.cfg <<CFG
name = "slow"; model = "command"; command = "/usr/bin/python3 $slow";
knobs = ( { name = "seconds"; type = "float"; default = 0.3; min = 0.0; } );
columns = ( { name = "seed"; }, { name = "open"; type = "int"; } );
axes = { replicate = { count = 8; }; };
CFG
expect 0 "$REGIME" run slow.cfg -o whole.h5
blanked whole.h5 whole.blank
expect 0 /usr/bin/python3 -c 'import h5py
assert set(h5py.File("whole.h5")["open"][...]) == {4}, h5py.File("whole.h5")["open"][...]' # three, and the folder's

children() { pgrep -f "^/usr/bin/python3 $slow" >/dev/null; }
no_children() { ! children; }

# A stop in good order, and a killed rank: neither leaves a child, which would have slept for minutes.
"$REGIME" run slow.cfg -o long.h5 --set seconds=300 >stopped.log 2>&1 &
within 20 children || fail "nothing runs"
kill -USR1 $!
wait $!
[ $? = 75 ] || { fail "USR1: not 75"; cat stopped.log; }
no_children || fail "a stopped run left its child"
"$MPIEXEC" -q -n 2 "$REGIME" run slow.cfg -o long.h5 --set seconds=300 >killed.log 2>&1 &
mpirun=$!
within 40 children || fail "nothing runs"
mapfile -t victims < <(ps -o pid:1= --ppid $mpirun)
kill -9 "${victims[@]}"
wait $mpirun
within 2 no_children || { fail "a killed rank left its child"; pgrep -fa $slow; }

# With it goes what the program has started, in a namespace of its own, where users may make one.
family=family_$$.py
cat >$family <<'PYTHON'
import subprocess, sys
subprocess.run(["sleep", sys.argv[1]])
PYTHON
cat >family.cfg <<CFG
name = "family"; model = "command"; columns = ( { name = "loss"; } ); axes = { };
command = "unshare --user --pid --fork --kill-child /usr/bin/python3 $family 300.$$";
CFG
# shellcheck disable=SC2317 # within calls it
grandchildren() { pgrep -f "^sleep 300[.]$$" >/dev/null; }
# shellcheck disable=SC2317 # within calls it
no_grandchildren() { ! grandchildren; }
if have unshare && unshare --user --pid --fork --kill-child true 2>/dev/null; then
    "$REGIME" run family.cfg >killed.log 2>&1 &
    within 20 grandchildren || { fail "nothing runs"; cat killed.log; }
    kill -9 $!
    wait $!
    within 2 no_grandchildren || { fail "a killed rank left what its child had started"; pgrep -fa "sleep 300[.]$$"; }
fi

# Interrupted at some moment, by a signal, by the time limit and by a kill: the same command goes on.
"$REGIME" run slow.cfg -o cut.h5 >stopped.log 2>&1 &
within 20 children || fail "nothing runs"
sleep 0.5
kill -TERM $!
wait $!
[ $? = 75 ] || { fail "TERM: not 75"; cat stopped.log; }
expect 75 "$REGIME" run slow.cfg -o cut.h5 --time-limit 2.5s
"$REGIME" run slow.cfg -o cut.h5 --flush-interval 0.1s >killed.log 2>&1 &
within 20 children || fail "nothing runs"
kill -9 $!
wait $!
expect 0 ranks 2 "$REGIME" run slow.cfg -o cut.h5
blanked cut.h5 cut.blank
cmp whole.blank cut.blank || fail "after interruptions: other bytes"

# ---- what can go wrong ---------------------------------------------------------------------------------

cat >faulty.py <<'PYTHON'
import json, os, signal, subprocess, sys
fault = json.load(sys.stdin)["knobs"]["fault"]
good = {"loss": 0.5, "modes": [1, 2]}
other = {"text": {"loss": "low", "modes": [1, 2]}, "shape": {"loss": 1, "modes": [1, 2, 3]},
         "element": {"loss": 1, "modes": [1, True]}, "missing": {"loss": 1}, "unknown": {**good, "los": 1},
         "diverged": {"diverged": True}, "nan": {"loss": float("nan"), "modes": [None, -float("inf")]},
         "word": {"diverged": "False"}, "huge": {"loss": 10 ** 30, "modes": [1, 2]}}
if fault == "exit":
    raise ValueError("no such thing")
if fault == "signal":
    os.kill(os.getpid(), signal.SIGSEGV)
if fault == "silent":
    sys.exit()
if fault == "chatty":
    print("epoch 1")
if fault == "much":
    sys.stdout.write("x" * (70 << 20))
if fault == "comma":
    sys.exit(print('{"loss": 0.5, "modes": [1, 2,]}'))
if fault == "orphan":
    subprocess.Popen(["sleep", "7531.25"])
print(json.dumps(other.get(fault, good)))
PYTHON
cat >faulty.cfg <<'CFG'
name = "faulty"; model = "command"; command = "python3 faulty.py";
dimensions = ( { name = "mode"; size = 2; } );
knobs = ( { name = "fault"; type = "choice"; default = "none";
            choices = "none exit signal silent chatty much comma orphan text shape element missing unknown diverged nan word huge"; } );
columns = ( { name = "loss"; }, { name = "modes"; dimensions = "mode"; } );
axes = { fault = ("none", "exit", "signal", "silent", "chatty", "much", "comma", "orphan", "text", "shape", "element",
                  "missing", "unknown", "diverged", "nan", "word", "huge"); };
CFG
expect 0 ranks 2 "$REGIME" run faulty.cfg
says "ended: 3 of 17 points done, 1 diverged, 13 failed"
says "those that failed: the same command tries them again"
says "fault=exit: python3 faulty.py: it ended with exit status 1 (ValueError: no such thing); again by hand"
says "fault=signal: python3 faulty.py: it was ended by a signal (Segmentation fault)"
says "fault=silent: python3 faulty.py: its standard output is empty: print one JSON object there"
says 'fault=chatty: python3 faulty.py: its standard output is no JSON object, it begins with "epoch 1"'
says 'fault=comma: python3 faulty.py: its standard output is no JSON object, it begins with "{"loss": 0.5,'
says 'fault=word: python3 faulty.py: it answered diverged = "False": must be true or false'
says 'fault=huge: python3 faulty.py: it answered loss = 18446744073709551615: must be a number'
says "fault=much: python3 faulty.py: it wrote more than 64 MiB and was ended"
says 'fault=text: python3 faulty.py: it answered loss = "low": must be a number, or null'
says "fault=shape: python3 faulty.py: it answered modes = [ 1, 2, 3 ]: must be a list of 2 along mode"
says "fault=element: python3 faulty.py: it answered modes[1] = true: must be a number"
says "fault=missing: python3 faulty.py: it answered without modes, which the sweep file declares"
says 'fault=unknown: python3 faulty.py: it answered "los", which the sweep file does not declare (did you mean "loss"?)'
[ "$(grep -c "regime: warning" output)" = 13 ] || { fail "not one line for each failure"; cat output; }
pgrep -f "sleep 7531.25" && fail "what the program left running still runs"
expect 0 "$REGIME" point faulty.h5 fault=exit
says "exit_status"
expect 0 "$REGIME" status faulty.h5
says "13 failed"

# What it was told and what it said is kept, starts it again by hand, and goes once the point succeeds.
[ "$(find faulty.h5.failed -name '*.json' | wc -l)" = 13 ] || fail "not all that failed left what they were told"
grep -q "ValueError" faulty.h5.failed/1.stderr || fail "its standard error is not kept"
python3 faulty.py <faulty.h5.failed/1.json 2>&1 | grep -q "no such thing" || fail "it is not started again by hand"
echo 'print("{\"loss\": 1, \"modes\": [1, 2]}")' >faulty.py
expect 0 ranks 2 "$REGIME" run faulty.cfg
says "16 of 17 points done, 1 diverged, 0 failed"
[ -e faulty.h5.failed ] && fail "what failed points left is still there"

# A program that fails everywhere does not fill the terminal and the disk.
cat >never.cfg <<'CFG'
name = "never"; model = "command"; command = "false"; columns = ( { name = "loss"; } ); axes = { replicate = { count = 30; }; };
CFG
expect 0 "$REGIME" run never.cfg
says "0 of 30 points done, 0 diverged, 30 failed"
[ "$(grep -c "exit status 1" output)" = 20 ] || fail "not the first 20 failures are told"
[ "$(find never.h5.failed -name '*.json' | wc -l)" = 20 ] || fail "not the first 20 failures are kept"

# The command line is part of what the sweep is.
expect 2 "$REGIME" run faulty.cfg --set command="python3 ./faulty.py"
says "+ settings.command"
expect 2 "$REGIME" run faulty.cfg --set command="pyhton3 faulty.py"
says "there is no program pyhton3 on PATH"
expect 2 "$REGIME" run faulty.cfg --set command="python3 faulty.py | head"
says "no shell reads it"
expect 2 "$REGIME" export slow.cfg -o start.h5
says "no start of its own"
expect 2 "$REGIME" replay whole.h5 replicate=1 -o again.h5
says "regime point shows how to run it again"
finish
