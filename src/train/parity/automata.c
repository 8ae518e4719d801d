#include "train/parity/automata.h"

#include "regime/memory.h"
#include "train/cells.h"
#include "train/parity/automaton.h"
#include "train/parity/lineage.h"
#include "train/parity/reduce.h"
#include "train/parity/tables.h"

struct rg_automata {
    const struct rg_parity_settings *settings;
    struct rg_automaton *automaton; /* the one at hand */
    struct rg_lineage *lineage;
    struct rg_reducer *reducer;
    double final_spread, run_spread;
    int32_t *length; /* [n_rows] of the states' examples */
    uint32_t *code;  /* [n_rows] */
};

struct one {   /* automaton, and where it goes */
    int64_t i; /* its merge distance */
    const struct rg_automaton_size *size;
    const struct rg_row *row;
};

int64_t rg_n_merge_distances(const struct rg_parity_settings *settings)
{
    return settings->merge_distances.n + settings->run_distances.n;
}

double rg_merge_distance(const struct rg_parity_settings *settings, int64_t i)
{
    const int64_t n = settings->merge_distances.n;
    return i < n ? settings->merge_distances.values[i] : settings->run_distances.values[i - n];
}

bool rg_spread_is_run(const struct rg_parity_settings *settings)
{
    return settings->spread == RG_SPREAD_RUN || settings->run_distances.n > 0;
}

enum rg_status rg_automata_create(const struct rg_parity_settings *settings,
                                  struct rg_automata **automata)
{
    const int64_t n_rows = rg_automaton_n_rows(settings->n_symbols, settings->analysis_length);
    struct rg_automata *a = NULL;
    RG_TRY(rg_alloc(automata, 1, sizeof **automata));
    a = *automata;
    a->settings = settings;
    RG_TRY(rg_automaton_create(settings->n_symbols, settings->analysis_length, settings->hidden,
                               &a->automaton));
    RG_TRY(rg_lineage_create(rg_n_merge_distances(settings), n_rows, &a->lineage));
    RG_TRY(rg_reducer_create(n_rows, (int)settings->n_symbols, &a->reducer));
    RG_TRY(rg_alloc(&a->length, (size_t)n_rows, sizeof *a->length));
    return rg_alloc(&a->code, (size_t)n_rows, sizeof *a->code);
}

void rg_automata_destroy(struct rg_automata **automata)
{
    struct rg_automata *a = *automata;
    if (!a)
        return;
    rg_automaton_destroy(&a->automaton);
    rg_lineage_destroy(&a->lineage);
    rg_reducer_destroy(&a->reducer);
    rg_free(&a->length);
    rg_free(&a->code);
    rg_free(automata);
}

void rg_automata_load(struct rg_automata *a, const double *rows, double run_spread)
{
    rg_automaton_load(a->automaton, rows);
    a->final_spread = rg_automaton_spread(a->automaton);
    a->run_spread = run_spread;
}

double rg_automata_spread(const struct rg_automata *a, int64_t i)
{
    const bool run = a->settings->spread == RG_SPREAD_RUN || i >= a->settings->merge_distances.n;
    return run ? a->run_spread : a->final_spread;
}

double rg_automata_eps(const struct rg_automata *a, int64_t i)
{
    return rg_merge_distance(a->settings, i) * rg_automata_spread(a, i);
}

/* ---- columns ------------------------------------------------------------------------------------- */

static void put_size(const struct one *one)
{
    rg_row_put(one->row, RG_COL_N_STATES, one->i, (double)one->size->n_states);
    rg_row_put(one->row, RG_COL_IS_FINITE, one->i, one->size->is_finite);
    rg_row_put(one->row, RG_COL_N_EXIT, one->i, (double)one->size->n_exit);
    rg_row_put(one->row, RG_COL_N_CONFLICTS, one->i, (double)one->size->n_conflicts);
}

