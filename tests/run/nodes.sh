# shellcheck shell=bash
# Sourced before common.sh by the tests that need a network to cut: nodes on this one machine, each with its own
# network, host name and shared memory, joined by a switch. The test itself moves to a network of its own, so that
# the machine's is left alone; the kernel takes all of it away with the last process.
#   nodes_up NAME...   starts nodes;   on NODE COMMAND...   runs there;   link NODE up|down   joins it, or cuts it off
command -v ip >/dev/null || PATH+=:/usr/sbin:/sbin
if ! command -v ip >/dev/null; then
    echo "skipped: no ip here; ./bootstrap.sh install iproute2"
    exit $((${REGIME_NO_SKIP:-0} ? 1 : 77))
fi
if [ -z "${NODES_PARENT:-}" ]; then
    # A container may forbid this, and no package would help: skipped there, with REGIME_NO_SKIP=1 too.
    for as_root in "" --map-root-user; do
        if unshare $as_root --net --uts --mount ip link add name probe type veth peer name other 2>/dev/null; then
            NODES_PARENT=$$ exec unshare $as_root --net --uts --mount bash "$0" "$@"
        fi
    done
    echo "skipped: no network of one's own may be made here: $(unshare --net --uts --mount true 2>&1)"
    exit 77
fi

declare -A node_pids=() # of the process that keeps a node alive

# in_node NODE COMMAND...: as `on`, with the program in place of this process
in_node() {
    exec nsenter --target "${node_pids[$1]}" --net --uts --mount --wd="$PWD" "${@:2}"
}

on() {
    (in_node "$@")
}

link() {
    ip link set "$1" "$2"
}

# reach NODE OTHER: it answers, if only that nobody listens
reach() {
    on "$1" timeout 2 bash -c ": >/dev/tcp/$2/9" 2>&1 | grep -q refused
}

# make_node NAME NUMBER
make_node() {
    local name=$1
    unshare --net --uts --mount sleep infinity &
    node_pids[$name]=$!
    disown
    until [ "$(readlink "/proc/${node_pids[$name]}/exe")" = "$(readlink -f "$(command -v sleep)")" ]; do
        sleep 0.01
    done
    ip link add name "$name" type veth peer name eth0 netns "${node_pids[$name]}"
    ip link set "$name" master switch up
    # shellcheck disable=SC2016 # expanded there
    on "$name" sh -ec 'hostname "$1"; ip link set lo up; ip address add "10.77.0.$2/24" dev eth0
        ip link set eth0 up; mount -t tmpfs none /dev/shm' - "$name" "$2"
}

# nodes_up NAME...: and this shell is on the host "control", whose link is never cut. mpirun reaches them without ssh:
# what it starts there outlives it, as it would behind a link that is cut.
nodes_up() {
    local number=0 name
    hostname control
    ip link set lo up
    ip link add name switch type bridge
    ip address add 10.77.0.254/24 dev switch
    ip link set switch up
    printf '%s\n' "127.0.0.1 localhost" "10.77.0.254 control" >hosts
    for name; do
        echo "10.77.0.$((++number)) $name" >>hosts
    done
    mount --bind hosts /etc/hosts
    number=0
    for name; do
        make_node "$name" $((++number)) || { echo "no node $name"; exit 1; }
        echo "${node_pids[$name]}" >"node.$name"
    done
    cat >agent <<AGENT
#!/bin/sh
node=\$1
shift
setsid nsenter --target "\$(cat "$PWD/node.\$node")" --net --uts --mount --wd="\$PWD" sh -c "\$*" &
wait \$!
AGENT
    chmod +x agent
    export OMPI_MCA_plm_rsh_agent=$PWD/agent
}

nodes_down() {
    [ ${#node_pids[@]} -eq 0 ] || kill "${node_pids[@]}"
    node_pids=()
}
