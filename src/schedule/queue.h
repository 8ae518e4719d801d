/* The points to do, costly ones first, and who takes which next. Rank 0 only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/schedule.h"

struct rg_queue;

/* Orders the points of the job that are not skipped, by falling cost (to 6 digits), then by id. 8
 * bytes a point. Free with rg_queue_destroy.                                                        */
enum rg_status rg_queue_create(const struct rg_job *job, const struct rg_policy *policy,
                               int n_teams, struct rg_queue **queue) RG_MUST_CHECK;
void rg_queue_destroy(struct rg_queue **queue);

/* Orders those that are left anew, by what the job thinks of them now. Of a policy that fixes all in advance: does
 * nothing.                                                                                          */
void rg_queue_sort(struct rg_queue *queue);
double rg_queue_sort_seconds(const struct rg_queue *queue); /* of CPU, for the last sort */

int64_t rg_queue_n_points(const struct rg_queue *queue); /* at first */

/* Of those that are left: the sum of their costs, and of its squares, as of the last sort. */
double rg_queue_cost(const struct rg_queue *queue);
double rg_queue_cost_squared(const struct rg_queue *queue);

/* Takes the next points of a team off the queue, `most` or fewer, for near the end something is kept for the
 * others; returns their number, 0: there is none for this team. Adds what they cost to *cost.       */
int64_t rg_queue_take(struct rg_queue *queue, int team, int64_t most, int64_t *ids, double *cost);

/* May a busy team take its next points ahead of need? Not when an idle team could be left without. */
bool rg_queue_spare(const struct rg_queue *queue);
