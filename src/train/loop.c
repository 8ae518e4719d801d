/* The one training loop: a point goes in, its record comes out.
 *
 * create, measure at the start and record 0; then step by step, ticking in between; at the end of an
 * epoch the loop looks at the loss (thresholds, divergence), measures what is due, and asks the stop
 * rule. A loss that is not a number is an outcome of the point, never an error. Rows of the history
 * after the stop keep the fill value that rg_record_init gave them. All ranks of a team walk through it
 * together: what it decides by, the model gives them alike; the clock decides nothing.
 *
 * A state that is saved in the midst of a phase is that at its beginning: measures do not change what
 * training goes on from, and taken again they fill the same cells with the same bytes.               */
#include "train/loop.h"

#include <math.h>
#include <string.h>

#include "regime/clock.h"
#include "regime/grid.h"
#include "regime/memory.h"

enum phase { AT_START, BETWEEN_STEPS, AT_EPOCH_END, AT_END, ENDED };

/* How far training has come, beside the network and the record. */
struct place {
    enum phase phase;
    enum rg_stopped_by stopped_by;
    int64_t epoch;
    double train_loss; /* of the last epoch; NaN before the first */
    int64_t train_below, validation_below;
    int64_t next_record;
    bool loss_passed[RG_LIST_MAX];
    struct rg_step step; /* AT_EPOCH_END: that ended it */
    int64_t steps;
    double wall_seconds; /* so far, in earlier runs too */
};

struct rg_training {
    const struct rg_model *model;
    const struct rg_spec *spec;
    const struct rg_layout *layout;
    const struct rg_loop_settings *loop;
    const struct rg_tick *tick;
    struct rg_record *record;
    bool keeps_record; /* one rank of a team saves it */
    void *net;
    void **cells;            /* [columns of the model] */
    struct rg_shape *shapes; /* likewise */
    double begun;
    struct place place, safe; /* now, and at the beginning of the phase */
};

static void put_i8(void *cell, int64_t value)
{
    if (cell)
        *(int64_t *)cell = value;
}

static void put_loop_cells(const struct rg_training *run)
{
    if (run->model->declared)
        return;
    put_i8(run->cells[RG_LOOP_EPOCHS_TRAINED], run->place.epoch);
    put_i8(run->cells[RG_LOOP_TRAIN_BELOW], run->place.train_below);
    put_i8(run->cells[RG_LOOP_VALIDATION_BELOW], run->place.validation_below);
    if (run->cells[RG_LOOP_STOPPED_BY])
        *(uint8_t *)run->cells[RG_LOOP_STOPPED_BY] = (uint8_t)run->place.stopped_by;
    if (run->cells[RG_LOOP_TRAIN_LOSS])
        *(double *)run->cells[RG_LOOP_TRAIN_LOSS] = run->place.train_loss;
}

/* A network that diverged or failed has no measures, but what it was given tells why. */
static void drop_network_cells(struct rg_training *run)
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

static enum rg_status measure(struct rg_training *run, enum rg_moment moment, int64_t k)
{
    rg_record_cells(run->layout, run->record, moment, k, run->cells);
    put_loop_cells(run);
    if (status_of(run->place.stopped_by) != RG_DONE)
        drop_network_cells(run);
    const struct rg_row row = {run->cells, run->shapes, run->place.epoch, moment};
    RG_TRY(run->model->measure(run->net, &row, run->tick));
    return RG_OK;
}

/* Is this epoch the next of the record epochs? Those of a longer point of the sweep come later. */
static bool record_due(const struct rg_training *run)
{
    return run->place.next_record < run->spec->n_records &&
           run->spec->record_epochs[run->place.next_record] == run->place.epoch;
}

static enum rg_status watch_validation(struct rg_training *run)
{
    const int64_t every = run->loop->validate_every;
    const bool due = every > 0 ? run->place.epoch % every == 0 : record_due(run);
    if (!due || run->place.validation_below >= 0)
        return RG_OK;
    double loss;
    RG_TRY(run->model->validation_loss(run->net, run->tick, &loss));
    if (loss < run->loop->validation_below)
        run->place.validation_below = run->place.epoch;
    return RG_OK;
}

