/* The right kernels of BLAS, before a command that trains: see regime/blas.h. */
#pragma once

#include <stdbool.h>

#include "cli/cli.h"

/* Gives BLAS one thread and, if it runs other kernels than it should and the user has not chosen them with
 * OPENBLAS_CORETYPE, starts the program anew (exec) with the same arguments; before MPI_Init. `stored`: the
 * arithmetic whose bits are to be made again, "" if there is none. False: the system refused the start
 * (errno), and the command goes on with the kernels there are.                                      */
bool rg_kernels_fit(const struct rg_command *command, const char *stored, char **argv);

/* Is this such a second start? */
bool rg_kernels_fitted(void);

/* Has the user chosen them? */
bool rg_kernels_asked(void);

/* The kernels that BLAS took by itself when the user started the program. */
const char *rg_kernels_guessed(void);
