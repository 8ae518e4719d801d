/* See keeper.h. */
#include "cli/keeper.h"

#include "regime/clock.h"
#include "regime/memory.h"

static const double SHARE = 0.01; /* of the time, for saving */

enum rg_status rg_keeper_open(MPI_Comm comm, const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, uint64_t identity,
                              const uint8_t *done, struct rg_keeper *keeper)
{
    *keeper =
        (struct rg_keeper){.spec = spec, .layout = layout, .begun = rg_clock(CLOCK_MONOTONIC)};
    if (!spec->model->state)
        return RG_OK;
    const struct rg_inflight_plan plan = {.path = path,
                                          .identity = identity,
                                          .state_max = rg_training_state_max(spec, layout),
                                          .team_size = spec->team[0] * spec->team[1],
                                          .done = done,
                                          .n_points = spec->n_points};
    const enum rg_status code = rg_inflight_open(comm, &plan, &keeper->inflight);
    if (code != RG_ERROR_SPACE)
        return code;
    if (rg_error_message()[0]) /* on rank 0 */
        rg_warn("%s; the run goes on without saving what is in training", rg_error_message());
    rg_error_clear();
    return RG_OK;
}

void rg_keeper_close(struct rg_keeper *keeper)
{
    rg_inflight_close(&keeper->inflight);
}

int64_t rg_keeper_n_kept(const struct rg_keeper *keeper)
{
    return keeper->inflight ? rg_inflight_n_kept(keeper->inflight) : 0;
}

/* ---- training -------------------------------------------------------------------------------------- */

static void load(void *context, const struct rg_mover *mover)
{
    rg_training_load(context, mover);
}

static void save(void *context, const struct rg_mover *mover)
{
    rg_training_save(context, mover);
}

static enum rg_status train(struct rg_keeper *keeper, const struct rg_point *point,
                            const struct rg_tick *tick, struct rg_record *record,
                            struct rg_training **training)
{
    bool found = false;
    RG_TRY(rg_training_create(keeper->team, keeper->spec, keeper->layout, point, record, training));
    if (keeper->inflight)
        RG_TRY(rg_inflight_load(keeper->inflight, keeper->team, point->id,
                                &(struct rg_inflight_state){load, *training}, &found));
    keeper->training = *training;
    keeper->id = point->id;
    RG_TRY(rg_training_run(*training, tick));
    return RG_OK;
}

enum rg_status rg_keeper_train(struct rg_keeper *keeper, MPI_Comm team,
                               const struct rg_point *point, const struct rg_tick *tick,
                               struct rg_record *record)
{
    struct rg_training *training = NULL;
    keeper->team = team;
    const enum rg_status code = train(keeper, point, tick, record, &training);
    keeper->training = NULL;
    rg_training_destroy(&training);
    RG_TRY(code);
    return RG_OK;
}

/* ---- saving ---------------------------------------------------------------------------------------- */

/* Says so once: the run goes on. */
static void give_up(struct rg_keeper *keeper)
{
    if (!keeper->gave_up && rg_error_message()[0])
        rg_warn("%s; what is not saved starts anew in a later run", rg_error_message());
    rg_error_clear();
    keeper->gave_up = true;
}

bool rg_keeper_mend(struct rg_keeper *keeper, MPI_Comm comm)
{
    bool anew = false;
    if (keeper->inflight && rg_inflight_mend(comm, keeper->inflight, &anew) != RG_OK)
        give_up(keeper);
    if (anew)
        keeper->saved = 0; /* what was saved is gone */
    return anew;
}

/* The leader's clock decides for its team. */
static bool is_due(const struct rg_keeper *keeper, bool must)
{
    const double now = rg_clock(CLOCK_MONOTONIC);
    const bool just_saved = keeper->saved_id == keeper->id && now - keeper->saved < keeper->last;
    int due = must ? !just_saved : keeper->spent + keeper->last <= SHARE * (now - keeper->begun);
    if (keeper->spec->team[0] * keeper->spec->team[1] > 1)
        MPI_Bcast(&due, 1, MPI_INT, 0, keeper->team);
    return due != 0;
}

void rg_keeper_save(struct rg_keeper *keeper, bool must)
{
    if (!keeper->inflight || !keeper->training || !is_due(keeper, must))
        return;
    const double start = rg_clock(CLOCK_MONOTONIC);
    const struct rg_inflight_state state = {save, keeper->training};
    const enum rg_status code =
        rg_inflight_save(keeper->inflight, keeper->id, rg_training_steps(keeper->training), &state);
    if (code != RG_OK)
        give_up(keeper);
    const double end = rg_clock(CLOCK_MONOTONIC);
    keeper->last = end - start;
    keeper->spent += keeper->last;
    if (code == RG_OK) {
        keeper->saved_id = keeper->id;
        keeper->saved = end;
    }
}
