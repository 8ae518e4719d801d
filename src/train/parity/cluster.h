/* Greedy leader clustering of state vectors: in the order of the rows, each joins the first group
 * whose first member (its leader) is closer than eps, else it opens a group.                       */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

struct rg_cluster;

enum rg_status rg_cluster_create(int64_t n_rows, int64_t n_units,
                                 struct rg_cluster **cluster) RG_MUST_CHECK;
void rg_cluster_destroy(struct rg_cluster **cluster);

/* Takes new vectors, rows[n_rows][n_units]; they are referred to until the next call. */
void rg_cluster_load(struct rg_cluster *cluster, const double *rows);

/* Their spread: 2-norm over the units of the standard deviation (ddof = 1) over the rows. */
double rg_cluster_spread(const struct rg_cluster *cluster);

/* The rule above: group[n_rows], numbered in the order of creation. Vectors that are not finite match
 * nothing.                                                                                         */
enum rg_status rg_cluster_group(struct rg_cluster *cluster, double eps, const struct rg_tick *tick,
                                int32_t *group, int64_t *n_groups) RG_MUST_CHECK;
