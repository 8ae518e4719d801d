/* A visitor of the tree of all strings that puts each state into its row. */
#include "train/parity/collect.h"

#include "train/parity/automaton.h"
#include "train/parity/evaluate.h"

static void visit(void *context, const struct rg_block *block)
{
    const struct rg_collection *collection = context;
    const int64_t hidden = rg_parity_settings(block->net)->hidden;
    const int64_t n_symbols = rg_parity_settings(block->net)->n_symbols;
    for (int64_t i = 0; i < block->n; i++) {
        const int64_t row = rg_automaton_row(n_symbols, collection->length, block->length,
                                             block->first + (uint32_t)i);
        rg_states_hidden(block->net, block->states, i, 1, collection->rows + row * hidden);
        if (collection->classes)
            collection->classes[row] = block->length > 0 && rg_class(block->outputs[i]);
    }
}

struct rg_visitor rg_collection_visitor(struct rg_collection *collection)
{
    return (struct rg_visitor){collection->length, visit, collection};
}
