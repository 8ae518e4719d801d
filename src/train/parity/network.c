/* Makes a network for a point and trains it, one optimiser step at a time: a batch of strings, its
 * prefix tree, forward, backward, descend. Where training stands is (epoch, group, batch); the order
 * of an epoch's strings follows from these alone.                                                   */
#include <math.h>

#include "regime/memory.h"
#include "train/parity/measure.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"

static const struct rg_rnn_kernels *const rnn_kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rnn);
static const struct rg_gemm *const gemm_kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static const struct rg_sgd *const sgd_kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_sgd);

static int64_t stride_of(const struct rg_parity_settings *settings)
{
    return (settings->hidden + RG_GEMM_PAD - 1) / RG_GEMM_PAD * RG_GEMM_PAD;
}

/* ---- creation ---------------------------------------------------------------------------------------- */

static void choose_kernels(struct rg_parity *net)
{
    const int64_t precision = net->settings->precision;
    const enum rg_isa isa = rg_isa();
    net->kernels = rnn_kernels[precision][isa];
    net->sgd = sgd_kernels[precision][isa];
    net->rnn.gemm = gemm_kernels[precision][isa];
}

static enum rg_status create_rnn(struct rg_parity *net)
{
    const struct rg_parity_settings *settings = net->settings;
    struct rg_rnn *rnn = &net->rnn;
    choose_kernels(net);
    rnn->n_symbols = settings->n_symbols;
    rnn->hidden = settings->hidden;
    rnn->stride = stride_of(settings);
    rnn->activation = settings->activation;
    rnn->loss = settings->loss;
    const size_t size = rg_real_size(net), stride = (size_t)rnn->stride;
    RG_TRY(rg_alloc(&rnn->w_h_transposed, (size_t)rnn->hidden * stride, size));
    RG_TRY(rg_alloc(&rnn->table, (size_t)rnn->n_symbols * stride, size));
    RG_TRY(rg_alloc(&rnn->z, RG_GEMM_WIDTH * stride, size));
    RG_TRY(rg_parameters_create(net));
    return RG_OK;
}

static enum rg_status create_pass(struct rg_parity *net)
{
    RG_TRY(rg_trie_init(&net->trie, net->settings->n_symbols, net->order.batch,
                        (int)net->settings->max_length));
    const size_t size = rg_real_size(net), stride = (size_t)net->rnn.stride;
    const size_t n_nodes = (size_t)net->trie.n_nodes, n_internal = (size_t)net->trie.n_internal;
    RG_TRY(rg_alloc(&net->pass.h, n_nodes * stride, size));
    RG_TRY(rg_alloc(&net->pass.dz, n_internal * stride, size));
    RG_TRY(rg_alloc(&net->pass.sums, n_internal * stride, size));
    RG_TRY(rg_alloc(&net->pass.dy, 2 * (size_t)net->order.batch, size));
    return RG_OK;
}

static enum rg_status fill(struct rg_parity *net)
{
    RG_TRY(rg_dataset_all(net->settings, &net->task, &net->universe));
    RG_TRY(rg_dataset_choose(net->settings, rg_parity_key(net, RG_STREAM_DATA), &net->universe,
                             &net->dataset));
    RG_TRY(rg_order_init(&net->order, net->settings, &net->dataset));
    RG_TRY(create_rnn(net));
    RG_TRY(create_pass(net));
    rg_parameters_draw(net);
    RG_TRY(rg_measures_create(net, &net->measures));
    return RG_OK;
}

enum rg_status rg_parity_create(MPI_Comm team, const struct rg_point *point, void **out)
{
    (void)team; /* one point is one rank's work: every rank of a team does it whole */
    const struct rg_parity_settings *settings = point->settings;
    struct rg_parity *net;
    RG_REQUIRE(!settings->data.path[0] || settings->data.data, RG_ERROR_SYSTEM,
               "data = \"%s\" was not loaded", settings->data.path);
    RG_TRY(rg_alloc(&net, 1, sizeof *net));
    *out = net;
    net->settings = settings;
    net->point = *point;
    net->task = rg_task_of(settings, point->key[RG_STREAM_TASK]);
    net->epoch = 1;
    RG_TRY(fill(net));
    return RG_OK;
}

void rg_parity_destroy(void **out)
{
    struct rg_parity *net = *out;
    if (!net)
        return;
    rg_measures_destroy(&net->measures);
    rg_free(&net->pass.h);
    rg_free(&net->pass.dz);
    rg_free(&net->pass.sums);
    rg_free(&net->pass.dy);
    rg_trie_free(&net->trie);
    rg_parameters_free(net);
    rg_free(&net->rnn.w_h_transposed);
    rg_free(&net->rnn.table);
    rg_free(&net->rnn.z);
    rg_order_free(&net->order);
    rg_dataset_free(&net->dataset);
    rg_dataset_free(&net->universe);
    rg_free(out);
}

