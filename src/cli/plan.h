/* What a sweep takes: its sizes, and its hours from a few timed points and the model's cost estimates. */
#pragma once

#include "cli/stored.h"
#include "regime/grid.h"
#include "regime/record.h"
#include "regime/train.h"

struct rg_plan {
    struct rg_spec *spec;
    struct rg_layout *layout;
    struct rg_slice slice;
    char path[RG_PATH_SIZE]; /* of the output file */
    int64_t n_ranks, n_teams;
    double time_limit; /* seconds; NaN: none */
};

void rg_plan_print_sweep(const struct rg_plan *plan);
void rg_plan_print_ranks(const struct rg_plan *plan);

/* Times points, then prints hours. */
enum rg_status rg_plan_print_time(const struct rg_plan *plan) RG_MUST_CHECK;

/* If the output file exists: how far it is, and how long the rest takes at the pace so far. */
enum rg_status rg_plan_print_existing(const struct rg_plan *plan) RG_MUST_CHECK;

enum { RG_TIMED_MAX = 5 };

struct rg_timed { /* a point that was timed */
    int64_t id;
    double cost;                /* of one epoch, in the model's unit */
    double counts[RG_N_TIMES];  /* of what it does to its max_epochs */
    double seconds[RG_N_TIMES]; /* of each, once; NaN: never, or too long */
};

struct rg_timing {
    int n_timed;
    struct rg_timed timed[RG_TIMED_MAX]; /* ascending in cost */
    double bound;   /* one rank's seconds for all points, each to its max_epochs; NaN: unknown */
    double guess;   /* likewise, each to where the model guesses that it stops */
    double longest; /* of a point, to its max_epochs */
    bool may_stop;  /* some point has a stop_loss */
    bool sampled;   /* the sums are over an even sample of the points */
    bool lacking;   /* some measure never ended while it was timed: the sums are without it */
};

/* Times up to RG_TIMED_MAX points for `budget` seconds in all. Starts no MPI. */
enum rg_status rg_plan_time(const struct rg_spec *spec, const struct rg_slice *slice, double budget,
                            struct rg_timing *timing) RG_MUST_CHECK;

/* Seconds of what a point of this cost does (enum rg_time), from its neighbours in cost among the timed
 * ones: of an epoch the rate is taken between them, of all else the time. NaN: unknown.             */
double rg_plan_seconds(const struct rg_timing *timing, int kind, double cost);
