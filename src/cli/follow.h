/* Rank 0 decides for all. */
#pragma once

#include <mpi.h>

#include "regime/status.h"

/* Rank 0's code, on every rank. Collective on comm. Only rank 0 has the message then. */
static inline enum rg_status rg_follow_root(MPI_Comm comm, enum rg_status code)
{
    int value = (int)code;
    MPI_Bcast(&value, 1, MPI_INT, 0, comm);
    return (enum rg_status)value;
}
