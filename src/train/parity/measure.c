/* The measures of parity_rnn: which function fills which columns.
 *
 * A function runs only if the row asks for one of its columns. Nothing here changes a training number. */
#include "regime/memory.h"
#include "train/cells.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/evaluate.h"
#include "train/parity/lazy_rich.h"
#include "train/parity/measurement.h"
#include "train/parity/snapshot.h"
#include "train/parity/tables.h"

/* ---- strings to max_length, states ------------------------------------------------------------------ */

static void put_evaluation(const struct rg_row *row, const struct rg_evaluation *evaluation)
{
    const struct rg_score train = rg_score_sum(evaluation->train, RG_LENGTH_MAX + 1);
    const struct rg_score heldout = rg_score_sum(evaluation->heldout, RG_LENGTH_MAX + 1);
    rg_row_put(row, RG_COL_N_TRAIN, 0, (double)train.n);
    rg_row_put(row, RG_COL_TRAIN_ACCURACY, 0, rg_score_accuracy(&train));
    rg_row_put(row, RG_COL_HELDOUT_ACCURACY, 0, rg_score_accuracy(&heldout));
    rg_row_put(row, RG_COL_HELDOUT_LOSS, 0, rg_score_loss(&heldout));
    for (int length = 1; length <= rg_parity_dataset(evaluation->net)->max_length; length++) {
        const struct rg_score *scores[] = {&evaluation->train[length],
                                           &evaluation->heldout[length]};
        rg_row_put(row, RG_COL_N_TRAIN_BY_LENGTH, length - 1, (double)scores[0]->n);
        rg_row_put(row, RG_COL_TRAIN_LOSS_BY_LENGTH, length - 1, rg_score_loss(scores[0]));
        rg_row_put(row, RG_COL_TRAIN_ACCURACY_BY_LENGTH, length - 1, rg_score_accuracy(scores[0]));
        rg_row_put(row, RG_COL_HELDOUT_ACCURACY_BY_LENGTH, length - 1,
                   rg_score_accuracy(scores[1]));
    }
}

static void put_geometry(const struct rg_measurement *m)
{
    const struct rg_geometry_of_states of =
        rg_geometry_measure(m->measures->geometry, m->measures->rows);
    rg_row_put(m->row, RG_COL_HIDDEN_STD, 0, of.hidden_std);
    rg_row_put(m->row, RG_COL_CONTRACTION, 0, of.contraction);
    rg_row_put(m->row, RG_COL_PARTICIPATION_RATIO, 0, of.participation_ratio);
    rg_row_put(m->row, RG_COL_N_DEAD_UNITS, 0, (double)of.n_dead);
}

/* One walk over the tree serves the scores and the states. */
static enum rg_status measure_tree(const struct rg_measurement *m)
{
    struct rg_evaluation evaluation;
    struct rg_collection collection = {(int)m->settings->analysis_length, m->measures->rows,
                                       m->measures->classes};
    const bool states = rg_row_wants(m->row, RG_COL_N_STATES, RG_COL_STATE_SPREAD);
    const struct rg_visitor visitors[] = {rg_evaluation_start(&evaluation, m->net),
                                          rg_collection_visitor(&collection)};
    RG_TRY(rg_tree_walk(m->measures->tree, states ? 2 : 1, visitors, m->tick));
    put_evaluation(m->row, &evaluation);
    if (!states)
        return RG_OK;
    put_geometry(m);
    rg_measures_load(m);
    RG_TRY(rg_automata_measure(m->measures->automata, m->measures->classes, rg_parity_task(m->net),
                               m->row, m->tick));
    return RG_OK;
}

static enum rg_status measure_task(const struct rg_measurement *m)
{
    const struct rg_task *task = rg_parity_task(m->net);
    for (int state = 0; state < task->n_states; state++) {
        rg_row_put(m->row, RG_COL_TASK_OUTPUT, state, task->output[state]);
        for (int64_t symbol = 0; symbol < task->n_symbols; symbol++)
            rg_row_put_at(m->row, RG_COL_TASK_TRANSITION, state, symbol, task->next[state][symbol]);
    }
    return RG_OK;
}

/* ---- long strings ----------------------------------------------------------------------------------- */

