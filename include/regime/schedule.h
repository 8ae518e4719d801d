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

struct rg_schedule_state { /* as rank 0 sees it */
    int64_t n_points;      /* to do in this run */
    int64_t finished;      /* worked on to the end */
    int64_t flushes;
    double elapsed; /* seconds since the start */
    double working, waiting,
        flushing;              /* seconds; summed over the ranks after the run, rank 0's before */
    int n_teams, n_idle_ranks; /* ranks left over by an uneven split */
};

/* What the coordinator does not know. All are called with `context`. */
struct rg_job {
    int64_t n; /* grid ids 0..n-1 */
    const uint8_t
        *skip; /* [n] 1: not in this run (done, or outside the slice). Read on rank 0 only */
    /* Cost estimate of a point; any unit. Called on rank 0 only. */
    double (*cost)(void *context, int64_t id);
    /* Works on one point. Collective on team. The tick is to be called between steps. */
    enum rg_status (*work)(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick);
    /* Writes what is finished. Collective on the schedule's comm. */
    enum rg_status (*flush)(void *context);
    /* Not collective; true: this rank holds so much that a flush is due at once. */
    bool (*full)(void *context);
    /* Rank 0, about ten times a second, and once at the end. */
    enum rg_status (*report)(void *context, const struct rg_schedule_state *state);
    void *context;
};

struct rg_schedule_options {
    const struct rg_policy *policy;
    int team_size;         /* ranks per point */
    double flush_interval; /* seconds */
};

/* Works through all points of the job that are not skipped, flushing at intervals and at the end.
 * Collective on comm. Errors: RG_ERROR_USER when comm has fewer ranks than a team; whatever work,
 * flush and report return (then the other ranks are still in the run: the caller aborts the job).  */
enum rg_status rg_schedule_run(MPI_Comm comm, const struct rg_schedule_options *options,
                               const struct rg_job *job,
                               struct rg_schedule_state *result) RG_MUST_CHECK;
