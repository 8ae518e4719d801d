#!/usr/bin/env bash
# Every write of a small run in turn is lost, or half of it, while the writes around it arrive; the run ends where it
# would next make sure of them. No point counts as done that is not, and the same command makes the bytes of
# a run without interruption. Here a choice of the writes of the creation and of the others; CAMPAIGN=1: all.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 0.5, 1.0]; };
settings = { hidden = 12; max_length = 5; max_epochs = 3000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 1000; };
CFG
expect 0 "$REGIME" run small.cfg -o whole.h5
expect 0 faulty 0 FAULT_FILES="$PWD/log.h5*" FAULT_CALL='pwrite*' FAULT_LOG="$PWD/log" -- \
    run small.cfg -o log.h5 --flush-interval 0.02s
same whole.h5 log.h5 "a run that is watched"
writes=$(wc -l <log)
created=$(grep -c "log.h5.tmp.[0-9]*$" log)

# inject DEED N: a line "DEED PLACE" goes to ./results
# shellcheck disable=SC2317 # work_off calls it
inject() {
    local deed=$1 n=$2 file=$1.$2.h5 got place resumed
    faulty 0 FAULT_FILES="$PWD/$file*" FAULT_CALL='pwrite*' FAULT_AT="$n" FAULT_DO="$deed" FAULT_LOG="$PWD/$file.log" -- \
        run small.cfg -o "$file" --flush-interval 0.02s >"$file.out" 2>&1
    got=$?
    place=$(sed -n "${n}s|.*/$file||p" "$file.log" | sed 's/^$/data/; s/^\.//; s/^\(lock\|tmp\).*/\1/')
    rm -f "$file.log" "$file.out"
    # a run that needed fewer writes than the first had none to lose, and the last one is followed by no sync; the
    # creation reads again what it wrote, and may notice by itself
    [ "$got" -eq 99 ] || [ "$got" -eq 0 ] || { [ "$place" = tmp ] && [ "$got" -eq 3 ]; } || fail "$deed $n ($place): exit $got"
    [ "$place" = tmp ] && [ -e "$file" ] && fail "$deed $n: a file whose creation was cut short"
    if [ -e "$file" ]; then
        "$REGIME" status "$file" >/dev/null || fail "$deed $n ($place): cannot be read"
        "$REGIME" verify "$file" >"$file.out" || { fail "$deed $n ($place): done and damaged"; cat "$file.out"; }
        rm "$file.out"
    fi
    timeout -k 5 200 "$REGIME" run small.cfg -o "$file" -q >"$file.out" 2>&1
    resumed=$?
    [ "$resumed" -eq 0 ] || { fail "$deed $n ($place): does not resume: exit $resumed (124: in 200 s)"; cat "$file.out"; }
    rm -f "$file.out"
    same whole.h5 "$file" "$deed $n ($place)"
    rm -f "$file"*
    [ "$got" -eq 99 ] && echo "$deed $place" >>results
}

if [ -n "${CAMPAIGN:-}" ]; then steps=(1 1); else steps=(31 5); fi
{ seq 1 "${steps[0]}" $((created + 2)) && seq $((created + 2)) "${steps[1]}" "$writes"; } |
    awk '{print "lose", $1; print "tear", $1}' >trials
: >results
work_off inject
echo "of $writes writes:"
sort results | uniq -c
# a choice of the writes may miss the few of the states, which run.sidecar damages besides
for place in tmp data lock ${CAMPAIGN:+inflight}; do
    grep -q " $place\$" results || fail "no write of $place was lost: the test shows nothing"
done

# The planted fault: a file whose data were lost after its status was written is found out.
cp whole.h5 wrong.h5
"$BLANK" wrong.h5
printf '\377' | dd of=wrong.h5 bs=1 seek=$(($(stat -c %s wrong.h5) - 9)) conv=notrunc status=none
cmp -s whole.h5 wrong.h5 && fail "lost bytes go unnoticed"
finish
