/* A sweep's progress, looked at again and again. */
#pragma once

#include "cli/cli.h"

/* regime status --watch: draws on a terminal, else prints one state after another, until the run has ended; waits for a
 * file that is still to be made. Errors: those of the last look; RG_ERROR_USER for a file that is gone. */
enum rg_status rg_watch(const struct rg_arguments *arguments) RG_MUST_CHECK;
