/* The least automaton that gives every string the same output. */
#pragma once

#include <stdint.h>

#include "regime/status.h"

struct rg_dfa { /* a finite automaton with an output for each state */
    int64_t n_states, initial;
    int n_symbols;
    const int32_t *next;   /* [n_states][n_symbols]; -1: there is none */
    const uint8_t *output; /* [n_states] */
};

struct rg_reducer;

enum rg_status rg_reducer_create(int64_t n_states_max, int n_symbols,
                                 struct rg_reducer **reducer) RG_MUST_CHECK;
void rg_reducer_destroy(struct rg_reducer **reducer);

/* Drops the states that no string leads to and merges those that no continuation tells apart. An initial state that no
 * non-empty string leads to stands for the empty one alone, whose output is no matter: it is one with the first state
 * that has its transitions, where there is such a state. States are numbered as a breadth-first search from the initial one, 0, finds them, symbols ascending: equal languages
 * give equal tables. n_states = 0 where a state that is reached lacks a transition. Owned by the reducer. */
struct rg_dfa rg_reduce(struct rg_reducer *reducer, const struct rg_dfa *dfa);
