/* regime replay FILE AXIS=VALUE ...: one stored point again, with the same bits, measured at other epochs.
 *
 * The point becomes a sweep of its own, whose random keys are the same because they depend on values and
 * not on the grid. It trains to the epoch where it ended, and what was measured there is compared with
 * what is stored: the same arithmetic must give the same bytes.                                     */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/carry.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/pick.h"
#include "cli/stored.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "regime/path.h"
#include "regime/store.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/write.h"

struct replay {
    const struct rg_arguments *arguments;
    char path[RG_PATH_SIZE]; /* of the file to write */
    struct rg_stored stored;
    struct rg_record known; /* what the file has */
    struct rg_point origin;
    void *origin_settings;
    struct rg_spec *spec; /* the sweep of one point */
    struct rg_layout *layout;
    void *settings;
    struct rg_record record;
    struct rg_lock *lock;
};

/* ---- the stored point ------------------------------------------------------------------------------ */

static int64_t stored_epochs(const struct replay *replay)
{
    const struct rg_field *field = rg_carry_find(replay->stored.layout, "epochs_trained");
    int64_t epochs;
    memcpy(&epochs, replay->known.data + field->offset, sizeof epochs);
    return epochs;
}

static enum rg_status read_point(struct replay *replay)
{
    const char *path = rg_arguments_word(replay->arguments, 0);
    struct rg_stored *stored = &replay->stored;
    struct rg_stored_point info;
    int64_t id = 0;
    RG_TRY(rg_stored_open(path, stored));
    RG_REQUIRE(
        !stored->spec->declared, RG_ERROR_USER,
        "%s: replay measures more densely, and a point of model %s is one step: regime point "
        "shows how to run it again",
        path, stored->spec->model->name);
    RG_TRY(rg_pick_point(replay->arguments, stored->spec, &id));
    RG_TRY(rg_alloc(&replay->origin_settings, 1, stored->spec->model->settings_size));
    rg_grid_point(stored->spec, id, replay->origin_settings, &replay->origin);
    RG_TRY(rg_store_point(stored->store, stored->layout, id, &info, &replay->known));
    RG_REQUIRE(info.status == RG_DONE || info.status == RG_DIVERGED, RG_ERROR_USER,
               "%s: this point is not done; there is nothing to replay yet", path);
    RG_REQUIRE(info.checksum_holds, RG_ERROR_DAMAGED,
               "%s: this point is damaged; regime verify --repair sets it back to pending", path);
    RG_REQUIRE(
        stored->spec->team[0] * stored->spec->team[1] == 1, RG_ERROR_USER,
        "%s: its points take several ranks each and replay is one: regime point shows how to "
        "run this one again",
        path);
    rg_arithmetic_adopt(rg_store_attribute(stored->store, "arithmetic"));
    return RG_OK;
}

/* ---- the sweep of one point ------------------------------------------------------------------------ */

/* The options --record KEY=VALUE as the inside of record = { ... }. Free with rg_free. */
static enum rg_status read_record_option(const struct replay *replay, char **record)
{
    RG_TRY(rg_arguments_join(replay->arguments, "--record", record));
    if ((*record)[0] == '\0') {
        rg_free(record);
        return rg_strdup(record, "every = 1;");
    }
    for (char *c = *record; *c; c++)
        if (*c == '\n')
            *c = ';';
    return RG_OK;
}

/* Puts the path of --data in place of the one that the sweep found its data under. */
static enum rg_status move_data(struct replay *replay)
{
    const char *path = rg_arguments_value(replay->arguments, "--data");
    struct rg_input *input = rg_settings_input(replay->stored.spec->model, replay->origin_settings);
    if (!path)
        return RG_OK;
    RG_REQUIRE(input && input->path[0], RG_ERROR_USER, "--data %s: this sweep has none", path);
    RG_REQUIRE(snprintf(input->path, sizeof input->path, "%s", path) < RG_TEXT_MAX, RG_ERROR_USER,
               "--data: a path of at most %d characters", RG_TEXT_MAX - 1);
    return RG_OK;
}

