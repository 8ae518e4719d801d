/* regime measure FILE: columns that this program has and the file has not, from the weights that it keeps.
 *
 * The result is a file of its own, made beside FILE like that of a run and written point by point, so that a
 * kill costs what was not flushed; whole, it takes FILE's name. What the file has already is copied, and where
 * it follows from the weights too, compared.                                                         */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/carry.h"
#include "cli/cli.h"
#include "cli/halt.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/stored.h"
#include "regime/agree.h"
#include "regime/costs.h"
#include "regime/grid.h"
#include "regime/knob.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "regime/path.h"
#include "regime/schedule.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/write.h"

struct measuring {
    MPI_Comm comm;
    int rank, size;
    const struct rg_arguments *arguments;
    char source[RG_PATH_SIZE];
    char target[RG_PATH_SIZE];    /* whose name the result takes: the source's, or that of -o */
    char made[RG_PATH_SIZE + 16]; /* what it is called until then */
    double flush_interval;        /* seconds */
    struct rg_stored stored;      /* its layout has what the file has */
    struct rg_layout *layout;     /* all that this program has */
    bool *wanted;                 /* [layout->n_fields] to be measured */
    int64_t *differing; /* likewise: points in which it is stored otherwise; on this rank */
    void *settings;     /* of the point that this rank measures */
    struct rg_file *file;
    struct rg_lock *lock; /* of the target; rank 0 only, as is the rest */
    struct rg_halt halt;
    const char *stopped_by;
    struct rg_progress progress;
    struct rg_costs *costs;
    uint8_t *skip; /* [n_points] */
    struct rg_schedule_state state;
};

/* ---- one point ------------------------------------------------------------------------------------- */

static void take(struct measuring *m, const struct rg_record *fresh, struct rg_record *record)
{
    for (int f = 0; f < rg_record_n_fields(m->layout, record->id); f++) {
        const struct rg_field *field = &m->layout->fields[f];
        unsigned char *here = record->data + field->offset;
        const unsigned char *there = fresh->data + field->offset;
        if (m->wanted[f])
            memcpy(here, there, field->size);
        else if (rg_field_is_of_weights(m->stored.spec, field) &&
                 rg_carry_source(m->stored.layout, field))
            m->differing[f] += memcmp(here, there, field->size) != 0;
    }
}

static enum rg_status measure(struct measuring *m, const struct rg_record *known,
                              const struct rg_tick *tick, struct rg_record *record)
{
    struct rg_point point;
    struct rg_record fresh;
    rg_grid_point(m->stored.spec, record->id, m->settings, &point);
    rg_carry_record(m->stored.layout, known, m->layout, record);
    RG_TRY(rg_record_init(m->layout, record->id, &fresh));
    const enum rg_status code =
        rg_measure_again(MPI_COMM_SELF, m->stored.spec, m->layout, &point, record, tick, &fresh);
    if (code == RG_OK)
        take(m, &fresh, record);
    rg_record_free(&fresh);
    RG_TRY(code);
    return RG_OK;
}

static enum rg_status put(struct measuring *m, const struct rg_record *known,
                          const struct rg_stored_point *info, const struct rg_tick *tick)
{
    struct rg_record record;
    RG_TRY(rg_record_init(m->layout, known->id, &record));
    enum rg_status code = measure(m, known, tick, &record);
    if (code == RG_OK)
        code = rg_file_put_from(m->file, &record, info->rank, info->host);
    rg_record_free(&record); /* of what was not put */
    return code;
}

/* A damaged point is left to be trained again. */
static enum rg_status work(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick)
{
    struct measuring *m = context;
    struct rg_stored_point info;
    struct rg_record known;
    (void)team;
    RG_TRY(rg_store_point(m->stored.store, m->stored.layout, id, &info, &known));
    const enum rg_status code = info.checksum_holds ? put(m, &known, &info, tick) : RG_OK;
    if (!info.checksum_holds)
        rg_warn("%s: point %lld is damaged: it is pending in what is made", m->source,
                (long long)id);
    rg_record_free(&known);
    return code;
}

