/* Why a run is to stop before its end: a signal, its time, FILE.stop. */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "cli/stored.h"
#include "regime/schedule.h"

/* Holds USR1, TERM and INT back, across an exec too, until rg_halt_listen: they may come at any moment. */
void rg_halt_hold(void);
/* From now on they are noted, not obeyed; a second INT ends the process at once. */
void rg_halt_listen(void);

/* Has TERM come? The process may then be killed at any moment. Cheap. */
bool rg_halt_alarmed(void);

/* Rank 0's. */
struct rg_halt {
    char file[RG_PATH_SIZE]; /* FILE.stop */
    struct timespec
        earlier;      /* when the one was made that is not meant for this run; 0: there is none */
    double deadline;  /* on CLOCK_MONOTONIC; INFINITY: none */
    double next_look; /* at the file, likewise */
};

/* The deadline: `limit` seconds after the start of the process, or where limit is NaN the end of the SLURM job,
 * or none. A FILE.stop that is there already is not meant for this run, which somebody started after it; it is
 * where SLURM alone has started the job again, or the job waited for its first start when the file was made. */
void rg_halt_init(struct rg_halt *halt, const char *path, double limit);
/* Removes a FILE.stop that is not meant for this run, and says so. Only the holder of the lock may: another run
 * may have to see it yet.                                                                            */
void rg_halt_tidy(const struct rg_halt *halt);

/* When the first flush is due, in seconds from now: what it takes is to be known in time. At most `interval`. */
double rg_halt_first_flush(const struct rg_halt *halt, double interval);

/* What calls for a stop: "SIGUSR1", "the time limit", ...; NULL: nothing. The deadline is kept if the last flush
 * and the steps before it take up to twice as long as the longest of the run so far.                  */
const char *rg_halt_reason(struct rg_halt *halt, const struct rg_schedule_state *state);
