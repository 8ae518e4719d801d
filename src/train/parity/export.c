/* A point's start for another program: initial weights, training set, and the order of training in the
 * first epochs. The strings are listed length by length, ascending in their codes. What is shuffled
 * together has one order, of places in its list: a length's own, or all of them joined.             */
#include <inttypes.h>
#include <stdio.h>

#include "regime/memory.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"

const char rg_parity_export_doc[] =
    "W_in [unit][symbol], W_h [unit][unit_from], b_in, b_h [unit], W_out [output][unit], b_out "
    "[output]: the weights before training, y = W_out h + b_out (with the activation discontinuity "
    "of h + 1 where h > 0). task_transitions [state][symbol], task_outputs [state]: the automaton "
    "of the task, from state 0. strings_L [n]: the codes of the strings of length L that are "
    "trained, ascending; a string's symbols are the L digits of its code in base n_symbols, the "
    "first the highest. targets_L [n]: their classes. order_L [epoch][n]: the strings of length L "
    "in the order of training, as places in strings_L; an epoch takes the lengths in ascending "
    "order. With batching = \"all\" there is one order [epoch][n] instead: places in the strings_L "
    "of all lengths, one after the other in ascending order of L. Batches are consecutive runs of "
    "`batch` strings, the last may be shorter; with batch = 0 a run is a whole row. The train_loss "
    "of an epoch is the mean of the batches' losses within each order, and over the orders the "
    "mean weighted by their numbers of strings.";

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

/* [states][n_symbols] and [states] of the task. */
static enum rg_status put_task(const struct rg_task *task, const struct rg_sink *sink)
{
    const int64_t dims[2] = {task->n_states, task->n_symbols};
    int32_t next[RG_TASK_STATES * RG_SYMBOLS_MAX], output[RG_TASK_STATES];
    for (int64_t i = 0; i < dims[0] * dims[1]; i++)
        next[i] = task->next[i / dims[1]][i % dims[1]];
    for (int64_t i = 0; i < dims[0]; i++)
        output[i] = task->output[i];
    RG_TRY(sink->put(sink->context, "task_transitions", RG_I4, 2, dims, next));
    RG_TRY(sink->put(sink->context, "task_outputs", RG_I4, 1, dims, output));
    return RG_OK;
}

static enum rg_status put_length(const struct rg_parity *net, int length,
                                 const struct rg_sink *sink, int32_t *targets)
{
    char name[RG_NAME_MAX];
    const uint32_t *codes = net->dataset.codes_of[length];
    const int64_t n = net->dataset.n_of[length];
    for (int64_t i = 0; i < n; i++)
        targets[i] = net->dataset.targets_of[length][i];
    snprintf(name, sizeof name, "strings_%d", length);
    RG_TRY(sink->put(sink->context, name, RG_I4, 1, &n, codes));
    snprintf(name, sizeof name, "targets_%d", length);
    RG_TRY(sink->put(sink->context, name, RG_I4, 1, &n, targets));
    return RG_OK;
}

static enum rg_status put_strings(const struct rg_parity *net, const struct rg_sink *sink,
                                  int32_t *targets)
{
    for (int length = net->dataset.min_length; length <= net->dataset.max_length; length++)
        if (net->dataset.n_of[length] > 0)
            RG_TRY(put_length(net, length, sink, targets));
    return RG_OK;
}

static int64_t place_of(const struct rg_parity *net, uint32_t key)
{
    return rg_dataset_place(&net->dataset, rg_key_length(key),
                            rg_key_code(net->settings->n_symbols, key));
}

static enum rg_status put_order(struct rg_parity *net, const struct rg_group *group,
                                int64_t n_epochs, const struct rg_sink *sink, int32_t *order)
{
    char name[RG_NAME_MAX] = "order";
    const struct rg_dataset *data = &net->dataset;
    const int64_t first = group->id > 0 ? data->codes_of[group->id] - data->codes : 0;
    const int64_t dims[2] = {n_epochs, group->n};
    if (group->id > 0)
        snprintf(name, sizeof name, "order_%" PRId64, group->id);
    int32_t *place = order;
    for (int64_t epoch = 1; epoch <= n_epochs; epoch++) {
        rg_order_deal(&net->order, group, rg_parity_key(net, RG_STREAM_ORDER), epoch);
        for (int64_t i = 0; i < group->n; i++)
            *place++ = (int32_t)(place_of(net, net->order.dealt_keys[i]) - first);
    }
    RG_TRY(sink->put(sink->context, name, RG_I4, 2, dims, order));
    return RG_OK;
}

static enum rg_status put_all(struct rg_parity *net, int64_t n_epochs, const struct rg_sink *sink,
                              double *parameters, int32_t *numbers)
{
    RG_TRY(put_tensors(net, sink, parameters));
    RG_TRY(put_task(&net->task, sink));
    RG_TRY(put_strings(net, sink, numbers));
    for (int g = 0; g < net->order.n_groups; g++)
        RG_TRY(put_order(net, &net->order.groups[g], n_epochs, sink, numbers));
    return RG_OK;
}

enum rg_status rg_parity_export(void *context, int64_t n_epochs, const struct rg_sink *sink)
{
    struct rg_parity *net = context;
    const int64_t rows = n_epochs > 1 ? n_epochs : 1;
    double *parameters = NULL;
    int32_t *numbers = NULL;
    enum rg_status code =
        rg_alloc(&parameters, (size_t)rg_parity_n_parameters(net), sizeof *parameters);
    if (code == RG_OK)
        code = rg_alloc(&numbers, (size_t)(rows * net->order.n), sizeof *numbers);
    if (code == RG_OK)
        code = put_all(net, n_epochs, sink, parameters, numbers);
    rg_free(&parameters);
    rg_free(&numbers);
    return code;
}
