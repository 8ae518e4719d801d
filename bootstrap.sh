#!/bin/bash
# From a fresh Debian or Ubuntu machine (root or sudo, and git) to results:
#
#   ./bootstrap.sh run      installs what is missing, builds, trains sweeps/quick.cfg on all cores under
#                           mpirun, draws the figure; once more resumes an interrupted run, or only redraws
#   ./bootstrap.sh test     installs what is missing, builds, passes the whole test suite
#   ./bootstrap.sh build    installs what is missing, builds; options go to CMake: -DREGIME_LIBXSMM=OFF
#   ./bootstrap.sh install PACKAGE...    only those packages, only where missing
#
# Where packages cannot be installed it says what to load, and goes on with what it finds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(build-essential cmake pkg-config openmpi-bin libopenmpi-dev libhdf5-openmpi-dev hdf5-tools
    libscalapack-openmpi-dev libopenblas-dev libsundials-dev librandom123-dev libxxhash-dev libconfig-dev libjson-c-dev
    libcunit1-dev python3 python3-h5py python3-h5netcdf python3-netcdf4 python3-xarray python3-xxhash
    python3-matplotlib python3-graphviz netcdf-bin)
test_packages=(slurm-wlm munge iproute2 python3-pip python3-pytest python3-setuptools python3-wheel)
if grep -qsx ID=debian /etc/os-release; then # Ubuntu has browsers as snaps only
    test_packages+=(chromium-driver chromium python3-selenium)
fi
cmake_options=()
if [ "$(uname -m)" = x86_64 ]; then # elsewhere Debian has no LIBXSMM
    packages+=(libxsmm-dev)
else
    cmake_options+=(-DREGIME_LIBXSMM=OFF)
fi

say() { printf '== %s\n' "$*"; }
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" | sed '/^set/d'; }

# logged NAME COMMAND...: output goes to build/NAME.log; its end is shown if the command fails.
logged()
{
    local log=build/$1.log
    shift
    mkdir -p build
    "$@" >"$log" 2>&1 </dev/null && return
    tail -n 60 "$log" >&2
    return 1
}

# ---- packages ------------------------------------------------------------------------------------

missing() # PACKAGE...: those of them that are not installed
{
    local package
    for package; do
        dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

can_install()
{
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

apt()
{
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}

fetch() # PACKAGE...: package lists are fetched only if they are absent or too old to install from
{
    apt --simulate install "$@" || apt update
    apt install "$@" || { apt update && apt install "$@"; }
}

advise()
{
    cat >&2 <<EOF
== packages cannot be installed here: $1
   Going on with what is found. If that is not enough, load the compilers and libraries first, by modules
       module load gcc cmake openmpi hdf5 openblas scalapack sundials libxsmm     (names vary: module avail; hdf5 must be parallel)
   or by Spack, which also brings libconfig, json-c, CUnit, Random123, xxHash and the Python packages
       spack env activate . && spack install
   and run the same command again.
EOF
}

install_packages() # PACKAGE...
{
    local absent=()
    if ! command -v dpkg-query >/dev/null; then
        advise "no Debian package manager"
        return
    fi
    mapfile -t absent < <(missing "$@")
    [ ${#absent[@]} -gt 0 ] || return 0
    if ! can_install; then
        advise "neither root nor sudo; missing are ${absent[*]}"
        return
    fi
    say "installing ${absent[*]} (a minute or two; build/packages.log)"
    logged packages fetch "${absent[@]}" || advise "apt-get failed, see above and build/packages.log"
}

# ---- machine -------------------------------------------------------------------------------------

cores() # physical cores that this process may use; nproc alone counts threads and obeys OMP_NUM_THREADS
{
    local n physical quota period
    n=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
    physical=$(lscpu -p=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
    [ "$physical" -gt 0 ] && [ "$physical" -lt "$n" ] && n=$physical
    if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [ "$quota" != max ]; then
        quota=$((quota / period))
        [ "$quota" -gt 0 ] && [ "$quota" -lt "$n" ] && n=$quota
    fi
    echo "$n"
}

prepare_mpi()
{
    export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 # BLAS on two threads makes other bits
    # A lost node ends the job after seconds; by default a cut link is noticed after minutes.
    export OMPI_MCA_oob_tcp_keepalive_time=2 OMPI_MCA_oob_tcp_keepalive_intvl=1 OMPI_MCA_oob_tcp_keepalive_probes=3
    if [ "$(id -u)" = 0 ]; then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    fi
    if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then # where ptrace is forbidden
        export OMPI_MCA_btl_vader_single_copy_mechanism=none
    fi
}

find_python() # one that has the modules: Debian's are seen by /usr/bin/python3 alone
{
    local candidate
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import h5netcdf, matplotlib, xarray' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# ---- commands ------------------------------------------------------------------------------------

build() # options of cmake --build
{
    install_packages "${packages[@]}"
    say "building (build/release)"
    logged configure cmake --preset release "${cmake_options[@]}"
    logged make cmake --build --preset release --parallel "$(env -u OMP_NUM_THREADS nproc)" "$@"
}

run()
{
    local n python file=out/quick.h5 figure=out/quick.png
    build --target regime
    prepare_mpi
    n=$(cores)
    mkdir -p out
    say "training sweeps/quick.cfg on $n ranks"
    mpirun -q -n "$n" build/release/regime run sweeps/quick.cfg -o "$file" </dev/null
    if python=$(find_python); then
        PYTHONPATH=analysis "$python" -m regime_analysis figure phase "$file" -o "$figure" >/dev/null
        say "file: $file   figure: $figure"
    else
        say "file: $file   (no figure: no python3 here has xarray, h5netcdf and matplotlib)"
    fi
}

run_tests()
{
    packages+=("${test_packages[@]}")
    build
    prepare_mpi
    say "testing"
    ctest --preset release </dev/null
}

command=${1:-}
[ $# = 0 ] || shift
case $command in
build)
    cmake_options+=("$@")
    build
    say "program: build/release/regime"
    ;;
run) run ;;
test) run_tests ;;
install) install_packages "$@" ;;
*)
    usage >&2
    exit 2
    ;;
esac
