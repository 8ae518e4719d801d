/* regime run SWEEP.cfg: joins the stations. The sweep file becomes points, the coordinator deals them,
 * every rank trains, and what is finished goes into one file, which a second call resumes.          */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/extend.h"
#include "cli/fresh.h"
#include "cli/halt.h"
#include "cli/input.h"
#include "cli/keeper.h"
#include "cli/look.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/stored.h"
#include "regime/agree.h"
#include "regime/config.h"
#include "regime/costs.h"
#include "regime/grid.h"
#include "regime/hash.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "regime/record.h"
#include "regime/schedule.h"
#include "regime/store.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/version.h"
#include "regime/write.h"

struct run {
    MPI_Comm comm;
    int rank, size;
    const struct rg_arguments *arguments;
    bool quiet;
    char path[RG_PATH_SIZE];
    double flush_interval, time_limit; /* seconds; time_limit NaN: not given */
    const struct rg_policy *policy;
    struct rg_spec *spec;
    struct rg_layout *layout;
    struct rg_lock *lock; /* rank 0 only, as are slice, progress, halt, stopped_by and skip */
    struct rg_halt halt;
    const char *stopped_by; /* NULL: by nothing */
    struct rg_slice slice;
    struct rg_progress progress;
    struct rg_file *file;
    struct rg_keeper keeper;
    uint8_t *skip;          /* [n_points] done before, or outside the slice */
    void *settings;         /* of the point that this rank trains */
    struct rg_costs *costs; /* rank 0 only */
    int64_t diverged;       /* on this rank, in this run */
    struct rg_schedule_state state;
};

/* ---- the job: what the coordinator calls ----------------------------------------------------------- */

static enum rg_status work(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick)
{
    struct run *run = context;
    struct rg_point point;
    struct rg_record record;
    int team_rank;
    rg_grid_point(run->spec, id, run->settings, &point);
    point.file = run->path;
    RG_TRY(rg_record_init(run->layout, id, &record));
    enum rg_status code = rg_keeper_train(&run->keeper, team, &point, tick, &record);
    MPI_Comm_rank(team, &team_rank);
    if (code != RG_OK || team_rank > 0) {
        rg_record_free(&record);
        return code;
    }
    run->diverged += record.status == RG_DIVERGED;
    return rg_file_put(run->file, &record);
}

/* After work of our own that may have outlasted the lease. Collective: all ranks return the same code. */
static enum rg_status refresh_lease(const struct run *run)
{
    return rg_agree(run->comm, run->rank == 0 ? rg_lock_refresh(run->lock) : RG_OK);
}

/* What is in hand, for the next run. What fails here is trained again. */
static void rescue(void *context)
{
    struct run *run = context;
    rg_keeper_save(&run->keeper, true);
    if (rg_file_rescue(run->file, run->path) != RG_OK) {
        rg_warn("%s: its finished points will be trained again", rg_error_message());
        rg_error_clear();
    }
}

/* The file can no longer be written. On every rank; one line says it all. */
static enum rg_status keep_in_hand(struct run *run, enum rg_status code)
{
    char why[4096];
    snprintf(why, sizeof why, "%s", rg_error_message());
    run->keeper.gave_up = true;
    rg_keeper_save(&run->keeper, true);
    const enum rg_status kept = rg_agree(run->comm, rg_file_rescue(run->file, run->path));
    const bool lost = kept != RG_OK && code != RG_ERROR_SPACE;
    return rg_fail(code, __FILE__, __LINE__, "%s%s%s", why,
                   lost ? "; some is lost all the same: " : "", lost ? rg_error_message() : "");
}

