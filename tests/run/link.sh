#!/usr/bin/env bash
# The link between two nodes of a run is cut. With the settings of regime.sbatch mpirun gives up after seconds, both
# nodes end what they run, nothing committed is lost, and the same command goes on.
. "$SOURCE/tests/run/nodes.sh"
. "$SOURCE/tests/run/common.sh"
. "$SOURCE/tests/run/faults.sh"
trap 'nodes_down; rm -rf "$scratch"' EXIT
nodes_up near far
keepalive=$(grep '^ *export OMPI_MCA_oob_tcp_keepalive' "$SOURCE/slurm/regime.sbatch")
eval "$keepalive"
[ "$(env | grep -c '^OMPI_MCA_oob_tcp_keepalive_')" -eq 3 ] || fail "regime.sbatch sets: $keepalive"
grep -qF "$keepalive" "$SOURCE/bootstrap.sh" || fail "bootstrap.sh has other settings than regime.sbatch"

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5; axes = { gain = [0.1, 1.0]; replicate = { count = 30; }; };
settings = { hidden = 12; max_length = 5; max_epochs = 10000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 2500; };
CFG
expect 0 ranks 2 "$REGIME" run small.cfg -o whole.h5

# there NODE: what is at work on it
there() {
    local pid
    for pid in $(at_work); do
        [ "$(readlink "/proc/$pid/ns/net")" = "$(readlink "/proc/${node_pids[$1]}/ns/net")" ] && echo "$pid"
    done
}

in_node near "$MPIEXEC" -q --host near,far -n 2 "$REGIME" run small.cfg -o cut.h5 --flush-interval 0.1s >log 2>&1 &
run=$! log=log
reaches cut.h5 4
[ -n "$(there far)" ] || fail "nobody trains on the other node: the test shows nothing"
before=$(count "done" cut.h5)
reach near far || fail "no link to cut: the test shows nothing"
SECONDS=0
link far down
ends 205 "a link that was cut"
echo "mpirun gave up after $SECONDS s"
[ $SECONDS -lt 30 ] || fail "mpirun gave up after $SECONDS s only"
[ -z "$(there near)" ] || fail "left behind on the near side: $(there near | xargs ps -o pid=,args= -p)"
nobody_left "a link that was cut" # the far side has ended what it ran by itself
[ "$(count "done" cut.h5)" -ge "$before" ] || fail "$(count "done" cut.h5) points, $before before the cut"
[ "$(count pending cut.h5)" -gt 0 ] || fail "the run was over before the cut: the test shows nothing"
expect 0 "$REGIME" verify cut.h5

expect 0 on near "$REGIME" run small.cfg -o cut.h5
same whole.h5 cut.h5 "a link that was cut"
finish
