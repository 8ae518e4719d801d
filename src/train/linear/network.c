/* Full-batch gradient descent on second moments.
 *
 * With M_l = W_l ... W_1 and the slope G_L = rate (Syx - M_L Sxx) of the whole map: G_(l-1) = W_l^T G_l and
 * W_l += G_l M_(l-1)^T, from the last layer down; M_0 = I. That is three products a layer but none for the
 * first, and none with Sxx, for it is diagonal (task.h). The loss above its floor is 1/2 tr[E Sxx^+ E^T] with
 * E = Syx - M_L Sxx; as a difference of traces it would drown in tr Syy.                             */
#include "train/linear/network.h"

#include "regime/memory.h"
#include "train/linear/init.h"
#include "train/linear/linear.h"
#include "train/linear/measures.h"

static const struct rg_residual *const residual_kernels[2][RG_N_ISAS] =
    RG_KERNEL_TABLE(rg_residual);
static const struct rg_sgd *const sgd_kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_sgd);

/* ---- life ---------------------------------------------------------------------------------------- */

static const struct rg_matrix *map_of(const struct rg_linear *net, int64_t layer)
{
    return layer == 1 ? &net->weights[0] : &net->maps[layer - 1];
}

/* White inputs make one column of them all: no gaps lie between. */
static enum rg_status create_variances(struct rg_linear *net)
{
    const struct rg_linear_task *task = &net->task;
    net->n_variances = task->variances ? task->syx.local_cols : 1;
    RG_TRY(rg_alloc(&net->variances, (size_t)net->n_variances, sizeof *net->variances));
    for (int64_t c = 0; c < net->n_variances; c++)
        net->variances[c] = task->variances ? task->variances[rg_matrix_column(&task->syx, c)]
                                            : task->train.variance;
    return RG_OK;
}

static enum rg_status create_matrices(struct rg_linear *net)
{
    const struct rg_linear_settings *s = net->settings;
    const enum rg_number number = (enum rg_number)s->precision;
    for (int64_t layer = 1; layer <= s->depth; layer++) {
        const int64_t width = rg_linear_width(s, layer);
        if (layer > 1)
            RG_TRY(rg_matrix_init(&net->maps[layer - 1], net->team, number, width, s->n_in));
        RG_TRY(rg_matrix_init(&net->slopes[layer - 1], net->team, number, width, s->n_in));
    }
    return RG_OK;
}

static enum rg_status prepare_layer(struct rg_linear *net, int64_t layer)
{
    struct rg_linear_products *p = &net->products[layer - 1];
    struct rg_matrix *w = &net->weights[layer - 1], *slope = &net->slopes[layer - 1];
    struct rg_matrix *map = &net->maps[layer - 1]; /* on the way back it has been used */
    const struct rg_matrix *below = map_of(net, layer - 1);
    const struct rg_factor forth = {RG_PLAIN, w}, back = {RG_TRANSPOSED, w};
    RG_TRY(rg_prepared_init(&p->forward, forth, (struct rg_factor){RG_PLAIN, below}, false, map,
                            NULL));
    RG_TRY(rg_prepared_init(&p->back, back, (struct rg_factor){RG_PLAIN, slope}, false,
                            &net->slopes[layer - 2], map));
    RG_TRY(rg_prepared_init(&p->move, (struct rg_factor){RG_PLAIN, slope},
                            (struct rg_factor){RG_TRANSPOSED, below}, true, w, NULL));
    return RG_OK;
}

static enum rg_status prepare_products(struct rg_linear *net)
{
    const int64_t depth = net->settings->depth;
    for (int64_t layer = 2; layer <= depth; layer++)
        RG_TRY(prepare_layer(net, layer));
    return RG_OK;
}

static enum rg_status fill(struct rg_linear *net, MPI_Comm team, const struct rg_point *point)
{
    const struct rg_linear_settings *s = net->settings;
    const size_t depth = (size_t)s->depth;
    RG_TRY(rg_team_create(team, point->team, s->block, &net->team));
    RG_TRY(rg_alloc(&net->weights, depth, sizeof *net->weights));
    RG_TRY(rg_alloc(&net->maps, depth, sizeof *net->maps));
    RG_TRY(rg_alloc(&net->slopes, depth, sizeof *net->slopes));
    RG_TRY(rg_alloc(&net->products, depth, sizeof *net->products));
    RG_TRY(rg_linear_task_init(&net->task, net->team, s, point->key[RG_STREAM_DATA], &net->failed));
    if (!net->failed)
        RG_TRY(rg_linear_init(s, net->team, point->key[RG_STREAM_INIT], &net->task, net->weights,
                              &net->failed));
    if (net->failed)
        return RG_OK;
    RG_TRY(create_matrices(net));
    RG_TRY(create_variances(net));
    RG_TRY(prepare_products(net));
    RG_TRY(rg_linear_measures_create(net, &net->measures));
    return RG_OK;
}

enum rg_status rg_linear_create(MPI_Comm team, const struct rg_point *point, void **out)
{
    struct rg_linear *net;
    RG_TRY(rg_alloc(&net, 1, sizeof *net));
    *out = net;
    net->settings = point->settings;
    net->residual = residual_kernels[net->settings->precision][rg_isa()];
    net->sgd = sgd_kernels[net->settings->precision][rg_isa()];
    RG_TRY(fill(net, team, point));
    return RG_OK;
}

static void free_layers(struct rg_matrix **layers, int64_t depth)
{
    for (int64_t l = 0; *layers && l < depth; l++)
        rg_matrix_free(&(*layers)[l]);
    rg_free(layers);
}

