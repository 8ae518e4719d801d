/* Rank 0's second job: answers the teams, keeps the clock, announces flushes and the end. */
#pragma once

#include "regime/schedule.h"

struct rg_coordinator;

/* Rank 0 only. Team t's first rank is t * team_size; left-over ranks follow the last team.
 * Free with rg_coordinator_destroy, after every rank has got its stop order (collective then).      */
enum rg_status rg_coordinator_create(MPI_Comm comm, const struct rg_schedule_options *options,
                                     const struct rg_job *job,
                                     struct rg_coordinator **coordinator) RG_MUST_CHECK;
void rg_coordinator_destroy(struct rg_coordinator **coordinator);

/* Answers what has come in, announces a flush when one is due and the end when all is finished. Never
 * waits. `step`: seconds since the last poll, a flush apart.                                         */
void rg_coordinator_poll(struct rg_coordinator *coordinator, double step);

/* The flush that was announced last is over; `step`: the longest between two polls of any rank. */
void rg_coordinator_flushed(struct rg_coordinator *coordinator, double step);

/* What rank 0 knows at this moment; the times of work are the caller's to add. */
const struct rg_schedule_state *rg_coordinator_state(struct rg_coordinator *coordinator);
