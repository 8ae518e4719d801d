/* The measures of parity_rnn: which function fills which columns.
 *
 * A function runs only if the row asks for one of its columns. Nothing here changes a training number. */
#include <math.h>

#include "regime/memory.h"
#include "train/cells.h"
#include "train/num/gemm.h"
#include "train/parity/automata.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/evaluate.h"
#include "train/parity/geometry.h"
#include "train/parity/lazy_rich.h"
#include "train/parity/measure.h"
#include "train/parity/network.h"
#include "train/parity/pairs.h"
#include "train/parity/prove.h"
#include "train/parity/snapshot.h"
#include "train/parity/spread.h"
#include "train/parity/tables.h"
#include "train/parity/theory_score.h"
#include "train/parity/track.h"
#include "train/parity/validate.h"
#include "train/parity/watch.h"

struct rg_measures {
    int length;     /* of the longest strings whose states are compared */
    int64_t n_rows; /* of them all */
    struct rg_tree *tree;
    struct rg_automata *automata;
    struct rg_geometry *geometry;
    struct rg_validator *validator;
    struct rg_spread *spread; /* NULL: of the final states alone */
    struct rg_tracked tracked;
    struct rg_states *state; /* one */
    struct rg_watch *watch;  /* NULL: no pairs are compared */
    double *rows;            /* [rg_automaton_n_rows(n_symbols, analysis_length)][hidden] */
    uint8_t *classes;        /* likewise, a number each */
    double *now;             /* [n_parameters] */
    double *initial;
    struct rg_theory_pairs pairs; /* none without theory_pairs */
    double *distances;            /* [theory_pairs] */
    struct rg_outcome *cases;     /* [theory_pairs] */
};

struct measurement { /* what every function below gets */
    struct rg_parity *net;
    struct rg_measures *measures;
    const struct rg_parity_settings *settings;
    const struct rg_row *row;
    const struct rg_tick *tick;
};

static int64_t longest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static enum rg_status create_theory(const struct rg_parity *net, struct rg_measures *m)
{
    const int64_t n = rg_parity_settings(net)->theory_pairs;
    RG_TRY(rg_theory_pairs_draw(net, n, &m->pairs));
    RG_TRY(rg_alloc(&m->distances, (size_t)n, sizeof *m->distances));
    RG_TRY(rg_alloc(&m->cases, (size_t)n, sizeof *m->cases));
    return RG_OK;
}

enum rg_status rg_measures_create(const struct rg_parity *net, struct rg_measures **measures)
{
    const struct rg_parity_settings *settings = rg_parity_settings(net);
    const int64_t analysis = settings->analysis_length, n_symbols = settings->n_symbols;
    const int64_t length =
        longest(rg_structured_length(n_symbols), longest(analysis, settings->max_length));
    const size_t n_parameters = (size_t)rg_parity_n_parameters(net);
    const size_t n_rows = (size_t)rg_automaton_n_rows(n_symbols, analysis);
    RG_TRY(rg_alloc(measures, 1, sizeof **measures));
    struct rg_measures *m = *measures;
    m->length = (int)analysis;
    m->n_rows = (int64_t)n_rows;
    RG_TRY(rg_tree_create(net, (int)length, &m->tree));
    RG_TRY(rg_automata_create(settings, &m->automata));
    RG_TRY(rg_geometry_create(n_symbols, analysis, settings->hidden, &m->geometry));
    RG_TRY(rg_validator_create(net, &m->validator));
    if (settings->spread == RG_SPREAD_RUN)
        RG_TRY(rg_spread_create(settings->hidden, &m->spread));
    if (settings->pairs)
        RG_TRY(rg_watch_create(net, settings->pair_records, &m->watch));
    (void)rg_tracked_read(settings->track_pairs, &m->tracked);
    RG_TRY(rg_states_create(net, 1, &m->state));
    RG_TRY(rg_alloc(&m->rows, n_rows * (size_t)settings->hidden, sizeof *m->rows));
    RG_TRY(rg_alloc(&m->classes, n_rows, sizeof *m->classes));
    RG_TRY(rg_alloc(&m->now, n_parameters, sizeof *m->now));
    RG_TRY(rg_alloc(&m->initial, n_parameters, sizeof *m->initial));
    rg_parity_initial(net, m->initial);
    if (settings->theory_pairs > 0)
        RG_TRY(create_theory(net, m));
    RG_TRY(rg_measures_epoch(m, 0));
    return RG_OK;
}

