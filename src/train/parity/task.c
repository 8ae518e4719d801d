/* The tasks, as automata. The rule of random ones is that of van Rossem and Saxe 2025, Fig. 16. */
#include "train/parity/task.h"

#include <stdbool.h>

#include "regime/rng.h"
#include "train/parity/strings.h"

/* States 0 to modulus - 1: the number of ones, modulo the modulus. */
static void count_ones(int64_t modulus, struct rg_task *task)
{
    task->n_states = (int)modulus;
    for (int state = 0; state < task->n_states; state++)
        for (int64_t symbol = 0; symbol < task->n_symbols; symbol++)
            task->next[state][symbol] = (uint8_t)((state + (symbol == 1)) % modulus);
}

static void make_parity(const struct rg_parity_settings *settings, uint64_t key,
                        struct rg_task *task)
{
    (void)settings;
    (void)key;
    count_ones(2, task);
    task->output[1] = 1;
}

static void make_modulo(const struct rg_parity_settings *settings, uint64_t key,
                        struct rg_task *task)
{
    (void)key;
    count_ones(settings->modulus, task);
    task->output[0] = 1;
}

static void make_table(const struct rg_parity_settings *settings, uint64_t key,
                       struct rg_task *task)
{
    (void)key;
    task->n_states = (int)settings->task_outputs.n;
    for (int64_t i = 0; i < settings->task_transitions.n; i++)
        task->next[i / task->n_symbols][i % task->n_symbols] =
            (uint8_t)settings->task_transitions.values[i];
    for (int state = 0; state < RG_TASK_STATES; state++)
        task->output[state] = (uint8_t)settings->task_outputs.values[state];
}

/* ---- random automata ------------------------------------------------------------------------------- */

static uint8_t draw_successor(const struct rg_parity_settings *settings, struct rg_rng *rng,
                              int state, struct rg_task *task)
{
    const bool fresh = state == 0 || rg_rng_uniform(rng) < settings->p_new;
    if (fresh && task->n_states < settings->task_states)
        return (uint8_t)task->n_states++;
    return (uint8_t)(1 + rg_rng_below(rng, (uint64_t)task->n_states - 1));
}

static void draw(const struct rg_parity_settings *settings, struct rg_rng *rng,
                 struct rg_task *task)
{
    task->n_states = 1;
    for (int state = 0; state < task->n_states; state++)
        for (int64_t symbol = 0; symbol < task->n_symbols; symbol++)
            task->next[state][symbol] = draw_successor(settings, rng, state, task);
    for (int state = 0; state < RG_TASK_STATES; state++)
        task->output[state] = (uint8_t)rg_rng_below(rng, 2);
}

/* Have all strings but the empty one, which leads to state 0 alone, the same class? */
static bool is_constant(const struct rg_task *task)
{
    for (int state = 2; state < task->n_states; state++)
        if (task->output[state] != task->output[1])
            return false;
    return true;
}

/* Each attempt has a sub-stream of its own. */
static void make_random(const struct rg_parity_settings *settings, uint64_t key,
                        struct rg_task *task)
{
    uint64_t attempt = 0;
    do {
        struct rg_rng rng = rg_rng_make(key, attempt++, 0);
        draw(settings, &rng, task);
    } while (is_constant(task));
}

struct rg_task rg_task_of(const struct rg_parity_settings *settings, uint64_t key)
{
    static void (*const make[])(const struct rg_parity_settings *, uint64_t, struct rg_task *) = {
        [RG_PARITY] = make_parity,
        [RG_MODULO] = make_modulo,
        [RG_RANDOM_AUTOMATON] = make_random,
        [RG_TABLE] = make_table,
    };
    struct rg_task task = {.n_symbols = settings->n_symbols};
    make[settings->task](settings, key, &task);
    return task;
}

int rg_task_state(const struct rg_task *task, int length, uint32_t code)
{
    uint8_t symbols[RG_LENGTH_MAX];
    int state = 0;
    rg_string_symbols(task->n_symbols, length, code, symbols);
    for (int t = 0; t < length; t++)
        state = task->next[state][symbols[t]];
    return state;
}

int rg_task_target(const struct rg_task *task, int length, uint32_t code)
{
    return task->output[rg_task_state(task, length, code)];
}

/* Can continuations of one symbol more tell two states apart? */
static bool differ_later(const struct rg_task *task, bool (*differ)[RG_TASK_STATES], int a, int b)
{
    for (int64_t symbol = 0; symbol < task->n_symbols; symbol++)
        if (differ[task->next[a][symbol]][task->next[b][symbol]])
            return true;
    return false;
}

void rg_task_equivalent(const struct rg_task *task, uint8_t equivalent[RG_TASK_STATES])
{
    bool differ[RG_TASK_STATES][RG_TASK_STATES];
    const int n = task->n_states;
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++)
            differ[a][b] = task->output[a] != task->output[b];
    for (int length = 1; length < n; length++) /* longer continuations tell no more states apart */
        for (int a = 0; a < n; a++)
            for (int b = 0; b < n; b++)
                differ[a][b] |= differ_later(task, differ, a, b);
    for (int a = n - 1; a >= 0; a--)
        for (int b = a; b >= 0; b--)
            if (!differ[a][b])
                equivalent[a] = (uint8_t)b;
}