static enum rg_status validate(const struct rg_measurement *m, int64_t i, struct rg_score *score)
{
    RG_TRY(rg_validate_random(m->measures->validator, RG_VALIDATION,
                              m->settings->validation_lengths.values[i],
                              m->settings->validation_strings, m->tick, score));
    return RG_OK;
}

/* Those that are skipped keep the row's fill value. */
static bool is_due(const struct rg_measurement *m, int64_t length)
{
    return m->row->moment != RG_AT_RECORD || length <= m->settings->validation_record_length;
}

static enum rg_status measure_validation(const struct rg_measurement *m)
{
    for (int64_t i = 0; i < m->settings->validation_lengths.n; i++) {
        struct rg_score score = m->measures->validated;
        if (!is_due(m, m->settings->validation_lengths.values[i]))
            continue;
        if (i > 0 || score.n == 0)
            RG_TRY(validate(m, i, &score));
        m->measures->validated.n = 0;
        rg_row_put(m->row, RG_COL_VALIDATION_LOSS, i, rg_score_loss(&score));
        rg_row_put(m->row, RG_COL_VALIDATION_ACCURACY, i, rg_score_accuracy(&score));
    }
    return RG_OK;
}

static enum rg_status measure_test(const struct rg_measurement *m)
{
    struct rg_score score;
    RG_TRY(rg_validate_random(m->measures->validator, RG_TEST, m->settings->test_length,
                              m->settings->test_strings, m->tick, &score));
    rg_row_put(m->row, RG_COL_TEST_ACCURACY, 0, rg_score_accuracy(&score));
    return RG_OK;
}

static enum rg_status measure_structured(const struct rg_measurement *m)
{
    double accuracy;
    RG_TRY(rg_validate_structured(m->measures->validator, m->measures->tree, m->tick, &accuracy));
    rg_row_put(m->row, RG_COL_STRUCTURED_ACCURACY, 0, accuracy);
    return RG_OK;
}

/* ---- parameters ------------------------------------------------------------------------------------- */

static enum rg_status measure_weight_change(const struct rg_measurement *m)
{
    static const enum rg_tensor_name matrices[] = {RG_W_IN, RG_W_H, RG_W_OUT};
    rg_parity_parameters(m->net, m->measures->now);
    for (int i = 0; i < 3; i++) {
        const struct rg_tensor *tensor = rg_parity_tensor(m->net, matrices[i]);
        rg_row_put(
            m->row, (int)RG_COL_WEIGHT_CHANGE_IN + i, 0,
            rg_relative_change(tensor->rows * tensor->cols, m->measures->now + tensor->offset,
                               m->measures->initial + tensor->offset));
    }
    return RG_OK;
}

static enum rg_status measure_spectral_radius(const struct rg_measurement *m)
{
    rg_parity_parameters(m->net, m->measures->now);
    rg_row_put(m->row, RG_COL_SPECTRAL_RADIUS, 0,
               rg_spectral_radius(m->measures->geometry,
                                  m->measures->now + rg_parity_tensor(m->net, RG_W_H)->offset));
    return RG_OK;
}

static enum rg_status measure_kernel(const struct rg_measurement *m)
{
    double distance;
    RG_TRY(rg_kernel_distance(m->net, m->tick, &distance));
    rg_row_put(m->row, RG_COL_KERNEL_DISTANCE, 0, distance);
    return RG_OK;
}

static enum rg_status measure_representation(const struct rg_measurement *m)
{
    double change;
    RG_TRY(rg_representation_change(m->net, m->measures->tree, (int)m->settings->analysis_length,
                                    m->tick, &change));
    rg_row_put(m->row, RG_COL_REPRESENTATION_CHANGE, 0, change);
    return RG_OK;
}

/* ---- weights ---------------------------------------------------------------------------------------- */

/* A matrix lies in the corner of one that is as large as the sweep's largest network. */
static void put_tensor(const struct rg_measurement *m, enum rg_tensor_name name)
{
    const int column = (int)RG_COL_W_IN + (int)name;
    const struct rg_tensor *tensor = rg_parity_tensor(m->net, name);
    const int64_t stored = rg_row_sizes(m->row, column)[1];
    const int64_t stride = stored > 0 ? stored : 1; /* a vector has no second dimension */
    for (int64_t r = 0; r < tensor->rows; r++)
        for (int64_t c = 0; c < tensor->cols; c++)
            rg_row_put(m->row, column, r * stride + c,
                       m->measures->now[tensor->offset + r * tensor->cols + c]);
}