/* Records first: the slots of a point that is done may then be written over. */
static enum rg_status flush(void *context, bool last)
{
    struct run *run = context;
    RG_TRY(rg_agree(run->comm, run->rank == 0 ? rg_lock_renew(run->lock) : RG_OK));
    const enum rg_status code = rg_file_flush(run->file);
    if (code != RG_OK)
        return keep_in_hand(run, code);
    const bool anew = rg_keeper_mend(&run->keeper, run->comm);
    rg_keeper_save(&run->keeper, last || anew);
    RG_TRY(refresh_lease(run));
    MPI_Reduce(&run->diverged, &run->progress.diverged, 1, MPI_INT64_T, MPI_SUM, 0, run->comm);
    return RG_OK;
}

static bool alarmed(void *context)
{
    (void)context;
    return rg_halt_alarmed();
}

static enum rg_wish wish(void *context)
{
    const struct run *run = context;
    return rg_halt_alarmed()            ? RG_WISH_STOP
           : rg_file_is_full(run->file) ? RG_WISH_FLUSH
                                        : RG_WISH_NOTHING;
}

/* Before there is anything to save. Rank 0. */
static enum rg_status stop_if_asked(void *context)
{
    struct run *run = context;
    const char *reason = rg_halt_reason(&run->halt, &run->state);
    RG_REQUIRE(!reason, RG_STOPPED,
               "stopped by %s before anything was done; go on: the same command", reason);
    return RG_OK;
}

/* Whoever has pressed Ctrl-C is told that it was heard. */
static void say_stopping(struct run *run)
{
    if (run->quiet || strcmp(run->stopped_by, "SIGINT") != 0)
        return;
    rg_progress_end(&run->progress);
    fputs("stopping: saves what is in training; a second Ctrl-C ends at once\n", stderr);
}

/* A lost lease calls for a flush at once, which all ranks reach and which then fails on all of them. */
static enum rg_wish report(void *context, const struct rg_schedule_state *state)
{
    struct run *run = context;
    int64_t left = state->n_points - state->finished;
    rg_lock_note(run->lock, left < state->n_teams ? left : state->n_teams);
    rg_progress_show(&run->progress, state, run->costs);
    if (rg_lock_renew(run->lock) != RG_OK)
        return RG_WISH_FLUSH;
    if (run->stopped_by)
        return RG_WISH_STOP;
    run->stopped_by = rg_halt_reason(&run->halt, state);
    if (!run->stopped_by)
        return RG_WISH_NOTHING;
    say_stopping(run);
    return RG_WISH_STOP;
}

/* ---- before ---------------------------------------------------------------------------------------- */

static const struct rg_option options[] = {
    {"--output", "-o", "FILE", "the HDF5 file (default: NAME.h5 here); resumes it if it exists"},
    {"--set", NULL, "KNOB=VALUE", "sets a knob instead of the sweep file (repeatable; recorded)"},
    {"--only", NULL, "AXIS=VALUE", "runs a slice of the grid (repeatable)"},
    {"--fresh", NULL, NULL,
     "renames an existing FILE, and what is saved beside it, to FILE.old and starts anew"},
    {"--extend", NULL, "max_epochs=N",
     "trains the points of FILE that max_epochs stopped anew, from epoch 0 to N, with the numbers "
     "of one long run; the others stay"},
    {"--schedule", NULL, "dynamic|static", "how points are dealt (default dynamic)"},
    {"--flush-interval", NULL, "TIME", "time between writes (default 30s)"},
    {"--progress", NULL, "auto|always|never", "shown live; auto: on a terminal only (default)"},
    {"--quiet", "-q", NULL, "prints errors only"},
    {"--time-limit", NULL, "TIME",
     "stops in good order before this time has passed since the start (default: the end of the "
     "SLURM job, or none)"},
    {"--print-output", NULL, NULL, "prints the name of FILE and does nothing else"},
    {0},
};

static const double SHORTEST_INTERVAL = 0.01; /* between flushes, seconds */

static const char *option_or(const struct run *run, const char *name, const char *otherwise)
{
    const char *value = rg_arguments_value(run->arguments, name);
    return value ? value : otherwise;
}

