#!/usr/bin/env bash
# SIGKILL of one rank, of all ranks, of mpirun, at every stage of a run. What an earlier run and the killed one had
# committed, by a copy of the file from just before the kill, is there afterwards and counts for the run that resumes,
# the file can be read, mpirun says 137, nobody is left, and the same command, on another number of ranks, makes
# the bytes of a run without interruption.
#   CAMPAIGN=1: every combination, several times, instead of a choice: the target `campaign`
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

begin 4
before=4 # points in part.h5

# ---- the stages: what they begin with, and where in them the kill falls ----
# A flush is three times a write and a sync: data, checksum, status.
# All begin with the points of part.h5, which the creation sets aside: run --fresh. Of a take-over an earlier run
# was killed, too.

# place STAGE TURN FILE: the variables of faults.c
# shellcheck disable=SC2317 # trial calls it
place() {
    local stage=$1 turn=$2 file=$PWD/$3
    case $stage in
    start-up) echo FAULT_CALL=MPI_Init FAULT_AT=1 ;;
    lock) echo "FAULT_FILES=$file.lock*" FAULT_AT=$((1 + turn % 5)) ;;
    take-over) echo "FAULT_FILES=$file.lock*" FAULT_AT=$((1 + turn % 11)) ;;
    create) echo "FAULT_FILES=$file.tmp.*" "FAULT_AT=$((1 + turn * 37 % 160))" ;;
    train) echo "FAULT_FILES=$file.inflight" FAULT_CALL=fdatasync FAULT_AT=1 "FAULT_AFTER=0.$((10 + turn * 7 % 30))" ;;
    flush) echo "FAULT_FILES=$file" 'FAULT_CALL=pwrite*' "FAULT_AT=$((1 + turn * 19 % 120))" FAULT_DO=half ;;
    data-status) echo "FAULT_FILES=$file" FAULT_CALL=fsync FAULT_AT=$((1 + turn % 9)) ;;
    slot) echo "FAULT_FILES=$file.inflight" 'FAULT_CALL=pwrite*' FAULT_AT=$((1 + turn % 4)) FAULT_DO=half ;;
    close) echo "FAULT_FILES=$file.@(inflight|lock)" FAULT_CALL=unlink FAULT_AT=$((1 + turn % 2)) ;;
    random) echo FAULT_CALL=MPI_Init FAULT_AT=1 "FAULT_AFTER=0.$((RANDOM % 10))$((RANDOM % 10))" ;;
    esac
}

# lost BEFORE AFTER: so many points
lost() {
    echo $(($1 > $2 ? $1 - $2 : 0))
}

# ---- one kill ----

# trial STAGE VICTIM RANK TURN: a line "STAGE VICTIM kills opened at_risk own lost identical" goes to ./results
# shellcheck disable=SC2317 # work_off calls it
trial() {
    local stage=$1 victim=$2 rank=$3 turn=$4 file what got now had resumed ranks extra=() aside=0 opened=0 gone identical=0
    ranks=$((1 + turn % 3))
    file=$stage.$victim.$rank.$turn.h5
    what="$stage, $victim, rank $rank, turn $turn"
    cp part.h5 "$file"
    case $stage in
    create) extra=(--fresh) ;;
    take-over)
        faulty 0 "FAULT_FILES=$PWD/$file.inflight" FAULT_CALL=pwrite FAULT_AT=1 -- run small.cfg -o "$file" \
            --flush-interval 0.02s >/dev/null 2>&1
        ;;
    esac
    # shellcheck disable=SC2046 # several words
    faulty 2 $(place "$stage" "$turn" "$file") FAULT_KEEP="$PWD/$file" FAULT_RANK="$rank" FAULT_VICTIM="$victim" -- \
        run small.cfg -o "$file" --flush-interval 0.02s "${extra[@]}" >"$file.log" 2>&1
    got=$?
    if [ "$got" -eq 0 ] && [[ $stage = @(train|flush|data-status|slot|random) ]]; then # it was over before
        rm -f "$file"*
        return
    fi
    [ "$got" -eq 137 ] || { fail "$what: exit $got, not 137"; cat "$file.log"; }
    for _ in $(seq 100); do
        at_work | xargs -r ps -o args= -p | grep -qF "$file" || break
        sleep 0.1
    done
    if [ -e "$file.old" ]; then # else it was killed where it looked whether the new file has room
        mv "$file.old" "$file.then"
        aside=1
    fi
    had=$(count "done" "$file.then")
    had=${had:-0}
    [ "$had" -ge "$before" ] || fail "$what: $had points just before the kill, not $before"
    rm -f "$file.then"
    if [ -e "$file" ]; then
        now=$(count "done" "$file")
        [ -n "$now" ] && "$REGIME" verify "$file" >"$file.log" 2>&1 && opened=1
        [ "$opened" -eq 1 ] || { fail "$what: cannot be read"; "$REGIME" status "$file"; cat "$file.log"; }
    fi
    if [ "$ranks" -eq 1 ]; then
        timeout -k 5 100 "$REGIME" run small.cfg -o "$file" >"$file.log" 2>&1
    else
        ranks "$ranks" "$REGIME" run small.cfg -o "$file" >"$file.log" 2>&1
    fi || { fail "$what: does not resume"; cat "$file.log"; }
    resumed=$(sed -n 's/.*, \([0-9]*\) done before.*/\1/p' "$file.log")
    [ "${resumed:-0}" -ge "${now:-0}" ] || now=${resumed:-0}
    [ "$aside" -eq 0 ] || now=$had # of the new file nothing is asked
    gone=$(lost "$had" "${now:-0}")
    [ "$gone" -eq 0 ] || fail "$what: $gone of $had points that had been committed are lost"
    rm -f "$file.log"
    now=$failures
    same whole.h5 "$file" "$what"
    [ "$failures" -eq "$now" ] && identical=1
    rm -f "$file"*
    echo "$stage $victim 1 $opened $had $((had - before)) $gone $identical" >>results
}

