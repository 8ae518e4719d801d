/* Why a run is to stop before its end: a signal, its time, FILE.stop. */
#pragma once

#include <stdbool.h>

#include "cli/stored.h"

/* Holds USR1, TERM and INT back, across an exec too, until rg_halt_listen: they may come at any moment. */
void rg_halt_hold(void);
/* From now on they are noted, not obeyed; a second INT ends the process at once. */
void rg_halt_listen(void);

/* Has TERM come? The process may then be killed at any moment. Cheap. */
bool rg_halt_alarmed(void);

/* Rank 0's. */
struct rg_halt {
    char file[RG_PATH_SIZE]; /* FILE.stop */
    double deadline;         /* on CLOCK_MONOTONIC; INFINITY: none */
    double next_look;        /* at the file, likewise */
};

/* The deadline: `limit` seconds after `begun` (CLOCK_MONOTONIC), or where limit is NaN the end of the SLURM job,
 * or none. Removes FILE.stop of an earlier stop and says so.                                         */
void rg_halt_init(struct rg_halt *halt, const char *path, double begun, double limit);

/* What calls for a stop: "SIGUSR1", "the time limit", ...; NULL: nothing. The last flush takes about `margin`
 * seconds, for which there must be time.                                                            */
const char *rg_halt_reason(struct rg_halt *halt, double margin);