static enum rg_status read_options(struct run *run)
{
    const char *limit = rg_arguments_value(run->arguments, "--time-limit");
    run->time_limit = NAN;
    if (limit)
        RG_TRY(rg_duration_parse(limit, &run->time_limit));
    RG_TRY(rg_duration_parse(option_or(run, "--flush-interval", "30s"), &run->flush_interval));
    RG_REQUIRE(run->flush_interval >= SHORTEST_INTERVAL, RG_ERROR_USER,
               "--flush-interval %s: at least %gs, for nothing is trained during a flush",
               option_or(run, "--flush-interval", ""), SHORTEST_INTERVAL);
    const char *policy = option_or(run, "--schedule", "dynamic");
    run->policy = rg_policy_find(policy);
    RG_REQUIRE(run->policy, RG_ERROR_USER, "--schedule %s: it takes one of: %s", policy,
               rg_policy_names());
    run->quiet = rg_arguments_value(run->arguments, "--quiet") != NULL;
    return rg_progress_init(&run->progress,
                            run->quiet ? "never" : option_or(run, "--progress", "auto"));
}

static enum rg_status read_sweep(struct run *run)
{
    char *overrides = NULL;
    RG_TRY(rg_agree(run->comm,
                    run->rank == 0 ? rg_extend_overrides(run->arguments, &overrides) : RG_OK));
    enum rg_status code = rg_spec_share(run->comm, &rg_models, rg_arguments_word(run->arguments, 0),
                                        overrides, &run->spec);
    rg_free(&overrides);
    if (code != RG_OK)
        return code;
    RG_TRY(rg_input_share(run->comm, run->spec));
    RG_TRY(rg_agree(run->comm,
                    run->rank == 0 ? rg_stored_path(run->arguments, run->spec, run->path) : RG_OK));
    MPI_Bcast(run->path, sizeof run->path, MPI_CHAR, 0, run->comm);
    RG_TRY(rg_layout_create(run->spec, &run->layout));
    return rg_alloc(&run->settings, 1, run->spec->model->settings_size);
}

static enum rg_status check_team(const struct run *run)
{
    const int *team = run->spec->team;
    int ranks = team[0] * team[1];
    RG_REQUIRE(
        run->size >= ranks, RG_ERROR_USER,
        "%s: team = [%d, %d] needs %d ranks, the job has %d: start it with mpirun -n %d or more",
        run->spec->path, team[0], team[1], ranks, run->size, ranks);
    return RG_OK;
}

/* Rank 0: all that can be wrong before the file is opened together. */
static enum rg_status prepare(struct run *run)
{
    RG_TRY(rg_grid_check(run->spec));
    RG_TRY(check_team(run));
    rg_slice_all(&run->slice);
    const char *assignment;
    for (int i = 0; (assignment = rg_arguments_repeated(run->arguments, "--only", i)); i++)
        RG_TRY(rg_slice_narrow(run->spec, &run->slice, assignment));
    RG_TRY(rg_file_check_folder(run->path));
    rg_halt_init(&run->halt, run->path, run->time_limit);
    RG_TRY(stop_if_asked(run));
    RG_TRY(rg_lock_await(run->path, rg_lock_interval(), &(struct rg_tick){stop_if_asked, run},
                         &run->lock));
    rg_halt_tidy(&run->halt);
    const bool fresh = rg_arguments_value(run->arguments, "--fresh") != NULL;
    if (fresh || access(run->path, F_OK) != 0)
        RG_TRY(rg_file_check_space(run->path, run->spec, run->layout));
    if (fresh)
        RG_TRY(rg_fresh_make_way(run->path));
    RG_TRY(rg_stored_adopt_arithmetic(run->path));
    RG_TRY(rg_costs_create(run->spec, &run->costs));
    rg_stored_learn(run->path, run->spec, run->costs);
    return RG_OK;
}

/* Rank 0, once all ranks make the same bits. */
static enum rg_status create_if_new(const struct run *run)
{
    if (rg_arguments_value(run->arguments, "--extend"))
        return rg_extend_file(run->path, run->spec, run->layout, run->lock, run->quiet);
    if (access(run->path, F_OK) == 0)
        return RG_OK;
    return rg_file_create(run->path, run->spec, run->layout, rg_arithmetic(run->spec->model),
                          run->lock);
}

