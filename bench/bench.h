/* What every bench shares: its main, its options, the clock and the median of what it saw. */
#pragma once

#include "regime/status.h"

enum { BENCH_TURNS_MAX = 99 };

extern const char *const bench_usage; /* one line, defined by each program */

/* The program, between MPI's start and its end; an error is printed in one line. Without --help, which prints
 * the usage line and needs no MPI.                                                                  */
enum rg_status bench_run(int argc, char **argv) RG_MUST_CHECK;

/* "--name VALUE": a number from 1 to max, or a text. */
struct bench_option {
    const char *name;
    int max;
    int *number;
    const char **text; /* NULL: a number */
};

/* Fills what options[n] ask for; other words stay, behind argv[0]. RG_ERROR_USER with the usage line. */
enum rg_status bench_take_options(int n, const struct bench_option *options, int *argc,
                                  char **argv) RG_MUST_CHECK;

/* Monotonic seconds. */
double bench_seconds(void);

/* Sorts the values. */
double bench_median(int n, double *values);
