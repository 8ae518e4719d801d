/* Blocks of hidden states for the measures, whatever the number type. */
#include <string.h>

#include "regime/memory.h"
#include "train/parity/net.h"

struct rg_states {
    void *h; /* [capacity][stride] in the network's number type */
};

static void *state(const struct rg_parity *net, const struct rg_states *states, int64_t i)
{
    return (char *)states->h + (size_t)(i * net->rnn.stride) * rg_real_size(net);
}

enum rg_status rg_states_create(const struct rg_parity *net, int64_t capacity,
                                struct rg_states **states)
{
    RG_TRY(rg_alloc(states, 1, sizeof **states));
    RG_TRY(rg_alloc(&(*states)->h, (size_t)(capacity * net->rnn.stride), rg_real_size(net)));
    return RG_OK;
}

void rg_states_destroy(struct rg_states **states)
{
    if (*states)
        rg_free(&(*states)->h);
    rg_free(states);
}

void rg_states_start(const struct rg_parity *net, struct rg_states *states, int64_t n)
{
    net->kernels->start(&net->rnn, n, states->h);
}

void rg_states_advance(const struct rg_parity *net, struct rg_states *states, int64_t n,
                       const uint8_t *symbols)
{
    net->kernels->advance(&net->rnn, n, symbols, states->h);
}

void rg_states_expand(const struct rg_parity *net, const struct rg_states *parents, int64_t first,
                      int64_t n, struct rg_states *children)
{
    net->kernels->expand(&net->rnn, n, state(net, parents, first), children->h);
}

void rg_states_outputs(const struct rg_parity *net, const struct rg_states *states, int64_t first,
                       int64_t n, double *outputs)
{
    net->kernels->outputs(&net->rnn, n, state(net, states, first), outputs);
}

void rg_states_copy(const struct rg_parity *net, const struct rg_states *from, int64_t i,
                    struct rg_states *to, int64_t j)
{
    memmove(state(net, to, j), state(net, from, i), (size_t)net->rnn.stride * rg_real_size(net));
}

bool rg_states_equal(const struct rg_parity *net, const struct rg_states *a, int64_t i,
                     const struct rg_states *b, int64_t j)
{
    return memcmp(state(net, a, i), state(net, b, j),
                  (size_t)net->rnn.stride * rg_real_size(net)) == 0;
}

static void widen(int64_t n, const float *from, double *to)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = from[i];
}

void rg_states_hidden(const struct rg_parity *net, const struct rg_states *states, int64_t first,
                      int64_t n, double *hidden)
{
    const int64_t units = net->settings->hidden;
    for (int64_t i = 0; i < n; i++) {
        const void *h = state(net, states, first + i);
        if (net->settings->precision == RG_DOUBLE)
            memcpy(hidden + i * units, h, (size_t)units * sizeof *hidden);
        else
            widen(units, h, hidden + i * units);
    }
}
