/* The prefix tree of a batch: a node is a distinct prefix of its strings, so that what strings share is
 * worked out once. Internal nodes (those with children) come first, depth by depth, then the leaves. */
#pragma once

#include <stdint.h>

#include "regime/status.h"
#include "train/parity/strings.h"

struct rg_trie {
    int64_t n_symbols;
    int64_t n_strings, n_internal, n_nodes;
    int depth; /* of the deepest string: internal nodes have depth 0 .. depth - 1 */
    int32_t first[RG_LENGTH_MAX + 1]; /* internal nodes of depth d: first[d] .. first[d + 1] - 1 */
    int32_t *child;                   /* [n_internal][n_symbols] node after each symbol; -1: none */
    int32_t *end;                     /* [n_strings] node of the whole string */
    int32_t *string_at;               /* [n_nodes] the string that ends there; -1: none */
    uint8_t *
        shared; /* [n_strings + 1] symbols that a string has in common with the one before; ends 0 */
};

/* Room for any `n_strings` distinct strings of length 1..max_length over n_symbols symbols. Its largest sizes are left in
 * n_strings, n_internal, n_nodes. Free with rg_trie_free.                                          */
enum rg_status rg_trie_init(struct rg_trie *trie, int64_t n_symbols, int64_t n_strings,
                            int max_length) RG_MUST_CHECK;
void rg_trie_free(struct rg_trie *trie);

/* Most internal nodes of such a trie. */
int64_t rg_trie_largest(int64_t n_symbols, int64_t n_strings, int max_length);

/* The tree of n distinct strings; their keys ascend. */
void rg_trie_build(struct rg_trie *trie, int64_t n, const uint32_t *keys);
