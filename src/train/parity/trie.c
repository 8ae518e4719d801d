/* Builds the prefix tree of a batch from its strings in lexicographic order: neighbours share a path
 * down to their longest common prefix, and a string adds the nodes below it. One pass counts the
 * internal nodes of each depth, one numbers them.                                                 */
#include "train/parity/trie.h"

#include <string.h>

#include "regime/memory.h"

int64_t rg_trie_largest(int64_t n_symbols, int64_t n_strings, int max_length)
{
    int64_t n = 0;
    for (int64_t d = 0, prefixes = 1; d < max_length; d++) {
        n += prefixes;
        prefixes = prefixes * n_symbols < n_strings ? prefixes * n_symbols : n_strings;
    }
    return n;
}

enum rg_status rg_trie_init(struct rg_trie *trie, int64_t n_symbols, int64_t n_strings,
                            int max_length)
{
    *trie = (struct rg_trie){.n_symbols = n_symbols, .n_strings = n_strings, .depth = max_length};
    trie->n_internal = rg_trie_largest(n_symbols, n_strings, max_length);
    trie->n_nodes = trie->n_internal + n_strings;
    RG_TRY(rg_alloc(&trie->child, (size_t)(trie->n_internal * n_symbols), sizeof *trie->child));
    RG_TRY(rg_alloc(&trie->end, (size_t)n_strings, sizeof *trie->end));
    RG_TRY(rg_alloc(&trie->string_at, (size_t)trie->n_nodes, sizeof *trie->string_at));
    RG_TRY(rg_alloc(&trie->shared, (size_t)n_strings + 1, sizeof *trie->shared));
    return RG_OK;
}

void rg_trie_free(struct rg_trie *trie)
{
    rg_free(&trie->child);
    rg_free(&trie->end);
    rg_free(&trie->string_at);
    rg_free(&trie->shared);
}

/* Length of the longest common prefix of two strings whose symbols take so many bits. */
static int common(int bits, uint32_t a, uint32_t b)
{
    const int la = rg_key_length(a), lb = rg_key_length(b);
    const int shorter = la < lb ? la : lb;
    const uint32_t differ = (a ^ b) >> RG_KEY_LENGTH_BITS << RG_KEY_LENGTH_BITS;
    const int same = differ ? __builtin_clz(differ) / bits : RG_LENGTH_MAX;
    return same < shorter ? same : shorter;
}

/* First depth at which string i has a node of its own, and the last at which its node is internal:
 * its end is internal only if the next string goes on from there.                                  */
struct span {
    int length, fresh, internal;
};

static struct span span_of(const struct rg_trie *trie, int64_t i, const uint32_t *keys)
{
    const int length = rg_key_length(keys[i]);
    const bool goes_on = trie->shared[i + 1] == length;
    return (struct span){length, trie->shared[i] + 1, goes_on ? length : length - 1};
}

static void compare_neighbours(struct rg_trie *trie, int64_t n, const uint32_t *keys)
{
    const int bits = rg_symbol_bits(trie->n_symbols);
    trie->shared[0] = trie->shared[n] = 0;
    for (int64_t i = 1; i < n; i++)
        trie->shared[i] = (uint8_t)common(bits, keys[i - 1], keys[i]);
}

static void count_internal(struct rg_trie *trie, int64_t n, const uint32_t *keys)
{
    int32_t count[RG_LENGTH_MAX + 1] = {1};
    trie->depth = 0;
    for (int64_t i = 0; i < n; i++) {
        const struct span span = span_of(trie, i, keys);
        trie->depth = span.length > trie->depth ? span.length : trie->depth;
        for (int d = span.fresh; d <= span.internal; d++)
            count[d]++;
    }
    trie->first[0] = 0;
    for (int d = 0; d < RG_LENGTH_MAX; d++)
        trie->first[d + 1] = trie->first[d] + count[d];
    trie->n_strings = n;
    trie->n_internal = trie->first[RG_LENGTH_MAX];
    trie->n_nodes = trie->n_internal;
}

void rg_trie_build(struct rg_trie *trie, int64_t n, const uint32_t *keys)
{
    compare_neighbours(trie, n, keys);
    count_internal(trie, n, keys);
    const int64_t n_symbols = trie->n_symbols;
    const int bits = rg_symbol_bits(n_symbols);
    memset(trie->child, -1, (size_t)(trie->n_internal * n_symbols) * sizeof *trie->child);
    memset(trie->string_at, -1, (size_t)trie->n_internal * sizeof *trie->string_at);
    int32_t next[RG_LENGTH_MAX + 1], path[RG_LENGTH_MAX + 1] = {0};
    memcpy(next, trie->first, sizeof next);
    for (int64_t i = 0; i < n; i++) {
        const struct span span = span_of(trie, i, keys);
        for (int d = span.fresh; d <= span.length; d++) {
            const uint32_t symbol = keys[i] << bits * (d - 1) >> (RG_KEY_BITS - bits);
            path[d] = d <= span.internal ? next[d]++ : (int32_t)trie->n_nodes++;
            trie->child[path[d - 1] * n_symbols + symbol] = path[d];
        }
        trie->end[i] = path[span.length];
        trie->string_at[path[span.length]] = (int32_t)i;
    }
}