static int64_t count_done(const struct run *run)
{
    int64_t n = 0;
    for (int64_t id = 0; id < run->spec->n_points; id++)
        n += run->skip[id];
    return n;
}

static void announce(const struct run *run, int64_t done)
{
    if (run->quiet)
        return;
    char picked[1024];
    rg_slice_print(run->spec, &run->slice, picked, sizeof picked);
    printf("%s: %lld point%s, %d rank%s", run->path, (long long)run->spec->n_points,
           rg_plural(run->spec->n_points), run->size, rg_plural(run->size));
    if (done > 0)
        printf(", %lld done before", (long long)done);
    if (rg_keeper_n_kept(&run->keeper) > 0)
        printf(", %lld in training", (long long)rg_keeper_n_kept(&run->keeper));
    printf("%s%s\n", picked[0] ? ", only " : "", picked);
    fflush(stdout);
}

/* What an earlier run finished and could not commit is committed now. */
static enum rg_status adopt_finished(struct run *run)
{
    RG_TRY(rg_agree(run->comm,
                    run->rank == 0 ? rg_file_adopt(run->file, run->path, run->skip) : RG_OK));
    RG_TRY(rg_file_flush(run->file));
    if (run->rank == 0)
        rg_file_forget_rescued(run->path);
    return RG_OK;
}

/* States of other settings, arithmetic or programs are of no use. */
static uint64_t identity(const struct run *run)
{
    const char *const parts[] = {rg_arithmetic(run->spec->model), rg_version(), rg_git_revision()};
    uint64_t hash = rg_file_identity(run->file);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = rg_hash_text(hash, parts[i]);
    return hash;
}

/* Leaves in skip what is done or not asked for. */
static enum rg_status choose_points(struct run *run)
{
    const size_t n = run->rank == 0 ? (size_t)run->spec->n_points : 0;
    RG_TRY(rg_agree(run->comm, rg_alloc(&run->skip, n, 1)));
    RG_TRY(rg_file_scan(run->file, run->skip));
    RG_TRY(adopt_finished(run));
    RG_TRY(rg_keeper_open(run->comm, run->path, run->spec, run->layout, identity(run), run->skip,
                          &run->keeper));
    if (run->rank > 0)
        return RG_OK;
    announce(run, count_done(run));
    for (int64_t id = 0; id < run->spec->n_points; id++)
        run->skip[id] |= !rg_slice_has(run->spec, &run->slice, id);
    return RG_OK;
}

static enum rg_status show_end(const struct run *run)
{
    return rg_show_end(&(struct rg_ending){.spec = run->spec,
                                           .path = run->path,
                                           .stopped_by = run->stopped_by,
                                           .state = &run->state,
                                           .n_ranks = run->size,
                                           .quiet = run->quiet});
}

/* ---- the run --------------------------------------------------------------------------------------- */

static enum rg_status train_all(struct run *run)
{
    RG_TRY(choose_points(run));
    RG_TRY(refresh_lease(run)); /* creating and scanning a large file takes long */
    const struct rg_schedule_options how = {
        .policy = run->policy,
        .team_size = run->spec->team[0] * run->spec->team[1],
        .flush_interval = run->flush_interval,
        .first_flush = run->rank == 0 ? rg_halt_first_flush(&run->halt, run->flush_interval) : 0,
    };
    const struct rg_job job = {
        .n = run->spec->n_points,
        .skip = run->skip,
        .cost = rg_costs_of,
        .learn = rg_costs_learn,
        .fit = rg_costs_fit,
        .costs = run->costs,
        .work = work,
        .flush = flush,
        .wish = wish,
        .report = report,
        .alarmed = alarmed,
        .rescue = rescue,
        .context = run,
    };
    enum rg_status code = rg_schedule_run(run->comm, &how, &job, &run->state);
    rg_progress_end(&run->progress);
    return code;
}

