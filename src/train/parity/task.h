/* What the network is to learn: a finite automaton over the symbols 0 and 1; a string's target is the
 * output of the state that it ends in.                                                             */
#pragma once

#include <stdint.h>

enum { RG_TASK_STATES = 8 };

struct rg_task { /* state 0 is where every string begins */
    int n_states;
    uint8_t next[RG_TASK_STATES][2];
    uint8_t output[RG_TASK_STATES];
};

/* The task with this value of the knob `task`. Static memory. */
const struct rg_task *rg_task_find(int64_t task);

/* Target class of the string of `length` symbols whose first is the code's highest of `length` bits. */
int rg_task_target(const struct rg_task *task, int length, uint32_t code);
