/* See extend.h. A longer run takes the same steps as a shorter one, but its history has more rows: the file is made
 * anew beside the old one, with what may stay, and takes its name once it is whole. A point that is trained on
 * starts from its beginning: what its measures remember of the course is not in the file.              */
#include "cli/extend.h"

#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/carry.h"
#include "cli/stored.h"
#include "regime/memory.h"
#include "regime/resolved.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/write.h"

static int64_t max_epochs(const struct rg_spec *spec)
{
    return ((const struct rg_loop_settings *)spec->largest)->max_epochs;
}

/* ---- the longer sweep ------------------------------------------------------------------------------ */

static bool begins_with(const struct rg_spec *spec, const struct rg_spec *with)
{
    return spec->n_records >= with->n_records &&
           memcmp(spec->record_epochs, with->record_epochs,
                  (size_t)with->n_records * sizeof *with->record_epochs) == 0;
}

static enum rg_status check_longer(const char *path, const struct rg_spec *stored,
                                   const struct rg_spec *longer)
{
    RG_REQUIRE(max_epochs(longer) >= max_epochs(stored), RG_ERROR_USER,
               "--extend max_epochs=%lld: %s goes to %lld already", (long long)max_epochs(longer),
               path, (long long)max_epochs(stored));
    return RG_OK;
}

/* The file's records, then those of the longer sweep that lie beyond. */
static enum rg_status join_records(const struct rg_spec *stored, const struct rg_spec *longer,
                                   char **line)
{
    int64_t *epochs = NULL, n = stored->n_records;
    RG_TRY(rg_alloc(&epochs, (size_t)(n + longer->n_records), sizeof *epochs));
    memcpy(epochs, stored->record_epochs, (size_t)n * sizeof *epochs);
    for (int64_t i = 0; i < longer->n_records; i++)
        if (longer->record_epochs[i] > max_epochs(stored))
            epochs[n++] = longer->record_epochs[i];
    const enum rg_status code = rg_records_line(epochs, n, line);
    rg_free(&epochs);
    return code;
}

static enum rg_status append(char **text, const char *line)
{
    char *joined = NULL;
    const size_t size = strlen(*text) + strlen(line) + 2;
    RG_TRY(rg_alloc(&joined, size, 1));
    snprintf(joined, size, "%s%s", *text, line);
    rg_free(text);
    *text = joined;
    return RG_OK;
}

static enum rg_status keep_records(const char *path, const struct rg_spec *longer, char **overrides)
{
    struct rg_stored stored;
    char *line = NULL;
    enum rg_status code = rg_stored_open(path, &stored);
    if (code == RG_OK)
        code = check_longer(path, stored.spec, longer);
    if (code == RG_OK && !begins_with(longer, stored.spec))
        code = join_records(stored.spec, longer, &line);
    if (code == RG_OK && line)
        code = append(overrides, line);
    rg_free(&line);
    rg_stored_close(&stored);
    return code;
}

/* Before max_epochs is set, which its sweep may not declare. */
static enum rg_status check_model(const struct rg_arguments *arguments, const char *overrides)
{
    struct rg_spec *spec = NULL;
    RG_TRY(rg_spec_read(&rg_models, rg_arguments_word(arguments, 0), overrides, &spec));
    const bool decides = spec->model->declared;
    rg_spec_destroy(&spec);
    RG_REQUIRE(!decides, RG_ERROR_USER,
               "--extend %s: a program of model command decides itself when it ends",
               rg_arguments_value(arguments, "--extend"));
    return RG_OK;
}

static enum rg_status extend_overrides(const struct rg_arguments *arguments, char **overrides)
{
    static const char knob[] = "max_epochs=";
    const char *value = rg_arguments_value(arguments, "--extend");
    char path[RG_PATH_SIZE], line[64];
    struct rg_spec *longer = NULL;
    RG_REQUIRE(strncmp(value, knob, sizeof knob - 1) == 0 && strlen(value) < sizeof line - 2,
               RG_ERROR_USER, "--extend %s: it takes max_epochs=N", value);
    RG_REQUIRE(!rg_arguments_value(arguments, "--fresh"), RG_ERROR_USER,
               "--extend goes on with a file, --fresh sets it aside: choose one");
    RG_TRY(check_model(arguments, *overrides));
    snprintf(line, sizeof line, "%s\n", value);
    RG_TRY(append(overrides, line));
    RG_TRY(rg_spec_read(&rg_models, rg_arguments_word(arguments, 0), *overrides, &longer));
    enum rg_status code = rg_stored_path(arguments, longer, path);
    if (code == RG_OK)
        code = keep_records(path, longer, overrides);
    rg_spec_destroy(&longer);
    return code;
}

enum rg_status rg_extend_overrides(const struct rg_arguments *arguments, char **overrides)
{
    RG_TRY(rg_arguments_join(arguments, "--set", overrides));
    if (!rg_arguments_value(arguments, "--extend"))
        return RG_OK;
    const enum rg_status code = extend_overrides(arguments, overrides);
    if (code != RG_OK)
        rg_free(overrides);
    return code;
}

/* ---- the file -------------------------------------------------------------------------------------- */

struct extension {
    struct rg_stored stored;
    const struct rg_layout *layout;
    struct rg_file *file;
    struct rg_lock *lock;
    int64_t n_stay, n_go_on;
};

