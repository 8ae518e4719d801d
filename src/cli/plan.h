/* What a sweep takes: its sizes, and its hours from a few timed epochs and the model's cost estimates. */
#pragma once

#include "cli/stored.h"
#include "regime/grid.h"
#include "regime/record.h"

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

/* Times epochs, then prints hours. */
enum rg_status rg_plan_print_time(const struct rg_plan *plan) RG_MUST_CHECK;

/* If the output file exists: how far it is, and how long the rest takes at the pace so far. */
enum rg_status rg_plan_print_existing(const struct rg_plan *plan) RG_MUST_CHECK;

enum { RG_TIMED_MAX = 5 };

struct rg_timed { /* a point at which an epoch was timed */
    int64_t id;
    double cost;    /* of one epoch, in the model's unit */
    double seconds; /* per epoch; NaN: not one epoch ended in the time given */
};

struct rg_timing {
    int n_timed;
    struct rg_timed timed[RG_TIMED_MAX]; /* ascending in cost */
    double bound;   /* one rank's seconds for all points, each to its max_epochs; NaN: unknown */
    double guess;   /* likewise, each to where the model guesses that it stops */
    double longest; /* of a point, to its max_epochs */
    bool may_stop;  /* some point has a stop_loss */
    bool sampled;   /* the sums are over an even sample of the points */
};

/* Times up to RG_TIMED_MAX points for `budget` seconds in all. Starts no MPI. */
enum rg_status rg_plan_time(const struct rg_spec *spec, const struct rg_slice *slice, double budget,
                            struct rg_timing *timing) RG_MUST_CHECK;

/* Seconds of an epoch of this cost, from the timed ones: the rate is taken between its neighbours. */
double rg_plan_epoch_seconds(const struct rg_timing *timing, double cost);
