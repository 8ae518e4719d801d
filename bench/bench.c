/* The main of all benches. */
#include "bench.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "regime/clock.h"
#include "regime/train.h"

static enum rg_status take(const struct bench_option *option, const char *value)
{
    RG_REQUIRE(value, RG_ERROR_USER, "%s: a value is expected; usage: %s", option->name,
               bench_usage);
    if (option->text) {
        *option->text = value;
        return RG_OK;
    }
    char *end;
    const long number = strtol(value, &end, 10);
    RG_REQUIRE(*value && !*end && number >= 1 && number <= option->max, RG_ERROR_USER,
               "%s %s: a number from 1 to %d is expected", option->name, value, option->max);
    *option->number = (int)number;
    return RG_OK;
}

static const struct bench_option *find(int n, const struct bench_option *options, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(options[i].name, word) == 0)
            return &options[i];
    return NULL;
}

enum rg_status bench_take_options(int n, const struct bench_option *options, int *argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        const struct bench_option *option = find(n, options, argv[i]);
        RG_REQUIRE(option || argv[i][0] != '-', RG_ERROR_USER, "%s: no such option; usage: %s",
                   argv[i], bench_usage);
        if (option)
            RG_TRY(take(option, argv[++i])); /* argv[argc] is NULL */
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return RG_OK;
}

double bench_seconds(void)
{
    return rg_clock(CLOCK_MONOTONIC);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(int n, double *values)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[n / 2];
}

int main(int argc, char **argv)
{
    int rank;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return printf("usage: %s\n", bench_usage) < 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    enum rg_status code = rg_arithmetic_check();
    if (code == RG_OK)
        code = bench_run(argc, argv);
    if (code != RG_OK && (rank == 0 || code != RG_ERROR_USER)) /* theirs is the same on all */
        fprintf(stderr, "%s\n", rg_error_message());
    MPI_Finalize();
    return rg_status_exit(code);
}
