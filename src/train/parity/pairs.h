/* All pairs of the strings of length 1 to `length`: which of them lead to one state of the task, and which the
 * network has merged, comes how close (van Rossem and Saxe 2025, Figs. 7 and 14).
 *
 * A pair agrees if both strings have the same target after every continuation. It has merged if its hidden states
 * are closer than eps, and has diverged first if they were seen 10 eps apart or more before. Rows as in
 * automaton.h; that of h_0 is no string.                                                            */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/settings.h"
#include "train/parity/task.h"

struct rg_pairs;

/* [length][length of the other]: pairs of one string each; of the two orders of unlike lengths both count. */
struct rg_pair_table {
    int64_t n[RG_ANALYSIS_LENGTH_MAX + 1][RG_ANALYSIS_LENGTH_MAX + 1];
};

struct rg_mergers { /* of one eps */
    double eps;
    int64_t n_agreeing, n_disagreeing; /* pairs that have merged */
    struct rg_pair_table merged,
        diverged; /* of the agreeing ones: all, and those that diverged first */
};

/* A few MB for length 10, 160 for 12. */
enum rg_status rg_pairs_create(int length, int64_t n_units, const struct rg_task *task,
                               struct rg_pairs **pairs) RG_MUST_CHECK;
void rg_pairs_destroy(struct rg_pairs **pairs);
size_t rg_pairs_memory(int64_t n_symbols, int64_t length,
                       int64_t n_units); /* bytes that it allocates */

/* How many agree. */
int64_t rg_pairs_agreeing(const struct rg_pairs *pairs, struct rg_pair_table *table);

/* Sees the pairs in these rows[n_rows][n_units]. Ticks. */
enum rg_status rg_pairs_see(struct rg_pairs *pairs, const double *rows,
                            const struct rg_tick *tick) RG_MUST_CHECK;

/* Counts those that have merged in these rows, for n mergers whose eps are given. Distances that are not finite
 * merge nothing. Ticks.                                                                             */
enum rg_status rg_pairs_count(struct rg_pairs *pairs, const double *rows, int64_t n,
                              struct rg_mergers *mergers, const struct rg_tick *tick) RG_MUST_CHECK;
