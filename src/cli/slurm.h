/* What SLURM knows of the job that this process runs in. */
#pragma once

/* When the job ends, in seconds since 1970: from the environment, else from squeue. NaN: no job, no limit, or
 * nobody could tell.                                                                                */
double rg_slurm_end(void);
