# shellcheck shell=bash
# Sourced after common.sh by the tests in which something goes wrong.
#   $FAULTS: preloaded, makes it go wrong (tests/support/faults.c)

# faulty N VARIABLE=VALUE ... -- WORDS...: regime WORDS on N ranks under mpirun (0: alone), with the variables of
# faults.c. Rank 0 and a file called FILE have the calls that count, if nothing else is said. LIMIT=SECONDS: to its end.
faulty() {
    local n=$1 settings=() start
    shift
    while [ "$1" != -- ]; do
        settings+=("$1")
        shift
    done
    shift
    start=(timeout -k 5 "${LIMIT:-200}")
    if [ "$n" -gt 0 ]; then
        start+=("$MPIEXEC" -q -x "LD_PRELOAD=$FAULTS" -n "$n")
    else
        start+=(env "LD_PRELOAD=$FAULTS")
    fi
    env ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "${settings[@]}" "${start[@]}" "$REGIME" "$@"
}

# launch N FILE WORDS...: regime run -o FILE WORDS on N ranks in the background (0: without mpirun). It rests in every
# flush, so that on no machine it is over before something goes wrong. $run is mpirun, or the program; $log is what it
# says. FAULT_HOST=NAME before it: as if there; INTERVAL=TIME: between flushes; VIA=COMMAND: started by that.
launched=0
launch() {
    local n=$1 file=$2 start
    shift 2
    if [ "$n" -gt 0 ]; then
        start=("$MPIEXEC" -q -x "LD_PRELOAD=$FAULTS" -n "$n")
    else
        start=(env "LD_PRELOAD=$FAULTS")
    fi
    log=log.$((++launched))
    FAULT_FILES="*/${file##*/}.lock" FAULT_CALL=fsync FAULT_DO=slow FAULT_AT=3 FAULT_AFTER=0.6 \
        ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 \
        ${VIA:-} "${start[@]}" "$REGIME" run -o "$file" --flush-interval "${INTERVAL:-0.05s}" "$@" >$log 2>&1 &
    run=$!
}

# ends STATUS WHAT [RUN LOG]: the run that was launched last, or that one, does so; what it said is in ./output
ends() {
    local got
    { wait "${3:-$run}"; } 2>/dev/null
    got=$?
    mv "${4:-$log}" output
    [ $got -eq "$1" ] || { fail "$2: exit $got, not $1"; cat output; }
}

# ranks_of RUN: the processes that this mpirun has started here
ranks_of() {
    ps -o pid:1= --ppid "$1"
}

# begin REPLICATES: small.cfg, three gains with so many each; whole.h5, all of it; part.h5, one gain's
begin() {
    cat >small.cfg <<CFG
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 0.5, 1.0]; replicate = { count = $1; }; };
settings = { hidden = 12; max_length = 5; max_epochs = 1000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 250; };
CFG
    expect 0 "$REGIME" run small.cfg -o whole.h5
    expect 0 "$REGIME" run small.cfg -o part.h5 --only gain=0.1
}

# share_of WORKER COMMAND: in a process of its own
share_of() {
    local words
    trap - EXIT
    failures=0
    while read -r -a words; do
        "$2" "${words[@]}" </dev/null
    done < <(awk -v w="$1" 'NR % 2 == w' trials)
    return $((failures > 0))
}

# work_off COMMAND: COMMAND WORDS... for every line of ./trials, by two workers, as mpirun rests for two seconds before
# it ends a job
work_off() {
    local worker workers=()
    for worker in 0 1; do
        share_of $worker "$1" &
        workers+=($!)
    done
    for worker in "${workers[@]}"; do
        wait "$worker" || failures=$((failures + 1))
    done
}

# count WORD FILE: done | pending | ...: so many points, as status says; nothing where it says nothing
count() {
    "$REGIME" status "$2" --json 2>/dev/null | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

# at_work: the processes of regime, mpirun and its daemons in this folder. Those that are dead and not yet buried do no work.
at_work() {
    local cwd program
    # shellcheck disable=SC2154 # of common.sh
    find /proc -maxdepth 2 -name cwd -lname "$scratch*" 2>/dev/null | while read -r cwd; do
        program=$(readlink "${cwd%cwd}exe")
        case $program in
        "$REGIME" | */orted | */orterun | */mpirun | */mpiexec) basename "${cwd%/cwd}" ;;
        esac
    done
}

# nobody_left WHAT: soon nobody is at work here
nobody_left() {
    for _ in $(seq 100); do
        [ -z "$(at_work)" ] && return
        sleep 0.1
    done
    fail "$1: left behind: $(at_work | xargs ps -o pid=,args= -p)"
}

# trains FILE [N]: waits until a state of it has been saved, or N of them: each team has two, and saves them in turn
trains() {
    for _ in $(seq 300); do
        [ -e "$1.inflight" ] && [ "$(slots "$1" | grep -cv '^0$')" -ge "${2:-1}" ] && return
        sleep 0.05
    done
    fail "$1: nothing is in training"
}

# has FILE N: so many points are done
# shellcheck disable=SC2317 # within calls it
has() {
    [ "$(count "done" "$1")" -ge "$2" ] 2>/dev/null
}

# reaches FILE N: waits until so many points are done
reaches() {
    within 100 has "$1" "$2" || fail "$1: no $2 points"
}

# alone FILE WHAT: nothing lies beside FILE
alone() {
    local beside
    beside=$(find . -maxdepth 1 -name "$1.*" ! -name '*.blank')
    [ -z "$beside" ] || fail "$2: left beside $1: $beside"
}

# same WHOLE FILE WHAT: FILE has the bytes of WHOLE outside /provenance, and nothing is left beside it
same() {
    blanked "$1" "$2.1.blank"
    blanked "$2" "$2.2.blank"
    cmp "$2.1.blank" "$2.2.blank" || fail "$3: other bytes"
    rm -f "$2.1.blank" "$2.2.blank"
    alone "$2" "$3"
}

# slots FILE: the steps that points in training have taken, by the slots in FILE.inflight (src/write/slot.h), a line each
slots() {
    local size n
    size=$(od -An -t d8 -j 16 -N 8 "$1.inflight" | tr -d ' ')
    n=$((($(stat -c %s "$1.inflight") - 4096) / size))
    for ((i = 0; i < n; i++)); do
        od -An -t d8 -j $((4096 + i * size + 40)) -N 8 "$1.inflight" | tr -d ' '
    done
}

# steps FILE: the most of them
steps() {
    slots "$1" | sort -n | tail -n 1
}
