#!/usr/bin/env bash
# What lies beside the file is damaged: the states of points in training (FILE.inflight), cut short, with a byte
# changed or a block of zeros anywhere, or half written at a kill; and the finished points of ranks that were told
# to end (FILE.inflight.RANK). It costs what was damaged, never a wrong byte.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 10000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 5000; };
CFG
cat >many.cfg <<'CFG'
name = "many"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; replicate = { count = 10; }; };
settings = { hidden = 12; max_length = 5; max_epochs = 2500; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
CFG
expect 0 "$REGIME" run small.cfg -o whole.h5
expect 0 ranks 2 "$REGIME" run many.cfg -o whole_many.h5

# trial SWEEP FROM LEAST WHAT [WORDS]: a copy of FROM and of what lies beside it, damaged by `damage`, is completed to
# the bytes of $whole; at least so many points are gone on with, and these words said
trial() {
    local sweep=$1 from=$scratch/$2 least=$3 what=$4 told=${5:-} beside found
    for beside in "$from" "$from".inflight*; do
        cp "$beside" "copy.h5${beside#"$from"}"
    done
    damage
    expect 0 timeout -k 5 60 "$REGIME" run "$scratch/$sweep.cfg" -o copy.h5
    found=$(sed -n 's/.*, \([0-9]*\) in training.*/\1/p' output)
    [ "${found:-0}" -ge "$least" ] || { fail "$what: ${found:-0} points in training, not $least"; cat output; }
    [ -z "$told" ] || says "$told"
    same "$scratch/$whole" copy.h5 "$what"
    rm copy.h5
}

# resumes ...: the same, in the background, two at a time
trials=()
resumes() {
    [ ${#trials[@]} -lt 2 ] || settle
    apart "trial${#trials[@]}" "$@" &
    trials+=($!)
}
apart() { # FOLDER ...
    trap - EXIT
    failures=0
    mkdir -p "$1" && cd "$1" && trial "${@:2}"
    exit $((failures > 0))
}
settle() {
    local trial
    for trial in "${trials[@]}"; do
        wait "$trial" || failures=$((failures + 1))
    done
    trials=()
}

# shellcheck disable=SC2317 # trial calls it
damage() { :; }
flip() { # FILE OFFSET
    printf '%b' "\\x$(printf %02x $((255 - $(od -An -t u1 -j "$2" -N 1 "$1"))))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# ---- states ----
whole=whole.h5
faulty 2 FAULT_FILES="$PWD/part.h5.lock" FAULT_CALL=fsync FAULT_AT=4 FAULT_VICTIM=ranks -- \
    run small.cfg -o part.h5 --flush-interval 0.02s >/dev/null 2>&1
nobody_left "all ranks were killed"
rm -f part.h5.lock*
size=$(stat -c %s part.h5.inflight)
slot=$(od -An -t d8 -j 16 -N 8 part.h5.inflight | tr -d ' ')
resumes small part.h5 2 "no damage"

for at in 0 50 5000 $((4096 + slot + 100)) $((size / 2)) $((size - 1)); do
    damage() { truncate -s "$at" copy.h5.inflight; }
    resumes small part.h5 0 "cut to $at bytes"
done
# of the first team: in the header, the id, and the state; of the second one likewise
for at in 4096 4112 4300 $((4096 + 2 * slot + 16)) $((4096 + 2 * slot + 200)); do
    damage() { flip copy.h5.inflight "$at"; }
    resumes small part.h5 1 "a byte changed at $at"
done
for at in 0 9 17 40; do
    damage() { flip copy.h5.inflight "$at"; }
    resumes small part.h5 0 "a byte changed at $at" \
        "is damaged, or of another sweep or program: what was in training starts anew"
done
for ((at = 0; at < size; at += 8192)); do
    damage() { dd if=/dev/zero of=copy.h5.inflight bs=8192 count=1 seek=$((at / 8192)) conv=notrunc status=none; }
    resumes small part.h5 0 "zeros from $at"
done
damage() { rm copy.h5.inflight; }
resumes small part.h5 0 "no states"
damage() { head -c $((size)) /dev/urandom >copy.h5.inflight; }
resumes small part.h5 0 "noise in the place of states"
settle

# ---- what cannot be read ----
# It may be of use once it can be: nothing is done, and everything stays as it is. (The permissions: run.changed.)
# refused KIND NAME HOW: a folder or a loop of links in the place of NAME
refused() {
    local kind=$1 name=$2 reason=$3
    cp part.h5 copy.h5
    if [ "$kind" = folder ]; then mkdir "$name"; else ln -s "$name" "$name"; fi
    expect 2 "$REGIME" run small.cfg -o copy.h5
    says "regime: $name cannot be read: $reason. It is none of ours: move it away"
    [ "$(wc -l <output)" -eq 1 ] || { fail "$kind $name: not one line"; cat output; }
    if ! [ -d "$name" ] && ! [ -L "$name" ]; then fail "$kind $name: it was thrown away"; fi
    [ "$(find . -name 'copy.h5*' | wc -l)" -eq 2 ] || fail "$kind $name: left behind: $(echo copy.h5*)"
    expect 0 "$REGIME" status copy.h5
    rm -rf copy.h5*
}
for name in copy.h5.inflight copy.h5.inflight.3; do
    refused folder $name "Is a directory"
    refused loop $name "Too many levels of symbolic links"
done

# ---- damaged after the start of the run that would go on with them ----
# spoilt N SWEEP FROM OFFSET WHOLE: FROM is completed on N ranks; before it loads a state, of which a run that rests at
# each renewal of its lease leaves time, the byte there is changed
spoilt() {
    local n=$1 sweep=$2 from=$3 at=$4 whole=$5 run
    cp "$from" copy.h5
    cp "$from.inflight" copy.h5.inflight
    : >said
    faulty "$n" FAULT_FILES="$PWD/copy.h5.lock" FAULT_CALL=fsync FAULT_DO=slow FAULT_AT=1 FAULT_AFTER=0.5 -- \
        run "$sweep.cfg" -o copy.h5 >said 2>&1 &
    run=$!
    for _ in $(seq 1000); do
        grep -q " in training" said && break
        sleep 0.02
    done
    flip copy.h5.inflight "$at"
    wait $run
    got=$?
    [ $got -eq 0 ] || { fail "spoilt at $at on $n ranks: exit $got, not 0"; cat said; }
    [ "$(grep -c "^regime: warning: copy.h5.inflight: the state of point [01] was damaged meanwhile: it starts anew$" \
        said)" -eq 1 ] || { fail "spoilt at $at on $n ranks: not one warning"; cat said; }
    same "$whole" copy.h5 "spoilt at $at on $n ranks"
    rm copy.h5
}
cat >pair.cfg <<'CFG'
name = "pair"; model = "linear_net"; seed = 5; team = [1, 2];
settings = { depth = 3; n_in = 13; n_hidden = 17; n_out = 11; block = 4; dataset_size = 200; noise = 0.2;
             input_spectrum = "power"; learning_rate = 0.02; max_epochs = 8000; stop_loss = 0.0; };
record = { every = 4000; };
CFG
expect 0 ranks 2 "$REGIME" run pair.cfg -o whole_pair.h5
faulty 2 FAULT_FILES="$PWD/pair.h5.lock" FAULT_CALL=fsync FAULT_AT=4 FAULT_VICTIM=ranks -- \
    run pair.cfg -o pair.h5 --flush-interval 0.02s >/dev/null 2>&1
nobody_left "all ranks of a team were killed"
rm -f pair.h5.lock*
spoilt 1 small part.h5 $((4096 + 200)) whole.h5
spoilt 2 small part.h5 $((4096 + 2 * slot + 40)) whole.h5
slot=$(od -An -t d8 -j 16 -N 8 pair.h5.inflight | tr -d ' ')
spoilt 2 pair pair.h5 $((4096 + 200)) whole_pair.h5
spoilt 2 pair pair.h5 $((4096 + 2 * slot + 200)) whole_pair.h5 # the other rank's part

# ---- removed while a run uses it ----
# Two states of an earlier run, on one rank: it goes on with one of them, and keeps the other.
sed 's/10000/4000000/; s/"small"/"long"/' small.cfg >long.cfg
# stopped_run WHAT SAVED: the last run in ./output, of long.h5, ends by saying so, as status does
stopped_run() {
    says "stopped by the time limit: 0 of 2 points done, 0 diverged, 0 failed, $2 saved in training"
    expect 0 "$REGIME" status long.h5 --json
    says "\"saved\": $2,"
}
expect 75 ranks 2 "$REGIME" run long.cfg -o long.h5 --flush-interval 0.1s --time-limit 6s
stopped_run "two ranks" 2
cp long.h5 kept.h5
cp long.h5.inflight kept.h5.inflight
timeout -k 5 60 "$REGIME" run long.cfg -o long.h5 --flush-interval 0.1s --time-limit 7s >output 2>&1 &
run=$!
for _ in $(seq 200); do
    grep -q ", 2 in training" output && break
    sleep 0.02
done
rm long.h5.inflight
wait $run
got=$?
[ $got -eq 75 ] || { fail "exit $got, not 75"; cat output; }
[ "$(grep -c "warning: somebody removed long.h5.inflight while it is in use: it is made anew" output)" -eq 1 ] ||
    { fail "no warning, or many, of states that were removed"; cat output; }
stopped_run "states were removed in mid-run" 2

# ---- the newer of a team's two states is lost: all points go on, from the older one ----
# goes_on WHAT: the next run on two.h5 has both states, as it says before it trains
goes_on() {
    "$REGIME" run long.cfg -o two.h5 >output 2>&1 &
    run=$!
    within 60 grep -q ": 2 points, 1 rank" output || fail "$1: does not start"
    kill -KILL $run
    wait $run 2>/dev/null
    says "two.h5: 2 points, 1 rank, 2 in training"
}
for file in two.h5 two.h5.inflight; do
    cp kept.h5"${file#two.h5}" $file
done
mapfile -t taken < <(slots two.h5)
size=$(od -An -t d8 -j 16 -N 8 two.h5.inflight | tr -d ' ')
[ ${#taken[@]} -eq 4 ] || fail "not two slots of two teams: ${taken[*]}"
older=()
for team in 0 1; do
    newer=$((2 * team + (taken[2 * team + 1] > taken[2 * team])))
    older+=("${taken[newer ^ 1]}")
    [ "${taken[newer ^ 1]}" -gt 0 ] || fail "team $team has been saved once: the test shows nothing"
    flip two.h5.inflight $((4096 + newer * size + 200))
done
goes_on "the newer states are damaged"
[ "$(slots two.h5 | sed -n '1p; 3p' | sort)" = "$(printf '%s\n' "${older[@]}" | sort)" ] ||
    fail "not the older states: $(slots two.h5 | paste -sd ' '), of ${taken[*]}"
rm two.h5*
# Each save is the write of a state and one of its header: the third is half written when all ranks are killed.
for at in 5 6; do
    expect 137 faulty 2 FAULT_FILES="$PWD/two.h5.inflight" FAULT_CALL='pwrite*' FAULT_AT=$at FAULT_DO=half \
        FAULT_VICTIM=ranks -- run long.cfg -o two.h5 --flush-interval 0.1s
    nobody_left "killed amid write $at of the states"
    goes_on "killed amid write $at of the states"
    rm two.h5*
done

# ---- finished points ----
# Both ranks are told to end, when few points are left to be trained below, and write what they hold; then one of
# them dies amid the last flush.
whole=whole_many.h5
FAULT_FILES=$PWD/held.h5 FAULT_CALL='pwrite*' FAULT_AT=1 FAULT_RANK=1 \
    ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
    "$MPIEXEC" -q -x LD_PRELOAD="$FAULTS" -n 2 "$REGIME" run many.cfg -o held.h5 --progress always >held.log 2>&1 &
run=$!
for _ in $(seq 600); do
    grep -qE ' 1[2-9] of 20 points' held.log && break
    sleep 0.05
done
mapfile -t pids < <(ps -o pid:1= --ppid $run)
kill -TERM "${pids[@]}"
wait $run
got=$?
[ $got -eq 137 ] || { fail "exit $got, not 137"; cat held.log; }
nobody_left "a rank was killed amid the last flush"
rm -f held.h5.lock*
[ "$(count "done" held.h5)" -eq 0 ] || fail "something was committed: the test shows nothing"
for rank in 0 1; do
    [ -s held.h5.inflight.$rank ] || fail "rank $rank wrote nothing of what it held"
done
damage() { :; }
trial many held.h5 0 "finished points"
adopted=$(sed -n 's/.*, \([0-9]*\) done before.*/\1/p' output)
[ "${adopted:-0}" -gt 1 ] || fail "no finished point was taken over"
held=$(stat -c %s held.h5.inflight.1)
for at in 0 40 $((held / 2)) $((held - 1)); do
    damage() { truncate -s "$at" copy.h5.inflight.1; }
    resumes many held.h5 0 "finished points cut to $at bytes"
    damage() { flip copy.h5.inflight.1 "$at"; }
    [ "$at" -lt "$held" ] && resumes many held.h5 0 "a byte of finished points changed at $at"
done
damage() { head -c "$held" /dev/urandom >copy.h5.inflight.1; }
resumes many held.h5 0 "noise in the place of finished points" " done before" # those of the other rank
settle
finish