size_t rg_parity_memory(const void *settings, const int team[2])
{
    (void)team;
    const struct rg_parity_settings *s = settings;
    const size_t size = s->precision == RG_DOUBLE ? sizeof(double) : sizeof(float);
    const int64_t all = rg_parity_n_strings(s); /* of the longest over the largest alphabet */
    const size_t n_strings = (size_t)(all < RG_STRINGS_MAX ? all : RG_STRINGS_MAX);
    const size_t batch =
        s->batch > 0 && (size_t)s->batch < n_strings ? (size_t)s->batch : n_strings;
    const size_t n_internal =
        (size_t)rg_trie_largest(s->n_symbols, (int64_t)batch, (int)s->max_length);
    const size_t n_vectors = 3 * n_internal + batch + 4 * (size_t)s->hidden + RG_GEMM_WIDTH;
    return n_vectors * (size_t)stride_of(s) * size + 40 * n_strings +
           (12 + 4 * (size_t)s->n_symbols) * n_internal + 16 * batch + rg_measures_memory(s);
}

/* ---- training ---------------------------------------------------------------------------------------- */

void rg_parity_load_batch(struct rg_parity *net)
{
    const struct rg_group *group = &net->order.groups[net->group];
    if (net->batch == 0)
        rg_order_deal(&net->order, group, rg_parity_key(net, RG_STREAM_ORDER), net->epoch);
    const int64_t first = net->batch * group->batch;
    const int64_t n = first + group->batch < group->n ? group->batch : group->n - first;
    rg_trie_build(&net->trie, n, net->order.dealt_keys + first);
    net->pass.targets = net->order.dealt_targets + first;
}

double rg_parity_pass(struct rg_parity *net)
{
    net->kernels->forward(&net->rnn, &net->trie, &net->pass);
    const double loss = net->kernels->readout(&net->rnn, &net->trie, &net->pass);
    net->kernels->backward(&net->rnn, &net->trie, &net->pass);
    return loss;
}

/* Moves on to the next batch; true: that was the last of the epoch. */
static bool move_on(struct rg_parity *net)
{
    if (++net->batch < net->order.groups[net->group].n_batches)
        return false;
    net->batch = 0;
    if (++net->group < net->order.n_groups)
        return false;
    net->group = 0;
    net->epoch++;
    return true;
}

/* The epoch's loss: within a group each batch weighs the same, groups weigh by their size. */
static void end_epoch(struct rg_parity *net, struct rg_step *step)
{
    step->epoch_end = true;
    step->train_loss = step->stop_loss = net->loss;
    net->loss = 0;
}

enum rg_status rg_parity_step(void *context, struct rg_step *step)
{
    struct rg_parity *net = context;
    *step = (struct rg_step){0};
    if (net->order.n == 0) { /* a small fraction may leave nothing to train on */
        net->loss = NAN;
        end_epoch(net, step);
        return RG_OK;
    }
    const struct rg_group *group = &net->order.groups[net->group];
    const double weight = (double)group->n / (double)net->order.n / (double)group->n_batches;
    rg_parity_load_batch(net);
    net->loss += weight * rg_parity_pass(net);
    net->sgd->descend(net->rnn.n, net->settings->learning_rate, net->rnn.gradient,
                      net->rnn.parameters);
    net->kernels->refresh(&net->rnn);
    if (!move_on(net))
        return RG_OK;
    end_epoch(net, step);
    return rg_measures_epoch(net->measures, net->epoch - 1);
}

/* ---- what the measures ask ------------------------------------------------------------------------------ */

const struct rg_parity_settings *rg_parity_settings(const struct rg_parity *net)
{
    return net->settings;
}

const struct rg_task *rg_parity_task(const struct rg_parity *net)
{
    return &net->task;
}

uint64_t rg_parity_key(const struct rg_parity *net, enum rg_stream stream)
{
    return net->point.key[stream];
}

const struct rg_dataset *rg_parity_universe(const struct rg_parity *net)
{
    return &net->universe;
}

const struct rg_dataset *rg_parity_dataset(const struct rg_parity *net)
{
    return &net->dataset;
}

double rg_parity_loss(const struct rg_parity *net, const double *y, int target)
{
    return rg_string_loss(net->settings->loss, y, target);
}

struct rg_measures *rg_parity_measures(struct rg_parity *net)
{
    return net->measures;
}
