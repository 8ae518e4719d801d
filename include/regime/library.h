/* HDF5 itself: which one it is, and how it ends. None of this is collective. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* "HDF5 1.10.8", cut at size, of the library in use; was it built with MPI? */
void rg_hdf5_version(char *text, size_t size, bool *parallel);

/* Leaves HDF5 as if it had not been used: it has to be started after MPI, not before. No file is open. */
void rg_hdf5_end(void);

/* Has HDF5 failed to close something? It can then neither close its files nor end in good order, with MPI or
 * without, and crashes where it tries: the process must leave by _exit.                              */
bool rg_hdf5_is_broken(void);
