/* The open file of a run, shared by the sources that open, commit and scan it. */
#pragma once

#include <mpi.h>

#include "regime/write.h"
#include "write/rows.h"
#include "write/variables.h"

struct rg_file {
    MPI_Comm comm;
    int rank, size;
    hid_t id, collective; /* transfer properties */
    const struct rg_layout *layout;
    struct rg_variables variables;
    hid_t *datasets; /* [variables.n] */
    struct rg_rows rows;
    uint64_t sweep_hash;
    char host[RG_HOST_LEN];
    struct rg_held *held; /* [room], n_held of them waiting */
    int64_t n_held, room;
    int64_t *ids;          /* [room] of the held points, ascending, during a flush */
    unsigned char *buffer; /* [RG_CHUNK] rows gathered for one write */
    int64_t n_flushes;
};

/* All ranks return the worst code; rank 0 alone has the message, whoever failed. Collective. */
enum rg_status rg_agree(MPI_Comm comm, enum rg_status code) RG_MUST_CHECK;
