# shellcheck shell=bash
# Sourced by the tests under SLURM: a SLURM of one's own for as long as the test lasts. Its nodes n1, n2 and n3
# are three slurmd on this host and loopback; keys, ports and folders are its own too, so that several may run.
# CUTTABLE=1 before: each in a network of its own (tests/run/nodes.sh), with a link to cut.
PATH+=:/usr/sbin:/sbin
for program in munged slurmctld slurmd sbatch; do
    command -v $program >/dev/null && continue
    echo "skipped: no $program here; ./bootstrap.sh install slurm-wlm munge"
    exit $((${REGIME_NO_SKIP:-0} ? 1 : 77))
done
# shellcheck source=tests/run/nodes.sh
[ -z "${CUTTABLE:-}" ] || . "$SOURCE/tests/run/nodes.sh"
# shellcheck source=tests/run/common.sh
. "$SOURCE/tests/run/common.sh"
# shellcheck disable=SC2154 # common.sh has made it
trap 'cluster_down; ${CUTTABLE:+nodes_down}; rm -rf "$scratch" "$cluster"' EXIT

n_nodes=3
patience=120 # seconds that a job may take
options=()   # of sbatch, for submit
cluster=$(mktemp -d /tmp/regime-slurm.XXXXXX) || exit 1 # the path of a socket must be short
if [ "${CUTTABLE:-}" ]; then
    # shellcheck disable=SC2046 # several words
    nodes_up $(seq -f n%g $n_nodes) # before what tells processes of the cluster
else
    export OMPI_MCA_btl=self,tcp # nodes that share a host name would be taken for one, with shared memory
    export OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo # no other network is needed
fi
export SLURM_CONF=$cluster/slurm.conf REGIME
export OMPI_MCA_hwloc_base_binding_policy=none # the first ranks of all nodes would share a core
unset OMPI_MCA_rmaps_base_oversubscribe # as many ranks as SLURM says

# ---- processes -----------------------------------------------------------------------------------

# processes [NODE]: those of the cluster, or of one of its nodes, by the environment that they inherit
processes() {
    local all
    mapfile -t all < <(env -u SLURM_CONF grep -lsz "^SLURM_CONF=$cluster/" /proc/[0-9]*/environ)
    [ $# -eq 0 ] || mapfile -t all < <(env -u SLURM_CONF grep -lszxE \
        "SLURM_CONF=$cluster/$1/slurm.conf|SLURMD_NODENAME=$1" "${all[@]}")
    printf '%s\n' "${all[@]}" | tr -dc '0-9\n'
}

# node_dies NODE: with all that runs on it
# shellcheck disable=SC2046 # words are wanted
node_dies() {
    kill -9 $(processes "$1")
}

all_gone() {
    [ -z "$(processes)" ]
}

# ---- daemons -------------------------------------------------------------------------------------

# write_conf PORT: slurm.conf, for that port and the next ones
write_conf() {
    local host user control=127.0.0.1 where
    host=$(hostname -s) user=$(id -un)
    where="NodeHostname=$host NodeAddr=127.0.0.1 Port=[$(($1 + 1))-$(($1 + n_nodes))]"
    if [ "${CUTTABLE:-}" ]; then
        control=10.77.0.254
        where="NodeHostname=n[1-$n_nodes] NodeAddr=n[1-$n_nodes] Port=$(($1 + 1))"
    fi
    cat >"$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host($control)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=$1
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmctldLogFile=$cluster/log/slurmctld
SlurmdPidFile=$cluster/%n/pid
SlurmdLogFile=$cluster/log/slurmd.%n
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/%n/spool
TmpFS=$cluster/%n/tmp
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$cluster/log/jobcomp
SlurmctldTimeout=30
SlurmdTimeout=10
InactiveLimit=0
MinJobAge=3600
KillWait=5
Waittime=0
BatchStartTimeout=10
MessageTimeout=10
JobRequeue=1
OverTimeLimit=0
MailProg=/bin/true
NodeName=n[1-$n_nodes] $where CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP OverSubscribe=FORCE:4
CONF
    echo "CgroupPlugin=cgroup/v1" >"$cluster/cgroup.conf" # slurmd wants to be told, though it uses none
}

# started: keeps the last daemon's pid, and bash from reporting its end
daemons=()
started() {
    daemons+=($!)
    disown
}

# node_up NODE: its own name for the configuration marks what belongs to it
node_up() {
    mkdir -p "$cluster/$1"/{spool,tmp}
    ln -sf ../slurm.conf ../cgroup.conf "$cluster/$1"
    # shellcheck disable=SC2086 # several words
    SLURM_CONF=$cluster/$1/slurm.conf ${CUTTABLE:+in_node $1} slurmd -D -N "$1" -f "$cluster/$1/slurm.conf" >>"$cluster/log/output" 2>&1 &
    started
}

