/* Preloaded into a program: whoever starts MPI ends there, and says so. */
#include <mpi.h>
#include <stdio.h>
#include <unistd.h>

static int refuse(void)
{
    fputs("MPI was started\n", stderr);
    _exit(99);
}

int MPI_Init(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return refuse();
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    (void)argc, (void)argv, (void)required, (void)provided;
    return refuse();
}