# ---- which ----
list() {
    local stage victim turn rank
    if [ -z "${CAMPAIGN:-}" ]; then
        cat <<'LIST'
start-up self 1 0
start-up mpirun 0 1
lock self 0 3
take-over self 0 6
take-over self 0 9
take-over self 0 10
create self 0 1
create ranks 0 4
create mpirun 0 2
train self 0 0
train self 1 3
train ranks 0 2
train mpirun 1 5
flush self 0 1
flush self 1 6
flush ranks 1 0
flush mpirun 0 3
data-status self 0 0
data-status self 1 1
data-status ranks 0 3
data-status mpirun 1 7
slot self 1 0
slot ranks 0 1
slot mpirun 1 1
close self 0 0
close ranks 0 1
close mpirun 0 0
random ranks 0 0
LIST
        return
    fi
    for stage in start-up lock take-over create train flush data-status slot close random; do
        for victim in self ranks mpirun; do
            for turn in $(seq 0 10); do
                rank=$((turn % 2))
                case $stage in lock | take-over | create | close) rank=0 ;; esac
                echo "$stage $victim $rank $turn"
            done
        done
    done
}

: >results
list >trials
work_off trial
nobody_left "after all kills"

# ---- the table ----
awk '{
    key = $1 " " $2
    if (!(key in seen)) { seen[key] = 1; order[++n] = key }
    for (c = 3; c <= NF; c++) { sum[key, c] += $c; all[c] += $c }
}
function row(stage, victim, sums, key) {
    printf "%-12s %-7s", stage, victim
    for (c = 3; c <= 8; c++) printf " %9d", key == "" ? sums[c] : sum[key, c]
    print ""
}
END {
    print "stage        victim      kills    opened committed   its own      lost identical"
    for (i = 1; i <= n; i++) { split(order[i], word, " "); row(word[1], word[2], all, order[i]) }
    row("all", "", all, "")
}' < <(sort results)
kills=$(wc -l <results)
[ "$kills" -ge $((${CAMPAIGN:+180} + 20)) ] || fail "only $kills kills"

# Does it show anything? At each moment of a run that commits, some kills left points of its own to lose.
for stage in flush data-status close; do
    awk -v stage=$stage '$1 == stage { own += $6 } END { exit own == 0 }' results ||
        fail "$stage: no kill after a commit of the same run: the test shows nothing"
done

# ---- programs that work alone: verify --repair, replay ----

# spoil FILE: whole.h5 with a byte of a record changed
spoil() {
    local at
    for ((at = $(stat -c %s whole.h5) - 500; at > 0; at -= 500)); do
        cp whole.h5 "$1"
        printf '\125' | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
        "$REGIME" verify "$1" 2>&1 | grep -q -- 'verify --repair' && return
    done
    fail "no byte of $1 is of a record"
}

# killed_alone FILE MADE_OF WORDS...: regime WORDS, killed at changes of FILE, all of the first and then some; FILE can be
# read each time
killed_alone() {
    local file=$1 made_of=$2 n
    shift 2
    for ((n = 1; ; n += n < 4 ? 1 : 13)); do
        rm -f "$file"*
        [ -z "$made_of" ] || cp "$made_of" "$file"
        faulty 0 FAULT_FILES="$PWD/$file" FAULT_AT=$n FAULT_VICTIM=self -- "$@" >/dev/null 2>&1 && break
        [ ! -e "$file" ] && continue # it had not its name yet
        "$REGIME" status "$file" >/dev/null || fail "$1, killed at its change $n: damaged"
        [ "$("$REGIME" verify "$file" 2>&1 | grep -c 'outside its points')" -eq 0 ] || fail "$1, change $n: verify"
        [ -z "$made_of" ] || { expect 0 "$REGIME" run small.cfg -o "$file" -q && same whole.h5 "$file" "$1, change $n"; }
    done
    [ "$n" -gt 3 ] || fail "$1: only $((n - 1)) kills"
}

spoil bad.h5
killed_alone repaired.h5 bad.h5 verify --repair repaired.h5
killed_alone replayed.h5 "" replay whole.h5 gain=0.1 replicate=0 -o replayed.h5
nobody_left "after all kills of programs alone"

# The planted fault: a point that is lost must show.
[ "$(lost "$(count "done" whole.h5)" "$(count "done" part.h5)")" -eq 8 ] || fail "lost points would go unnoticed"
finish
