/* One code for all ranks, one message on rank 0. */
#include <stdio.h>
#include <string.h>

#include "write/file.h"

enum rg_status rg_agree(MPI_Comm comm, enum rg_status code)
{
    enum { MESSAGE = 4096 };
    char message[MESSAGE];
    struct {
        int code, rank;
    } mine = {(int)code, 0}, worst;
    MPI_Comm_rank(comm, &mine.rank);
    MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, comm);
    if (worst.code == RG_OK)
        return RG_OK;
    snprintf(message, sizeof message, "%s", rg_error_message());
    MPI_Bcast(message, MESSAGE, MPI_CHAR, worst.rank, comm);
    rg_error_clear();
    if (mine.rank != 0)
        return (enum rg_status)worst.code;
    return worst.rank == 0 ? rg_fail((enum rg_status)worst.code, __FILE__, __LINE__, "%s", message)
                           : rg_fail((enum rg_status)worst.code, __FILE__, __LINE__, "rank %d: %s",
                                     worst.rank, message);
}