void rg_measures_destroy(struct rg_measures **measures)
{
    struct rg_measures *m = *measures;
    if (!m)
        return;
    rg_tree_destroy(&m->tree);
    rg_automata_destroy(&m->automata);
    rg_geometry_destroy(&m->geometry);
    rg_validator_destroy(&m->validator);
    rg_spread_destroy(&m->spread);
    rg_watch_destroy(&m->watch);
    rg_states_destroy(&m->state);
    rg_free(&m->rows);
    rg_free(&m->classes);
    rg_free(&m->now);
    rg_free(&m->initial);
    rg_theory_pairs_free(&m->pairs);
    rg_free(&m->distances);
    rg_free(&m->cases);
    rg_free(measures);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Blocks of the tree, hidden states, and the largest of what measures at the end allocate in turn. */
size_t rg_measures_memory(const struct rg_parity_settings *settings)
{
    const size_t hidden = (size_t)settings->hidden;
    const size_t n_symbols = (size_t)settings->n_symbols;
    const size_t n_states =
        (size_t)rg_automaton_n_rows(settings->n_symbols, settings->analysis_length);
    const size_t n_parameters = hidden * (hidden + n_symbols + 4) + 2;
    const size_t blocks = RG_BLOCK * (size_t)(settings->max_length + 2) * hidden;
    const size_t representation = sizeof(double) * 4 * n_states * hidden;
    const size_t kernel =
        rg_kernel_memory(settings->n_symbols, settings->hidden, (int64_t)n_parameters);
    const size_t block = sizeof(double) * (hidden + RG_GEMM_PAD) * (hidden + n_symbols + 5);
    const size_t pairs =
        settings->pairs
            ? rg_pairs_memory(settings->n_symbols, settings->analysis_length, settings->hidden)
            : 0;
    const size_t proof = settings->prove == RG_PROVE_NEVER
                             ? 0
                             : rg_prove_memory(settings->hidden, settings->n_symbols);
    const size_t scoring = sizeof(double) + sizeof(struct rg_outcome);
    return sizeof(double) * (blocks + n_states * (hidden + 16 + 2 * n_symbols) + 2 * n_parameters) +
           rg_geometry_memory((int64_t)n_states, settings->hidden) + rg_automata_moved(settings) +
           rg_measures_state_max(settings, block) + rg_theory_pairs_memory(settings) +
           scoring * (size_t)settings->theory_pairs +
           larger(larger(pairs, proof), larger(representation, kernel));
}

/* ---- in the course of training --------------------------------------------------------------------- */

static enum rg_status collect_rows(struct rg_measures *m, const struct rg_tick *tick)
{
    struct rg_collection collection = {m->length, m->rows, NULL};
    const struct rg_visitor visitor = rg_collection_visitor(&collection);
    return rg_tree_walk(m->tree, 1, &visitor, tick);
}

enum rg_status rg_measures_epoch(struct rg_measures *m, int64_t epoch)
{
    if (!m->spread || epoch % RG_SPREAD_EVERY != 0)
        return RG_OK;
    RG_TRY(collect_rows(m, NULL));
    rg_spread_add(m->spread, m->n_rows, m->rows);
    return RG_OK;
}

void rg_measures_state(struct rg_measures *m, const struct rg_mover *mover)
{
    rg_automata_move(m->automata, mover);
    if (m->spread)
        rg_spread_state(m->spread, mover);
    if (m->watch)
        rg_watch_state(m->watch, mover);
}

size_t rg_measures_state_max(const struct rg_parity_settings *largest, size_t block)
{
    return rg_automata_moved(largest) + rg_spread_size(largest->hidden) +
           (largest->pairs ? rg_watch_size(largest->pair_records, block) : 0);
}

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

static void load_automata(const struct measurement *m)
{
    const struct rg_spread *spread = m->measures->spread;
    rg_automata_load(m->measures->automata, m->measures->rows);
    if (spread)
        rg_automata_set_spread(m->measures->automata, rg_spread_value(spread));
}

static void put_geometry(const struct measurement *m)
{
    const struct rg_geometry_of_states of =
        rg_geometry_measure(m->measures->geometry, m->measures->rows);
    rg_row_put(m->row, RG_COL_HIDDEN_STD, 0, of.hidden_std);
    rg_row_put(m->row, RG_COL_CONTRACTION, 0, of.contraction);
    rg_row_put(m->row, RG_COL_PARTICIPATION_RATIO, 0, of.participation_ratio);
    rg_row_put(m->row, RG_COL_N_DEAD_UNITS, 0, (double)of.n_dead);
}

/* One walk over the tree serves the scores and the states. */
static enum rg_status measure_tree(const struct measurement *m)
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
    load_automata(m);
    RG_TRY(rg_automata_measure(m->measures->automata, m->measures->classes, rg_parity_task(m->net),
                               m->row, m->tick));
    return RG_OK;
}

