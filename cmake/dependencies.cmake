# What regime stands on. Each is found, or configuring stops with one list of all that is missing and
# the packages that bring it.
find_package(PkgConfig)
set(regime_missing "")
set(regime_missing_debian "")
set(regime_missing_spack "")

macro(regime_miss what debian spack)
  string(APPEND regime_missing "  ${what}\n")
  string(APPEND regime_missing_debian " ${debian}")
  string(APPEND regime_missing_spack " ${spack}")
endmacro()

# An imported target from pkg-config or, failing that, from a header and a library on the search path.
macro(regime_find target what debian spack module header library)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${module})
  endif()
  find_path(${target}_INCLUDE ${header} HINTS ${${target}_INCLUDE_DIRS} PATH_SUFFIXES ${module})
  if(NOT "${library}" STREQUAL "")
    find_library(${target}_LIBRARY ${library} HINTS ${${target}_LIBRARY_DIRS})
  else()
    set(${target}_LIBRARY "")
  endif()
  if(${target}_FOUND)
    add_library(regime::${target} ALIAS PkgConfig::${target})
  elseif(NOT ${target}_INCLUDE OR "${${target}_LIBRARY}" MATCHES "-NOTFOUND$")
    regime_miss("${what}" "${debian}" "${spack}")
  else()
    add_library(regime::${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(regime::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
    target_link_libraries(regime::${target} INTERFACE ${${target}_LIBRARY})
  endif()
endmacro()

find_package(MPI COMPONENTS C)
if(NOT MPI_C_FOUND)
  regime_miss("an MPI library with its compiler wrapper mpicc" "openmpi-bin libopenmpi-dev" "openmpi")
endif()

# Debian installs serial and parallel HDF5 side by side; without the preference the serial one wins.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 1.10 COMPONENTS C HL)
if(NOT HDF5_FOUND)
  regime_miss("parallel HDF5, version 1.10 or newer, with its high-level library"
              "libhdf5-openmpi-dev" "hdf5+mpi+hl")
elseif(NOT HDF5_IS_PARALLEL)
  list(GET HDF5_C_LIBRARIES 0 serial)
  regime_miss("parallel HDF5 (this one is serial: ${serial})" "libhdf5-openmpi-dev" "hdf5+mpi+hl")
else()
  add_library(regime_hdf5 INTERFACE)
  target_include_directories(regime_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(regime_hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES} MPI::MPI_C)
  add_library(regime::hdf5 ALIAS regime_hdf5)
endif()

regime_find(libconfig "libconfig (sweep files)" libconfig-dev libconfig libconfig libconfig.h config)
regime_find(random123 "Random123 (counter-based random numbers)" librandom123-dev random123
            random123 Random123/philox.h "")
regime_find(xxhash "xxHash 0.8 (checksums)" libxxhash-dev xxhash libxxhash xxhash.h xxhash)
regime_find(jsonc "json-c (what programs of model command read and write)" libjson-c-dev json-c json-c
            json.h json-c)
regime_find(openblas "CBLAS and LAPACK (OpenBLAS)" libopenblas-dev openblas openblas cblas.h openblas)
regime_find(sundials "SUNDIALS CVODE, version 6 (differential equations of the theory)" libsundials-dev
            "sundials@6" sundials cvode/cvode.h sundials_cvode)

# ScaLAPACK, the build for Open MPI where several lie side by side; it has no header. Not its own configuration
# file, which stops CMake on Debian 12, nor pkg-config's list of libraries, which brings a second BLAS. The
# library asks for one too, whichever update-alternatives has set, but finds all it calls in OpenBLAS: what
# the program itself is linked to is searched first (test train.dist.team).
if(PKG_CONFIG_FOUND)
  pkg_search_module(scalapack QUIET scalapack-openmpi scalapack)
endif()
find_library(scalapack_LIBRARY NAMES scalapack-openmpi scalapack HINTS ${scalapack_LIBRARY_DIRS})
if(NOT scalapack_LIBRARY)
  regime_miss("ScaLAPACK (the matrices of a point on several ranks)" libscalapack-openmpi-dev
              netlib-scalapack)
endif()
add_library(regime_scalapack INTERFACE)
target_link_libraries(regime_scalapack INTERFACE ${scalapack_LIBRARY} MPI::MPI_C)
add_library(regime::scalapack ALIAS regime_scalapack)

# LIBXSMM makes small matrix products fast; without it they go through CBLAS, same results to rounding.
option(REGIME_LIBXSMM "Small matrix products by LIBXSMM" ON)
if(REGIME_LIBXSMM)
  regime_find(xsmm "LIBXSMM (small matrix products; slower without: -DREGIME_LIBXSMM=OFF)"
              libxsmm-dev libxsmm "libxsmm;libxsmmnoblas" libxsmm.h xsmm)
endif()
if(BUILD_TESTING)
  regime_find(cunit "CUnit (tests; none without: -DBUILD_TESTING=OFF)" libcunit1-dev cunit cunit
              CUnit/CUnit.h cunit)
endif()

if(regime_missing)
  message(FATAL_ERROR "regime needs, and did not find:\n${regime_missing}"
    "They come with\n"
    "  Debian, Ubuntu:  apt-get install${regime_missing_debian}\n"
    "  Spack:           spack install${regime_missing_spack}\n"
    "  or all at once:  ./bootstrap.sh build   (spack.yaml: the whole environment)")
endif()
