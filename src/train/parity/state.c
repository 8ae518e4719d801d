/* What training changes in a network: where it stands in the data, the loss of the epoch so far, the
 * parameters, and what the measures gather meanwhile. The batches of the epoch under way are dealt again.                                    */
#include "train/cells.h"
#include "train/parity/measurement.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"
#include "train/parity/tables.h"

void rg_parity_state(void *context, const struct rg_mover *mover)
{
    struct rg_parity *net = context;
    mover->move(mover->context, &net->epoch, sizeof net->epoch);
    mover->move(mover->context, &net->group, sizeof net->group);
    mover->move(mover->context, &net->batch, sizeof net->batch);
    mover->move(mover->context, &net->loss, sizeof net->loss);
    mover->move(mover->context, net->own, rg_parity_size(net));
    rg_measures_state(net->measures, mover);
}

void rg_parity_resumed(void *context)
{
    struct rg_parity *net = context;
    net->kernels->refresh(&net->rnn);
    if (net->batch > 0)
        rg_order_deal(&net->order, &net->order.groups[net->group],
                      rg_parity_key(net, RG_STREAM_ORDER), net->epoch);
}

/* A block of parameters has hidden + n_symbols + 4 vectors and two biases of the outputs, and the padding of each. */
size_t rg_parity_state_max(const void *largest, const int team[2])
{
    const struct rg_parity_settings *s = largest;
    const size_t padded = (size_t)s->hidden + RG_GEMM_PAD;
    const size_t block = (padded * (padded + (size_t)s->n_symbols + 4) + RG_GEMM_PAD) *
                         (rg_parity_wide(s) ? sizeof(double) : sizeof(float));
    (void)team;
    return 4 * sizeof(double) + block + rg_measures_state_max(s, block);
}

/* ---- from kept weights ------------------------------------------------------------------------------ */

/* See put_tensor in measure.c: a matrix lies in the corner of a larger one. */
static void get_tensor(const struct rg_parity *net, enum rg_tensor_name name,
                       const struct rg_row *row, double *values)
{
    const int column = (int)RG_COL_W_IN + (int)name;
    const struct rg_tensor *tensor = rg_parity_tensor(net, name);
    const int64_t stored = rg_row_sizes(row, column)[1];
    const int64_t stride = stored > 0 ? stored : 1;
    for (int64_t r = 0; r < tensor->rows; r++)
        for (int64_t c = 0; c < tensor->cols; c++)
            values[tensor->offset + r * tensor->cols + c] = rg_row_get(row, column, r * stride + c);
}

void rg_parity_restore(void *context, const struct rg_row *row)
{
    struct rg_parity *net = context;
    for (int name = 0; name < RG_N_TENSORS; name++)
        get_tensor(net, (enum rg_tensor_name)name, row, net->measures->now);
    rg_parameters_set(net, net->measures->now);
}

const char *rg_parity_of_course(const void *settings)
{
    return ((const struct rg_parity_settings *)settings)->spread == RG_SPREAD_RUN
               ? "spread = \"run\""
               : NULL;
}
