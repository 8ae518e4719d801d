/* How the states of an automaton came from those of the record before: which merged, which split.
 *
 * A state that holds strings of k former states counts k - 1 mergers, a former state whose strings lie in k states
 * now k - 1 splits: the number of states changes by splits - mergers.                                */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

struct rg_changes {
    int64_t n_mergers, n_splits;
};

struct rg_lineage;

/* Of n_automata at once, each of them a partition of n_strings strings. */
enum rg_status rg_lineage_create(int64_t n_automata, int64_t n_strings,
                                 struct rg_lineage **lineage) RG_MUST_CHECK;
void rg_lineage_destroy(struct rg_lineage **lineage);

/* Is there a record before? */
bool rg_lineage_begun(const struct rg_lineage *lineage, int64_t automaton);

/* Changes since the record before; all those of the records together if `whole`. states[n_strings]. */
struct rg_changes rg_lineage_changes(struct rg_lineage *lineage, int64_t automaton,
                                     const int32_t *states, int64_t n_states, bool whole);

/* A record: what is compared with from the next rg_lineage_advance on, when the measure is over. One that is broken
 * off between the two is done again and must find what it found.                                     */
void rg_lineage_record(struct rg_lineage *lineage, int64_t automaton, const int32_t *states,
                       int64_t n_states);
void rg_lineage_advance(struct rg_lineage *lineage);

/* Its part of a state of training: see struct rg_model. */
void rg_lineage_move(struct rg_lineage *lineage, const struct rg_mover *mover);
size_t rg_lineage_size(int64_t n_automata, int64_t n_strings); /* bytes moved */
