/* The automaton that a network's hidden states trace out (van Rossem and Saxe 2025, appendix A).
 *
 * Rows stand in the lexicographic order of the strings of length 1..length, 0 < 00 < 000 < ...
 * < 01 < ... < 1 < ..., and the initial state h_0 comes last.                                      */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/reduce.h"
#include "train/parity/task.h"

/* Number of rows: all strings of length 1..length, and h_0. */
int64_t rg_automaton_n_rows(int64_t n_symbols, int64_t length);

/* Row of the string of length n whose code is `string`. */
int64_t rg_automaton_row(int64_t n_symbols, int64_t length, int64_t n, uint32_t string);

struct rg_automaton_size {
    int64_t n_states;
    int64_t n_exit;      /* states that lack a transition */
    int64_t n_conflicts; /* transitions on which the strings of a state do not agree */
    bool is_finite;      /* no state lacks one */
};

struct rg_automaton;

enum rg_status rg_automaton_create(int64_t n_symbols, int64_t length, int64_t n_units,
                                   struct rg_automaton **automaton) RG_MUST_CHECK;
void rg_automaton_destroy(struct rg_automaton **automaton);

/* Takes new hidden states, rows[n_rows][n_units]; they are referred to until the next call. */
void rg_automaton_load(struct rg_automaton *automaton, const double *rows);

/* What merge distances are multiples of: the spread of the rows as rg_cluster_spread has it, unless another
 * is set, until the next rows come.                                                                 */
double rg_automaton_spread(const struct rg_automaton *automaton);
void rg_automaton_set_spread(struct rg_automaton *automaton, double spread);

/* Clusters with eps = factor * spread and reads off the transitions and outputs. classes[n_rows]: the network's
 * answer at each row; a state's is that of its first string.                                         */
enum rg_status rg_automaton_extract(struct rg_automaton *automaton, double factor,
                                    const uint8_t *classes, const struct rg_tick *tick,
                                    struct rg_automaton_size *size) RG_MUST_CHECK;

/* After an extraction: is it finite, free of conflicts, and right on every non-empty string? */
bool rg_automaton_learned(struct rg_automaton *automaton, const struct rg_automaton_size *size,
                          const struct rg_task *task);

/* After an extraction: the automaton itself, from h_0's state on. Owned by the automaton, until the next one. */
struct rg_dfa rg_automaton_dfa(const struct rg_automaton *automaton,
                               const struct rg_automaton_size *size);

/* Likewise: a shortest string of each state, of these the first in order; length[n_states], code[n_states]. */
void rg_automaton_examples(const struct rg_automaton *automaton, int64_t n_states, int32_t *length,
                           uint32_t *code);

/* After an extraction: the state of each row, [n_rows], and the transitions, [n_states][n_symbols]
 * with -1 where there is none. Owned by the automaton.                                             */
const int32_t *rg_automaton_states(const struct rg_automaton *automaton);
const int32_t *rg_automaton_transitions(const struct rg_automaton *automaton);