/* ---- the rest of the job --------------------------------------------------------------------------- */

static enum rg_status flush(void *context, bool last)
{
    struct measuring *m = context;
    (void)last;
    RG_TRY(rg_agree(m->comm, m->rank == 0 ? rg_lock_renew(m->lock) : RG_OK));
    RG_TRY(rg_file_flush(m->file));
    return rg_agree(m->comm, m->rank == 0 ? rg_lock_refresh(m->lock) : RG_OK);
}

static enum rg_wish wish(void *context)
{
    const struct measuring *m = context;
    return rg_halt_alarmed()          ? RG_WISH_STOP
           : rg_file_is_full(m->file) ? RG_WISH_FLUSH
                                      : RG_WISH_NOTHING;
}

static enum rg_wish report(void *context, const struct rg_schedule_state *state)
{
    struct measuring *m = context;
    const int64_t left = state->n_points - state->finished;
    rg_lock_note(m->lock, left < state->n_teams ? left : state->n_teams);
    rg_progress_show(&m->progress, state, m->costs);
    if (rg_lock_renew(m->lock) != RG_OK)
        return RG_WISH_FLUSH;
    if (!m->stopped_by)
        m->stopped_by = rg_halt_reason(&m->halt, state);
    return m->stopped_by ? RG_WISH_STOP : RG_WISH_NOTHING;
}

static bool alarmed(void *context)
{
    (void)context;
    return false; /* what is in hand is soon measured again */
}

static void rescue(void *context)
{
    (void)context;
}

/* ---- which columns --------------------------------------------------------------------------------- */

static bool names_field(const char *columns, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = columns; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
            return true;
    return false;
}

/* The knob by which the sweep has no such column; NULL: there is none. */
static const struct rg_knob *knob_of(const struct rg_spec *spec, const struct rg_column *column)
{
    const struct rg_model *model = spec->model;
    for (int i = 0; i < RG_DIMS_MAX && column->dims[i]; i++) {
        const int d = rg_model_find_dimension(model, column->dims[i]);
        if (model->dimensions[d].knob && rg_model_size(model, d, spec->largest) == 0)
            return rg_model_knob(model, rg_model_find_knob(model, model->dimensions[d].knob));
    }
    return NULL;
}

/* That by which it has no field of this name, which a column's begins. */
static const struct rg_knob *knob_without(const struct rg_spec *spec, const char *name)
{
    const struct rg_knob *knob = NULL;
    for (int c = 0; c < rg_model_n_columns(spec->model) && !knob; c++) {
        const struct rg_column *column = rg_model_column(spec->model, c);
        const size_t length = strlen(column->name);
        if (strncmp(name, column->name, length) == 0 && strchr("_", name[length]))
            knob = knob_of(spec, column);
    }
    return knob;
}

static enum rg_status no_such_column(const struct measuring *m, const char *name)
{
    char names[16384] = "", value[RG_LIST_MAX * 32];
    const struct rg_knob *knob = knob_without(m->stored.spec, name);
    for (int f = 0; f < m->layout->n_fields; f++)
        rg_choice_add(names, sizeof names, m->layout->fields[f].name);
    RG_REQUIRE(knob, RG_ERROR_USER, "--columns: %s: the file has no such column%s", name,
               rg_hint(name, names));
    rg_knob_print(knob, m->stored.spec->settings, value, sizeof value);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                   "--columns: %s: %s = %s in the sweep of this file leaves it out: a run with "
                   "another %s has it",
                   name, knob->name, value, knob->name);
}

/* All that are named must be there, and follow from the weights. */
static enum rg_status check_named(const struct measuring *m, const char *columns)
{
    for (const char *at = columns; at && *at; at += strcspn(at, ","), at += *at == ',') {
        char name[RG_NAME_MAX];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, ","), at);
        const struct rg_field *field = rg_carry_find(m->layout, name);
        if (!field)
            return no_such_column(m, name);
        RG_REQUIRE(rg_field_is_of_weights(m->stored.spec, field), RG_ERROR_USER,
                   "--columns: %s needs the course of training, not only the weights that the file "
                   "keeps: it takes a new run",
                   name);
    }
    return RG_OK;
}

