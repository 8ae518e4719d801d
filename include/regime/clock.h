/* The clocks of this machine. */
#pragma once

#include <time.h>

/* Seconds on a clock: CLOCK_MONOTONIC, CLOCK_REALTIME (since 1970), CLOCK_PROCESS_CPUTIME_ID. */
double rg_clock(clockid_t clock);
