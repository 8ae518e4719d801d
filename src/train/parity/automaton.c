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

struct rg_automaton {
    int64_t length, n_rows;
    struct rg_cluster *cluster;
    int32_t *states;      /* [n_rows] */
    int32_t *transitions; /* [n_states][RG_SYMBOLS], room for n_rows states */
    uint8_t *conflicts;   /* likewise: 1 where two strings disagree */
    uint8_t *outputs;     /* [n_states] */
    uint8_t *reached;     /* [n_states][RG_TASK_STATES] pairs that strings lead to */
    struct pair *queue;   /* [n_rows * RG_TASK_STATES + 1] */
};

struct pair {
    int32_t state, task_state;
};

int64_t rg_automaton_n_rows(int64_t length)
{
    return ((int64_t)1 << (length + 1)) - 1;
}

/* A string's row follows that of its longest proper prefix at once if it ends in 0; if in 1, after all
 * strings that begin with the prefix and 0.                                                          */
int64_t rg_automaton_row(int64_t length, int64_t n, uint32_t string)
{
    int64_t row = n > 0 ? -1 : rg_automaton_n_rows(length) - 1;
    for (int64_t depth = 1; depth <= n; depth++)
        row += (string >> (n - depth)) & 1 ? (int64_t)1 << (length - depth + 1) : 1;
    return row;
}

enum rg_status rg_automaton_create(int64_t length, int64_t n_units, struct rg_automaton **automaton)
{
    struct rg_automaton *a = NULL;
    RG_TRY(rg_alloc(automaton, 1, sizeof **automaton));
    a = *automaton;
    a->length = length;
    a->n_rows = rg_automaton_n_rows(length);
    const size_t rows = (size_t)a->n_rows;
    RG_TRY(rg_cluster_create(a->n_rows, n_units, &a->cluster));
    RG_TRY(rg_alloc(&a->states, rows, sizeof *a->states));
    RG_TRY(rg_alloc(&a->transitions, rows * RG_SYMBOLS, sizeof *a->transitions));
    RG_TRY(rg_alloc(&a->conflicts, rows * RG_SYMBOLS, sizeof *a->conflicts));
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
}

static void add_transition(struct rg_automaton *a, int64_t from, int symbol, int64_t to)
{
    const int64_t edge = a->states[from] * RG_SYMBOLS + symbol;
    const int32_t target = a->states[to];
    if (a->transitions[edge] >= 0 && a->transitions[edge] != target)
        a->conflicts[edge] = 1;
    a->transitions[edge] = target;
}

/* The transitions of the n-symbol string in `row` and of all that begin with it, in order. */
static void add_strings(struct rg_automaton *a, int64_t row, int64_t n)
{
    if (n == a->length)
        return;
    const int64_t zero = row + 1, one = row + ((int64_t)1 << (a->length - n));
    add_transition(a, row, 0, zero);
    add_transition(a, row, 1, one);
    add_strings(a, zero, n + 1);
    add_strings(a, one, n + 1);
}

/* h_0 comes last, so that its transitions win over those of the strings in its state. */
static void find_transitions(struct rg_automaton *a)
{
    const int64_t initial = a->n_rows - 1, one = ((int64_t)1 << a->length) - 1;
    const size_t n = (size_t)(a->n_rows * RG_SYMBOLS);
    memset(a->conflicts, 0, n * sizeof *a->conflicts);
    for (size_t edge = 0; edge < n; edge++)
        a->transitions[edge] = -1;
    add_strings(a, 0, 1);
    add_strings(a, one, 1);
    add_transition(a, initial, 0, 0);
    add_transition(a, initial, 1, one);
}

enum rg_status rg_automaton_extract(struct rg_automaton *a, double factor,
                                    const struct rg_tick *tick, struct rg_automaton_size *size)
{
    *size = (struct rg_automaton_size){0};
    const double eps = factor * rg_cluster_spread(a->cluster);
    RG_TRY(rg_cluster_group(a->cluster, eps, tick, a->states, &size->n_states));
    find_transitions(a);
    for (int64_t state = 0; state < size->n_states; state++) {
        bool lacking = false;
        for (int symbol = 0; symbol < RG_SYMBOLS; symbol++) {
            lacking |= a->transitions[state * RG_SYMBOLS + symbol] < 0;
            size->n_conflicts += a->conflicts[state * RG_SYMBOLS + symbol];
        }
        size->n_exit += lacking;
    }
    size->is_finite = size->n_exit == 0;
    return RG_OK;
}

/* Backwards, so that the first row of a state has the last word. */
static void find_outputs(struct rg_automaton *a, const uint8_t *classes)
{
    for (int64_t row = a->n_rows - 1; row >= 0; row--)
        a->outputs[a->states[row]] = classes[row];
}

/* Walks the product of both automata from the empty string on. */
static bool agrees(struct rg_automaton *a, const struct rg_task *task)
{
    int64_t n = 1;
    memset(a->reached, 0, (size_t)(a->n_rows * RG_TASK_STATES));
    a->queue[0] = (struct pair){a->states[a->n_rows - 1], 0};
    for (int64_t i = 0; i < n; i++)
        for (int symbol = 0; symbol < RG_SYMBOLS; symbol++) {
            const struct pair from = a->queue[i],
                              to = {a->transitions[from.state * RG_SYMBOLS + symbol],
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
                          const uint8_t *classes, const struct rg_task *task)
{
    if (!size->is_finite || size->n_conflicts > 0)
        return false;
    find_outputs(a, classes);
    return agrees(a, task);
}

struct rg_dfa rg_automaton_dfa(struct rg_automaton *a, const struct rg_automaton_size *size,
                               const uint8_t *classes)
{
    find_outputs(a, classes);
    return (struct rg_dfa){.n_states = size->n_states,
                           .initial = a->states[a->n_rows - 1],
                           .n_symbols = RG_SYMBOLS,
                           .next = a->transitions,
                           .output = a->outputs};
}

void rg_automaton_examples(const struct rg_automaton *a, int64_t n_states, int32_t *length,
                           uint32_t *code)
{
    for (int64_t state = 0; state < n_states; state++)
        length[state] = -1;
    for (int32_t n = 0; n <= a->length; n++)
        for (uint32_t string = 0; string < 1U << n; string++) {
            const int32_t state = a->states[rg_automaton_row(a->length, n, string)];
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
