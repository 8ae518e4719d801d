# What regime stands on. Each is found, or configuring stops with the packages that bring it.
find_package(PkgConfig)

function(regime_missing what debian spack)
  message(FATAL_ERROR "regime needs ${what}.\n"
    "  Debian, Ubuntu:  apt-get install ${debian}\n"
    "  Spack:           spack install ${spack}\n"
    "  (./bootstrap.sh build installs everything; spack.yaml lists the whole environment)")
endfunction()

# An imported target from pkg-config or, failing that, from a header and a library on the search path.
function(regime_find target what debian spack module header library)
  if(PKG_CONFIG_FOUND)
    pkg_check_modules(${target} QUIET IMPORTED_TARGET GLOBAL ${module})
  endif()
  if(${target}_FOUND)
    add_library(regime::${target} ALIAS PkgConfig::${target})
    return()
  endif()
  find_path(${target}_INCLUDE ${header})
  if(library)
    find_library(${target}_LIBRARY ${library})
  endif()
  if(NOT ${target}_INCLUDE OR (library AND NOT ${target}_LIBRARY))
    regime_missing("${what}" "${debian}" "${spack}")
  endif()
  add_library(regime::${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(regime::${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  if(library)
    target_link_libraries(regime::${target} INTERFACE ${${target}_LIBRARY})
  endif()
endfunction()

find_package(MPI COMPONENTS C)
if(NOT MPI_C_FOUND)
  regime_missing("an MPI library with its C compiler wrapper" "libopenmpi-dev openmpi-bin" "openmpi")
endif()

set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 1.10 COMPONENTS C HL)
if(NOT HDF5_FOUND OR NOT HDF5_IS_PARALLEL)
  regime_missing("parallel HDF5 >= 1.10 (a serial one was found or none)" "libhdf5-openmpi-dev" "hdf5+mpi+hl")
endif()
add_library(regime_hdf5 INTERFACE)
target_include_directories(regime_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(regime_hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES} MPI::MPI_C)
add_library(regime::hdf5 ALIAS regime_hdf5)

regime_find(libconfig "libconfig (sweep files)" libconfig-dev libconfig libconfig libconfig.h config)
regime_find(random123 "Random123 (counter-based random numbers)" librandom123-dev random123
            random123 Random123/philox.h "")
regime_find(openblas "CBLAS and LAPACK (OpenBLAS)" libopenblas-dev openblas openblas cblas.h openblas)

# LIBXSMM makes small matrix products fast; without it they go through CBLAS, same results to rounding.
option(REGIME_LIBXSMM "Small matrix products by LIBXSMM" ON)
if(REGIME_LIBXSMM)
  regime_find(xsmm "LIBXSMM (or configure with -DREGIME_LIBXSMM=OFF: several times slower)"
              libxsmm-dev libxsmm "libxsmm;libxsmmnoblas" libxsmm.h xsmm)
endif()

if(BUILD_TESTING)
  regime_find(cunit "CUnit (tests; or configure with -DBUILD_TESTING=OFF)" libcunit1-dev cunit cunit CUnit/CUnit.h cunit)
endif()
