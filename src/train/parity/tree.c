/* Depth first over blocks: the children of a block are one block, or several where they would be too many.
 * Every string costs one step of the network, whatever its length, and memory grows with the depth
 * and not with the number of strings.                                                              */
#include "train/parity/tree.h"

#include "regime/memory.h"
#include "train/parity/strings.h"

struct rg_tree {
    const struct rg_parity *net;
    int length;
    struct rg_states *states[RG_LENGTH_MAX + 1]; /* [length + 1]: the block of each depth */
};

struct walk {
    struct rg_tree *tree;
    int length; /* of the longest strings that any visitor wants to see */
    int n_visitors;
    const struct rg_visitor *visitors;
    const struct rg_tick *tick;
};

enum rg_status rg_tree_create(const struct rg_parity *net, int length, struct rg_tree **tree)
{
    RG_TRY(rg_alloc(tree, 1, sizeof **tree));
    (*tree)->net = net;
    (*tree)->length = length;
    const int64_t n_symbols = rg_parity_settings(net)->n_symbols;
    for (int depth = 0; depth <= length; depth++) {
        const int64_t strings = rg_n_strings(n_symbols, depth);
        RG_TRY(rg_states_create(net, strings < RG_BLOCK ? strings : RG_BLOCK,
                                &(*tree)->states[depth]));
    }
    return RG_OK;
}

void rg_tree_destroy(struct rg_tree **tree)
{
    if (!*tree)
        return;
    for (int depth = 0; depth <= (*tree)->length; depth++)
        rg_states_destroy(&(*tree)->states[depth]);
    rg_free(tree);
}

static void show(const struct walk *walk, int depth, uint32_t first, int64_t n)
{
    double outputs[RG_BLOCK][2];
    const struct rg_block block = {depth,  first, n, walk->tree->net, walk->tree->states[depth],
                                   outputs};
    rg_states_outputs(block.net, block.states, 0, n, outputs[0]);
    for (int v = 0; v < walk->n_visitors; v++)
        if (depth <= walk->visitors[v].length)
            walk->visitors[v].visit(walk->visitors[v].context, &block);
}

static enum rg_status descend(const struct walk *walk, int depth, uint32_t first, int64_t n)
{
    show(walk, depth, first, n);
    if (depth == walk->length)
        return RG_OK;
    RG_TRY(rg_tick(walk->tick));
    struct rg_states **states = &walk->tree->states[depth];
    const int64_t n_symbols = rg_parity_settings(walk->tree->net)->n_symbols;
    for (int64_t done = 0, parents; done < n; done += parents) {
        parents = n - done < RG_BLOCK / n_symbols ? n - done : RG_BLOCK / n_symbols;
        rg_states_expand(walk->tree->net, states[0], done, parents, states[1]);
        RG_TRY(descend(walk, depth + 1, (uint32_t)n_symbols * (first + (uint32_t)done),
                       n_symbols * parents));
    }
    return RG_OK;
}

enum rg_status rg_tree_walk(struct rg_tree *tree, int n_visitors, const struct rg_visitor *visitors,
                            const struct rg_tick *tick)
{
    struct walk walk = {tree, 0, n_visitors, visitors, tick};
    for (int v = 0; v < n_visitors; v++)
        if (visitors[v].length > walk.length)
            walk.length = visitors[v].length;
    rg_states_start(tree->net, tree->states[0], 1);
    RG_TRY(descend(&walk, 0, 0, 1));
    return RG_OK;
}
