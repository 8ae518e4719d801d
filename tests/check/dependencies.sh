#!/bin/bash
# dependencies.sh CMAKE SOURCE SCRATCH: with everything hidden, configuring stops and names each missing
# package for Debian and for Spack; a serial HDF5 is refused; without LIBXSMM it can be configured.
set -euo pipefail
cmake=$1 source=$2 scratch=$3
hidden='/usr/include;/usr/lib;/usr/local/include;/usr/local/lib'
multiarch=$(cc -print-multiarch)
hidden+=";/usr/include/$multiarch;/usr/lib/$multiarch;/lib;/lib/$multiarch"
verdict=0

configure() # [VARIABLE=VALUE ...] [-- CMake options]: its output
{
    local environment=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do environment+=("$1"); shift; done
    shift
    rm -rf "$scratch"
    env "${environment[@]}" "$cmake" -S "$source" -B "$scratch" "$@" 2>&1 || true
}
says() # OUTPUT WORDS...
{
    local output=$1
    shift
    for words; do
        grep -qF -- "$words" <<<"$output" || { echo "not said: $words"; verdict=1; }
    done
}

nothing=$(configure PATH=/usr/bin:/bin PKG_CONFIG_LIBDIR=/nonexistent CMAKE_PREFIX_PATH= -- "-DCMAKE_IGNORE_PATH=$hidden" \
    -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON -DCMAKE_DISABLE_FIND_PACKAGE_HDF5=ON)
says "$nothing" openmpi-bin libopenmpi-dev libhdf5-openmpi-dev libconfig-dev librandom123-dev libxxhash-dev libopenblas-dev \
    libscalapack-openmpi-dev netlib-scalapack libsundials-dev libxsmm-dev libcunit1-dev hdf5+mpi+hl openmpi libconfig random123 openblas sundials@6 libxsmm cunit \
    -DREGIME_LIBXSMM=OFF "bootstrap.sh build"

serial=$(configure -- -DHDF5_IS_PARALLEL=OFF)
says "$serial" "this one is serial" libhdf5-openmpi-dev

plain=$(configure -- -DREGIME_LIBXSMM=OFF -DBUILD_TESTING=OFF)
says "$plain" "Configuring done"
if grep -F "did not find" <<<"$plain"; then verdict=1; fi

rm -rf "$scratch"
exit $verdict
