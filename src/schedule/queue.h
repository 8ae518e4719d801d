/* The points to do, costly ones first, and who takes which next. Rank 0 only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/schedule.h"

struct rg_queue;

/* Orders the points of the job that are not skipped, by falling cost (to 6 digits), then by id. 8
 * bytes a point, and the C library may take as many to sort. Free with rg_queue_destroy.            */
enum rg_status rg_queue_create(const struct rg_job *job, const struct rg_policy *policy,
                               int n_teams, struct rg_queue **queue) RG_MUST_CHECK;
void rg_queue_destroy(struct rg_queue **queue);

int64_t rg_queue_n_points(const struct rg_queue *queue);
double rg_queue_cost(const struct rg_queue *queue); /* of all points */

/* Takes a team's next point off the queue; -1: there is none for this team. */
int64_t rg_queue_take(struct rg_queue *queue, int team);

/* May a busy team take its next point ahead of need? Not when an idle team could be left without. */
bool rg_queue_spare(const struct rg_queue *queue);
