/* Hidden states of all strings to a length as rows of doubles, and the classes that the network answers
 * with, in the order of automaton.h.                                                                */
#pragma once

#include "train/parity/tree.h"

struct rg_collection {
    int length;       /* of the longest strings */
    double *rows;     /* [rg_automaton_n_rows(n_symbols, length)][hidden], the caller's */
    uint8_t *classes; /* likewise, or NULL; the empty string has class 0 */
};

/* The visitor that fills the rows in the course of a walk over a tree. */
struct rg_visitor rg_collection_visitor(struct rg_collection *collection);
