/* What measures keep between calls, and take from the network in the course of training. */
#include <math.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/lazy_rich.h"
#include "train/parity/measurement.h"
#include "train/parity/pairs.h"
#include "train/parity/prove.h"

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
    if (rg_spread_is_run(settings))
        RG_TRY(rg_spread_create(settings->hidden, &m->spread));
    if (settings->pairs)
        RG_TRY(rg_watch_create(net, settings->pair_records, &m->watch));
    (void)rg_tracked_read(settings->track_pairs, n_symbols, &m->tracked);
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
    return sizeof(double) * (blocks + n_states * (hidden + 32 + 2 * n_symbols) + 2 * n_parameters) +
           rg_geometry_memory((int64_t)n_states, settings->hidden) + rg_automata_moved(settings) +
           rg_measures_state_max(settings, block) + rg_theory_pairs_memory(settings) +
           scoring * (size_t)settings->theory_pairs +
           larger(larger(pairs, proof), larger(representation, kernel));
}

/* ---- in the course of training --------------------------------------------------------------------- */

enum rg_status rg_measures_collect(struct rg_measures *m, const struct rg_tick *tick)
{
    struct rg_collection collection = {m->length, m->rows, NULL};
    const struct rg_visitor visitor = rg_collection_visitor(&collection);
    return rg_tree_walk(m->tree, 1, &visitor, tick);
}

enum rg_status rg_measures_epoch(struct rg_measures *m, int64_t epoch)
{
    m->validated.n = 0;
    if (!m->spread || epoch % RG_SPREAD_EVERY != 0)
        return RG_OK;
    RG_TRY(rg_measures_collect(m, NULL));
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

void rg_measures_load(const struct rg_measurement *m)
{
    const struct rg_spread *spread = m->measures->spread;
    rg_automata_load(m->measures->automata, m->measures->rows,
                     spread ? rg_spread_value(spread) : 0);
}
