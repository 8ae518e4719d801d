/* Which HDF5 this is. */
#include <hdf5.h>
#include <stdio.h>

#include "regime/library.h"

void rg_hdf5_version(char *text, size_t size, bool *parallel)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, size, "HDF5 %u.%u.%u", major, minor, release);
#ifdef H5_HAVE_PARALLEL
    *parallel = true;
#else
    *parallel = false;
#endif
}
