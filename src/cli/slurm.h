/* What SLURM knows of the job that this process runs in. */
#pragma once

#include <stdbool.h>

/* When the job ends, in seconds since 1970: from the environment, else from squeue. NaN: no job, no limit, or
 * nobody could tell; it says so where squeue fails.                                                 */
double rg_slurm_end(void);

/* Has SLURM started the job again, as after a requeue? */
bool rg_slurm_restarted(void);

/* Did the job wait for its first start at this moment, in seconds since 1970? False where nobody can tell. What
 * falls into the second of its submission or of its start counts as before or after it.              */
bool rg_slurm_waited_at(double when);