/* ---- pairs of strings ------------------------------------------------------------------------------- */

/* The cells of a table have no row and column for length 0. */
static void put_table(const struct measurement *m, int column, int64_t k,
                      const struct rg_pair_table *table)
{
    const int64_t n = m->settings->analysis_length;
    for (int64_t a = 0; a < n; a++)
        for (int64_t b = 0; b < n; b++)
            rg_row_put(m->row, column, (k * n + a) * n + b, (double)table->n[a + 1][b + 1]);
}

static void put_mergers(const struct measurement *m, int64_t k, const struct rg_mergers *mergers)
{
    const int64_t agreeing = mergers->n_agreeing, disagreeing = mergers->n_disagreeing;
    rg_row_put(m->row, RG_COL_N_MERGED, k, (double)(agreeing + disagreeing));
    rg_row_put(m->row, RG_COL_N_MERGED_AGREEING, k, (double)agreeing);
    rg_row_put(m->row, RG_COL_N_MERGED_DISAGREEING, k, (double)disagreeing);
    put_table(m, RG_COL_MERGED_BY_LENGTH, k, &mergers->merged);
    if (rg_watch_n(m->measures->watch) > 0)
        put_table(m, RG_COL_DIVERGED_BY_LENGTH, k, &mergers->diverged);
}

static enum rg_status see_watched(const struct measurement *m, struct rg_pairs *pairs)
{
    for (int64_t k = 0; k < rg_watch_n(m->measures->watch); k++) {
        rg_parity_show(m->net, rg_watch_block(m->measures->watch, k));
        enum rg_status status = collect_rows(m->measures, m->tick);
        rg_parity_show(m->net, NULL);
        RG_TRY(status);
        RG_TRY(rg_pairs_see(pairs, m->measures->rows, m->tick));
    }
    return RG_OK;
}

static enum rg_status count_mergers(const struct measurement *m, struct rg_pairs *pairs)
{
    const struct rg_reals *distances = &m->settings->merge_distances;
    struct rg_mergers mergers[RG_LIST_MAX];
    struct rg_pair_table agreeing;
    RG_TRY(see_watched(m, pairs));
    RG_TRY(collect_rows(m->measures, m->tick));
    load_automata(m);
    for (int64_t k = 0; k < distances->n; k++)
        mergers[k].eps = distances->values[k] * rg_automata_spread(m->measures->automata);
    RG_TRY(rg_pairs_count(pairs, m->measures->rows, distances->n, mergers, m->tick));
    rg_row_put(m->row, RG_COL_N_AGREEING_PAIRS, 0, (double)rg_pairs_agreeing(pairs, &agreeing));
    put_table(m, RG_COL_AGREEING_BY_LENGTH, 0, &agreeing);
    for (int64_t k = 0; k < distances->n; k++)
        put_mergers(m, k, &mergers[k]);
    return RG_OK;
}

static enum rg_status measure_pairs(const struct measurement *m)
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

