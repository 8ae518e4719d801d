/* The columns of the effective theory. */
#include <math.h>

#include "train/cells.h"
#include "train/parity/measurement.h"
#include "train/parity/tables.h"

static void put_pair(const struct rg_measurement *m, int64_t i)
{
    const struct rg_theory_pair *pair = &m->measures->pairs.pairs[i];
    for (int side = 0; side < 2; side++) {
        rg_row_put_at(m->row, RG_COL_THEORY_LENGTH, i, side, pair->length[side]);
        rg_row_put_at(m->row, RG_COL_THEORY_STRING, i, side, pair->code[side]);
    }
    rg_row_put(m->row, RG_COL_THEORY_CONTINUATIONS, i, pair->start.n);
    rg_row_put(m->row, RG_COL_THEORY_X_START, i, pair->start.x0);
    rg_row_put(m->row, RG_COL_THEORY_Y_START, i, pair->start.y0);
    rg_row_put(m->row, RG_COL_THEORY_X_END, i, m->measures->distances[i]);
}

static void put_score(const struct rg_measurement *m, int64_t i)
{
    const double eps = rg_automata_eps(m->measures->automata, i);
    const struct rg_theory_score score =
        rg_theory_score(&m->measures->pairs, m->measures->distances, eps, m->settings->theory_kappa,
                        m->measures->cases);
    rg_row_put(m->row, RG_COL_THEORY_MERGED, i, score.merged);
    rg_row_put(m->row, RG_COL_THEORY_COVERED, 0, score.covered);
    rg_row_put(m->row, RG_COL_THEORY_AUC, i, score.area);
    rg_row_put(m->row, RG_COL_THEORY_SENSITIVITY, i, score.rates.sensitivity);
    rg_row_put(m->row, RG_COL_THEORY_SPECIFICITY, i, score.rates.specificity);
    rg_row_put(m->row, RG_COL_BASELINE_AUC, i, score.baseline_area);
    rg_row_put(m->row, RG_COL_BASELINE_SENSITIVITY, i, score.baseline_rates.sensitivity);
    rg_row_put(m->row, RG_COL_BASELINE_SPECIFICITY, i, score.baseline_rates.specificity);
    rg_row_put(m->row, RG_COL_BASELINE_LENGTH, i, score.baseline_length);
}

static enum rg_status put_course(const struct rg_measurement *m, int k)
{
    const struct rg_theory_pair *pair = rg_theory_course(&m->measures->pairs, k);
    double times[RG_N_THEORY_TIMES], moving[RG_N_THEORY_TIMES], fixed[RG_N_THEORY_TIMES];
    if (!pair)
        return RG_OK;
    const double kappa = m->settings->theory_kappa;
    const struct rg_interaction interaction = rg_theory_pair_at(pair, kappa);
    const struct rg_expansion expansion = rg_theory_pair_expansion(pair, kappa);
    for (int i = 0; i < RG_N_THEORY_TIMES; i++)
        times[i] = rg_theory_time(i);
    RG_TRY(rg_interaction_course(&interaction, RG_N_THEORY_TIMES, times, moving));
    RG_TRY(rg_expansion_course(&expansion, RG_N_THEORY_TIMES, times, fixed));
    for (int i = 0; i < RG_N_THEORY_TIMES; i++) {
        rg_row_put_at(m->row, RG_COL_COURSE_THEORY, k, i, moving[i]);
        rg_row_put_at(m->row, RG_COL_COURSE_FIXED, k, i, fixed[i]);
    }
    for (int side = 0; side < 2; side++) {
        rg_row_put_at(m->row, RG_COL_COURSE_LENGTH, k, side, pair->length[side]);
        rg_row_put_at(m->row, RG_COL_COURSE_STRING, k, side, pair->code[side]);
    }
    rg_row_put(m->row, RG_COL_COURSE_AGREES, k, k < RG_N_COURSES_EACH);
    return RG_OK;
}

/* Here and below the hidden states of now are those that measure_tree left in the rows before. */
enum rg_status rg_measure_theory(const struct rg_measurement *m)
{
    struct rg_theory_pairs *pairs = &m->measures->pairs;
    if (pairs->n == 0)
        return RG_OK;
    RG_TRY(rg_theory_pairs_start(m->net, m->tick, pairs));
    for (int64_t i = 0; i < pairs->n_agreeing; i++) {
        m->measures->distances[i] =
            rg_theory_pair_distance(m->net, &pairs->pairs[i], m->measures->rows);
        put_pair(m, i);
    }
    for (int64_t i = 0; i < rg_n_merge_distances(m->settings); i++)
        put_score(m, i);
    for (int k = 0; k < RG_N_COURSES; k++)
        RG_TRY(put_course(m, k));
    return RG_OK;
}

enum rg_status rg_measure_courses(const struct rg_measurement *m)
{
    for (int k = 0; k < RG_N_COURSES; k++) {
        const struct rg_theory_pair *pair = rg_theory_course(&m->measures->pairs, k);
        if (pair)
            rg_row_put(m->row, RG_COL_COURSE_DISTANCE, k,
                       rg_theory_pair_distance(m->net, pair, m->measures->rows));
    }
    return RG_OK;
}