static enum rg_status measure_weights(const struct rg_measurement *m)
{
    rg_parity_parameters(m->net, m->measures->now);
    for (int name = 0; name < RG_N_TENSORS; name++)
        put_tensor(m, (enum rg_tensor_name)name);
    return RG_OK;
}

/* ---- snapshots -------------------------------------------------------------------------------------- */

static enum rg_status measure_snapshot(const struct rg_measurement *m)
{
    struct rg_snapshot snapshot = {(int)m->settings->analysis_length, m->row, m->measures->now};
    const struct rg_visitor visitor = rg_snapshot_visitor(&snapshot);
    RG_TRY(rg_tree_walk(m->measures->tree, 1, &visitor, m->tick));
    return RG_OK;
}

/* ---- the table -------------------------------------------------------------------------------------- */

static const struct group {
    int first, last; /* columns */
    enum rg_status (*measure)(const struct rg_measurement *m);
} groups[] = {
    /* the theory reads the rows that the tree left, the last group overwrites them */
    {RG_COL_N_TRAIN, RG_COL_STATE_SPREAD, measure_tree},
    {RG_COL_N_AGREEING_PAIRS, RG_COL_DIVERGED_BY_LENGTH, rg_measure_pairs},
    {RG_COL_TASK_TRANSITION, RG_COL_TASK_OUTPUT, measure_task},
    {RG_COL_VALIDATION_LOSS, RG_COL_VALIDATION_ACCURACY, measure_validation},
    {RG_COL_TEST_ACCURACY, RG_COL_TEST_ACCURACY, measure_test},
    {RG_COL_STRUCTURED_ACCURACY, RG_COL_STRUCTURED_ACCURACY, measure_structured},
    {RG_COL_VERDICT, RG_COL_SLOW_RADIUS, rg_measure_proof},
    {RG_COL_SPECTRAL_RADIUS, RG_COL_SPECTRAL_RADIUS, measure_spectral_radius},
    {RG_COL_WEIGHT_CHANGE_IN, RG_COL_WEIGHT_CHANGE_OUT, measure_weight_change},
    {RG_COL_KERNEL_DISTANCE, RG_COL_KERNEL_DISTANCE, measure_kernel},
    {RG_COL_REPRESENTATION_CHANGE, RG_COL_REPRESENTATION_CHANGE, measure_representation},
    {RG_COL_THEORY_MERGED, RG_COL_COURSE_FIXED, rg_measure_theory},
    {RG_COL_COURSE_DISTANCE, RG_COL_COURSE_DISTANCE, rg_measure_courses},
    {RG_COL_SNAPSHOT_HIDDEN, RG_COL_SNAPSHOT_OUTPUT, measure_snapshot},
    {RG_COL_W_IN, RG_COL_B_OUT, measure_weights},
    {RG_COL_PAIR_DISTANCE, RG_COL_PAIR_DISTANCE, rg_measure_tracked},
};

enum rg_status rg_parity_measure(void *net, const struct rg_row *row, const struct rg_tick *tick)
{
    const struct rg_measurement m = {net, rg_parity_measures(net), rg_parity_settings(net), row,
                                     tick};
    if (row->moment == RG_AT_RECORD && m.measures->watch)
        rg_watch_take(m.measures->watch, row->epoch);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (rg_row_wants(row, groups[g].first, groups[g].last))
            RG_TRY(groups[g].measure(&m));
    if (row->moment == RG_AT_RECORD)
        rg_automata_advance(m.measures->automata);
    return RG_OK;
}

/* A record of the same epoch, the usual case, takes the score over. */
enum rg_status rg_parity_validation_loss(void *net, const struct rg_tick *tick, double *loss)
{
    const struct rg_measurement m = {net, rg_parity_measures(net), rg_parity_settings(net), NULL,
                                     tick};
    struct rg_score score;
    RG_TRY(validate(&m, 0, &score));
    m.measures->validated = score;
    *loss = rg_score_loss(&score);
    return RG_OK;
}
