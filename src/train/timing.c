/* What a point consists of, how often, and how long each of it takes: for estimates. The counts are those
 * of the training loop. Each thing is done once, and again in batches of twice as many while there is time
 * left: the last batch counts, so that neither cold caches nor the clock do. The tick ends what is too long;
 * as in a run, it costs one look at the clock a step.                                               */
#include <math.h>

#include "regime/clock.h"
#include "regime/memory.h"
#include "train/loop.h"

/* ---- how often ---------------------------------------------------------------------------------- */

static double records_until(const struct rg_spec *spec, double epoch)
{
    int64_t low = 0, high = spec->n_records;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if ((double)spec->record_epochs[middle] <= epoch)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low;
}

void rg_train_counts(const struct rg_spec *spec, const struct rg_loop_settings *loop, double epochs,
                     double counts[RG_N_TIMES])
{
    const double every = (double)loop->validate_every, records = records_until(spec, epochs);
    counts[RG_AT_START] = counts[RG_AT_END] = counts[RG_TIME_CREATE] = 1;
    counts[RG_AT_RECORD] = records;
    counts[RG_AT_LOSS] = (double)loop->measure_at_loss.n;
    counts[RG_TIME_EPOCH] = fmax(epochs, 1); /* a point without epochs is one step */
    counts[RG_TIME_VALIDATION] = every > 0 ? floor(epochs / every) : records - 1;
}

/* ---- how long ----------------------------------------------------------------------------------- */

struct timer {
    const struct rg_model *model;
    void *net;
    struct rg_layout *layout; /* of one record epoch: there is no need for the room of all */
    struct rg_record record;
    void **cells;            /* [columns of the model] */
    struct rg_shape *shapes; /* likewise */
    struct rg_tick tick;
    double deadline;
};

static enum rg_status expire(void *context)
{
    const struct timer *timer = context;
    return rg_clock(CLOCK_MONOTONIC) < timer->deadline ? RG_OK : RG_STOPPED;
}

static enum rg_status train_epoch(struct timer *timer)
{
    for (;;) {
        struct rg_step step = {0};
        RG_TRY(rg_tick(&timer->tick));
        RG_TRY(timer->model->step(timer->net, &step));
        if (step.failed && step.why)
            rg_warn("%s", step.why);
        if (step.failed)
            return RG_STOPPED;
        if (step.epoch_end)
            return RG_OK;
    }
}

static enum rg_status measure(struct timer *timer, enum rg_moment moment)
{
    rg_record_cells(timer->layout, &timer->record, moment, 0, timer->cells);
    const struct rg_row row = {timer->cells, timer->shapes, 0, moment};
    return timer->model->measure(timer->net, &row, &timer->tick);
}

static enum rg_status act(struct timer *timer, int kind)
{
    double loss;
    RG_TRY(rg_tick(&timer->tick));
    if (kind == RG_TIME_EPOCH)
        return train_epoch(timer);
    if (kind == RG_TIME_VALIDATION)
        return timer->model->validation_loss(timer->net, &timer->tick, &loss);
    return measure(timer, (enum rg_moment)kind);
}

/* What is quick is repeated in an eighth of the time that is left, so that something is left of it. */
static enum rg_status time_kind(struct timer *timer, int kind, double *seconds)
{
    const double begun = rg_clock(CLOCK_MONOTONIC), end = begun + (timer->deadline - begun) / 8;
    double start = begun, spent = 0;
    for (int64_t n = 1; start + 2 * spent <= end; n *= 2) {
        for (int64_t i = 0; i < n; i++)
            RG_TRY(act(timer, kind));
        const double now = rg_clock(CLOCK_MONOTONIC);
        spent = now - start;
        *seconds = spent / (double)n;
        start = now;
    }
    return RG_OK;
}

static enum rg_status time_kinds(struct timer *timer, const double *counts, double *seconds)
{
    /* what happens often first: what does not end takes the time of those behind it */
    static const int kinds[] = {RG_TIME_EPOCH, RG_TIME_VALIDATION, RG_AT_RECORD,
                                RG_AT_LOSS,    RG_AT_START,        RG_AT_END};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const int kind = kinds[i];
        if (counts[kind] <= 0)
            continue;
        enum rg_status code = time_kind(timer, kind, &seconds[kind]);
        if (code != RG_STOPPED)
            RG_TRY(code);
        rg_error_clear();
    }
    return RG_OK;
}

static enum rg_status create(struct timer *timer, const struct rg_spec *spec,
                             const struct rg_point *point, double *seconds)
{
    const size_t n_columns = (size_t)rg_model_n_columns(spec->model);
    struct rg_spec single = *spec;
    single.n_records = 1;
    RG_TRY(rg_layout_create(&single, &timer->layout));
    RG_TRY(rg_record_init(timer->layout, point->id, &timer->record));
    RG_TRY(rg_alloc(&timer->cells, n_columns, sizeof *timer->cells));
    RG_TRY(rg_alloc(&timer->shapes, n_columns, sizeof *timer->shapes));
    rg_loop_shapes(timer->layout, timer->shapes);
    const double begun = rg_clock(CLOCK_MONOTONIC);
    RG_TRY(spec->model->create(MPI_COMM_SELF, point, &timer->net));
    *seconds = rg_clock(CLOCK_MONOTONIC) - begun;
    return RG_OK;
}

static void destroy(struct timer *timer)
{
    timer->model->destroy(&timer->net);
    rg_free(&timer->shapes);
    rg_free(&timer->cells);
    rg_record_free(&timer->record);
    rg_layout_destroy(&timer->layout);
}

enum rg_status rg_train_time(const struct rg_spec *spec, const struct rg_point *point,
                             double budget, double seconds[RG_N_TIMES])
{
    const struct rg_loop_settings *loop = point->settings;
    struct timer timer = {.model = spec->model,
                          .tick = {expire, &timer},
                          .deadline = rg_clock(CLOCK_MONOTONIC) + budget};
    double counts[RG_N_TIMES];
    rg_train_counts(spec, loop, (double)loop->max_epochs, counts);
    for (int kind = 0; kind < RG_N_TIMES; kind++)
        seconds[kind] = NAN;
    enum rg_status code = create(&timer, spec, point, &seconds[RG_TIME_CREATE]);
    if (code == RG_OK)
        code = time_kinds(&timer, counts, seconds);
    destroy(&timer);
    RG_TRY(code);
    return RG_OK;
}
