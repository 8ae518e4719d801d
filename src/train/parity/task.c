/* The tasks, as automata. */
#include "train/parity/task.h"

#include <stdbool.h>

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

struct rg_task rg_task_of(const struct rg_parity_settings *settings, uint64_t key)
{
    static void (*const make[])(const struct rg_parity_settings *, uint64_t, struct rg_task *) = {
        [RG_PARITY] = make_parity,
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