static void warn_of_empty(const struct measuring *m)
{
    char names[1024] = "";
    for (int f = 0; f < m->layout->n_fields; f++) {
        const struct rg_field *field = &m->layout->fields[f];
        if (!rg_carry_source(m->stored.layout, field) &&
            !rg_field_is_of_weights(m->stored.spec, field))
            rg_choice_add(names, sizeof names, field->name);
    }
    if (names[0])
        rg_warn("left empty, for they need the course of training: %s", names);
}

static enum rg_status choose_columns(struct measuring *m)
{
    const char *columns = rg_arguments_value(m->arguments, "--columns");
    int n = 0;
    RG_TRY(check_named(m, columns));
    RG_TRY(rg_alloc(&m->wanted, (size_t)m->layout->n_fields, sizeof *m->wanted));
    RG_TRY(rg_alloc(&m->differing, (size_t)m->layout->n_fields, sizeof *m->differing));
    for (int f = 0; f < m->layout->n_fields; f++) {
        const struct rg_field *field = &m->layout->fields[f];
        m->wanted[f] =
            rg_field_is_of_weights(m->stored.spec, field) &&
            (!rg_carry_source(m->stored.layout, field) || names_field(columns, field->name));
        n += m->wanted[f];
    }
    RG_REQUIRE(n > 0 || m->stored.older, RG_ERROR_USER,
               "%s: it has all columns of this program that follow from its weights; --columns "
               "NAME,... measures some again",
               m->source);
    return RG_OK;
}

/* ---- before ---------------------------------------------------------------------------------------- */

static enum rg_status read_options(struct measuring *m)
{
    const char *output = rg_arguments_value(m->arguments, "--output");
    const char *interval = rg_arguments_value(m->arguments, "--flush-interval");
    RG_TRY(rg_stored_word(m->arguments, m->source));
    RG_TRY(rg_path_resolve(output ? output : m->source, m->target, sizeof m->target));
    snprintf(m->made, sizeof m->made, "%s%s", m->target,
             strcmp(m->target, m->source) == 0 ? ".measured" : "");
    RG_TRY(rg_duration_parse(interval ? interval : "30s", &m->flush_interval));
    return rg_progress_init(&m->progress, "auto");
}

/* The data must be what the points were trained on. */
static enum rg_status load_data(struct measuring *m)
{
    struct rg_spec *spec = m->stored.spec;
    const char *path = rg_arguments_value(m->arguments, "--data");
    struct rg_input *input = rg_settings_input(spec->model, spec->settings);
    const uint64_t hash = spec->data_hash;
    RG_REQUIRE(!path || (input && input->path[0]), RG_ERROR_USER, "--data %s: this sweep has none",
               path);
    if (path)
        snprintf(input->path, sizeof input->path, "%s", path);
    RG_TRY(rg_input_share(m->comm, spec));
    RG_REQUIRE(spec->data_hash == hash, RG_ERROR_USER,
               "data = \"%s\": not what the sweep was trained on; --data FILE names another",
               input->path);
    return RG_OK;
}

static enum rg_status open_source(struct measuring *m)
{
    RG_TRY(rg_stored_open_older(m->source, &m->stored));
    RG_TRY(rg_store_check_frame(m->stored.store));
    const enum rg_status code = rg_check_weights(m->stored.spec);
    if (code != RG_OK)
        return rg_fail(code, __FILE__, __LINE__, "%s: %s", m->source, rg_error_message());
    RG_TRY(rg_layout_create(m->stored.spec, &m->layout));
    RG_TRY(rg_alloc(&m->settings, 1, m->stored.spec->model->settings_size));
    return choose_columns(m);
}

/* Rank 0: whoever works on the target is to end first. */
static enum rg_status prepare(struct measuring *m)
{
    RG_TRY(rg_file_check_folder(m->target));
    rg_halt_init(&m->halt, m->target, NAN);
    RG_TRY(rg_lock_take(m->target, rg_lock_interval(), &m->lock));
    rg_halt_tidy(&m->halt);
    warn_of_empty(m);
    RG_TRY(rg_costs_create(m->stored.spec, &m->costs));
    return rg_stored_adopt_arithmetic(m->source);
}