static bool stopped_by_max_epochs(const struct rg_layout *layout, const struct rg_record *record)
{
    const struct rg_field *field = rg_carry_find(layout, "stopped_by");
    return field && record->data[field->offset] == RG_BY_MAX_EPOCHS;
}

static enum rg_status stay(struct extension *e, const struct rg_record *known,
                           const struct rg_stored_point *info)
{
    struct rg_record record;
    RG_TRY(rg_record_init(e->layout, known->id, &record));
    rg_carry_record(e->stored.layout, known, e->layout, &record);
    const enum rg_status code = rg_file_put_from(e->file, &record, info->rank, info->host);
    rg_record_free(&record); /* of what was not put */
    RG_TRY(code);
    e->n_stay++;
    return rg_file_is_full(e->file) ? rg_file_flush(e->file) : RG_OK;
}

/* What is pending, failed or damaged is left to be trained. */
static enum rg_status sort_point(struct extension *e, int64_t id)
{
    struct rg_stored_point info;
    struct rg_record known;
    enum rg_status code = RG_OK;
    RG_TRY(rg_lock_renew(e->lock));
    RG_TRY(rg_store_point(e->stored.store, e->stored.layout, id, &info, &known));
    const bool holds =
        info.checksum_holds && (info.status == RG_DONE || info.status == RG_DIVERGED);
    if (holds && stopped_by_max_epochs(e->stored.layout, &known))
        e->n_go_on++;
    else if (holds)
        code = stay(e, &known, &info);
    rg_record_free(&known);
    return code;
}

static enum rg_status sort_points(struct extension *e)
{
    for (int64_t id = 0; id < e->stored.spec->n_points; id++)
        RG_TRY(sort_point(e, id));
    RG_TRY(rg_lock_refresh(e->lock));
    RG_TRY(rg_file_flush(e->file));
    return rg_lock_refresh(e->lock);
}

static enum rg_status make(struct extension *e, const char *made, const struct rg_spec *spec)
{
    const char *arithmetic = rg_arithmetic(spec->model);
    unlink(made); /* what a kill has left is not whole */
    RG_TRY(rg_file_create(made, spec, e->layout, arithmetic, e->lock));
    RG_TRY(rg_file_open(MPI_COMM_NULL, made, spec, e->layout, arithmetic, &e->file));
    const enum rg_status code = sort_points(e), closed = rg_file_close(&e->file);
    RG_TRY(code);
    RG_TRY(closed);
    return RG_OK;
}

static enum rg_status replace(struct extension *e, const char *path, const struct rg_spec *spec)
{
    char made[RG_PATH_SIZE + 16];
    snprintf(made, sizeof made, "%s.extended", path);
    enum rg_status code = make(e, made, spec);
    rg_store_close(&e->stored.store);
    if (code == RG_OK)
        code = rg_file_replace(made, path, e->lock);
    if (code != RG_OK)
        unlink(made);
    return code;
}

static bool is_maximum_or_record(const char *line)
{
    static const char *const heads[] = {"settings.max_epochs = ", "record = "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncmp(line + 2, heads[i], strlen(heads[i])) == 0)
            return true;
    return false;
}

/* *same: it is one of this sweep already. What else differs, the comparison itself says best. */
static enum rg_status compare(const struct rg_stored *stored, const struct rg_spec *spec,
                              bool *same)
{
    char *now = NULL, *diff = NULL;
    bool extends = true;
    RG_TRY(rg_spec_resolved(spec, &now));
    enum rg_status code =
        rg_resolved_diff(rg_store_attribute(stored->store, "sweep_resolved"), now, &diff);
    rg_free(&now);
    RG_TRY(code);
    *same = diff[0] == '\0';
    for (const char *line = diff; *line && extends;
         line += strcspn(line, "\n"), line += *line == '\n')
        extends = is_maximum_or_record(line);
    rg_free(&diff);
    return extends ? RG_OK : rg_store_check_sweep(stored->store, spec, rg_arithmetic(spec->model));
}

static enum rg_status extend(struct extension *e, const char *path, const struct rg_spec *spec)
{
    bool same;
    const char *then = rg_store_attribute(e->stored.store, "arithmetic"),
               *now = rg_arithmetic(spec->model);
    RG_TRY(rg_store_check_frame(e->stored.store));
    RG_TRY(compare(&e->stored, spec, &same));
    if (same)
        return RG_OK;
    RG_TRY(check_longer(path, e->stored.spec, spec));
    RG_REQUIRE(then && strcmp(then, now) == 0, RG_ERROR_USER,
               "%s was computed with \"%s\", and this would be \"%s\": bits would differ", path,
               then ? then : "?", now);
    return replace(e, path, spec);
}

enum rg_status rg_extend_file(const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, struct rg_lock *lock, bool quiet)
{
    struct extension e = {.layout = layout, .lock = lock};
    enum rg_status code = rg_stored_open(path, &e.stored);
    if (code == RG_OK)
        code = extend(&e, path, spec);
    rg_stored_close(&e.stored);
    RG_TRY(code);
    if (!quiet && e.n_stay + e.n_go_on > 0)
        printf("%s: max_epochs stopped %lld point%s: trained anew, from epoch 0; %lld stay%s\n",
               path, (long long)e.n_go_on, rg_plural(e.n_go_on), (long long)e.n_stay,
               e.n_stay == 1 ? "s" : "");
    return RG_OK;
}