static enum rg_status measure_record(struct rg_training *run)
{
    if (!record_due(run))
        return RG_OK;
    return measure(run, RG_AT_RECORD, run->place.next_record++);
}

static enum rg_status measure_at_loss(struct rg_training *run)
{
    const struct rg_reals *losses = &run->loop->measure_at_loss;
    for (int64_t k = 0; k < losses->n; k++) {
        if (run->place.loss_passed[k] || !(run->place.train_loss < losses->values[k]))
            continue;
        run->place.loss_passed[k] = true;
        RG_TRY(measure(run, RG_AT_LOSS, k));
    }
    return RG_OK;
}

static enum rg_stopped_by stop_rule(const struct rg_training *run, const struct rg_step *step)
{
    if (!isfinite(step->train_loss))
        return RG_BY_DIVERGENCE;
    if (step->stop_loss < run->loop->stop_loss)
        return RG_BY_LOSS;
    return run->place.epoch >= run->loop->max_epochs ? RG_BY_MAX_EPOCHS : RG_BY_NOTHING;
}

static enum rg_status end_epoch(struct rg_training *run)
{
    const struct rg_step *step = &run->place.step;
    run->place.epoch++;
    run->place.train_loss = step->train_loss;
    run->place.stopped_by = stop_rule(run, step);
    run->place.phase = run->place.stopped_by == RG_BY_NOTHING ? BETWEEN_STEPS : AT_END;
    if (run->place.stopped_by == RG_BY_DIVERGENCE)
        return RG_OK;
    if (run->place.train_below < 0 && run->place.train_loss < run->loop->train_below)
        run->place.train_below = run->place.epoch;
    RG_TRY(watch_validation(run));
    RG_TRY(measure_at_loss(run));
    RG_TRY(measure_record(run));
    return RG_OK;
}

static enum rg_status begin(struct rg_training *run)
{
    RG_TRY(measure(run, RG_AT_START, 0));
    RG_TRY(measure_record(run));
    run->place.phase = BETWEEN_STEPS;
    return RG_OK;
}

static void tell(const struct rg_training *run, const char *why)
{
    char point[1024];
    if (!why || !run->keeps_record)
        return;
    rg_grid_print(run->spec, run->record->id, point, sizeof point);
    rg_warn("%s%s%s", point, point[0] ? ": " : "", why);
}

static enum rg_status step(struct rg_training *run)
{
    struct rg_step *step = &run->place.step;
    RG_TRY(rg_tick(run->tick));
    RG_TRY(run->model->step(run->net, step));
    run->place.steps++;
    if (step->failed) {
        tell(run, step->why);
        run->place.stopped_by = RG_BY_FAILURE;
        run->place.phase = AT_END;
    } else if (step->epoch_end) {
        run->place.phase = AT_EPOCH_END;
    }
    return RG_OK;
}

static enum rg_status finish(struct rg_training *run)
{
    run->record->status = status_of(run->place.stopped_by);
    RG_TRY(measure(run, RG_AT_END, 0));
    run->place.phase = ENDED;
    return RG_OK;
}

static enum rg_status (*const phases[])(struct rg_training *run) = {
    [AT_START] = begin, [BETWEEN_STEPS] = step, [AT_EPOCH_END] = end_epoch, [AT_END] = finish};

static double wall_seconds(const struct rg_training *run)
{
    return run->safe.wall_seconds + rg_clock(CLOCK_MONOTONIC) - run->begun;
}

enum rg_status rg_training_run(struct rg_training *run, const struct rg_tick *tick)
{
    run->tick = tick;
    while (run->place.phase != ENDED) {
        RG_TRY(phases[run->place.phase](run));
        if (run->place.phase != run->safe.phase)
            run->safe = run->place;
        run->safe.steps = run->place.steps;
    }
    run->record->wall_seconds = wall_seconds(run);
    return RG_OK;
}

