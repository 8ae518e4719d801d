/* What training changes in a network, as bytes: where it stands in the data, the loss of the epoch so far, the
 * parameters. The batches of the epoch under way are dealt again.                                    */
#include <string.h>

#include "train/parity/net.h"
#include "train/parity/parity.h"

struct place {
    int64_t epoch, group, batch;
    double loss;
};

static size_t block_size(const struct rg_parity *net)
{
    return (size_t)net->rnn.n * rg_real_size(net);
}

size_t rg_parity_state_size(const void *net)
{
    return sizeof(struct place) + block_size(net);
}

/* A block of parameters has hidden + 6 vectors and two biases of the outputs, and the padding of each. */
size_t rg_parity_state_max(const void *largest, const int team[2])
{
    const struct rg_parity_settings *s = largest;
    const size_t padded = (size_t)s->hidden + RG_GEMM_PAD;
    (void)team;
    return sizeof(struct place) + (padded * (padded + 6) + RG_GEMM_PAD) * sizeof(double);
}

void rg_parity_save(const void *context, void *state)
{
    const struct rg_parity *net = context;
    const struct place place = {net->epoch, net->group, net->batch, net->loss};
    memcpy(state, &place, sizeof place);
    memcpy((char *)state + sizeof place, net->swapped ? net->initial : net->rnn.parameters,
           block_size(net));
}

void rg_parity_load(void *context, const void *state)
{
    struct rg_parity *net = context;
    struct place place;
    memcpy(&place, state, sizeof place);
    memcpy(net->rnn.parameters, (const char *)state + sizeof place, block_size(net));
    net->kernels->refresh(&net->rnn);
    net->epoch = place.epoch;
    net->group = (int)place.group;
    net->batch = place.batch;
    net->loss = place.loss;
    if (net->batch > 0)
        rg_order_deal(&net->order, &net->order.groups[net->group],
                      rg_parity_key(net, RG_STREAM_ORDER), net->epoch);
}
