#!/usr/bin/env bash
# A run that the user stops by FILE.stop does not come back by itself, not even where it waits in the queue just
# then; the same sbatch goes on. Another file's stop is not meant.
. "$SOURCE/tests/slurm/cluster.sh"
sed -i '1s/\(name\) = \([^;]*;\) \(.*\)/\3 \1\t: \2/' small.cfg # its name is not where one would look for it
cluster_up

# ask_to_stop FILE: as from a login node. A program that cannot stop in good order yet is ended by the signal.
"$REGIME" stop --help | grep -q "not in this version" && able= || able=1
ask_to_stop() {
    if [ "$able" ]; then
        expect 0 "$REGIME" stop "$1"
    else
        touch "$1.stop"
        scancel --signal=USR1 --batch "$job"
    fi
}

# stays_out FILE: the job ends, and its finished points are there
stays_out() {
    ends "$job" FAILED "$2"
    grep -qF "$1.stop is there: not back into the queue" job.log || { fail "not in the log"; cat job.log; }
    [ -e "$1.stop" ] || fail "$1.stop is gone"
    has "$1" 3 || fail "finished points are gone"
    expect 0 "$REGIME" verify "$1"
}

touch other.h5.stop
submit small.cfg -o named.h5 --flush-interval 0.1s
mid_run "$job" named.h5 3
ask_to_stop named.h5
stays_out named.h5 0

submit small.cfg --flush-interval 0.1s
mid_run "$job" small.h5 3
scancel --signal=USR1 --batch "$job"
within 60 is "$job" PENDING || fail "not back in the queue"
touch small.h5.stop
stays_out small.h5 1
[ "$(field "$job" ExitCode)" = 75:0 ] || fail "exit $(field "$job" ExitCode), not 75"

# It waits for its first start. The file is made in another second than the job was submitted and started.
options=(--hold)
rm small.h5.stop
submit small.cfg
options=()
sleep 2
touch small.h5.stop
sleep 2
scontrol release "$job"
stays_out small.h5 0
[ "$(field "$job" ExitCode)" = 75:0 ] || fail "before its first start: exit $(field "$job" ExitCode), not 75"

[ "$able" ] || rm small.h5.stop
submit small.cfg
ends "$job" COMPLETED 0
[ ! -e small.h5.stop ] || fail "the stop outlives its run"
whole small.h5
done_here
