/* One code for all ranks. */
#pragma once

#include <mpi.h>

#include "regime/status.h"

/* All ranks return the worst code; rank 0 alone has the message, whoever failed. What rank 0 does for all,
 * the others come to with RG_OK. Collective on comm.                                                */
enum rg_status rg_agree(MPI_Comm comm, enum rg_status code) RG_MUST_CHECK;