/* What an earlier measure has left: of this sweep, and with the columns of this program? */
static bool goes_on(const struct measuring *m, const char *arithmetic)
{
    struct rg_store *store = NULL;
    enum rg_status code = rg_store_open(m->made, &store);
    if (code == RG_OK)
        code = rg_store_check_sweep(store, m->stored.spec, arithmetic);
    bool all = code == RG_OK;
    for (int f = 0; f < m->layout->n_fields && all; f++)
        all = rg_store_has(store, &m->layout->fields[f]);
    rg_store_close(&store);
    rg_error_clear();
    return all;
}

/* Rank 0, once all ranks make the same bits. */
static enum rg_status create_if_new(const struct measuring *m)
{
    const char *then = rg_store_attribute(m->stored.store, "arithmetic"),
               *now = rg_arithmetic(m->stored.spec->model);
    RG_REQUIRE(then && strcmp(then, now) == 0, RG_ERROR_USER,
               "%s was computed with \"%s\", and this would be \"%s\": bits would differ",
               m->source, then ? then : "?", now);
    const bool between = strcmp(m->made, m->target) != 0;
    if (between && access(m->made, F_OK) == 0 && !goes_on(m, now))
        unlink(m->made);
    if (access(m->made, F_OK) == 0)
        return RG_OK;
    return rg_file_create(m->made, m->stored.spec, m->layout, now, m->lock);
}

static void visit(void *context, const struct rg_stored_time *time)
{
    struct measuring *m = context;
    if (time->status == RG_DONE || time->status == RG_DIVERGED)
        m->skip[time->id] ^= 1;
}

/* Points that are done in the source and not in what was made of it before. */
static enum rg_status choose_points(struct measuring *m)
{
    const int64_t n = m->rank == 0 ? m->stored.spec->n_points : 0;
    RG_TRY(rg_agree(m->comm, rg_alloc(&m->skip, (size_t)n, 1)));
    RG_TRY(rg_file_scan(m->file, m->skip));
    for (int64_t id = 0; id < n; id++)
        m->skip[id] = !m->skip[id]; /* and whoever is visited, back */
    RG_TRY(
        rg_agree(m->comm, m->rank == 0 ? rg_store_times(m->stored.store, false, visit, m) : RG_OK));
    return RG_OK;
}

/* ---- after ----------------------------------------------------------------------------------------- */

static void print_columns(const struct measuring *m, const int64_t *differing)
{
    int64_t n = 0;
    for (int f = 0; f < m->layout->n_fields; f++)
        n += m->wanted[f];
    printf("%s: %lld point%s, %lld column%s measured:", m->target, (long long)m->state.finished,
           rg_plural(m->state.finished), (long long)n, rg_plural(n));
    for (int f = 0; f < m->layout->n_fields; f++)
        if (m->wanted[f])
            printf(" %s", m->layout->fields[f].name);
    putchar('\n');
    for (int f = 0; f < m->layout->n_fields; f++)
        if (differing[f] > 0)
            rg_warn(
                "%s: stored otherwise than this program measures it, in %lld point%s: --columns %s "
                "replaces it",
                m->layout->fields[f].name, (long long)differing[f], rg_plural(differing[f]),
                m->layout->fields[f].name);
}

/* Collective. */
static enum rg_status tell(const struct measuring *m)
{
    int64_t *differing = NULL;
    RG_TRY(rg_agree(m->comm, rg_alloc(&differing, (size_t)m->layout->n_fields, sizeof *differing)));
    MPI_Reduce(m->differing, differing, m->layout->n_fields, MPI_INT64_T, MPI_SUM, 0, m->comm);
    if (m->rank == 0)
        print_columns(m, differing);
    rg_free(&differing);
    return RG_OK;
}

