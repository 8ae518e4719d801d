#!/usr/bin/env bash
# A file by its names: through links it is one and the same for every command, one that is still to be made too.
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; };
settings = { hidden = 4; max_length = 3; max_epochs = 20; stop_loss = 0.0; };
CFG
sed 's/= 20;/= 100000000;/' small.cfg >long.cfg
expect 0 "$REGIME" run small.cfg -o whole.h5

# leads LINK FILE: LINK is one and leads to FILE, which is none
leads() {
    if [ ! -L "$1" ] || [ -L "$2" ] || [ ! "$1" -ef "$2" ]; then fail "$1 does not lead to $2"; fi
}

# ---- links ----
mkdir s1 s2
timeout -k 5 100 "$MPIEXEC" -q -n 2 "$REGIME" run long.cfg -o s1/a.h5 --flush-interval 1s >log 2>&1 &
run=$!
trains s1/a.h5
ln -s ../s1/a.h5 s2/b.h5
ln -s s2/b.h5 c.h5
ln -s s2 s3
for file in s2/b.h5 c.h5 s3/b.h5; do
    expect 4 timeout -k 5 30 "$REGIME" run long.cfg -o $file
    says "/../s1/a.h5.lock: another run holds it"
    expect 4 "$REGIME" verify --repair $file
    expect 4 "$REGIME" verify --accept $file
    expect 0 "$REGIME" status $file
    says ": running on "
done
expect 4 ranks 2 "$REGIME" run long.cfg -o c.h5
expect 0 "$REGIME" stop c.h5
wait $run
got=$?
cp log output
[ $got -eq 75 ] || { fail "stopped under another name: exit $got"; cat output; }
says "stopped by s1/a.h5.stop"
expect 0 "$REGIME" status s2/b.h5
says "asked to stop by s2/../s1/a.h5.stop"
[ "$(ls s2)" = b.h5 ] || fail "beside a link: $(ls s2)"

# A link to a file that is still to be made leads the way.
ln -s ../s1/new.h5 s2/new.h5
expect 0 ranks 2 "$REGIME" run small.cfg -o s2/new.h5
leads s2/new.h5 s1/new.h5
cp s1/new.h5 new.h5
same whole.h5 new.h5 "made through a link"
expect 0 "$REGIME" run small.cfg -o s2/new.h5 --fresh
leads s2/new.h5 s1/new.h5
[ -f s1/new.h5.old ] || fail "the file was not set aside"
expect 0 "$REGIME" verify s2/new.h5
ln -s ../s1/one.h5 s2/one.h5
expect 0 "$REGIME" replay whole.h5 gain=0.1 -o s2/one.h5
leads s2/one.h5 s1/one.h5
ln -s round.h5 round.h5
ln -s nowhere/x.h5 lost.h5
expect 2 "$REGIME" run small.cfg -o round.h5
says "round.h5: Too many levels of symbolic links"
expect 2 ranks 2 "$REGIME" run small.cfg -o lost.h5
says "nowhere/x.h5: there is no folder nowhere"

# Hard links: nobody can tell who else has one, so no such file is written.
ln new.h5 twice.h5
expect 2 "$REGIME" run small.cfg -o twice.h5
says "twice.h5 has 2 names"
expect 2 "$REGIME" verify --repair new.h5
expect 0 "$REGIME" verify new.h5
rm twice.h5
expect 0 "$REGIME" verify --repair new.h5

finish
