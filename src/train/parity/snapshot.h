/* Hidden states and outputs of all strings into a row's cells, in the order of automaton.h. */
#pragma once

#include "train/parity/tree.h"

struct rg_snapshot {
    int length; /* of the longest strings */
    const struct rg_row *row;
    double *state; /* [hidden] scratch, the caller's */
};

/* The visitor that fills the cells in the course of a walk over a tree. */
struct rg_visitor rg_snapshot_visitor(struct rg_snapshot *snapshot);