static enum rg_status work_off(struct measuring *m)
{
    RG_TRY(choose_points(m));
    const struct rg_schedule_options how = {
        .policy = rg_policy_find("dynamic"), .team_size = 1, .flush_interval = m->flush_interval};
    const struct rg_job job = {.n = m->stored.spec->n_points,
                               .skip = m->skip,
                               .cost = rg_costs_of,
                               .learn = rg_costs_learn,
                               .fit = rg_costs_fit,
                               .costs = m->costs,
                               .work = work,
                               .flush = flush,
                               .wish = wish,
                               .report = report,
                               .alarmed = alarmed,
                               .rescue = rescue,
                               .context = m};
    const enum rg_status code = rg_schedule_run(m->comm, &how, &job, &m->state);
    rg_progress_end(&m->progress);
    return code;
}

/* Collective. */
static enum rg_status put_in_place(struct measuring *m)
{
    enum rg_status code = RG_OK;
    rg_store_close(&m->stored.store);
    if (m->rank == 0 && strcmp(m->made, m->target) != 0)
        code = rg_file_replace(m->made, m->target, m->lock);
    return rg_agree(m->comm, code);
}

static enum rg_status steps(struct measuring *m)
{
    RG_TRY(rg_agree(m->comm, read_options(m)));
    RG_TRY(rg_agree(m->comm, open_source(m)));
    RG_TRY(load_data(m));
    RG_TRY(rg_agree(m->comm, m->rank == 0 ? prepare(m) : RG_OK));
    RG_TRY(rg_arithmetic_agree(m->comm, m->stored.spec->model));
    RG_TRY(rg_agree(m->comm, m->rank == 0 ? create_if_new(m) : RG_OK));
    RG_TRY(rg_file_open(m->comm, m->made, m->stored.spec, m->layout,
                        rg_arithmetic(m->stored.spec->model), &m->file));
    const enum rg_status code = work_off(m);
    if (code == RG_ERROR_SYSTEM)
        return code; /* other ranks may be at work still */
    const enum rg_status closed = rg_file_close(&m->file);
    RG_TRY(code);
    RG_TRY(closed);
    RG_TRY(put_in_place(m));
    return tell(m);
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    rg_halt_listen();
    MPI_Init(NULL, NULL);
    struct measuring m = {.comm = MPI_COMM_WORLD, .arguments = arguments};
    MPI_Comm_rank(m.comm, &m.rank);
    MPI_Comm_size(m.comm, &m.size);
    const enum rg_status code = steps(&m);
    if (code == RG_ERROR_SYSTEM)
        return code; /* the lock stays until the job is aborted */
    rg_lock_release(&m.lock);
    if (code == RG_STOPPED && m.rank == 0)
        printf("stopped by %s: go on: the same command\n", m.stopped_by ? m.stopped_by : "SIGTERM");
    rg_free(&m.skip);
    rg_free(&m.wanted);
    rg_free(&m.differing);
    rg_free(&m.settings);
    rg_costs_destroy(&m.costs);
    rg_layout_destroy(&m.layout);
    rg_stored_close(&m.stored);
    return code;
}

static const struct rg_option options[] = {
    {"--columns", NULL, "NAME,...", "measures these anew, beside those that the file has not"},
    {"--output", "-o", "FILE", "leaves the file as it is and writes this one"},
    {"--data", NULL, "FILE", "where the sweep's data file is now, if it was moved"},
    {"--flush-interval", NULL, "TIME", "time between writes (default 30s)"},
    {0},
};

const struct rg_command rg_command_measure = {
    .name = "measure",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "adds the columns that this program has and FILE has not, from its kept weights",
    .example = "mpirun -q -n 2 regime measure quick.h5 --columns test_accuracy,n_states",
    .description =
        "Trains nothing: the columns have the bytes that a new run would write. It needs final "
        "weights in FILE (the key `keep`), and for columns over record those of the records; what "
        "needs the course of training is left empty and named. FILE is replaced once the new one "
        "is whole; a measure that was ended goes on by the same command.",
    .bits = RG_BITS_OF_FILE,
    .shares = true,
    .options = options,
    .run = run,
};