static enum rg_status measure_tracked(const struct measurement *m)
{
    const struct rg_tracked *tracked = &m->measures->tracked;
    for (int64_t i = 0; i < tracked->n; i++)
        rg_row_put(
            m->row, RG_COL_PAIR_DISTANCE, i,
            rg_tracked_distance(m->net, &tracked->pairs[i], m->measures->state, m->measures->rows));
    return RG_OK;
}

/* ---- long strings ----------------------------------------------------------------------------------- */

static enum rg_status validate(const struct measurement *m, int64_t i, struct rg_score *score)
{
    RG_TRY(rg_validate_random(m->measures->validator, RG_VALIDATION,
                              m->settings->validation_lengths.values[i],
                              m->settings->validation_strings, m->tick, score));
    return RG_OK;
}

/* Those that are skipped keep the row's fill value. */
static bool is_due(const struct measurement *m, int64_t length)
{
    return m->row->moment != RG_AT_RECORD || length <= m->settings->validation_record_length;
}

static enum rg_status measure_validation(const struct measurement *m)
{
    for (int64_t i = 0; i < m->settings->validation_lengths.n; i++) {
        struct rg_score score;
        if (!is_due(m, m->settings->validation_lengths.values[i]))
            continue;
        RG_TRY(validate(m, i, &score));
        rg_row_put(m->row, RG_COL_VALIDATION_LOSS, i, rg_score_loss(&score));
        rg_row_put(m->row, RG_COL_VALIDATION_ACCURACY, i, rg_score_accuracy(&score));
    }
    return RG_OK;
}

static enum rg_status measure_test(const struct measurement *m)
{
    struct rg_score score;
    RG_TRY(rg_validate_random(m->measures->validator, RG_TEST, m->settings->test_length,
                              m->settings->test_strings, m->tick, &score));
    rg_row_put(m->row, RG_COL_TEST_ACCURACY, 0, rg_score_accuracy(&score));
    return RG_OK;
}

static enum rg_status measure_structured(const struct measurement *m)
{
    double accuracy;
    RG_TRY(rg_validate_structured(m->measures->validator, m->measures->tree, m->tick, &accuracy));
    rg_row_put(m->row, RG_COL_STRUCTURED_ACCURACY, 0, accuracy);
    return RG_OK;
}

/* ---- strings of every length ------------------------------------------------------------------------ */

static void put_counterexample(const struct rg_row *row, const struct rg_runs *runs)
{
    rg_row_put(row, RG_COL_COUNTEREXAMPLE_LENGTH, 0, (double)runs->length);
    for (int i = 0; i < runs->n; i++) {
        rg_row_put(row, RG_COL_COUNTEREXAMPLE_SYMBOL, i, runs->symbols[i]);
        rg_row_put(row, RG_COL_COUNTEREXAMPLE_COUNT, i, runs->counts[i]);
    }
}

static void put_proof(const struct rg_row *row, const struct rg_proof *proof)
{
    rg_row_put(row, RG_COL_VERDICT, 0, proof->verdict);
    rg_row_put(row, RG_COL_PROVED, 0, proof->verdict == RG_PROVED);
    rg_row_put(row, RG_COL_GENERALISATION_LENGTH, 0, (double)proof->generalisation_length);
    rg_row_put(row, RG_COL_PROVE_DELTA, 0, proof->delta);
    rg_row_put(row, RG_COL_PROVE_FLOAT_ERROR, 0, proof->float_error);
    rg_row_put(row, RG_COL_PROVE_NODES, 0, proof->n_nodes);
    rg_row_put(row, RG_COL_SLOW_RADIUS, 0, proof->slow_radius);
    if (proof->verdict == RG_PROVED)
        rg_row_put(row, RG_COL_PROVED_FROM, 0, (double)proof->from);
    put_counterexample(row, &proof->counterexample);
}

