/* What the network is to learn: a finite automaton; a string's target is the output of the state that it
 * ends in.                                                                                          */
#pragma once

#include <stdint.h>

#include "train/parity/settings.h"

struct rg_task { /* state 0 is where every string begins */
    int64_t n_symbols;
    int n_states;
    uint8_t next[RG_TASK_STATES][RG_SYMBOLS_MAX];
    uint8_t output[RG_TASK_STATES];
};

/* The task that the settings name; a random one is a function of the key. */
struct rg_task rg_task_of(const struct rg_parity_settings *settings, uint64_t key);

/* The state that a string ends in, and its target class. */
int rg_task_state(const struct rg_task *task, int length, uint32_t code);
int rg_task_target(const struct rg_task *task, int length, uint32_t code);

/* equivalent[n_states]: the first state from which every continuation, the empty one too, has the target that
 * it has from this one.                                                                             */
void rg_task_equivalent(const struct rg_task *task, uint8_t equivalent[RG_TASK_STATES]);
