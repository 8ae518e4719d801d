/* Seconds of a sweep. A few points whose epochs differ in cost are timed, with all that is measured of
 * them; every other point (or of very many an even sample) is taken to lie between its neighbours in cost.
 * An epoch's cost is what the model asks for a point that may train for one epoch only.             */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plan.h"
#include "regime/memory.h"
#include "regime/train.h"

enum { SAMPLES_MAX = 100000 };

struct sample {
    int64_t id;
    double epoch_cost;
    double most[RG_N_TIMES], likely[RG_N_TIMES]; /* what it does, and how often */
    bool may_stop;
};

/* ---- samples ------------------------------------------------------------------------------------ */

/* The j-th of n samples of a slice. Multiples of the golden ratio fall evenly, and in step with no axis. */
static int64_t sample_id(const struct rg_spec *spec, const struct rg_slice *slice, int64_t j,
                         int64_t n)
{
    const double golden = 0.6180339887498949;
    int64_t points = rg_slice_points(spec, slice);
    double whole, part = modf((double)j * golden, &whole);
    int64_t k = n == points ? j : (int64_t)(part * (double)points);
    return rg_slice_id(spec, slice, k);
}

static void take_sample(const struct rg_spec *spec, int64_t id, void *settings,
                        struct sample *sample)
{
    struct rg_loop_settings *loop = settings; /* the first member of every model's settings */
    double cost = rg_grid_cost(spec, id, settings);
    sample->id = id;
    sample->may_stop = loop->stop_loss > 0;
    const double max_epochs = (double)loop->max_epochs;
    loop->max_epochs = 1;
    sample->epoch_cost = spec->model->cost(settings);
    const double likely = sample->epoch_cost > 0 ? cost / sample->epoch_cost : max_epochs;
    rg_train_counts(spec, loop, max_epochs, sample->most);
    rg_train_counts(spec, loop, likely, sample->likely);
}

static int by_cost(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;
    return (x->epoch_cost > y->epoch_cost) - (x->epoch_cost < y->epoch_cost);
}

/* ---- timing ------------------------------------------------------------------------------------- */

/* Quantiles of the sorted samples, each cost once. */
static void choose_timed(const struct sample *samples, int64_t n, struct rg_timing *timing)
{
    for (int q = 0; q < RG_TIMED_MAX; q++) {
        const struct sample *s = &samples[q * (n - 1) / (RG_TIMED_MAX - 1)];
        struct rg_timed *last = timing->n_timed ? &timing->timed[timing->n_timed - 1] : NULL;
        if (last && s->epoch_cost <= last->cost)
            continue;
        struct rg_timed *next = &timing->timed[timing->n_timed++];
        *next = (struct rg_timed){.id = s->id, .cost = s->epoch_cost};
        memcpy(next->counts, s->most, sizeof next->counts);
    }
}

/* The costly ones take most of the sweep's time, and have most of the budget. */
static enum rg_status time_points(const struct rg_spec *spec, void *settings, double budget,
                                  struct rg_timing *timing)
{
    for (int i = timing->n_timed - 1; i >= 0; i--) {
        struct rg_timed *timed = &timing->timed[i];
        struct rg_point point;
        rg_grid_point(spec, timed->id, settings, &point);
        budget = i > 0 ? budget / 2 : budget;
        RG_TRY(rg_train_time(spec, &point, budget, timed->seconds));
    }
    return RG_OK;
}

double rg_plan_seconds(const struct rg_timing *timing, int kind, double cost)
{
    const struct rg_timed *below = NULL, *above = NULL;
    for (int i = 0; i < timing->n_timed; i++) {
        const struct rg_timed *timed = &timing->timed[i];
        if (isnan(timed->seconds[kind]))
            continue;
        if (timed->cost <= cost)
            below = timed;
        else if (!above)
            above = timed;
    }
    if (!below && !above)
        return NAN;
    below = below ? below : above;
    above = above ? above : below;
    const double width = above->cost - below->cost;
    const double part = width > 0 ? fmin(fmax((cost - below->cost) / width, 0), 1) : 0;
    const double low = below->seconds[kind], high = above->seconds[kind];
    if (kind != RG_TIME_EPOCH)
        return low + part * (high - low);
    return cost * (low / below->cost + part * (high / above->cost - low / below->cost));
}

/* ---- sums --------------------------------------------------------------------------------------- */

/* A measure that is not known is left out, and told; without epochs there is nothing to tell. */
static double point_seconds(struct rg_timing *timing, double cost, const double *counts)
{
    double sum = 0;
    for (int kind = 0; kind < RG_N_TIMES; kind++) {
        const double seconds = rg_plan_seconds(timing, kind, cost);
        if (counts[kind] <= 0)
            continue;
        if (isnan(seconds) && kind != RG_TIME_EPOCH)
            timing->lacking = true;
        else
            sum += counts[kind] * seconds;
    }
    return sum;
}

static void add_up(const struct sample *samples, int64_t n, double points, struct rg_timing *timing)
{
    double weight = points / (double)n;
    timing->bound = timing->guess = timing->longest = 0;
    for (int64_t j = 0; j < n; j++) {
        const struct sample *s = &samples[j];
        const double most = point_seconds(timing, s->epoch_cost, s->most);
        timing->bound += weight * most;
        timing->guess += weight * point_seconds(timing, s->epoch_cost, s->likely);
        timing->longest = fmax(timing->longest, most);
        timing->may_stop = timing->may_stop || s->may_stop;
    }
}

static enum rg_status time_samples(const struct rg_spec *spec, const struct rg_slice *slice,
                                   double budget, struct sample *samples, int64_t n, void *settings,
                                   struct rg_timing *timing)
{
    for (int64_t j = 0; j < n; j++)
        take_sample(spec, sample_id(spec, slice, j, n), settings, &samples[j]);
    qsort(samples, (size_t)n, sizeof *samples, by_cost);
    choose_timed(samples, n, timing);
    RG_TRY(time_points(spec, settings, budget, timing));
    add_up(samples, n, (double)rg_slice_points(spec, slice), timing);
    return RG_OK;
}

enum rg_status rg_plan_time(const struct rg_spec *spec, const struct rg_slice *slice, double budget,
                            struct rg_timing *timing)
{
    int64_t points = rg_slice_points(spec, slice);
    int64_t n = points < SAMPLES_MAX ? points : SAMPLES_MAX;
    struct sample *samples = NULL;
    void *settings = NULL;
    *timing = (struct rg_timing){.sampled = n < points};
    enum rg_status code = rg_alloc(&samples, (size_t)n, sizeof *samples);
    if (code == RG_OK)
        code = rg_alloc(&settings, 1, spec->model->settings_size);
    if (code == RG_OK)
        code = time_samples(spec, slice, budget, samples, n, settings, timing);
    rg_free(&settings);
    rg_free(&samples);
    return code;
}
