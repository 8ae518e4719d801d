/* Station 3: points x ranks. Rank 0 coordinates and also works; a team of ranks works on one point.
 *
 * Rank 0 alone reads the clock. It hands out points, the costly ones first, ahead of need, so that
 * a team starts its next point without waiting; and it announces the collective flush, which every
 * rank joins at its next tick, in the middle of a point if need be. Knows nothing of what a point is. */
#pragma once

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

struct rg_policy; /* how points are dealt to teams: one const struct per policy */

/* "dynamic" (whoever is free takes the next) or "static" (dealt round in advance); NULL: no such. */
const struct rg_policy *rg_policy_find(const char *name);
const char *rg_policy_names(void); /* separated by a space */

/* A run as rank 0 sees it. Times are seconds; the last three are rank 0's own during the run, and sums
 * over all ranks at the end.                                                                        */
struct rg_schedule_state {
    int64_t n_points; /* to do in this run */
    int64_t finished; /* of them, worked on to the end */
    /* Of the points that are not finished, by the job's cost: the sum, and that of the squares. Where the cost is
     * seconds, less those that points in training have had.                                         */
    double cost_left, cost_left_squared;
    int64_t flushes;
    int n_teams;
    int n_idle_ranks; /* left over by an uneven split: they only join the flushes */
    double elapsed;
    double longest_flush; /* from its announcement to its end */
    double longest_step;  /* from tick to tick: rank 0's so far, the others' up to the last flush */
    double working, waiting, flushing;
};

/* What a rank asks of the coordinator, by rising weight. */
enum rg_wish { RG_WISH_NOTHING, RG_WISH_FLUSH, RG_WISH_STOP /* in good order, before the end */ };

/* What the coordinator does not know. */
struct rg_job {
    int64_t n;           /* grid ids 0..n-1 */
    const uint8_t *skip; /* [n], 1: not in this run (done, or not asked for). Read on rank 0 only */

    /* Called with `costs`, on rank 0 only. Cost estimate of a point, in any unit. */
    double (*cost)(void *costs, int64_t id);
    /* A team has worked on this point for so long. */
    void (*learn)(void *costs, int64_t id, double seconds);
    /* From now on costs may be what was learned. Called now and then. */
    void (*fit)(void *costs);
    void *costs;

    /* Called with `context`, as are all that follow.
     * Works on one point. Collective on team. The tick is to be called between steps; what it returns is
     * passed on. A failure of its own is taken for RG_ERROR_SYSTEM: the other ranks do not know of it. */
    enum rg_status (*work)(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick);
    /* Writes what is finished, and the state of what is not; `last`: the run stops after it. Collective on the
     * schedule's comm; all ranks return the same. Called from a tick where a point is in training.  */
    enum rg_status (*flush)(void *context, bool last);
    /* Of any rank. Not collective, cheap. */
    enum rg_wish (*wish)(void *context);
    /* On rank 0, about ten times a second. */
    enum rg_wish (*report)(void *context, const struct rg_schedule_state *state);
    /* Is this rank told to end, and may be killed at any moment? Asked at every tick. Not collective. */
    bool (*alarmed)(void *context);
    /* Saves what this team has in hand, once, before anything that needs the other teams. Called from a tick
     * where a point is in training. Collective on the team at most.                                 */
    void (*rescue)(void *context);

    void *context;
};

enum {
    RG_BYTES_A_POINT = 8, /* on rank 0, of the points that are not skipped */
    RG_BLOCK_MAX = 16     /* points that one message hands out, where they are short */
};

struct rg_schedule_options {
    const struct rg_policy *policy;
    int team_size;         /* ranks per point */
    double flush_interval; /* seconds */
    double first_flush;    /* from the start to the first one, seconds; 0: the interval */
    int block_max;         /* 0: RG_BLOCK_MAX */
};

/* Works through all points of the job that are not skipped, flushing at intervals and at the end.
 * Collective on comm. `result` is complete on rank 0. RG_STOPPED, on all ranks: a stop was wished for and all
 * that was done is flushed. Errors: RG_ERROR_USER on all ranks when comm has
 * fewer ranks than a team; what flush returns, on all ranks; RG_ERROR_SYSTEM from work or memory on one
 * rank (the others are still in the run then: the caller aborts the job).                            */
enum rg_status rg_schedule_run(MPI_Comm comm, const struct rg_schedule_options *options,
                               const struct rg_job *job,
                               struct rg_schedule_state *result) RG_MUST_CHECK;
