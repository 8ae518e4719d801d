/* Before a command that trains starts MPI and BLAS in earnest: a first look at the files that it will read,
 * by a child process (guard.h).                                                                      */
#pragma once

#include "cli/cli.h"
#include "cli/guard.h"

/* Under mpirun or srun every process meets the same before MPI has started: is this the one to say so? */
bool rg_first_process(void);

/* Looks at the output, and for run at the data of the sweep. `arithmetic`: the stored one, whose bits the
 * command is to make again; "" if there is none. What is wrong with a file is said by the command itself.
 * Errors: RG_ERROR_DAMAGED if the file cannot even be looked at.                                    */
enum rg_status rg_look(const struct rg_command *command, const struct rg_arguments *arguments,
                       char arithmetic[RG_GUARD_TEXT]) RG_MUST_CHECK;
