/* The processes that write one file together, or one alone that has not started MPI: the only source that
 * knows the difference. All but init and transfer are collective.                                   */
#pragma once

#include <hdf5.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "regime/status.h"

struct rg_writers {
    MPI_Comm comm; /* MPI_COMM_NULL: alone */
    int rank, size;
};

void rg_writers_init(MPI_Comm comm, struct rg_writers *writers);

/* All ranks return the worst code; rank 0 alone has the message, whoever failed. */
enum rg_status rg_writers_agree(const struct rg_writers *writers,
                                enum rg_status code) RG_MUST_CHECK;
int64_t rg_writers_most(const struct rg_writers *writers, int64_t value);
/* mine[n] of every rank, as all[size][n] on rank 0. */
void rg_writers_gather(const struct rg_writers *writers, const uint8_t *mine, int n, uint8_t *all);

/* The file, for reading and writing, and the properties of its transfers; negative when HDF5 refuses. */
hid_t rg_writers_open(const struct rg_writers *writers, const char *path);
hid_t rg_writers_transfer(const struct rg_writers *writers);
/* Once, when all ranks have opened it. Errors, of this rank alone: RG_ERROR_SYSTEM. */
enum rg_status rg_writers_settle(const struct rg_writers *writers, hid_t file) RG_MUST_CHECK;
/* After an H5Dwrite that failed on this rank. Where MPI tells HDF5 of a failed write, HDF5 skips a collective call,
 * and ranks without a failure wait in it: makes it.                                                 */
void rg_writers_catch_up(const struct rg_writers *writers, hid_t file);
/* What this rank wrote to the file, `named` by its device and inode, is on the disk afterwards. Not collective. Errors:
 * RG_ERROR_SYSTEM, and errno says why.                                                              */
enum rg_status rg_writers_sync(const struct stat *named) RG_MUST_CHECK;
/* Closes the file. Together, nothing is written to it any more: what was not synced may be lost. False when HDF5 could
 * not close it.                                                                                     */
bool rg_writers_close(const struct rg_writers *writers, const struct stat *named, hid_t *file);