void rg_loop_shapes(const struct rg_layout *layout, struct rg_shape *shapes)
{
    for (int f = 0; f < layout->n_fields; f++) {
        const struct rg_field *field = &layout->fields[f];
        struct rg_shape *shape = &shapes[field->column_index];
        shape->type = field->type;
        for (int d = field->own; d < field->n_dims; d++)
            shape->sizes[d - field->own] = layout->dims[field->dims[d]].size;
    }
}

static enum rg_status create(MPI_Comm team, const struct rg_point *point, struct rg_training *run)
{
    const size_t n_columns = (size_t)run->layout->n_columns;
    int team_rank = 0;
    if (point->team[0] * point->team[1] > 1)
        MPI_Comm_rank(team, &team_rank);
    run->keeps_record = team_rank == 0;
    RG_TRY(rg_alloc(&run->cells, n_columns, sizeof *run->cells));
    RG_TRY(rg_alloc(&run->shapes, n_columns, sizeof *run->shapes));
    rg_loop_shapes(run->layout, run->shapes);
    RG_TRY(run->model->create(team, point, &run->net));
    return RG_OK;
}

enum rg_status rg_training_create(MPI_Comm team, const struct rg_spec *spec,
                                  const struct rg_layout *layout, const struct rg_point *point,
                                  struct rg_record *record, struct rg_training **training)
{
    struct rg_training *run;
    RG_TRY(rg_alloc(&run, 1, sizeof *run));
    *training = run;
    run->model = spec->model;
    run->spec = spec;
    run->layout = layout;
    run->loop = point->settings;
    run->record = record;
    run->begun = rg_clock(CLOCK_MONOTONIC);
    run->place.train_loss = NAN;
    run->place.train_below = run->place.validation_below = -1;
    run->safe = run->place;
    record->start = rg_clock(CLOCK_REALTIME);
    RG_TRY(create(team, point, run));
    return RG_OK;
}

void rg_training_destroy(struct rg_training **training)
{
    struct rg_training *run = *training;
    if (!run)
        return;
    run->model->destroy(&run->net);
    rg_free(&run->cells);
    rg_free(&run->shapes);
    rg_free(training);
}

enum rg_status rg_train(MPI_Comm team, const struct rg_spec *spec, const struct rg_layout *layout,
                        const struct rg_point *point, const struct rg_tick *tick,
                        struct rg_record *record)
{
    struct rg_training *training = NULL;
    enum rg_status status = rg_training_create(team, spec, layout, point, record, &training);
    if (status == RG_OK)
        status = rg_training_run(training, tick);
    rg_training_destroy(&training);
    RG_TRY(status);
    return RG_OK;
}

/* ---- state ----------------------------------------------------------------------------------------- */

/* The place, when the point was begun, its record, the network. */
struct state {
    struct place place;
    double start;
};

size_t rg_training_state_max(const struct rg_spec *spec, const struct rg_layout *layout)
{
    return sizeof(struct state) + layout->record_size +
           spec->model->state_max(spec->largest, spec->team);
}

static void move_rest(struct rg_training *run, const struct rg_mover *mover)
{
    if (run->keeps_record)
        mover->move(mover->context, run->record->data,
                    rg_record_size(run->layout, run->record->id));
    run->model->state(run->net, mover);
}

void rg_training_save(struct rg_training *run, const struct rg_mover *mover)
{
    struct state state = {.place = run->safe, .start = run->record->start};
    state.place.wall_seconds = wall_seconds(run);
    mover->move(mover->context, &state, sizeof state);
    move_rest(run, mover);
}

void rg_training_load(struct rg_training *run, const struct rg_mover *mover)
{
    struct state state;
    mover->move(mover->context, &state, sizeof state);
    run->place = run->safe = state.place;
    run->record->start = state.start;
    move_rest(run, mover);
    if (run->model->resumed)
        run->model->resumed(run->net);
}

static void count(void *context, void *piece, size_t size)
{
    (void)piece;
    *(size_t *)context += size;
}

size_t rg_training_state_size(struct rg_training *run)
{
    size_t size = 0;
    const struct rg_mover mover = {count, &size};
    rg_training_save(run, &mover);
    return size;
}

int64_t rg_training_steps(const struct rg_training *run)
{
    return run->place.steps;
}
