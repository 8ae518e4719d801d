/* A point's start for another program: initial weights, training set, and the batches of the first
 * epochs. Strings are listed by length, then by code; `order` names them by their place in that list. */
#include <stdlib.h>

#include "regime/memory.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"

static enum rg_status put_tensors(const struct rg_parity *net, const struct rg_sink *sink,
                                  double *values)
{
    rg_parity_initial(net, values);
    for (int k = 0; k < RG_N_TENSORS; k++) {
        const struct rg_tensor *t = &net->tensors[k];
        const int64_t dims[2] = {t->rows, t->cols};
        RG_TRY(sink->put(sink->context, t->name, RG_F8, t->cols > 1 ? 2 : 1, dims,
                         values + t->offset));
    }
    return RG_OK;
}

static enum rg_status put_strings(const struct rg_parity *net, const struct rg_sink *sink,
                                  int32_t *values)
{
    const struct rg_dataset *data = &net->dataset;
    int32_t *length = values, *code = values + data->n, *target = values + 2 * data->n;
    int64_t n = 0;
    for (int l = data->min_length; l <= data->max_length; l++)
        for (int64_t i = 0; i < data->n_of[l]; i++, n++) {
            length[n] = l;
            code[n] = (int32_t)data->codes_of[l][i];
            target[n] = rg_task_target(net->task, l, data->codes_of[l][i]);
        }
    RG_TRY(sink->put(sink->context, "string_length", RG_I4, 1, &n, length));
    RG_TRY(sink->put(sink->context, "string_code", RG_I4, 1, &n, code));
    RG_TRY(sink->put(sink->context, "string_target", RG_I4, 1, &n, target));
    return RG_OK;
}

/* Place of a string in the list by length and code. */
static int32_t place_of(const struct rg_dataset *data, uint32_t key)
{
    const int length = rg_key_length(key);
    const uint32_t code = rg_key_code(key);
    const uint32_t *first = data->codes_of[length];
    const uint32_t *found =
        bsearch(&code, first, (size_t)data->n_of[length], sizeof code, rg_codes_ascend);
    return (int32_t)(found - data->codes_of[data->min_length]);
}

static void order_epoch(struct rg_parity *net, int64_t epoch, int32_t *order)
{
    for (int g = 0; g < net->order.n_groups; g++) {
        const struct rg_group *group = &net->order.groups[g];
        rg_order_deal(&net->order, group, rg_parity_key(net, RG_STREAM_ORDER), epoch);
        for (int64_t i = 0; i < group->n; i++)
            *order++ = place_of(&net->dataset, net->order.dealt_keys[i]);
    }
}

static enum rg_status put_order(struct rg_parity *net, int64_t n_epochs, const struct rg_sink *sink,
                                int32_t *order)
{
    const int64_t dims[2] = {n_epochs, net->order.n};
    for (int64_t epoch = 1; epoch <= n_epochs; epoch++)
        order_epoch(net, epoch, order + (epoch - 1) * net->order.n);
    RG_TRY(sink->put(sink->context, "order", RG_I4, 2, dims, order));
    return RG_OK;
}

/* Sizes of an epoch's batches in turn, the group of each, and the size of each group. */
static enum rg_status put_batches(const struct rg_parity *net, const struct rg_sink *sink,
                                  int32_t *values)
{
    int32_t *size = values, *group_of = values + net->order.n_steps;
    int64_t n = 0;
    for (int g = 0; g < net->order.n_groups; g++) {
        const struct rg_group *group = &net->order.groups[g];
        for (int64_t first = 0; first < group->n; first += group->batch, n++) {
            const int64_t left = group->n - first;
            size[n] = (int32_t)(left < group->batch ? left : group->batch);
            group_of[n] = g;
        }
    }
    RG_TRY(sink->put(sink->context, "batch_size", RG_I4, 1, &n, size));
    RG_TRY(sink->put(sink->context, "batch_group", RG_I4, 1, &n, group_of));
    return RG_OK;
}

static enum rg_status put_all(struct rg_parity *net, int64_t n_epochs, const struct rg_sink *sink,
                              double *parameters, int32_t *numbers)
{
    RG_TRY(put_tensors(net, sink, parameters));
    RG_TRY(put_strings(net, sink, numbers));
    RG_TRY(put_batches(net, sink, numbers));
    RG_TRY(put_order(net, n_epochs, sink, numbers));
    return RG_OK;
}

enum rg_status rg_parity_export(void *context, int64_t n_epochs, const struct rg_sink *sink)
{
    struct rg_parity *net = context;
    const int64_t columns = n_epochs > 3 ? n_epochs : 3;
    double *parameters = NULL;
    int32_t *numbers = NULL;
    enum rg_status code =
        rg_alloc(&parameters, (size_t)rg_parity_n_parameters(net), sizeof *parameters);
    if (code == RG_OK)
        code = rg_alloc(&numbers, (size_t)(columns * (net->order.n + 1)), sizeof *numbers);
    if (code == RG_OK)
        code = put_all(net, n_epochs, sink, parameters, numbers);
    rg_free(&parameters);
    rg_free(&numbers);
    return code;
}
