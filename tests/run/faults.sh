# shellcheck shell=bash
# Sourced after common.sh by the tests in which something goes wrong.
#   $FAULTS: preloaded, makes it go wrong (tests/support/faults.c)

# faulty N VARIABLE=VALUE ... -- WORDS...: regime WORDS on N ranks under mpirun (0: alone), with the variables of
# faults.c. Rank 0 and a file called FILE have the calls that count, if nothing else is said.
faulty() {
    local n=$1 settings=() start
    shift
    while [ "$1" != -- ]; do
        settings+=("$1")
        shift
    done
    shift
    start=(timeout -k 5 100)
    if [ "$n" -gt 0 ]; then
        start+=("$MPIEXEC" -q -x "LD_PRELOAD=$FAULTS" -n "$n")
    else
        start+=(env "LD_PRELOAD=$FAULTS")
    fi
    env ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0" "${settings[@]}" "${start[@]}" "$REGIME" "$@"
}

# count WORD FILE: done | pending | ...: so many points, as status says; nothing where it says nothing
count() {
    "$REGIME" status "$2" --json 2>/dev/null | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

# at_work: the processes of regime and mpirun in this folder. Those that are dead and not yet buried do no work.
at_work() {
    local cwd program
    # shellcheck disable=SC2154 # of common.sh
    find /proc -maxdepth 2 -name cwd -lname "$scratch*" 2>/dev/null | while read -r cwd; do
        program=$(readlink "${cwd%cwd}exe")
        case $program in
        "$REGIME" | */orterun | */mpirun | */mpiexec) basename "${cwd%/cwd}" ;;
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

# trains FILE: waits until a state of it has been saved
trains() {
    for _ in $(seq 300); do
        [ -e "$1.inflight" ] && [ "$(steps "$1")" -gt 0 ] && return
        sleep 0.05
    done
    fail "$1: nothing is in training"
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

# steps FILE: the most steps that a point in training has taken, of the slots in FILE.inflight (src/write/slot.h)
steps() {
    local size slots most=0 taken
    size=$(od -An -t d8 -j 16 -N 8 "$1.inflight" | tr -d ' ')
    slots=$((($(stat -c %s "$1.inflight") - 4096) / size))
    for ((i = 0; i < slots; i++)); do
        taken=$(od -An -t d8 -j $((4096 + i * size + 40)) -N 8 "$1.inflight" | tr -d ' ')
        [ "$taken" -gt "$most" ] && most=$taken
    done
    echo "$most"
}