/* The stored point ends where it ended: its max_epochs may be far beyond. */
static enum rg_status make_text(struct replay *replay, const char *record, char **text)
{
    ((struct rg_loop_settings *)replay->origin_settings)->max_epochs = stored_epochs(replay);
    if (rg_arguments_value(replay->arguments, "--snapshots"))
        replay->stored.spec->keep |= 1u << RG_AT_RECORD;
    RG_TRY(rg_spec_single(replay->stored.spec, &replay->origin, record, text));
    return RG_OK;
}

/* They must be what the sweep was trained on. */
static enum rg_status load_data(struct replay *replay)
{
    const char *path = rg_arguments_word(replay->arguments, 0);
    RG_TRY(rg_input_load(replay->spec, path));
    RG_REQUIRE(
        replay->spec->data_hash == replay->stored.spec->data_hash, RG_ERROR_USER,
        "%s: data = \"%s\": not what the sweep was trained on: their hash is %016llx, it was "
        "%016llx then; --data FILE names another",
        path, rg_settings_input(replay->spec->model, replay->spec->settings)->path,
        (unsigned long long)replay->spec->data_hash,
        (unsigned long long)replay->stored.spec->data_hash);
    return RG_OK;
}

static enum rg_status make_sweep(struct replay *replay)
{
    char *record = NULL, *text = NULL;
    enum rg_status code = read_record_option(replay, &record);
    if (code == RG_OK)
        code = make_text(replay, record, &text);
    if (code == RG_OK)
        code = rg_spec_parse(&rg_models, NULL, text, NULL, &replay->spec);
    if (code == RG_ERROR_USER) /* the rest of the text was a sweep before */
        code = rg_fail(code, __FILE__, __LINE__, "--record: %s", rg_error_message());
    rg_free(&record);
    rg_free(&text);
    RG_TRY(code);
    RG_TRY(load_data(replay));
    RG_TRY(rg_layout_create(replay->spec, &replay->layout));
    RG_TRY(rg_alloc(&replay->settings, 1, replay->spec->model->settings_size));
    return RG_OK;
}

static enum rg_status renew_lease(void *context)
{
    return rg_lock_renew(context);
}

static enum rg_status train(struct replay *replay)
{
    const struct rg_tick tick = {renew_lease, replay->lock};
    struct rg_point point;
    rg_grid_point(replay->spec, 0, replay->settings, &point);
    RG_REQUIRE(memcmp(point.key, replay->origin.key, sizeof point.key) == 0, RG_ERROR_SYSTEM,
               "the sweep of one point has other random keys");
    RG_TRY(rg_record_init(replay->layout, 0, &replay->record));
    RG_TRY(rg_train(MPI_COMM_SELF, replay->spec, replay->layout, &point, &tick, &replay->record));
    return RG_OK;
}

/* ---- the comparison -------------------------------------------------------------------------------- */

/* A column as large in both sweeps, and none that the records, which are others here, decide. */
static bool is_comparable(const struct rg_field *field, const struct rg_field *known)
{
    return field->moment == RG_AT_END && known && known->size == field->size &&
           !(field->column->flags & RG_OF_RECORDS);
}

/* Names of the fields at the end that do not have the stored bytes, cut at size. */
static int compare(const struct replay *replay, char *names, size_t size)
{
    int compared = 0;
    size_t used = 0;
    names[0] = '\0';
    for (int f = 0; f < replay->layout->n_fields; f++) {
        const struct rg_field *field = &replay->layout->fields[f];
        const struct rg_field *known = rg_carry_find(replay->stored.layout, field->name);
        if (!is_comparable(field, known))
            continue;
        compared++;
        if (memcmp(replay->record.data + field->offset, replay->known.data + known->offset,
                   field->size) != 0 &&
            used < size)
            used += (size_t)snprintf(names + used, size - used, " %s", field->name);
    }
    return compared;
}

