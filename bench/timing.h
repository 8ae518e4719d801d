/* What every bench does: look at the clock, and take the median of what it saw. */
#pragma once

#include <stdlib.h>
#include <time.h>

static inline double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline int timing_ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double median(int n, double *values)
{
    qsort(values, (size_t)n, sizeof *values, timing_ascending);
    return values[n / 2];
}
