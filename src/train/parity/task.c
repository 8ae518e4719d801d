/* The tasks, as automata. */
#include "train/parity/task.h"

static const struct rg_task parity = {
    .n_states = 2,
    .next = {{0, 1}, {1, 0}},
    .output = {0, 1},
};

static const struct rg_task *const tasks[] = {&parity}; /* in the order of the knob's choices */

const struct rg_task *rg_task_find(int64_t task)
{
    return tasks[task];
}

int rg_task_target(const struct rg_task *task, int length, uint32_t code)
{
    int state = 0;
    for (int t = length - 1; t >= 0; t--)
        state = task->next[state][code >> t & 1];
    return task->output[state];
}