munge_up() {
    chmod 711 "$cluster" # munged refuses a socket that others cannot reach
    mkdir -m 711 "$cluster/munge"
    head -c 128 /dev/urandom >"$cluster/munge/key"
    chmod 400 "$cluster/munge/key"
    munged --foreground --key-file="$cluster/munge/key" --socket="$cluster/munge/socket" \
        --pid-file="$cluster/munge/pid" --seed-file="$cluster/munge/seed" --log-file="$cluster/log/munge" \
        >>"$cluster/log/output" 2>&1 &
    started
    within 10 test -S "$cluster/munge/socket"
}

# nodes_are STATE N
nodes_are() {
    [ "$(sinfo -h -N -t "$1" -o %N 2>/dev/null | wc -l)" -eq "$2" ]
}

# reference_up: trains the sweep in one process, mostly while the jobs wait in the queue
reference=
reference_up() {
    env -u SLURM_CONF nice "$REGIME" run small.cfg -o one.h5 -q >one.log 2>&1 &
    reference=$!
}

# cluster_up: until all nodes are idle; with other ports if somebody has these
cluster_up() {
    local try node
    for try in 1 2 3; do
        mkdir -p "$cluster"/{log,state}
        write_conf $((20000 + RANDOM % 1200 * 10)) # below those that the kernel gives to anybody
        munge_up
        slurmctld -D -i -f "$SLURM_CONF" >>"$cluster/log/output" 2>&1 &
        started
        for node in $(seq -f n%g $n_nodes); do
            node_up "$node"
        done
        if within 30 nodes_are idle $n_nodes; then
            reference_up
            return
        fi
        echo "no cluster at try $try:"
        tail -n 20 "$cluster"/log/*
        cluster_down
        rm -rf "${cluster:?}"/*
    done
    fail "no SLURM comes up"
    finish
}

# cluster_down: the daemons in good order, whatever else is left by force
# shellcheck disable=SC2046 # words are wanted
cluster_down() {
    # shellcheck disable=SC2086 # it may be none
    kill "${daemons[@]}" $reference 2>/dev/null
    daemons=()
    within 10 all_gone || kill -9 $(processes)
}

# ---- jobs ----------------------------------------------------------------------------------------

# submit [REGIME WORDS...]: the batch script on two nodes with a task each; sets $job; log in ./job.log
# shellcheck disable=SC2034 # the tests use it
submit() {
    rm -f job*.log
    job=$(sbatch --parsable --ntasks-per-node=1 --output=job.log "${options[@]}" \
        "$SOURCE/slurm/regime.sbatch" "$@") || fail "sbatch refuses"
}

# field JOB NAME: of what SLURM knows of a job
field() {
    scontrol -o show job "$1" 2>/dev/null | sed -n "s/.* $2=\([^ ]*\).*/\1/p"
}

# is JOB STATE[|STATE...]
is() {
    [[ $(field "$1" JobState) =~ ^($2)$ ]]
}

# ends JOB STATE RESTARTS: waits for the job's end, which is to be that
ends() {
    within "$patience" is "$1" 'COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL' || fail "job $1 does not end"
    [ "$(field "$1" JobState) $(field "$1" Restarts)" = "$2 $3" ] && return
    fail "job $1: $(field "$1" JobState), $(field "$1" Restarts) restarts; not $2, $3"
    scontrol show job "$1"
    cat job*.log
}

# count FILE [STATE]: points that are done, or in another state
count() {
    "$REGIME" status "$1" --json 2>/dev/null | sed -n "s/.*\"${2:-done}\": *\([0-9]*\).*/\1/p"
}

# has FILE N: at least N points are done
has() {
    [ "$(count "$1")" -ge "$2" ] 2>/dev/null
}

# mid_run JOB FILE N: waits until the job runs and N points are done; some must be left to do
mid_run() {
    within "$patience" is "$1" RUNNING || fail "job $1 does not start"
    within "$patience" has "$2" "$3" || { fail "job $1 makes no points"; cat job*.log; }
    [ "$(count "$2" pending)" -gt 0 ] || fail "job $1 is over before it is interrupted: the test shows nothing"
}

# ---- the sweep -----------------------------------------------------------------------------------

cat >small.cfg <<'CFG'
name = "small"; model = "parity_rnn"; seed = 5;
axes = { gain = [0.1, 1.0]; replicate = { count = 12; }; };
settings = { hidden = 20; max_length = 6; max_epochs = 6000; stop_loss = 0.0; learning_rate = 0.05;
             validation_strings = 10; validation_lengths = [20]; test_strings = 20; };
record = { every = 500; };
keep = ("initial", "final");
CFG

# whole FILE: complete, in good order, and with the bytes of a run that nobody interrupted
whole() {
    if [ ! -f one.blank ]; then
        wait "$reference" || { fail "no reference"; cat one.log; }
        blanked one.h5 one.blank
    fi
    expect 0 "$REGIME" verify "$1"
    blanked "$1" many.blank
    cmp one.blank many.blank || fail "$1: other bytes than without interruption"
}

# done_here: nothing is left running, and the verdict
done_here() {
    [ -z "$(squeue -h)" ] || { fail "jobs are left"; squeue; }
    kill "${daemons[@]}" 2>/dev/null
    within 20 all_gone || fail "left running: $(processes | xargs -r ps -o pid=,args= -p)"
    finish
}
