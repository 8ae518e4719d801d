#!/usr/bin/env bash
# The right kernels of BLAS without a word from the user: where OpenBLAS takes the processor for an old one
# ($OLD_KERNELS, preloaded, makes it do so), the program starts itself anew, once, with the same arguments.
. "$SOURCE/tests/run/common.sh"
unset OMP_NUM_THREADS OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE
ASAN_OPTIONS+=:verify_asan_link_order=0

mkdir "two words"
cat >"two words/small.cfg" <<'CFG'
name = "small"; model = "parity_rnn"; axes = { gain = [0.5, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 5; };
CFG

# old VARIABLE=VALUE ... REGIME WORDS...
# shellcheck disable=SC2317 # expect calls it
old() {
    env LD_PRELOAD="$OLD_KERNELS" "$@"
}

# Kernels from before AVX2 are right where there is no AVX2.
grep -qw avx2 /proc/cpuinfo && modern=1 || modern=0

expect 0 "$REGIME" doctor
says "one thread in each rank"
if [ "$modern" -eq 1 ]; then
    ! grep -q 'kernels for \(Prescott\|Core2\|Nehalem\|Sandybridge\)' output || fail "old kernels run"
fi

expect 0 env OPENBLAS_CORETYPE=Prescott "$REGIME" doctor
says "kernels for Prescott (OPENBLAS_CORETYPE)"
expect 0 env OPENBLAS_CORETYPE=Haswell "$REGIME" doctor
says "kernels for Haswell (OPENBLAS_CORETYPE)"

if [ "$modern" -eq 1 ]; then
    expect 0 old "$REGIME" doctor
    says "for a Prescott; regime runs the kernels for"
    says "one thread in each rank"
    ! grep -q 'runs the kernels for Prescott' output || fail "old kernels run"
    grep -A1 '^BLAS' output | grep -q 'fix:' && fail "a hint where nothing is to be done"

    expect 0 old REGIME_ISA=avx2 "$REGIME" doctor
    says "runs the kernels for Haswell"

    # The planted fault, and the end of a loop: a second start does not lead to a third.
    expect 0 old REGIME_BLAS_GUESSED=Prescott "$REGIME" doctor
    says "kernels for Prescott on a processor with"
    says "they are slow here"

    expect 0 old REFUSE_EXEC=1 "$REGIME" plan --no-timing "two words/small.cfg"
    [ "$(grep -c 'cannot start itself anew' output)" -eq 1 ] || fail "no warning, or several"
    expect 0 timeout -k 5 60 "$MPIEXEC" -q -x LD_PRELOAD="$OLD_KERNELS" -x REFUSE_EXEC=1 -n 2 "$REGIME" run \
        "two words/small.cfg" -o slow.h5
    [ "$(grep -c 'cannot start itself anew' output)" -eq 1 ] || fail "no warning, or several"
fi

# run says where the file is and how many ranks there are, in the old and the new process alike.
for n in 1 2; do
    rm -f "a file.h5"
    for slice in gain=1.0 gain=0.5; do
        expect 0 timeout -k 5 60 "$MPIEXEC" -q -x LD_PRELOAD="$OLD_KERNELS" -n "$n" "$REGIME" run \
            "two words/small.cfg" --set "hidden=5" --only "$slice" -o "a file.h5"
        says "a file.h5: 2 points, $n rank"
    done
    says "1 done before"
done
expect 0 old "$REGIME" run "two words/small.cfg" -o "alone.h5"
says "alone.h5: 2 points, 1 rank"
expect 0 old "$REGIME" replay "a file.h5" gain=0.5 -o "again.h5"
says "have the stored bytes"
expect 2 old "$REGIME" run "no such.cfg"
[ "$(wc -l <output)" -eq 1 ] || fail "a mistake is not one line"

# Where the bits depend on BLAS, as those of linear_net do, a file goes on with its own kernels, and ranks with
# others are refused.
cat >"two words/linear.cfg" <<'CFG'
name = "small"; model = "linear_net"; axes = { gain = [0.5, 1.0]; };
settings = { n_in = 6; n_hidden = 5; n_out = 4; input_spectrum = "power"; max_epochs = 20; };
CFG
expect 0 "$REGIME" doctor
if grep -q 'linear_net: [^,]*openblas' output && [ "$modern" -eq 1 ]; then
    small=("two words/linear.cfg")
    expect 0 "$REGIME" run "${small[@]}" --only gain=1.0 -q
    for kernel in Prescott Haswell; do
        expect 0 env OPENBLAS_CORETYPE=$kernel "$REGIME" run "${small[@]}" --only gain=1.0 -o $kernel.h5
        expect 0 ranks 2 "$REGIME" run "${small[@]}" -o $kernel.h5
        says "complete"
        expect 0 "$REGIME" replay $kernel.h5 gain=0.5 -o "$kernel again.h5"
        says "have the stored bytes"
    done
    mv Haswell.h5 small.h5
    expect 0 "$REGIME" plan "${small[@]}" --no-timing
    says "2 of 2 points finished"
    expect 2 env OPENBLAS_CORETYPE=Prescott "$REGIME" run "${small[@]}"
    says "was computed with"
    expect 2 env REGIME_ISA=base "$REGIME" run "${small[@]}"
    says "was computed with"
    expect 0 "$REGIME" run "${small[@]}" --fresh
    expect 2 timeout -k 5 60 "$MPIEXEC" -q -n 1 "$REGIME" run "${small[@]}" -o other.h5 : \
        -n 1 -x OPENBLAS_CORETYPE=Prescott "$REGIME" run "${small[@]}" -o other.h5
    says "Prescott\", and bits would differ"
    says "and rank 1 on $(uname -n) with"
    says "export OPENBLAS_CORETYPE="
    [ "$(wc -l <output)" -eq 1 ] || fail "the refusal is not one line"
    [ -e other.h5 ] && fail "a file was made before the ranks agreed"
fi
finish
