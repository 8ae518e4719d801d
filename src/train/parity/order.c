/* The order of training: groups of strings, shuffled anew each epoch and dealt into batches. The
 * shuffle of (epoch, group) has a random sub-stream of its own. Within a batch the strings come in
 * lexicographic order, as the prefix tree wants them: a batch's mean does not depend on it.          */
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/parity/dataset.h"
#include "train/parity/order.h"
#include "train/parity/strings.h"

static void add_group(struct rg_order *order, int64_t id, int64_t n, int64_t batch)
{
    if (n == 0)
        return;
    const int64_t size = batch > 0 && batch < n ? batch : n;
    order->groups[order->n_groups++] = (struct rg_group){.id = id,
                                                         .n = n,
                                                         .n_batches = (n + size - 1) / size,
                                                         .batch = size,
                                                         .keys = order->keys + order->n,
                                                         .first = order->n};
    order->n += n;
    order->n_steps += (n + size - 1) / size;
    order->batch = size > order->batch ? size : order->batch;
}

static void fill_keys(struct rg_order *order, const struct rg_dataset *dataset)
{
    uint32_t *key = order->keys;
    for (int length = dataset->min_length; length <= dataset->max_length; length++)
        for (int64_t i = 0; i < dataset->n_of[length]; i++)
            *key++ = rg_key(order->n_symbols, length, dataset->codes_of[length][i]);
}

static void fill_targets(struct rg_order *order, const struct rg_dataset *dataset)
{
    for (int64_t i = 0; i < dataset->n; i++) {
        const uint32_t key = order->keys[i], code = rg_key_code(order->n_symbols, key);
        order->targets[i] = dataset->targets[rg_dataset_place(dataset, rg_key_length(key), code)];
    }
}

static void make_groups(struct rg_order *order, const struct rg_parity_settings *settings,
                        const struct rg_dataset *dataset)
{
    if (settings->batching == RG_ALL) {
        qsort(order->keys, (size_t)dataset->n, sizeof *order->keys, rg_codes_ascend);
        add_group(order, 0, dataset->n, settings->batch);
        return;
    }
    for (int length = dataset->min_length; length <= dataset->max_length; length++)
        add_group(order, length, dataset->n_of[length], settings->batch);
}

enum rg_status rg_order_init(struct rg_order *order, const struct rg_parity_settings *settings,
                             const struct rg_dataset *dataset)
{
    const size_t n = (size_t)dataset->n;
    *order = (struct rg_order){.n_symbols = settings->n_symbols};
    RG_TRY(rg_alloc(&order->keys, n, sizeof *order->keys));
    RG_TRY(rg_alloc(&order->targets, n, sizeof *order->targets));
    RG_TRY(rg_alloc(&order->shuffled, n, sizeof *order->shuffled));
    RG_TRY(rg_alloc(&order->batch_of, n, sizeof *order->batch_of));
    RG_TRY(rg_alloc(&order->taken, n, sizeof *order->taken));
    RG_TRY(rg_alloc(&order->dealt_keys, n, sizeof *order->dealt_keys));
    RG_TRY(rg_alloc(&order->dealt_targets, n, sizeof *order->dealt_targets));
    fill_keys(order, dataset);
    make_groups(order, settings, dataset);
    fill_targets(order, dataset);
    return RG_OK;
}

void rg_order_free(struct rg_order *order)
{
    rg_free(&order->keys);
    rg_free(&order->targets);
    rg_free(&order->shuffled);
    rg_free(&order->batch_of);
    rg_free(&order->taken);
    rg_free(&order->dealt_keys);
    rg_free(&order->dealt_targets);
}

void rg_order_deal(struct rg_order *order, const struct rg_group *group, uint64_t key,
                   int64_t epoch)
{
    struct rg_rng rng = rg_rng_make(key, (uint64_t)epoch, (uint64_t)group->id);
    for (int64_t i = 0; i < group->n; i++)
        order->shuffled[i] = (uint32_t)i;
    rg_rng_shuffle(&rng, group->n, order->shuffled);
    for (int64_t b = 0; b < group->n_batches; b++) {
        const int64_t first = b * group->batch;
        const int64_t end = first + group->batch < group->n ? first + group->batch : group->n;
        for (int64_t i = first; i < end; i++)
            order->batch_of[order->shuffled[i]] = (uint32_t)b;
        order->taken[b] = first;
    }
    for (int64_t i = 0; i < group->n; i++) {
        const int64_t place = order->taken[order->batch_of[i]]++;
        order->dealt_keys[place] = group->keys[i];
        order->dealt_targets[place] = order->targets[group->first + i];
    }
}
