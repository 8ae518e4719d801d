/* Hidden states of all short strings -> states and transitions.
 *
 * Strings closer than eps to the first string of a group are one state. A state's transition under a
 * symbol is the state of its strings each continued by the symbol; where they disagree the last one
 * in order wins, as in the authors' program, and the disagreement is counted. Strings of the greatest
 * length have no continuation: a state that holds none but those lacks its transitions. Whether it is
 * the task's automaton is asked of every pair of states that some string leads to, not by matching
 * the two: the network may tell apart what the task does not.                                       */
#include "train/parity/automaton.h"

#include <string.h>

#include "regime/memory.h"
#include "train/parity/cluster.h"
#include "train/parity/strings.h"

struct rg_automaton {
    int64_t n_symbols, length, n_rows;
    int64_t
        begin_with[RG_LENGTH_MAX + 2]; /* [n] strings that begin with one of length n, itself one */
    double spread;
    struct rg_cluster *cluster;
    int32_t *states;      /* [n_rows] */
    int32_t *transitions; /* [n_states][n_symbols], room for n_rows states */
    uint8_t *conflicts;   /* likewise: 1 where two strings disagree */
    uint8_t *outputs;     /* [n_states] */
    uint8_t *reached;     /* [n_states][RG_TASK_STATES] pairs that strings lead to */
    struct pair *queue;   /* [n_rows * RG_TASK_STATES + 1] */
};

struct pair {
    int32_t state, task_state;
};

int64_t rg_automaton_n_rows(int64_t n_symbols, int64_t length)
{
    return (rg_n_strings(n_symbols, length + 1) - 1) / (n_symbols - 1);
}

/* A string's row follows that of its longest proper prefix and all those of strings that begin with the
 * prefix and a lesser symbol. So it is a sum over the string's symbols, here from the last to the first. */
int64_t rg_automaton_row(int64_t n_symbols, int64_t length, int64_t n, uint32_t string)
{
    const uint32_t base = (uint32_t)n_symbols;
    int64_t row = n > 0 ? -1 : rg_automaton_n_rows(n_symbols, length) - 1;
    int64_t begin_with = rg_automaton_n_rows(n_symbols, length - n);
    for (int64_t depth = n; depth > 0; depth--, string /= base) {
        row += 1 + string % base * begin_with;
        begin_with = 1 + n_symbols * begin_with;
    }
    return row;
}

/* Row of a string of length n + 1, from that of its prefix (-1: the empty one) and its last symbol. */
static int64_t next_row(const struct rg_automaton *a, int64_t row, int64_t n, int64_t symbol)
{
    return row + 1 + symbol * a->begin_with[n + 1];
}

enum rg_status rg_automaton_create(int64_t n_symbols, int64_t length, int64_t n_units,
                                   struct rg_automaton **automaton)
{
    struct rg_automaton *a = NULL;
    RG_TRY(rg_alloc(automaton, 1, sizeof **automaton));
    a = *automaton;
    a->n_symbols = n_symbols;
    a->length = length;
    a->n_rows = rg_automaton_n_rows(n_symbols, length);
    for (int64_t n = 0; n <= length; n++)
        a->begin_with[n] = rg_automaton_n_rows(n_symbols, length - n);
    const size_t rows = (size_t)a->n_rows, edges = rows * (size_t)n_symbols;
    RG_TRY(rg_cluster_create(a->n_rows, n_units, &a->cluster));
    RG_TRY(rg_alloc(&a->states, rows, sizeof *a->states));
    RG_TRY(rg_alloc(&a->transitions, edges, sizeof *a->transitions));
    RG_TRY(rg_alloc(&a->conflicts, edges, sizeof *a->conflicts));
    RG_TRY(rg_alloc(&a->outputs, rows, sizeof *a->outputs));
    RG_TRY(rg_alloc(&a->reached, rows * RG_TASK_STATES, sizeof *a->reached));
    RG_TRY(rg_alloc(&a->queue, rows * RG_TASK_STATES + 1, sizeof *a->queue));
    return RG_OK;
}

void rg_automaton_destroy(struct rg_automaton **automaton)
{
    if (!*automaton)
        return;
    rg_cluster_destroy(&(*automaton)->cluster);
    rg_free(&(*automaton)->states);
    rg_free(&(*automaton)->transitions);
    rg_free(&(*automaton)->conflicts);
    rg_free(&(*automaton)->outputs);
    rg_free(&(*automaton)->reached);
    rg_free(&(*automaton)->queue);
    rg_free(automaton);
}

void rg_automaton_load(struct rg_automaton *automaton, const double *rows)
{
    rg_cluster_load(automaton->cluster, rows);
    automaton->spread = rg_cluster_spread(automaton->cluster);
}

double rg_automaton_spread(const struct rg_automaton *automaton)
{
    return automaton->spread;
}

void rg_automaton_set_spread(struct rg_automaton *automaton, double spread)
{
    automaton->spread = spread;
}

