/* Gradients of the outputs with respect to all parameters, one string at a time, in double: the rows
 * whose products are the neural tangent kernel. Plain back-propagation through time.                */
#include <math.h>
#include <string.h>

#include "train/parity/net.h"

struct unrolled { /* one string, its states one after the other */
    const struct rg_parity *net;
    const double *parameters; /* as rg_parity_parameters orders them */
    double *states;           /* [length + 1][hidden] */
    double *delta;            /* [hidden] */
    int length;
    uint32_t code;
};

static const double *tensor(const struct unrolled *u, enum rg_tensor_name name)
{
    return u->parameters + u->net->tensors[name].offset;
}

static int symbol(const struct unrolled *u, int t) /* t = 1 .. length */
{
    return (int)(u->code >> (u->length - t) & 1);
}

static double act(const struct unrolled *u, double z)
{
    return u->net->settings->activation == RG_TANH ? tanh(z) : fmax(z, 0);
}

static double slope(const struct unrolled *u, double h)
{
    return u->net->settings->activation == RG_TANH ? 1 - h * h : h > 0;
}

static void unroll(const struct unrolled *u)
{
    const int64_t n = u->net->settings->hidden;
    const double *w_in = tensor(u, RG_W_IN), *w_h = tensor(u, RG_W_H);
    const double *b_in = tensor(u, RG_B_IN), *b_h = tensor(u, RG_B_H);
    for (int64_t i = 0; i < n; i++)
        u->states[i] = 1;
    for (int t = 1; t <= u->length; t++) {
        const double *before = u->states + (t - 1) * n;
        double *now = u->states + t * n;
        for (int64_t i = 0; i < n; i++) {
            double z = b_in[i] + b_h[i] + w_in[2 * i + symbol(u, t)];
            for (int64_t j = 0; j < n; j++)
                z += w_h[i * n + j] * before[j];
            now[i] = act(u, z);
        }
    }
}

/* One step back: delta is the gradient after symbol t and becomes that before it. */
static void step_back(const struct unrolled *u, int t, double *row, double *scratch)
{
    const int64_t n = u->net->settings->hidden;
    const double *before = u->states + (t - 1) * n, *now = u->states + t * n;
    const double *w_h = tensor(u, RG_W_H);
    const struct rg_tensor *tensors = u->net->tensors;
    memset(scratch, 0, (size_t)n * sizeof *scratch);
    for (int64_t i = 0; i < n; i++) {
        const double dz = u->delta[i] * slope(u, now[i]);
        row[tensors[RG_W_IN].offset + 2 * i + symbol(u, t)] += dz;
        row[tensors[RG_B_IN].offset + i] += dz;
        row[tensors[RG_B_H].offset + i] += dz;
        double *dw = row + tensors[RG_W_H].offset + i * n;
        for (int64_t j = 0; j < n; j++) {
            dw[j] += dz * before[j];
            scratch[j] += dz * w_h[i * n + j];
        }
    }
    memcpy(u->delta, scratch, (size_t)n * sizeof *scratch);
}

static void output_row(const struct unrolled *u, int output, double *row, double *scratch)
{
    const int64_t n = u->net->settings->hidden;
    const double *last = u->states + u->length * n;
    memset(row, 0, (size_t)rg_parity_n_parameters(u->net) * sizeof *row);
    row[u->net->tensors[RG_B_OUT].offset + output] = 1;
    memcpy(row + u->net->tensors[RG_W_OUT].offset + output * n, last, (size_t)n * sizeof *row);
    memcpy(u->delta, tensor(u, RG_W_OUT) + output * n, (size_t)n * sizeof *row);
    for (int t = u->length; t > 0; t--)
        step_back(u, t, row, scratch);
}

void rg_parity_jacobian(const struct rg_parity *net, int64_t n, const int *lengths,
                        const uint32_t *codes, double *scratch, double *rows)
{
    const int64_t hidden = net->settings->hidden, n_parameters = rg_parity_n_parameters(net);
    double *states = scratch + n_parameters;
    double *delta = states + (RG_LENGTH_MAX + 1) * hidden;
    rg_parity_parameters(net, scratch);
    for (int64_t i = 0; i < n; i++) {
        const struct unrolled u = {net, scratch, states, delta, lengths[i], codes[i]};
        unroll(&u);
        for (int output = 0; output < 2; output++)
            output_row(&u, output, rows + (2 * i + output) * n_parameters, delta + hidden);
    }
}
