# shellcheck shell=bash
# Sourced by the end-to-end tests: real mpirun, real files. The caller's folder is a fresh scratch.
#   $REGIME, $MPIEXEC, $BLANK: the programs under test; $SOURCE: the checkout, $BUILD: the build tree
set -u
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS=detect_leaks=0

scratch=$(mktemp -d "${PWD}/scratch.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export TMPDIR=$scratch # of Open MPI's session folders, which killed runs leave behind
# Two that start while a third ends may find that the folder of all neither exists nor can be made. It stays where a
# folder in it has something in it, which nobody takes away.
mkdir -p "$scratch/ompi.$(uname -n).$(id -u)/stays/here"

failures=0
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect STATUS COMMAND...: runs it, keeps its output in ./output
expect() {
    local wanted=$1 got
    shift
    "$@" >output 2>&1
    got=$?
    [ "$got" -eq "$wanted" ] || { fail "exit $got, not $wanted: $*"; cat output; }
}

# says WORDS: ./output has them
says() {
    grep -qF -- "$1" output || { fail "not said: $1"; cat output; }
}

# have PROGRAM: what only some machines can check; where nothing may be skipped it must be there
have() {
    command -v "$1" >/dev/null && return
    [ "${REGIME_NO_SKIP:-0}" = 0 ] || fail "no $1 here"
    return 1
}

# ranks N COMMAND...
ranks() {
    local n=$1
    shift
    timeout -k 5 120 "$MPIEXEC" -q -n "$n" "$@"
}

# within SECONDS COMMAND...: waits until the command succeeds
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

# A copy of a file without what varies from run to run.
blanked() {
    { cp "$1" "$2" && "$BLANK" "$2"; } || fail "cannot blank the provenance of $1"
}

finish() {
    [ "$failures" -eq 0 ] && echo "all as expected"
    exit $((failures > 0))
}
