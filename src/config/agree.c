/* See regime/agree.h. */
#include "regime/agree.h"

#include <stdio.h>

/* The message of another rank becomes rank 0's. Collective on comm. */
static enum rg_status pass_message(MPI_Comm comm, int rank, enum rg_status code, int from)
{
    enum { MESSAGE = 4096 };
    char message[MESSAGE];
    snprintf(message, sizeof message, "%s", rg_error_message());
    MPI_Bcast(message, MESSAGE, MPI_CHAR, from, comm);
    rg_error_clear();
    return rank == 0 ? rg_fail(code, __FILE__, __LINE__, "rank %d: %s", from, message) : code;
}

enum rg_status rg_agree(MPI_Comm comm, enum rg_status code)
{
    struct {
        int code, rank;
    } mine = {.code = (int)code}, worst;
    MPI_Comm_rank(comm, &mine.rank);
    MPI_Allreduce(&mine, &worst, 1, MPI_2INT, MPI_MAXLOC, comm);
    const enum rg_status agreed = (enum rg_status)worst.code;
    if (agreed != RG_OK && worst.rank != 0)
        return pass_message(comm, mine.rank, agreed, worst.rank);
    if (mine.rank != 0)
        rg_error_clear();
    return agreed;
}
