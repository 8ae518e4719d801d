#!/usr/bin/env bash
# A disk that is full: at creation, during the run, and where only the states of what is in training find no room; or one
# that fails. Exit status 5, or 1, and one line; once there is room, or the disk is in order, the same command goes
# on to the same bytes, with what was finished. Faked at chosen writes everywhere, and a real full one on a small
# tmpfs where one may be mounted.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

begin 2

# explained WHAT [HOW]: ./output is one line about space, or (HOW other than full) about a disk that fails, after what was
# said before training. MPI-IO says on its own, before it reports success, which writes failed.
explained() {
    local told="[nN]o space left"
    [ "${2:-full}" = full ] ||
        told="$file: cannot be written: .*: see to its disk, or move it .* ($file\.\*) to another one; the same command "
    grep -v "^$file: 6 points\|^mca_fbtl_posix_pwritev: error\|^vulcan_write_all: " output >told
    [ "$(wc -l <told)" -eq 1 ] || { fail "$1: not one line"; head told; }
    grep -q "^regime: .*$told" told || { fail "$1: no word of it"; head told; }
}

file=new.h5
for n in 1 2 50 100 155; do
    expect 5 faulty 0 FAULT_FILES="$PWD/$file.tmp.*" FAULT_CALL='pwrite*' FAULT_AT=$n FAULT_DO=full -- \
        run small.cfg -o $file
    explained "creation, write $n"
    [ ! -e $file ] || fail "creation, write $n: half a file"
    alone $file "creation, write $n"
done
for n in 1 100; do
    expect 1 faulty 0 FAULT_FILES="$PWD/$file.tmp.*" FAULT_CALL='pwrite*' FAULT_AT=$n FAULT_DO=fail -- \
        run small.cfg -o $file
    says "regime: $file: cannot be created: Input/output error: see to its disk, or choose another file with -o"
    [ "$(wc -l <output)" -eq 1 ] || { fail "creation, failed write $n: not one line"; cat output; }
    alone $file "creation, failed write $n"
done
expect 5 faulty 0 FAULT_FILES="$PWD/$file.lock*" FAULT_CALL=pwrite FAULT_AT=1 FAULT_DO=full -- run small.cfg -o $file
explained "the lock"
alone $file "the lock"

# ---- during the run ----
# spoil HOW N AT: on N ranks the file cannot be written from its AT-th write or sync on, by any of them (full, fail), or in
# that one alone (slip). Where there are fewer, the run is complete. In a folder of its own, for two are done at a time.
# shellcheck disable=SC2317 # work_off calls it
spoil() {
    local how=$1 n=$2 at=$3 file=full.h5 what="$1, write $3, $2 ranks" status=1 got
    [ "$how" != full ] || status=5
    mkdir "$how.$n.$at"
    cd "$how.$n.$at" || return
    cp ../part.h5 "$file"
    LIMIT=60 faulty "$n" FAULT_FILES="$PWD/$file?(.room*)" FAULT_CALL='[pf]*' FAULT_AT="$at" FAULT_DO="$how" FAULT_RANK=any \
        FAULT_DISK="$PWD/disk" -- run ../small.cfg -o "$file" >output 2>&1
    got=$?
    if [ "$got" -ne 0 ]; then
        [ "$got" -eq "$status" ] || { fail "$what: exit $got, not $status"; cat output; }
        explained "$what" "$how"
        [ ! -e "$file.lock" ] || fail "$what: the lock is left"
        expect 0 "$REGIME" status "$file"
        if [ "$how" = fail ]; then # to another disk
            mkdir "../new.$n.$at" && mv "$file"* "../new.$n.$at" && cd "../new.$n.$at" || return
        fi
        expect 0 ranks $((n % 2 + 1)) "$REGIME" run ../small.cfg -o "$file"
        says ", 6 done before" # for all were finished
    fi
    same ../whole.h5 "$file" "$what"
    cd ..
    echo "$how $got" >>results
}

# Data, checksums and statuses: a choice of the writes, and all of the last ones, up to the close.
: >results
for n in 1 2 3; do
    expect 0 faulty $n FAULT_FILES="$PWD/log.h5" FAULT_CALL='[pf]*' FAULT_LOG="$PWD/log.$n" -- run small.cfg -o log.h5
    rm log.h5
    writes=$(wc -l <"log.$n")
    { seq 1 $((n == 2 ? 13 : 29)) "$writes"; seq $((writes - 6)) "$writes"; } | sort -nu | sed "s/^/full $n /"
    { seq 2 $((n == 2 ? 31 : 47)) "$writes"; seq $((writes - 4)) 2 "$writes"; } | sed "s/^/fail $n /"
    seq 5 $((n == 2 ? 31 : 47)) "$writes" | sed "s/^/slip $n /"
done >trials
work_off spoil
nobody_left "a full disk, or one that fails"
for result in "full 0" "full 5" "fail 0" "fail 1" "slip 1"; do
    grep -q "^$result\$" results || fail "no run ended with $result: the test shows nothing"
