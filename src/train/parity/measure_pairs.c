/* Measures of pairs of strings: which merged, how far chosen ones are apart. */
#include "train/cells.h"
#include "train/parity/measurement.h"
#include "train/parity/pairs.h"
#include "train/parity/tables.h"

/* The cells of a table have no row and column for length 0. */
static void put_table(const struct rg_measurement *m, int column, int64_t k,
                      const struct rg_pair_table *table)
{
    const int64_t n = m->settings->analysis_length;
    for (int64_t a = 0; a < n; a++)
        for (int64_t b = 0; b < n; b++)
            rg_row_put(m->row, column, (k * n + a) * n + b, (double)table->n[a + 1][b + 1]);
}

static void put_mergers(const struct rg_measurement *m, int64_t k, const struct rg_mergers *mergers)
{
    const int64_t agreeing = mergers->n_agreeing, disagreeing = mergers->n_disagreeing;
    rg_row_put(m->row, RG_COL_N_MERGED, k, (double)(agreeing + disagreeing));
    rg_row_put(m->row, RG_COL_N_MERGED_AGREEING, k, (double)agreeing);
    rg_row_put(m->row, RG_COL_N_MERGED_DISAGREEING, k, (double)disagreeing);
    put_table(m, RG_COL_MERGED_BY_LENGTH, k, &mergers->merged);
    if (rg_watch_n(m->measures->watch) > 0)
        put_table(m, RG_COL_DIVERGED_BY_LENGTH, k, &mergers->diverged);
}

static enum rg_status see_watched(const struct rg_measurement *m, struct rg_pairs *pairs)
{
    for (int64_t k = 0; k < rg_watch_n(m->measures->watch); k++) {
        rg_parity_show(m->net, rg_watch_block(m->measures->watch, k));
        enum rg_status status = rg_measures_collect(m->measures, m->tick);
        rg_parity_show(m->net, NULL);
        RG_TRY(status);
        RG_TRY(rg_pairs_see(pairs, m->measures->rows, m->tick));
    }
    return RG_OK;
}

static enum rg_status count_mergers(const struct rg_measurement *m, struct rg_pairs *pairs)
{
    const int64_t n = rg_n_merge_distances(m->settings);
    struct rg_mergers mergers[2 * RG_LIST_MAX];
    struct rg_pair_table agreeing;
    RG_TRY(see_watched(m, pairs));
    RG_TRY(rg_measures_collect(m->measures, m->tick));
    rg_measures_load(m);
    for (int64_t k = 0; k < n; k++)
        mergers[k].eps = rg_automata_eps(m->measures->automata, k);
    RG_TRY(rg_pairs_count(pairs, m->measures->rows, n, mergers, m->tick));
    rg_row_put(m->row, RG_COL_N_AGREEING_PAIRS, 0, (double)rg_pairs_agreeing(pairs, &agreeing));
    put_table(m, RG_COL_AGREEING_BY_LENGTH, 0, &agreeing);
    for (int64_t k = 0; k < n; k++)
        put_mergers(m, k, &mergers[k]);
    return RG_OK;
}

enum rg_status rg_measure_pairs(const struct rg_measurement *m)
{
    struct rg_pairs *pairs = NULL;
    if (!m->measures->watch)
        return RG_OK;
    enum rg_status status =
        rg_pairs_create(m->measures->length, m->settings->hidden, rg_parity_task(m->net), &pairs);
    if (status == RG_OK)
        status = count_mergers(m, pairs);
    rg_pairs_destroy(&pairs);
    RG_TRY(status);
    return RG_OK;
}

enum rg_status rg_measure_tracked(const struct rg_measurement *m)
{
    const struct rg_tracked *tracked = &m->measures->tracked;
    for (int64_t i = 0; i < tracked->n; i++)
        rg_row_put(
            m->row, RG_COL_PAIR_DISTANCE, i,
            rg_tracked_distance(m->net, &tracked->pairs[i], m->measures->state, m->measures->rows));
    return RG_OK;
}