static enum rg_status measure_proof(const struct measurement *m)
{
    const int64_t needed = m->row->moment == RG_AT_RECORD ? RG_PROVE_RECORDS : RG_PROVE_END;
    struct rg_proof proof;
    if (m->settings->prove < needed)
        return RG_OK;
    rg_parity_parameters(m->net, m->measures->now);
    const struct rg_weights weights = rg_weights_view(m->net, m->measures->now);
    RG_TRY(rg_prove(&weights, rg_parity_task(m->net), rg_parity_key(m->net, RG_STREAM_VALIDATION),
                    m->tick, &proof));
    put_proof(m->row, &proof);
    return RG_OK;
}

/* ---- parameters ------------------------------------------------------------------------------------- */

static enum rg_status measure_weight_change(const struct measurement *m)
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

static enum rg_status measure_spectral_radius(const struct measurement *m)
{
    rg_parity_parameters(m->net, m->measures->now);
    rg_row_put(m->row, RG_COL_SPECTRAL_RADIUS, 0,
               rg_spectral_radius(m->measures->geometry,
                                  m->measures->now + rg_parity_tensor(m->net, RG_W_H)->offset));
    return RG_OK;
}

static enum rg_status measure_kernel(const struct measurement *m)
{
    double distance;
    RG_TRY(rg_kernel_distance(m->net, m->tick, &distance));
    rg_row_put(m->row, RG_COL_KERNEL_DISTANCE, 0, distance);
    return RG_OK;
}

static enum rg_status measure_representation(const struct measurement *m)
{
    double change;
    RG_TRY(rg_representation_change(m->net, m->measures->tree, (int)m->settings->analysis_length,
                                    m->tick, &change));
    rg_row_put(m->row, RG_COL_REPRESENTATION_CHANGE, 0, change);
    return RG_OK;
}

/* ---- effective theory ------------------------------------------------------------------------------- */

static void put_pair(const struct measurement *m, int64_t i)
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