static void add_transition(struct rg_automaton *a, int64_t from, int64_t symbol, int64_t to)
{
    const int64_t edge = a->states[from] * a->n_symbols + symbol;
    const int32_t target = a->states[to];
    if (a->transitions[edge] >= 0 && a->transitions[edge] != target)
        a->conflicts[edge] = 1;
    a->transitions[edge] = target;
}

/* The transitions of the n-symbol string in `row` (-1: the empty one, which has none here) and of all that
 * begin with it, in order.                                                                          */
static void add_strings(struct rg_automaton *a, int64_t row, int64_t n)
{
    if (n == a->length)
        return;
    for (int64_t symbol = 0; row >= 0 && symbol < a->n_symbols; symbol++)
        add_transition(a, row, symbol, next_row(a, row, n, symbol));
    for (int64_t symbol = 0; symbol < a->n_symbols; symbol++)
        add_strings(a, next_row(a, row, n, symbol), n + 1);
}

/* h_0 comes last, so that its transitions win over those of the strings in its state. */
static void find_transitions(struct rg_automaton *a)
{
    const size_t n = (size_t)(a->n_rows * a->n_symbols);
    memset(a->conflicts, 0, n * sizeof *a->conflicts);
    for (size_t edge = 0; edge < n; edge++)
        a->transitions[edge] = -1;
    add_strings(a, -1, 0);
    for (int64_t symbol = 0; symbol < a->n_symbols; symbol++)
        add_transition(a, a->n_rows - 1, symbol, next_row(a, -1, 0, symbol));
}

/* Backwards, so that the first row of a state has the last word. */
static void find_outputs(struct rg_automaton *a, const uint8_t *classes)
{
    for (int64_t row = a->n_rows - 1; row >= 0; row--)
        a->outputs[a->states[row]] = classes[row];
}

enum rg_status rg_automaton_extract(struct rg_automaton *a, double factor, const uint8_t *classes,
                                    const struct rg_tick *tick, struct rg_automaton_size *size)
{
    *size = (struct rg_automaton_size){0};
    RG_TRY(rg_cluster_group(a->cluster, factor * a->spread, tick, a->states, &size->n_states));
    find_transitions(a);
    find_outputs(a, classes);
    for (int64_t state = 0; state < size->n_states; state++) {
        bool lacking = false;
        for (int64_t symbol = 0; symbol < a->n_symbols; symbol++) {
            lacking |= a->transitions[state * a->n_symbols + symbol] < 0;
            size->n_conflicts += a->conflicts[state * a->n_symbols + symbol];
        }
        size->n_exit += lacking;
    }
    size->is_finite = size->n_exit == 0;
    return RG_OK;
}

/* Walks the product of both automata from the empty string on. */
static bool agrees(struct rg_automaton *a, const struct rg_task *task)
{
    int64_t n = 1;
    memset(a->reached, 0, (size_t)(a->n_rows * RG_TASK_STATES));
    a->queue[0] = (struct pair){a->states[a->n_rows - 1], 0};
    for (int64_t i = 0; i < n; i++)
        for (int64_t symbol = 0; symbol < a->n_symbols; symbol++) {
            const struct pair from = a->queue[i],
                              to = {a->transitions[from.state * a->n_symbols + symbol],
                                    task->next[from.task_state][symbol]};
            uint8_t *reached = &a->reached[to.state * RG_TASK_STATES + to.task_state];
            if (a->outputs[to.state] != task->output[to.task_state])
                return false;
            if (!*reached)
                a->queue[n++] = to;
            *reached = 1;
        }
    return true;
}

bool rg_automaton_learned(struct rg_automaton *a, const struct rg_automaton_size *size,
                          const struct rg_task *task)
{
    return size->is_finite && size->n_conflicts == 0 && agrees(a, task);
}

struct rg_dfa rg_automaton_dfa(const struct rg_automaton *a, const struct rg_automaton_size *size)
{
    return (struct rg_dfa){.n_states = size->n_states,
                           .initial = a->states[a->n_rows - 1],
                           .n_symbols = (int)a->n_symbols,
                           .next = a->transitions,
                           .output = a->outputs};
}

void rg_automaton_examples(const struct rg_automaton *a, int64_t n_states, int32_t *length,
                           uint32_t *code)
{
    for (int64_t state = 0; state < n_states; state++)
        length[state] = -1;
    for (int32_t n = 0; n <= a->length; n++)
        for (uint32_t string = 0; string < rg_n_strings(a->n_symbols, n); string++) {
            const int32_t state = a->states[rg_automaton_row(a->n_symbols, a->length, n, string)];
            if (length[state] >= 0)
                continue;
            length[state] = n;
            code[state] = string;
        }
}

const int32_t *rg_automaton_states(const struct rg_automaton *automaton)
{
    return automaton->states;
}

const int32_t *rg_automaton_transitions(const struct rg_automaton *automaton)
{
    return automaton->transitions;
}
