#!/bin/bash
# write_kill.sh VICTIM BLANK REGIME MPIEXEC: kills a writing program at its calls into the file (every fifth,
# which falls differently into each flush; KILL_STEP=1 takes all, which is slow).
# Afterwards there is either no file or one that opens, with nothing damaged but what was in the batch
# under way; and the same command finishes it to the same bytes as a run that was never killed.
set -euo pipefail
victim=$1 blank=$2 regime=$3 mpiexec=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder

fail() { echo "kill at call $n: $1"; exit 1; }

# Compares a finished file with the undisturbed one.
same() {
    "$blank" "$1"
    cmp "$folder/whole.h5" "$1"
}

pending() { "$regime" status --json "$1" | sed -n 's/.*"pending": \([0-9]*\).*/\1/p'; }

calls=$("$victim" "$folder/whole.h5")
"$blank" "$folder/whole.h5"
opened=0
half=0
for n in $(seq 1 "${KILL_STEP:-5}" "$calls"); do
    file=$folder/$n.h5
    KILL_AT=$n "$victim" "$file" 2>/dev/null && fail "it survived" || [ $? = 137 ] || fail "not killed"
    if [ -e "$file" ]; then
        opened=$((opened + 1))
        left=$(pending "$file") || fail "the file does not open"
        [ "$left" = 24 ] || [ "$left" = 0 ] || half=$((half + 1))
        verdict=0
        "$regime" verify "$file" >/dev/null 2>&1 || verdict=$?
        [ $verdict = 0 ] || [ $verdict = 3 ] || fail "verify says $verdict"
    fi
    "$victim" "$file" >/dev/null || fail "it does not resume"
    same "$file" || fail "other bytes than a run without interruption"
    rm -f "$file"
done
[[ $opened -gt 5 && $half -gt 5 ]] || { echo "kills hit nothing: $opened opened, $half half"; exit 1; }

# Under mpirun: a rank killed between the data and the status of the second flush, or amid the data.
for n in 43 45; do
    file=$folder/mpi$n.h5
    KILL_AT=$n KILL_RANK=1 timeout -k 5 60 "$mpiexec" -q -n 2 "$victim" "$file" >/dev/null 2>&1 &&
        fail "mpirun survived"
    left=$(pending "$file") || fail "the file does not open"
    [ "$left" -gt 0 ] || fail "nothing was left to do"
    timeout -k 5 60 "$mpiexec" -q -n 2 "$victim" "$file" >/dev/null || fail "mpirun does not resume"
    same "$file" || fail "other bytes than a run without interruption"
done

# The planted fault: a byte that differs must be seen.
cp "$folder/whole.h5" "$folder/wrong.h5"
printf '\377' | dd of="$folder/wrong.h5" bs=1 seek=$(($(stat -c %s "$folder/wrong.h5") - 9)) conv=notrunc status=none
cmp -s "$folder/whole.h5" "$folder/wrong.h5" && { echo "the comparison is blind"; exit 1; }
echo "killed at calls of $calls: $opened files left, $half of them half done; all resumed to the same bytes"
