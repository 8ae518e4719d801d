/* The clocks of this machine. */
#pragma once

#include <time.h>

/* Seconds on a clock: CLOCK_MONOTONIC, CLOCK_REALTIME (since 1970), CLOCK_PROCESS_CPUTIME_ID. */
double rg_clock(clockid_t clock);

/* When this process was started, on CLOCK_MONOTONIC: before the program was loaded, and before an exec. Where the
 * system does not tell: now.                                                                         */
double rg_clock_start(void);

/* When a process was started, in clock ticks since boot; -1: no such process, or a zombie;
 * 0: there is one, but /proc hides it.                                                               */
long long rg_process_start(long long pid);
