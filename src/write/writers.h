/* The processes that write one file together, or one alone that has not started MPI: the only source that
 * knows the difference. All but init and transfer are collective.                                   */
#pragma once

#include <hdf5.h>
#include <mpi.h>
#include <stdint.h>

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
/* What was written is on the disk afterwards. Errors, of this rank alone: RG_ERROR_SYSTEM. */
enum rg_status rg_writers_sync(const struct rg_writers *writers, hid_t file) RG_MUST_CHECK;