done

# A disk of which nothing is left: one line all the same, from one rank.
file=dead.h5
cp part.h5 $file
whole_disk=(FAULT_FILES="$PWD/$file?(.room*|.inflight*)" "FAULT_CALL=[pf]*")
expect 0 faulty 2 "${whole_disk[@]}" FAULT_LOG="$PWD/dead.log" -- run small.cfg -o $file
at=$(awk -v file="$PWD/$file" '/ pwritev? / && $5 == file { print $2; exit }' dead.log)
cp part.h5 $file
expect 1 faulty 2 "${whole_disk[@]}" FAULT_AT="$at" FAULT_DO=fail FAULT_RANK=any FAULT_DISK="$PWD/dead" -- \
    run small.cfg -o $file
explained "a dead disk" fail
says "; some is lost all the same: "
expect 0 "$REGIME" run small.cfg -o $file
same whole.h5 $file "a dead disk"

# Closing the file writes nothing, so that nothing can fail: HDF5 would write the superblock, which names its format.
for n in 0 1 2; do
    file=close.$n.h5
    cp part.h5 $file
    for run in resumed complete; do
        LIMIT=60 expect 0 faulty $n FAULT_FILES="$PWD/$file" FAULT_CALL=pwrite FAULT_TEXT=HDF FAULT_AT=1 FAULT_DO=full \
            FAULT_RANK=any FAULT_LOG="$PWD/$file.log" -- run small.cfg -o $file
        [ ! -e $file.log ] || { fail "$run, $n ranks: closing writes"; rm $file.log; }
    done
    same whole.h5 $file "the close, $n ranks"
done

# ---- the states only ----
file=states.h5
expect 0 faulty 2 FAULT_FILES="$PWD/$file.inflight*" FAULT_CALL='p*' FAULT_AT=1 FAULT_DO=full -- \
    run small.cfg -o $file
says "warning: $file.inflight.tmp: cannot be written: No space left on device; the run goes on without saving"
says "complete"
same whole.h5 $file "no room for states"
rm $file
expect 0 faulty 2 FAULT_FILES="$PWD/$file.inflight" FAULT_CALL='p*' FAULT_AT=1 FAULT_DO=full FAULT_RANK=any -- \
    run small.cfg -o $file --flush-interval 0.01s
says "cannot be saved: No space left on device; what is not saved starts anew in a later run"
says "complete"
same whole.h5 $file "no room for a state"
sed 's/1000/4000000/' small.cfg >long.cfg
expect 75 faulty 0 FAULT_FILES="$PWD/long.h5.inflight" FAULT_CALL='p*' FAULT_AT=1 FAULT_DO=full -- \
    run long.cfg -o long.h5 --flush-interval 0.1s --time-limit 6s
says ", 0 saved in training"

# ---- a real one ----
mkdir disk
if ! mount -t tmpfs -o size=4m tmpfs disk 2>mount.log; then
    echo "no disk of our own: $(cat mount.log)"
    finish
fi
trap 'umount "$scratch/disk"; rm -rf "$scratch"' EXIT

head -c 3M /dev/zero >disk/filler
expect 5 "$REGIME" run small.cfg -o disk/file.h5
says "regime: disk/file.h5: needs "
[ "$(wc -l <output)" -eq 1 ] || fail "more than one line on a small disk"
[ "$(ls disk)" = filler ] || fail "something is left on a full disk: $(ls disk)"
rm disk/filler

# A file with holes, as file systems that copy on write or compress make them: rows that are written need room.
cat >many.cfg <<'CFG'
name = "many"; model = "parity_rnn"; axes = { replicate = { count = 600; }; };
settings = { hidden = 2; max_length = 2; max_epochs = 2; analysis_length = 2; validation_strings = 2;
             validation_lengths = [3]; test_strings = 2; };
CFG
expect 0 "$REGIME" run many.cfg -o many.h5
for n in 1 2; do
    faulty 0 FAULT_FILES="$PWD/disk/file.h5" FAULT_CALL=rename FAULT_AT=1 -- run many.cfg -o disk/file.h5 2>/dev/null
    mv disk/file.h5.tmp.* disk/file.h5
    fallocate --dig-holes disk/file.h5
    head -c 4M /dev/zero >disk/filler 2>/dev/null
    truncate -s -8192 disk/filler # room for the lock
    expect 5 ranks $n "$REGIME" run many.cfg -o disk/file.h5
    says "goes on without saving what is in training"
    says "disk/file.h5: no space left on its disk"
    [ -e disk/file.h5.lock ] && fail "the lock is left on a full disk"
    expect 0 "$REGIME" status disk/file.h5
    rm disk/filler
    expect 0 ranks $n "$REGIME" run many.cfg -o disk/file.h5
    [ "$(ls disk)" = file.h5 ] || fail "left on the disk: $(ls disk)"
    mv disk/file.h5 real.h5
    same many.h5 real.h5 "a disk that ran full, $n ranks"
done
finish
