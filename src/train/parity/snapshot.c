/* A visitor of the tree of all strings that puts each state into its place of the record. */
#include "train/parity/snapshot.h"

#include "train/cells.h"
#include "train/parity/automaton.h"
#include "train/parity/tables.h"

static void visit(void *context, const struct rg_block *block)
{
    const struct rg_snapshot *snapshot = context;
    const int64_t hidden = rg_parity_settings(block->net)->hidden;
    for (int64_t i = 0; i < block->n; i++) {
        const int64_t string =
            rg_automaton_row(rg_parity_settings(block->net)->n_symbols, snapshot->length,
                             block->length, block->first + (uint32_t)i);
        rg_states_hidden(block->net, block->states, i, 1, snapshot->state);
        for (int64_t unit = 0; unit < hidden; unit++)
            rg_row_put_at(snapshot->row, RG_COL_SNAPSHOT_HIDDEN, string, unit,
                          snapshot->state[unit]);
        for (int64_t output = 0; output < 2; output++)
            rg_row_put_at(snapshot->row, RG_COL_SNAPSHOT_OUTPUT, string, output,
                          block->outputs[i][output]);
    }
}

struct rg_visitor rg_snapshot_visitor(struct rg_snapshot *snapshot)
{
    return (struct rg_visitor){snapshot->length, visit, snapshot};
}
