/* What training changes in a network: where it stands in the data, the loss of the epoch so far, the
 * parameters, and what the measures gather meanwhile. The batches of the epoch under way are dealt again.                                    */
#include "train/parity/measure.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"

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
