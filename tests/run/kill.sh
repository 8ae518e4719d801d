#!/usr/bin/env bash
# SIGKILL of one rank, of all ranks, of mpirun, at every stage of a run. What was committed before is there
# afterwards, the file can be read, mpirun says 137, nobody is left, and the same command, on another number
# of ranks, makes the bytes of a run without interruption.
#   CAMPAIGN=1: every combination, several times, instead of a choice: the target `campaign`
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

begin 4
before=4 # points in part.h5

# ---- the stages: what they begin with, and where in them the kill falls ----
# A flush is three times a write and a sync: data, checksum, status.
declare -A begins=(
    [start-up]=nothing [lock]=nothing [create]=nothing [train]=part [flush]=part [data-status]=part
    [slot]=part [close]=part [random]=nothing [take-over]=killed)

# place STAGE TURN FILE: the variables of faults.c
# shellcheck disable=SC2317 # trial calls it
place() {
    local stage=$1 turn=$2 file=$PWD/$3
    case $stage in
    start-up) echo FAULT_CALL=MPI_Init FAULT_AT=1 ;;
    lock) echo "FAULT_FILES=$file.lock*" FAULT_AT=$((1 + turn % 5)) ;;
    take-over) echo "FAULT_FILES=$file.lock*" FAULT_AT=$((1 + turn % 11)) ;;
    create) echo "FAULT_FILES=$file.tmp" "FAULT_AT=$((1 + turn * 37 % 160))" ;;
    train) echo "FAULT_FILES=$file.inflight" FAULT_CALL=fdatasync FAULT_AT=1 "FAULT_AFTER=0.0$((turn % 10))" ;;
    flush) echo "FAULT_FILES=$file" 'FAULT_CALL=pwrite*' "FAULT_AT=$((1 + turn * 19 % 60))" FAULT_DO=half ;;
    data-status) echo "FAULT_FILES=$file" FAULT_CALL=fsync FAULT_AT=$((1 + turn % 6)) ;;
    slot) echo "FAULT_FILES=$file.inflight" 'FAULT_CALL=pwrite*' FAULT_AT=$((1 + turn % 2)) FAULT_DO=half ;;
    close) echo "FAULT_FILES=$file.@(inflight|lock)" FAULT_CALL=unlink FAULT_AT=$((1 + turn % 2)) ;;
    random) echo FAULT_CALL=MPI_Init FAULT_AT=1 "FAULT_AFTER=$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))" ;;
    esac
}

# Points that must be done after a kill there: each rank syncs three times in each commit.
committed() {
    local stage=$1 turn=$2
    case $stage in
    data-status) echo $((before + turn % 6 / 3)) ;;
    close) echo 12 ;;
    lock | start-up | create | random) echo 0 ;;
    *) echo $before ;;
    esac
}

# ---- one kill ----

# trial STAGE VICTIM RANK TURN: a line "STAGE VICTIM kills opened lost identical" goes to ./results
# shellcheck disable=SC2317 # work_off calls it
trial() {
    local stage=$1 victim=$2 rank=$3 turn=$4 file what got now ranks opened=0 lost=0 identical=0
    ranks=$((1 + turn % 3))
    file=$stage.$victim.$rank.$turn.h5
    what="$stage, $victim, rank $rank, turn $turn"
    case ${begins[$stage]} in
    part) cp part.h5 "$file" ;;
    killed)
        cp part.h5 "$file"
        faulty 0 "FAULT_FILES=$PWD/$file.inflight" FAULT_CALL=pwrite FAULT_AT=1 -- run small.cfg -o "$file" \
            --flush-interval 0.02s >/dev/null 2>&1
        ;;
    esac
    # shellcheck disable=SC2046 # several words
    faulty 2 $(place "$stage" "$turn" "$file") FAULT_RANK="$rank" FAULT_VICTIM="$victim" -- \
        run small.cfg -o "$file" --flush-interval 0.02s >"$file.log" 2>&1
    got=$?
    if [ "$got" -eq 0 ] && [ "$stage" = random ]; then
        rm -f "$file" "$file.log"
        return
    fi
    [ "$got" -eq 137 ] || { fail "$what: exit $got, not 137"; cat "$file.log"; }
    for _ in $(seq 100); do
        at_work | xargs -r ps -o args= -p | grep -qF "$file" || break
        sleep 0.1
    done
    if [ -e "$file" ]; then
        now=$(count "done" "$file")
        [ -n "$now" ] && "$REGIME" verify "$file" >"$file.log" 2>&1 && opened=1
        [ "$opened" -eq 1 ] || { fail "$what: cannot be read"; "$REGIME" status "$file"; cat "$file.log"; }
    fi
    lost=$(($(committed "$stage" "$turn") - ${now:-0}))
    [ "$lost" -gt 0 ] && fail "$what: $lost points that had been committed are lost" || lost=0
    if [ "$ranks" -eq 1 ]; then
        timeout -k 5 100 "$REGIME" run small.cfg -o "$file" >"$file.log" 2>&1
    else
        ranks "$ranks" "$REGIME" run small.cfg -o "$file" >"$file.log" 2>&1
    fi || { fail "$what: does not resume"; cat "$file.log"; }
    rm -f "$file.log"
    now=$failures
    same whole.h5 "$file" "$what"
    [ "$failures" -eq "$now" ] && identical=1
    rm -f "$file"*
    echo "$stage $victim 1 $opened $lost $identical" >>results
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
flush self 1 2
flush ranks 1 0
flush mpirun 0 3
data-status self 0 0
data-status self 1 1
data-status ranks 0 3
data-status mpirun 1 4
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
    if (!(key in kills)) order[++n] = key
    kills[key] += $3; opened[key] += $4; lost[key] += $5; same[key] += $6
}
END {
    printf "%-12s %-7s %6s %7s %5s %10s\n", "stage", "victim", "kills", "opened", "lost", "identical"
    for (i = 1; i <= n; i++) {
        split(order[i], word, " "); key = order[i]
        printf "%-12s %-7s %6d %7d %5d %10d\n", word[1], word[2], kills[key], opened[key], lost[key], same[key]
        total += kills[key]; all_opened += opened[key]; all_lost += lost[key]; all_same += same[key]
    }
    printf "%-12s %-7s %6d %7d %5d %10d\n", "all", "", total, all_opened, all_lost, all_same
}' < <(sort results)
kills=$(wc -l <results)
[ "$kills" -ge $((${CAMPAIGN:+180} + 20)) ] || fail "only $kills kills"

# The planted fault: a point that is lost must show.
[ $(($(committed close 0) - $(count "done" part.h5))) -eq 8 ] || fail "lost points would go unnoticed"
finish
