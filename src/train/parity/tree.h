/* All strings up to a length, visited in blocks of neighbours with the hidden states they lead to. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"

struct rg_tree;

struct rg_block { /* the strings first .. first + n - 1 of one length; states 0 .. n - 1 */
    int length;
    uint32_t first;
    int64_t n;
    const struct rg_parity *net;
    const struct rg_states *states;
    double (*outputs)[2]; /* [n] of those states */
};

enum { RG_BLOCK = 256 }; /* strings in a block at most */

struct rg_visitor {
    int length; /* of the longest strings that it wants to see */
    void (*visit)(void *context, const struct rg_block *block);
    void *context;
};

/* Room for walks over strings to this length. The network must outlive the tree. */
enum rg_status rg_tree_create(const struct rg_parity *net, int length,
                              struct rg_tree **tree) RG_MUST_CHECK;
void rg_tree_destroy(struct rg_tree **tree);

/* Shows every visitor each string to its length once, the empty one too. A string comes after its
 * prefixes, and those of one length come in ascending order. Ticks between blocks.                 */
enum rg_status rg_tree_walk(struct rg_tree *tree, int n_visitors, const struct rg_visitor *visitors,
                            const struct rg_tick *tick) RG_MUST_CHECK;
