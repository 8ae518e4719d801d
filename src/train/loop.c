/* The one training loop: a point goes in, its record comes out.
 *
 * create, measure at the start and record 0; then step by step, ticking in between; at the end of an
 * epoch the loop looks at the loss (thresholds, divergence), measures what is due, and asks the stop
 * rule. A loss that is not a number is an outcome of the point, never an error. Rows of the history
 * after the stop keep the fill value that rg_record_init gave them. All ranks of a team walk through it
 * together: what it decides by, the model gives them alike; the clock decides nothing.              */
#include "train/loop.h"

#include <math.h>

#include "regime/clock.h"
#include "regime/memory.h"

struct run {
    const struct rg_model *model;
    const struct rg_spec *spec;
    const struct rg_layout *layout;
    const struct rg_loop_settings *loop;
    const struct rg_tick *tick;
    struct rg_record *record;
    void *net;
    void **cells;            /* [columns of the model] */
    struct rg_shape *shapes; /* likewise */
    int64_t epoch;
    double train_loss; /* of the last epoch; NaN before the first */
    int64_t train_below, validation_below;
    int64_t next_record;
    bool loss_passed[RG_LIST_MAX];
    enum rg_stopped_by stopped_by;
};

static void put_i8(void *cell, int64_t value)
{
    if (cell)
        *(int64_t *)cell = value;
}

static void put_loop_cells(const struct run *run)
{
    put_i8(run->cells[RG_LOOP_EPOCHS_TRAINED], run->epoch);
    put_i8(run->cells[RG_LOOP_TRAIN_BELOW], run->train_below);
    put_i8(run->cells[RG_LOOP_VALIDATION_BELOW], run->validation_below);
    if (run->cells[RG_LOOP_STOPPED_BY])
        *(uint8_t *)run->cells[RG_LOOP_STOPPED_BY] = (uint8_t)run->stopped_by;
    if (run->cells[RG_LOOP_TRAIN_LOSS])
        *(double *)run->cells[RG_LOOP_TRAIN_LOSS] = run->train_loss;
}

/* A network that diverged or failed has no measures, but what it was given tells why. */
static void drop_network_cells(struct run *run)
{
    for (int c = 0; c < run->layout->n_columns; c++)
        if (!(rg_model_column(run->model, c)->flags & RG_OF_DATA))
            run->cells[c] = NULL;
}

static enum rg_point_status status_of(enum rg_stopped_by stopped_by)
{
    return stopped_by == RG_BY_DIVERGENCE ? RG_DIVERGED
           : stopped_by == RG_BY_FAILURE  ? RG_FAILED
                                          : RG_DONE;
}

static enum rg_status measure(struct run *run, enum rg_moment moment, int64_t k)
{
    rg_record_cells(run->layout, run->record, moment, k, run->cells);
    put_loop_cells(run);
    if (status_of(run->stopped_by) != RG_DONE)
        drop_network_cells(run);
    const struct rg_row row = {run->cells, run->shapes, run->epoch, moment};
    RG_TRY(run->model->measure(run->net, &row, run->tick));
    return RG_OK;
}

/* Is this epoch the next of the record epochs? Those of a longer point of the sweep come later. */
static bool record_due(const struct run *run)
{
    return run->next_record < run->spec->n_records &&
           run->spec->record_epochs[run->next_record] == run->epoch;
}

static enum rg_status watch_validation(struct run *run)
{
    const int64_t every = run->loop->validate_every;
    const bool due = every > 0 ? run->epoch % every == 0 : record_due(run);
    if (!due || run->validation_below >= 0)
        return RG_OK;
    double loss;
    RG_TRY(run->model->validation_loss(run->net, run->tick, &loss));
    if (loss < run->loop->validation_below)
        run->validation_below = run->epoch;
    return RG_OK;
}

static enum rg_status measure_record(struct run *run)
{
    if (!record_due(run))
        return RG_OK;
    return measure(run, RG_AT_RECORD, run->next_record++);
}

