/* Life and state of the measures' memory. */
#include "train/linear/measures.h"

#include <math.h>

#include "regime/memory.h"

static enum rg_status fill(struct rg_linear_measures *m, struct rg_linear *net)
{
    const struct rg_linear_settings *settings = net->settings;
    const struct rg_linear_task *task = &net->task;
    RG_TRY(rg_linear_balance(settings->depth, net->weights, &m->balance));
    RG_TRY(rg_modes_create(settings, task, &m->balance, rg_linear_map(net),
                           &net->slopes[settings->depth - 1], &m->modes));
    RG_TRY(rg_comparison_create(settings, task, &m->balance, net->weights, &m->comparison));
    if (settings->kernel)
        RG_TRY(rg_linear_kernel_create(settings->depth, net->weights, task->variances, net->slopes,
                                       &m->kernel));
    RG_TRY(rg_observation_create(settings, task, &m->observation));
    for (int i = 0; i < RG_N_WORST; i++)
        m->worst[i] = NAN;
    return RG_OK;
}

enum rg_status rg_linear_measures_create(struct rg_linear *net, struct rg_linear_measures **out)
{
    RG_TRY(rg_alloc(out, 1, sizeof **out));
    RG_TRY(fill(*out, net));
    return RG_OK;
}

void rg_linear_measures_destroy(struct rg_linear_measures **out)
{
    struct rg_linear_measures *m = *out;
    if (!m)
        return;
    rg_modes_destroy(&m->modes);
    rg_comparison_destroy(&m->comparison);
    rg_linear_kernel_destroy(&m->kernel);
    rg_observation_destroy(&m->observation);
    rg_free(out);
}

void rg_linear_measures_parts(struct rg_linear_measures *m,
                              struct rg_measures_part parts[RG_MEASURES_PARTS])
{
    parts[0] = (struct rg_measures_part){m->worst, RG_N_WORST};
    parts[1] =
        (struct rg_measures_part){rg_modes_state(m->modes), (size_t)rg_modes_n_state(m->modes)};
    parts[2] = (struct rg_measures_part){rg_observation_state(m->observation),
                                         (size_t)rg_observation_n_state(m->observation)};
}

size_t rg_linear_measures_state_max(const struct rg_linear_settings *largest)
{
    return sizeof(double) *
           (size_t)(RG_N_WORST + rg_modes_state_max(largest) + rg_observation_state_max(largest));
}

/* The start and what the kernel's distance makes for its time, beside the slopes that it borrows. */
size_t rg_linear_measures_shared(const struct rg_linear_settings *s)
{
    const int64_t widest = s->n_in > s->n_out ? s->n_in : s->n_out;
    int64_t n = 0;
    for (int64_t layer = 1; s->kernel && layer <= s->depth; layer++) {
        const int64_t lent = rg_linear_width(s, layer) * s->n_in;
        n += rg_linear_width(s, layer) * rg_linear_width(s, layer - 1) +
             (lent < widest * widest ? widest * widest : 0);
    }
    if (s->kernel)
        n += (1 + (s->depth > 2) + (s->depth > 3)) * widest * widest;
    return (size_t)n * (s->precision == RG_NUMBER_F8 ? sizeof(double) : sizeof(float));
}

size_t rg_linear_measures_whole(const struct rg_linear_settings *s)
{
    return rg_comparison_memory(s) + rg_observation_memory(s);
}
