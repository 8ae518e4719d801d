/* The block of parameters: its layout, the initial weights (Xavier normal times the gain, biases 0),
 * and its values as doubles without the padding.                                                   */
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/net.h"

static void lay_out(struct rg_parity *net)
{
    const int64_t hidden = net->settings->hidden, n_symbols = net->settings->n_symbols;
    struct rg_rnn *rnn = &net->rnn;
    const struct {
        const char *name;
        int64_t rows, cols, size;
    } layout[RG_N_TENSORS] = {
        [RG_W_IN] = {"W_in", hidden, n_symbols, n_symbols * rnn->stride},
        [RG_W_H] = {"W_h", hidden, hidden, hidden * rnn->stride},
        [RG_B_IN] = {"b_in", hidden, 1, rnn->stride},
        [RG_B_H] = {"b_h", hidden, 1, rnn->stride},
        [RG_W_OUT] = {"W_out", 2, hidden, 2 * rnn->stride},
        [RG_B_OUT] = {"b_out", 2, 1, RG_GEMM_PAD},
    };
    int64_t offset = 0;
    for (int k = 0; k < RG_N_TENSORS; k++) {
        net->tensors[k] =
            (struct rg_tensor){layout[k].name, layout[k].rows, layout[k].cols, offset};
        offset += layout[k].rows * layout[k].cols;
        rnn->offset[k] = rnn->n;
        rnn->n += layout[k].size;
    }
}

/* Where in a block each parameter is: the vectors of W_out are its rows, those of the others columns. */
static void find_places(const struct rg_parity *net, enum rg_tensor_name name, int64_t *places)
{
    const struct rg_tensor *t = &net->tensors[name];
    const int64_t stride = net->rnn.stride;
    const int64_t row_step = name == RG_W_OUT ? stride : 1,
                  col_step = name == RG_W_OUT ? 1 : stride;
    for (int64_t row = 0; row < t->rows; row++)
        for (int64_t col = 0; col < t->cols; col++)
            places[t->offset + row * t->cols + col] =
                net->rnn.offset[name] + row * row_step + col * col_step;
}

enum rg_status rg_parameters_create(struct rg_parity *net)
{
    lay_out(net);
    const size_t n = (size_t)net->rnn.n, size = rg_real_size(net);
    RG_TRY(rg_alloc(&net->own, n, size));
    net->rnn.parameters = net->own;
    RG_TRY(rg_alloc(&net->rnn.gradient, n, size));
    RG_TRY(rg_alloc(&net->initial, n, size));
    RG_TRY(rg_alloc(&net->places, (size_t)rg_parity_n_parameters(net), sizeof *net->places));
    for (int k = 0; k < RG_N_TENSORS; k++)
        find_places(net, (enum rg_tensor_name)k, net->places);
    return RG_OK;
}

void rg_parameters_free(struct rg_parity *net)
{
    rg_free(&net->own);
    rg_free(&net->rnn.gradient);
    rg_free(&net->initial);
    rg_free(&net->places);
}

size_t rg_real_size(const struct rg_parity *net)
{
    return net->settings->precision == RG_DOUBLE ? sizeof(double) : sizeof(float);
}

double rg_real_get(const struct rg_parity *net, const void *array, int64_t i)
{
    return net->settings->precision == RG_DOUBLE ? ((const double *)array)[i]
                                                 : (double)((const float *)array)[i];
}

static void set(const struct rg_parity *net, void *array, int64_t i, double value)
{
    if (net->settings->precision == RG_DOUBLE)
        ((double *)array)[i] = value;
    else
        ((float *)array)[i] = (float)value;
}

static void draw(struct rg_parity *net, enum rg_tensor_name name)
{
    const struct rg_tensor *t = &net->tensors[name];
    const double scale = net->settings->gain * sqrt(2.0 / (double)(t->rows + t->cols));
    struct rg_rng rng = rg_rng_make(rg_parity_key(net, RG_STREAM_INIT), (uint64_t)name, 0);
    for (int64_t i = t->offset; i < t->offset + t->rows * t->cols; i++)
        set(net, net->rnn.parameters, net->places[i], scale * rg_rng_normal(&rng));
}

void rg_parameters_draw(struct rg_parity *net)
{
    draw(net, RG_W_IN);
    draw(net, RG_W_H);
    draw(net, RG_W_OUT);
    memcpy(net->initial, net->rnn.parameters, (size_t)net->rnn.n * rg_real_size(net));
    net->kernels->refresh(&net->rnn);
}

void rg_parameters_read(const struct rg_parity *net, const void *block, double *out)
{
    for (int64_t i = 0; i < rg_parity_n_parameters(net); i++)
        out[i] = rg_real_get(net, block, net->places[i]);
}

void rg_parameters_set(struct rg_parity *net, const double *values)
{
    for (int64_t i = 0; i < rg_parity_n_parameters(net); i++)
        set(net, net->rnn.parameters, net->places[i], values[i]);
    net->kernels->refresh(&net->rnn);
}

const struct rg_tensor *rg_parity_tensor(const struct rg_parity *net, enum rg_tensor_name name)
{
    return &net->tensors[name];
}

int64_t rg_parity_n_parameters(const struct rg_parity *net)
{
    const struct rg_tensor *last = &net->tensors[RG_N_TENSORS - 1];
    return last->offset + last->rows * last->cols;
}

void rg_parity_parameters(const struct rg_parity *net, double *out)
{
    rg_parameters_read(net, net->rnn.parameters, out);
}

void rg_parity_initial(const struct rg_parity *net, double *out)
{
    rg_parameters_read(net, net->initial, out);
}

size_t rg_parity_size(const struct rg_parity *net)
{
    return (size_t)net->rnn.n * rg_real_size(net);
}

void rg_parity_keep(const struct rg_parity *net, void *block)
{
    memcpy(block, net->rnn.parameters, rg_parity_size(net));
}

void rg_parity_show(struct rg_parity *net, void *block)
{
    net->rnn.parameters = block ? block : net->own;
    net->kernels->refresh(&net->rnn);
}

void rg_parity_swap(struct rg_parity *net)
{
    rg_parity_show(net, net->rnn.parameters == net->own ? net->initial : NULL);
}