/* All that was asked for is done; states of points outside a slice stay. */
static void forget_states(const struct run *run)
{
    if (rg_keeper_n_kept(&run->keeper) == 0 || count_done(run) == run->spec->n_points)
        rg_inflight_remove(run->path);
}

static enum rg_status run_steps(struct run *run)
{
    RG_TRY(rg_agree(run->comm, run->rank == 0 ? read_options(run) : RG_OK));
    if (run->rank > 0)
        RG_TRY(read_options(run));
    RG_TRY(read_sweep(run));
    RG_TRY(rg_agree(run->comm, run->rank == 0 ? prepare(run) : RG_OK));
    RG_TRY(rg_arithmetic_agree(run->comm, run->spec->model));
    RG_TRY(rg_agree(run->comm, run->rank == 0 ? create_if_new(run) : RG_OK));
    RG_TRY(rg_file_open(run->comm, run->path, run->spec, run->layout,
                        rg_arithmetic(run->spec->model), &run->file));
    enum rg_status code = train_all(run);
    if (code == RG_ERROR_SYSTEM)
        return code; /* other ranks may be in the run still */
    enum rg_status closed = rg_file_close(&run->file);
    rg_keeper_close(&run->keeper);
    if (code == RG_OK && closed == RG_OK && run->rank == 0)
        forget_states(run);
    return code != RG_OK ? code : closed;
}

static enum rg_status print_output(const struct rg_arguments *arguments)
{
    char path[RG_PATH_SIZE];
    struct rg_spec *spec = NULL;
    if (!rg_first_process())
        return RG_OK;
    RG_TRY(rg_stored_sweep(arguments, &spec));
    const enum rg_status code = rg_stored_path(arguments, spec, path);
    rg_spec_destroy(&spec);
    RG_TRY(code);
    puts(path);
    return RG_OK;
}

static enum rg_status run_sweep(const struct rg_arguments *arguments)
{
    if (rg_arguments_value(arguments, "--print-output"))
        return print_output(arguments);
    rg_halt_listen();
    MPI_Init(NULL, NULL);
    struct run run = {.comm = MPI_COMM_WORLD, .arguments = arguments};
    MPI_Comm_rank(run.comm, &run.rank);
    MPI_Comm_size(run.comm, &run.size);
    enum rg_status code = run_steps(&run);
    if (code == RG_STOPPED && !run.stopped_by)
        run.stopped_by = "SIGTERM"; /* of another rank, which asked for it */
    if (code == RG_ERROR_SYSTEM)
        return code; /* other ranks may still write: the lock stays until the job is aborted */
    rg_lock_release(&run.lock);
    const bool began = run.skip != NULL; /* else main says why it did not */
    if ((code == RG_OK || code == RG_STOPPED) && began && run.rank == 0 && show_end(&run) != RG_OK)
        code = RG_ERROR_DAMAGED;
    rg_free(&run.skip);
    rg_free(&run.settings);
    rg_costs_destroy(&run.costs);
    rg_layout_destroy(&run.layout);
    rg_spec_destroy(&run.spec);
    return code;
}

const struct rg_command rg_command_run = {
    .name = "run",
    .words = "SWEEP.cfg",
    .min_words = 1,
    .max_words = 1,
    .summary = "runs a sweep, or resumes it; on many ranks: mpirun -q -n N regime run SWEEP.cfg",
    .example = "mpirun -q -n 2 regime run sweeps/quick.cfg --set max_epochs=100",
    .description =
        "Points that FILE has are not trained again. Ctrl-C, `regime stop FILE` and the time limit "
        "end a run in good order, with exit status 75, and the points in training are saved; the "
        "same command goes on, on any number of ranks. So it does after a kill, which costs what "
        "was not written yet. It ends with the command that draws its file.",
    .bits = RG_BITS_OF_OUTPUT,
    .shares = true,
    .options = options,
    .run = run_sweep,
};
