/* The columns of a proof. */
#include "train/cells.h"
#include "train/parity/measurement.h"
#include "train/parity/prove.h"
#include "train/parity/tables.h"

static void put_counterexample(const struct rg_row *row, const struct rg_runs *runs)
{
    rg_row_put(row, RG_COL_COUNTEREXAMPLE_LENGTH, 0, (double)runs->length);
    for (int i = 0; i < runs->n; i++) {
        rg_row_put(row, RG_COL_COUNTEREXAMPLE_SYMBOL, i, runs->symbols[i]);
        rg_row_put(row, RG_COL_COUNTEREXAMPLE_COUNT, i, runs->counts[i]);
    }
}

static void put_proof(const struct rg_row *row, const struct rg_proof *proof)
{
    rg_row_put(row, RG_COL_VERDICT, 0, proof->verdict);
    rg_row_put(row, RG_COL_PROVED, 0, proof->verdict == RG_PROVED);
    rg_row_put(row, RG_COL_PROVED_FLOAT, 0,
               proof->verdict == RG_PROVED && proof->float_error <= proof->delta);
    rg_row_put(row, RG_COL_GENERALISATION_LENGTH, 0, (double)proof->generalisation_length);
    rg_row_put(row, RG_COL_PROVE_DELTA, 0, proof->delta);
    rg_row_put(row, RG_COL_PROVE_FLOAT_ERROR, 0, proof->float_error);
    rg_row_put(row, RG_COL_PROVE_NODES, 0, proof->n_nodes);
    rg_row_put(row, RG_COL_SLOW_RADIUS, 0, proof->slow_radius);
    if (proof->verdict == RG_PROVED)
        rg_row_put(row, RG_COL_PROVED_FROM, 0, (double)proof->from);
    rg_row_put(row, RG_COL_REFUTED_LENGTH, 0, (double)proof->refuted_length);
    put_counterexample(row, &proof->counterexample);
}

enum rg_status rg_measure_proof(const struct rg_measurement *m)
{
    const int64_t needed = m->row->moment == RG_AT_RECORD ? RG_PROVE_RECORDS : RG_PROVE_END;
    struct rg_proof proof;
    if (m->settings->prove < needed)
        return RG_OK;
    rg_parity_parameters(m->net, m->measures->now);
    const struct rg_weights weights = rg_weights_view(m->net, m->measures->now);
    RG_TRY(rg_prove(&weights, rg_parity_task(m->net), rg_parity_key(m->net, RG_STREAM_VALIDATION),
                    m->tick, &proof));
    put_proof(m->row, &proof);
    return RG_OK;
}