static void free_products(struct rg_linear *net)
{
    for (int64_t l = 0; net->products && l < net->settings->depth; l++) {
        rg_prepared_free(&net->products[l].forward);
        rg_prepared_free(&net->products[l].back);
        rg_prepared_free(&net->products[l].move);
    }
    rg_free(&net->products);
}

void rg_linear_destroy(void **out)
{
    struct rg_linear *net = *out;
    if (!net)
        return;
    free_products(net);
    free_layers(&net->weights, net->settings->depth);
    free_layers(&net->maps, net->settings->depth);
    free_layers(&net->slopes, net->settings->depth);
    rg_free(&net->variances);
    rg_linear_measures_destroy(&net->measures);
    rg_linear_task_free(&net->task);
    rg_team_destroy(&net->team);
    rg_free(out);
}

/* ---- the step ------------------------------------------------------------------------------------ */

static int64_t n_local(const struct rg_matrix *a)
{
    return a->lead * a->local_cols;
}

const struct rg_matrix *rg_linear_map(struct rg_linear *net)
{
    for (int64_t layer = 2; layer <= net->settings->depth; layer++)
        rg_prepared_multiply(&net->products[layer - 1].forward);
    return map_of(net, net->settings->depth);
}

/* The last slope, of the whole map. */
double rg_linear_excess(struct rg_linear *net, const struct rg_matrix *map)
{
    struct rg_matrix *slope = &net->slopes[net->settings->depth - 1];
    const struct rg_residual_terms terms = {.goal = net->task.syx.values,
                                            .map = map->values,
                                            .slope = slope->values,
                                            .variance = net->variances,
                                            .rate = net->settings->learning_rate};
    double sum = net->task.variances ? net->residual->take(slope->lead, net->n_variances, &terms)
                                     : net->residual->take(n_local(slope), 1, &terms);
    rg_team_sum(net->team, 1, &sum);
    return sum / 2;
}

/* A layer moves after the slope has gone through it. */
static void descend(struct rg_linear *net)
{
    for (int64_t layer = net->settings->depth; layer > 1; layer--) {
        rg_prepared_multiply(&net->products[layer - 1].back);
        rg_prepared_multiply(&net->products[layer - 1].move);
    }
    net->sgd->descend(n_local(&net->weights[0]), -1, net->slopes[0].values, net->weights[0].values);
}

enum rg_status rg_linear_step(void *context, struct rg_step *step)
{
    struct rg_linear *net = context;
    *step = (struct rg_step){.epoch_end = !net->failed, .failed = net->failed};
    if (net->failed)
        return RG_OK;
    const struct rg_matrix *map = rg_linear_map(net);
    rg_modes_watch(net->measures->modes, map);
    step->stop_loss = rg_linear_excess(net, map);
    step->train_loss = step->stop_loss + net->task.train.floor;
    descend(net);
    return RG_OK;
}

/* ---- losses -------------------------------------------------------------------------------------- */

enum rg_status rg_linear_test_excess(struct rg_linear *net, const struct rg_matrix *map,
                                     double *loss)
{
    const struct rg_moments *truth = &net->task.truth;
    struct rg_matrix *missing = &net->slopes[net->settings->depth - 1], seen = {0};
    if (net->task.exact) {
        *loss = rg_linear_excess(net, map);
        return RG_OK;
    }
    rg_matrix_copy(map, missing);
    rg_matrix_add(-1, &truth->best, missing);
    if (truth->variance > 0) {
        *loss = truth->variance * rg_matrix_dot(missing, missing) / 2;
        return RG_OK;
    }
    RG_TRY(rg_matrix_init(&seen, net->team, map->number, map->rows, map->cols));
    rg_matrix_multiply(1, RG_PLAIN, missing, RG_PLAIN, &truth->sxx, 0, &seen);
    *loss = rg_matrix_dot(missing, &seen) / 2;
    rg_matrix_free(&seen);
    return RG_OK;
}

/* ---- weights ------------------------------------------------------------------------------------- */

enum rg_status rg_linear_weights(const struct rg_linear *net, int64_t layer, double *out)
{
    if (layer == 1)
        return rg_linear_task_read(&net->task, &net->weights[0], out);
    rg_matrix_read(&net->weights[layer - 1], out);
    return RG_OK;
}

/* ---- state --------------------------------------------------------------------------------------- */

/* The layers, then what the measures remember. */
void rg_linear_state(void *context, const struct rg_mover *mover)
{
    struct rg_linear *net = context;
    struct rg_measures_part parts[RG_MEASURES_PARTS];
    if (net->failed)
        return;
    for (int64_t l = 0; l < net->settings->depth; l++) {
        const struct rg_matrix *w = &net->weights[l];
        const size_t size = w->number == RG_NUMBER_F8 ? sizeof(double) : sizeof(float);
        mover->move(mover->context, w->values, (size_t)n_local(w) * size);
    }
    rg_linear_measures_parts(net->measures, parts);
    for (int i = 0; i < RG_MEASURES_PARTS; i++)
        if (parts[i].n > 0)
            mover->move(mover->context, parts[i].values, parts[i].n * sizeof *parts[i].values);
}

/* A rank has n / ranks of n rows or columns, and less than a block more. */
static size_t share(int64_t n, int ranks, int64_t block)
{
    const int64_t most = n / ranks + block;
    return (size_t)(most < n ? most : n);
}

size_t rg_linear_state_max(const void *largest, const int team[2])
{
    const struct rg_linear_settings *s = largest;
    size_t n = 0;
    for (int64_t layer = 1; layer <= s->depth; layer++)
        n += share(rg_linear_width(s, layer), team[0], s->block) *
             share(rg_linear_width(s, layer - 1), team[1], s->block);
    return n * (s->precision == RG_NUMBER_F8 ? sizeof(double) : sizeof(float)) +
           rg_linear_measures_state_max(s);
}