/* The first record has none before it: its changes keep the fill value. */
static void put_changes(const struct rg_automata *a, const struct one *one)
{
    const int32_t *states = rg_automaton_states(a->automaton);
    const bool whole = one->row->moment != RG_AT_RECORD;
    if (rg_lineage_begun(a->lineage, one->i)) {
        const struct rg_changes changes =
            rg_lineage_changes(a->lineage, one->i, states, one->size->n_states, whole);
        rg_row_put(one->row, RG_COL_N_MERGERS, one->i, (double)changes.n_mergers);
        rg_row_put(one->row, RG_COL_N_SPLITS, one->i, (double)changes.n_splits);
    }
    if (!whole)
        rg_lineage_record(a->lineage, one->i, states, one->size->n_states);
}

static int64_t kept(const struct rg_automata *a, int64_t n_states)
{
    return n_states < a->settings->max_states ? n_states : a->settings->max_states;
}

static void put_table(const struct rg_automata *a, const struct one *one, const struct rg_dfa *dfa,
                      enum rg_parity_column transition, enum rg_parity_column output)
{
    const int64_t first = one->i * a->settings->max_states;
    for (int64_t state = 0; state < kept(a, dfa->n_states); state++) {
        rg_row_put(one->row, (int)output, first + state, dfa->output[state]);
        for (int symbol = 0; symbol < dfa->n_symbols; symbol++)
            rg_row_put(one->row, (int)transition, (first + state) * dfa->n_symbols + symbol,
                       dfa->next[state * dfa->n_symbols + symbol]);
    }
}

static void put_examples(const struct rg_automata *a, const struct one *one)
{
    const int64_t first = one->i * a->settings->max_states;
    if (!rg_row_wants(one->row, RG_COL_STATE_LENGTH, RG_COL_STATE_STRING))
        return;
    rg_automaton_examples(a->automaton, one->size->n_states, a->length, a->code);
    for (int64_t state = 0; state < kept(a, one->size->n_states); state++) {
        rg_row_put(one->row, RG_COL_STATE_LENGTH, first + state, a->length[state]);
        rg_row_put(one->row, RG_COL_STATE_STRING, first + state, a->code[state]);
    }
}

static void put_automaton(const struct rg_automata *a, const struct one *one)
{
    const struct rg_dfa dfa = rg_automaton_dfa(a->automaton, one->size);
    const struct rg_dfa reduced = rg_reduce(a->reducer, &dfa);
    rg_row_put(one->row, RG_COL_N_REDUCED, one->i, (double)reduced.n_states);
    rg_row_put(one->row, RG_COL_AUTOMATON_OVERFLOW, one->i, dfa.n_states > a->settings->max_states);
    put_table(a, one, &dfa, RG_COL_TRANSITION, RG_COL_STATE_OUTPUT);
    put_table(a, one, &reduced, RG_COL_REDUCED_TRANSITION, RG_COL_REDUCED_OUTPUT);
    put_examples(a, one);
}

enum rg_status rg_automata_measure(struct rg_automata *a, const uint8_t *classes,
                                   const struct rg_task *task, const struct rg_row *row,
                                   const struct rg_tick *tick)
{
    for (int64_t i = 0; i < rg_n_merge_distances(a->settings); i++) {
        struct rg_automaton_size size;
        rg_row_put(row, RG_COL_STATE_SPREAD, i, rg_automata_spread(a, i));
        rg_automaton_set_spread(a->automaton, rg_automata_spread(a, i));
        RG_TRY(rg_automaton_extract(a->automaton, rg_merge_distance(a->settings, i), classes, tick,
                                    &size));
        const struct one one = {i, &size, row};
        put_size(&one);
        put_changes(a, &one);
        put_automaton(a, &one);
        rg_row_put(row, RG_COL_LEARNED_TASK, i, rg_automaton_learned(a->automaton, &size, task));
    }
    return RG_OK;
}

/* ---- from record to record ----------------------------------------------------------------------- */

void rg_automata_advance(struct rg_automata *a)
{
    rg_lineage_advance(a->lineage);
}

void rg_automata_move(struct rg_automata *a, const struct rg_mover *mover)
{
    rg_lineage_move(a->lineage, mover);
}

size_t rg_automata_moved(const struct rg_parity_settings *settings)
{
    return rg_lineage_size(rg_n_merge_distances(settings),
                           rg_automaton_n_rows(settings->n_symbols, settings->analysis_length));
}