static enum rg_status judge(const struct replay *replay, int compared, const char *differing)
{
    const char *then = rg_store_attribute(replay->stored.store, "arithmetic");
    if (!differing[0]) {
        const int64_t epochs = stored_epochs(replay), records = replay->spec->n_records;
        printf(
            "%s: %lld epoch%s, %lld record%s; all %d measures at the end have the stored bytes\n",
            replay->path, (long long)epochs, rg_plural(epochs), (long long)records,
            rg_plural(records), compared);
        return RG_OK;
    }
    RG_REQUIRE(then && strcmp(then, rg_arithmetic(replay->spec->model)) != 0, RG_ERROR_SYSTEM,
               "%s: not the stored bytes:%s", replay->path, differing);
    rg_warn("%s: other bytes than stored, for it was %s then and is %s now:%s", replay->path, then,
            rg_arithmetic(replay->spec->model), differing);
    return RG_OK;
}

/* ---- the file -------------------------------------------------------------------------------------- */

/* Weights of many records make a large file: creating and filling it may each outlast the lease. */
static enum rg_status fill_file(struct rg_file *file, struct replay *replay)
{
    RG_TRY(rg_lock_refresh(replay->lock));
    RG_TRY(rg_file_put(file, &replay->record));
    RG_TRY(rg_file_flush(file));
    return rg_lock_refresh(replay->lock);
}

static enum rg_status write_file(struct replay *replay)
{
    const char *arithmetic = rg_arithmetic(replay->spec->model);
    struct rg_file *file = NULL;
    RG_TRY(rg_lock_renew(replay->lock));
    RG_TRY(rg_file_create(replay->path, replay->spec, replay->layout, arithmetic, replay->lock));
    RG_TRY(
        rg_file_open(MPI_COMM_NULL, replay->path, replay->spec, replay->layout, arithmetic, &file));
    enum rg_status code = fill_file(file, replay), closed = rg_file_close(&file);
    return code != RG_OK ? code : closed;
}

static enum rg_status check_options(struct replay *replay)
{
    const char *path = rg_arguments_value(replay->arguments, "--output");
    RG_REQUIRE(path, RG_ERROR_USER, "regime replay: say where to with -o FILE");
    RG_TRY(rg_path_resolve(path, replay->path, sizeof replay->path));
    RG_REQUIRE(access(replay->path, F_OK) != 0, RG_ERROR_USER,
               "%s exists already: name another file or remove it", replay->path);
    return rg_file_check_folder(replay->path);
}

static enum rg_status steps(struct replay *replay)
{
    char differing[1024];
    RG_TRY(check_options(replay));
    RG_TRY(read_point(replay));
    RG_TRY(move_data(replay));
    RG_TRY(make_sweep(replay));
    RG_TRY(rg_lock_take(replay->path, RG_LEASE, &replay->lock));
    RG_TRY(train(replay));
    const int compared = compare(replay, differing, sizeof differing);
    RG_TRY(write_file(replay));
    RG_TRY(judge(replay, compared, differing));
    return RG_OK;
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    struct replay replay = {.arguments = arguments};
    enum rg_status code = steps(&replay);
    rg_lock_release(&replay.lock);
    rg_record_free(&replay.record);
    rg_record_free(&replay.known);
    rg_free(&replay.settings);
    rg_free(&replay.origin_settings);
    rg_layout_destroy(&replay.layout);
    rg_spec_destroy(&replay.spec);
    rg_stored_close(&replay.stored);
    return code;
}

static const struct rg_option options[] = {
    {"--output", "-o", "FILE", "the HDF5 file to write, of one point"},
    {"--record", NULL, "KEY=VALUE", "as in a sweep file (default every=1); may be repeated"},
    {"--data", NULL, "FILE", "where the sweep's data file is now, if it was moved"},
    {"--snapshots", NULL, NULL,
     "keeps the weights of every record; the hidden states and outputs of any string follow"},
    {0},
};

const struct rg_command rg_command_replay = {
    .name = "replay",
    .words = "FILE AXIS=VALUE ...",
    .min_words = 1,
    .max_words = -1,
    .summary = "one stored point again, same bits, measured more densely; as one process",
    .example = "regime replay quick.h5 gain=0.1 fraction=1 --record every=10 -o one.h5",
    .bits = RG_BITS_OF_FILE,
    .options = options,
    .run = run,
};