static enum rg_status measure_at_loss(struct run *run)
{
    const struct rg_reals *losses = &run->loop->measure_at_loss;
    for (int64_t k = 0; k < losses->n; k++) {
        if (run->loss_passed[k] || !(run->train_loss < losses->values[k]))
            continue;
        run->loss_passed[k] = true;
        RG_TRY(measure(run, RG_AT_LOSS, k));
    }
    return RG_OK;
}

static enum rg_stopped_by stop_rule(const struct run *run, const struct rg_step *step)
{
    if (!isfinite(step->train_loss))
        return RG_BY_DIVERGENCE;
    if (step->stop_loss < run->loop->stop_loss)
        return RG_BY_LOSS;
    return run->epoch >= run->loop->max_epochs ? RG_BY_MAX_EPOCHS : RG_BY_NOTHING;
}

static enum rg_status end_epoch(struct run *run, const struct rg_step *step)
{
    run->epoch++;
    run->train_loss = step->train_loss;
    run->stopped_by = stop_rule(run, step);
    if (run->stopped_by == RG_BY_DIVERGENCE)
        return RG_OK;
    if (run->train_below < 0 && run->train_loss < run->loop->train_below)
        run->train_below = run->epoch;
    RG_TRY(watch_validation(run));
    RG_TRY(measure_at_loss(run));
    RG_TRY(measure_record(run));
    return RG_OK;
}

static enum rg_status begin(struct run *run)
{
    RG_TRY(measure(run, RG_AT_START, 0));
    RG_TRY(measure_record(run));
    return RG_OK;
}

static enum rg_status finish(struct run *run)
{
    run->record->status = status_of(run->stopped_by);
    return measure(run, RG_AT_END, 0);
}

static enum rg_status train(struct run *run)
{
    RG_TRY(begin(run));
    while (run->stopped_by == RG_BY_NOTHING) {
        struct rg_step step = {0};
        RG_TRY(rg_tick(run->tick));
        RG_TRY(run->model->step(run->net, &step));
        if (step.failed)
            run->stopped_by = RG_BY_FAILURE;
        else if (step.epoch_end)
            RG_TRY(end_epoch(run, &step));
    }
    RG_TRY(finish(run));
    return RG_OK;
}

/* Beside a column's own dimensions a field has one for its moment, which comes first. */
void rg_loop_shapes(const struct rg_layout *layout, struct rg_shape *shapes)
{
    for (int f = 0; f < layout->n_fields; f++) {
        const struct rg_field *field = &layout->fields[f];
        struct rg_shape *shape = &shapes[field->column_index];
        const int first = field->moment == RG_AT_RECORD || field->moment == RG_AT_LOSS;
        shape->type = field->type;
        for (int d = first; d < field->n_dims; d++)
            shape->sizes[d - first] = layout->dims[field->dims[d]].size;
    }
}

static enum rg_status create(MPI_Comm team, const struct rg_point *point, struct run *run)
{
    const size_t n_columns = (size_t)run->layout->n_columns;
    RG_TRY(rg_alloc(&run->cells, n_columns, sizeof *run->cells));
    RG_TRY(rg_alloc(&run->shapes, n_columns, sizeof *run->shapes));
    rg_loop_shapes(run->layout, run->shapes);
    RG_TRY(run->model->create(team, point, &run->net));
    return RG_OK;
}

static void destroy(struct run *run)
{
    run->model->destroy(&run->net);
    rg_free(&run->cells);
    rg_free(&run->shapes);
}

enum rg_status rg_train(MPI_Comm team, const struct rg_spec *spec, const struct rg_layout *layout,
                        const struct rg_point *point, const struct rg_tick *tick,
                        struct rg_record *record)
{
    struct run run = {.model = spec->model,
                      .spec = spec,
                      .layout = layout,
                      .loop = point->settings,
                      .tick = tick,
                      .record = record,
                      .train_loss = NAN,
                      .train_below = -1,
                      .validation_below = -1};
    const double begun = rg_clock(CLOCK_MONOTONIC);
    record->start = rg_clock(CLOCK_REALTIME);
    enum rg_status status = create(team, point, &run);
    if (status == RG_OK)
        status = train(&run);
    destroy(&run);
    record->wall_seconds = rg_clock(CLOCK_MONOTONIC) - begun;
    RG_TRY(status);
    return RG_OK;
}