static void put_score(const struct measurement *m, int64_t i)
{
    const double eps =
        m->settings->merge_distances.values[i] * rg_automata_spread(m->measures->automata);
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

static enum rg_status put_course(const struct measurement *m, int k)
{
    const struct rg_theory_pair *pair = rg_theory_course(&m->measures->pairs, k);
    double times[RG_N_THEORY_TIMES], course[RG_N_THEORY_TIMES];
    if (!pair)
        return RG_OK;
    const struct rg_interaction start = rg_theory_pair_at(pair, m->settings->theory_kappa);
    for (int i = 0; i < RG_N_THEORY_TIMES; i++)
        times[i] = rg_theory_time(i);
    RG_TRY(rg_interaction_course(&start, RG_N_THEORY_TIMES, times, course));
    for (int i = 0; i < RG_N_THEORY_TIMES; i++)
        rg_row_put_at(m->row, RG_COL_COURSE_THEORY, k, i, course[i]);
    for (int side = 0; side < 2; side++) {
        rg_row_put_at(m->row, RG_COL_COURSE_LENGTH, k, side, pair->length[side]);
        rg_row_put_at(m->row, RG_COL_COURSE_STRING, k, side, pair->code[side]);
    }
    rg_row_put(m->row, RG_COL_COURSE_AGREES, k, start.d2 == 0);
    return RG_OK;
}

/* Here and below the hidden states of now are those that measure_tree left in the rows before. */
static enum rg_status measure_theory(const struct measurement *m)
{
    struct rg_theory_pairs *pairs = &m->measures->pairs;
    if (pairs->n == 0)
        return RG_OK;
    RG_TRY(rg_theory_pairs_start(m->net, m->measures->tree, m->tick, pairs));
    for (int64_t i = 0; i < pairs->n_agreeing; i++) {
        m->measures->distances[i] =
            rg_theory_pair_distance(m->net, &pairs->pairs[i], m->measures->rows);
        put_pair(m, i);
    }
    for (int64_t i = 0; i < m->settings->merge_distances.n; i++)
        put_score(m, i);
    for (int k = 0; k < RG_N_COURSES; k++)
        RG_TRY(put_course(m, k));
    return RG_OK;
}

static enum rg_status measure_courses(const struct measurement *m)
{
    for (int k = 0; k < RG_N_COURSES; k++) {
        const struct rg_theory_pair *pair = rg_theory_course(&m->measures->pairs, k);
        if (pair)
            rg_row_put(m->row, RG_COL_COURSE_DISTANCE, k,
                       rg_theory_pair_distance(m->net, pair, m->measures->rows));
    }
    return RG_OK;
}

/* ---- weights ---------------------------------------------------------------------------------------- */

/* A matrix lies in the corner of one that is as large as the sweep's largest network. */
static void put_tensor(const struct measurement *m, enum rg_tensor_name name)
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

static enum rg_status measure_weights(const struct measurement *m)
{
    rg_parity_parameters(m->net, m->measures->now);
    for (int name = 0; name < RG_N_TENSORS; name++)
        put_tensor(m, (enum rg_tensor_name)name);
    return RG_OK;
}

/* ---- snapshots -------------------------------------------------------------------------------------- */

static enum rg_status measure_snapshot(const struct measurement *m)
{
    struct rg_snapshot snapshot = {(int)m->settings->analysis_length, m->row, m->measures->now};
    const struct rg_visitor visitor = rg_snapshot_visitor(&snapshot);
    RG_TRY(rg_tree_walk(m->measures->tree, 1, &visitor, m->tick));
    return RG_OK;
}

/* ---- the table -------------------------------------------------------------------------------------- */

static const struct group {
    int first, last; /* columns */
    enum rg_status (*measure)(const struct measurement *m);
} groups[] = {
    /* the theory reads the rows that the tree left, the last group overwrites them */
    {RG_COL_N_TRAIN, RG_COL_STATE_SPREAD, measure_tree},
    {RG_COL_N_AGREEING_PAIRS, RG_COL_DIVERGED_BY_LENGTH, measure_pairs},
    {RG_COL_VALIDATION_LOSS, RG_COL_VALIDATION_ACCURACY, measure_validation},
    {RG_COL_TEST_ACCURACY, RG_COL_TEST_ACCURACY, measure_test},
    {RG_COL_STRUCTURED_ACCURACY, RG_COL_STRUCTURED_ACCURACY, measure_structured},
    {RG_COL_VERDICT, RG_COL_SLOW_RADIUS, measure_proof},
    {RG_COL_SPECTRAL_RADIUS, RG_COL_SPECTRAL_RADIUS, measure_spectral_radius},
    {RG_COL_WEIGHT_CHANGE_IN, RG_COL_WEIGHT_CHANGE_OUT, measure_weight_change},
    {RG_COL_KERNEL_DISTANCE, RG_COL_KERNEL_DISTANCE, measure_kernel},
    {RG_COL_REPRESENTATION_CHANGE, RG_COL_REPRESENTATION_CHANGE, measure_representation},
    {RG_COL_THEORY_MERGED, RG_COL_COURSE_THEORY, measure_theory},
    {RG_COL_COURSE_DISTANCE, RG_COL_COURSE_DISTANCE, measure_courses},
    {RG_COL_SNAPSHOT_HIDDEN, RG_COL_SNAPSHOT_OUTPUT, measure_snapshot},
    {RG_COL_W_IN, RG_COL_B_OUT, measure_weights},
    {RG_COL_PAIR_DISTANCE, RG_COL_PAIR_DISTANCE, measure_tracked},
};

enum rg_status rg_parity_measure(void *net, const struct rg_row *row, const struct rg_tick *tick)
{
    const struct measurement m = {net, rg_parity_measures(net), rg_parity_settings(net), row, tick};
    if (row->moment == RG_AT_RECORD && m.measures->watch)
        rg_watch_take(m.measures->watch, row->epoch);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (rg_row_wants(row, groups[g].first, groups[g].last))
            RG_TRY(groups[g].measure(&m));
    if (row->moment == RG_AT_RECORD)
        rg_automata_advance(m.measures->automata);
    return RG_OK;
}

enum rg_status rg_parity_validation_loss(void *net, const struct rg_tick *tick, double *loss)
{
    const struct measurement m = {net, rg_parity_measures(net), rg_parity_settings(net), NULL,
                                  tick};
    struct rg_score score;
    RG_TRY(validate(&m, 0, &score));
    *loss = rg_score_loss(&score);
    return RG_OK;
}
