#!/usr/bin/env bash
# No command but run and measure starts MPI. $NO_MPI is loaded into the program and ends it with status 99 where MPI is
# started; any other call of MPI before that ends it by itself.
. "$SOURCE/tests/run/common.sh"
ASAN_OPTIONS+=:verify_asan_link_order=0

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; axes = { gain = [0.5]; replicate = { count = 2; }; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; test_strings = 5; };
keep = ("final");
CFG
cat >linear.cfg <<'CFG'
name = "linear"; model = "linear_net"; axes = { gain = [0.5]; replicate = { count = 2; }; };
settings = { n_in = 4; n_hidden = 3; n_out = 4; max_epochs = 5; input_spectrum = "power"; dataset_size = 9; };
keep = ("final");
CFG
expect 0 "$REGIME" run small.cfg -q
expect 0 "$REGIME" run linear.cfg -q

# without_mpi STATUS WORDS...
without_mpi() {
    local wanted=$1
    shift
    LD_PRELOAD=$NO_MPI "$REGIME" "$@" >output 2>&1
    local got=$?
    [ "$got" -eq "$wanted" ] || { fail "exit $got, not $wanted: regime $*"; cat output; }
}

without_mpi 99 run small.cfg -o other.h5 # the planted fault
says "MPI was started"

without_mpi 0 --version
without_mpi 0 --help
commands=$(sed -n 's/^  \([a-z]*\)  *.*/\1/p' output)

# try NAME: every command on NAME.cfg and NAME.h5
try() {
    local command words tried=0 point=("$1.h5" gain=0.5 replicate=1)
    for command in $commands; do
        case $command in
        run | measure) words=(--help) ;;
        stop) without_mpi 2 stop "$1.h5"; words=(--help) ;;
        plan) words=("$1.cfg") ;;
        status | verify) words=("$1.h5") ;;
        point) words=("${point[@]}") ;;
        export) words=("$1.cfg" gain=0.5 replicate=1 -o "$1 start.h5") ;;
        replay) words=("${point[@]}" --record 'epochs=[5]' --snapshots -o "$1 one.h5") ;;
        describe | doctor) words=() ;;
        *) fail "a new command: what does it take?" ;;
        esac
        without_mpi 0 "$command" --help
        without_mpi 0 "$command" "${words[@]}"
        tried=$((tried + 1))
    done
    [ "$tried" -ge 10 ] || fail "only $tried commands: $commands"
    without_mpi 0 verify --repair "$1 one.h5"
}
try small
try linear
finish
