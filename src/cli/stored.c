/* See stored.h. A program of another version may resolve the same text to other defaults; what the file
 * says it was run with must come out again, or its values would be shown under wrong names.          */
#include "cli/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/inflight.h"
#include "regime/memory.h"
#include "regime/path.h"
#include "regime/resolved.h"
#include "regime/train.h"

/* `diff`: from what the file says to what this program reads. */
static enum rg_status check_diff(struct rg_stored *stored, const char *path, const char *diff,
                                 bool older)
{
    char knobs[1024] = "";
    const char *source = rg_store_attribute(stored->store, "source");
    stored->older = rg_resolved_adds_measures(stored->spec->model, diff, knobs, sizeof knobs);
    RG_REQUIRE(
        !stored->older || older, RG_ERROR_USER,
        "%s was written by %s, which had no knob %s: regime measure %s adds what is missing, "
        "if it keeps weights",
        path, source, knobs, path);
    RG_REQUIRE(stored->older, RG_ERROR_USER,
               "%s was written by %s, which read its sweep otherwise (-: then, +: now):\n%sread it "
               "with that program, or run its sweep, the attribute sweep_file, anew",
               path, source, diff);
    return RG_OK;
}

static enum rg_status check_same(struct rg_stored *stored, const char *path, bool older)
{
    const char *said = rg_store_attribute(stored->store, "sweep_resolved");
    char *resolved = NULL, *diff = NULL;
    RG_TRY(rg_spec_resolved(stored->spec, &resolved));
    enum rg_status code = RG_OK;
    if (!said || strcmp(said, resolved) != 0)
        code = rg_resolved_diff(said ? said : "", resolved, &diff);
    if (diff)
        code = check_diff(stored, path, diff, older);
    rg_free(&diff);
    rg_free(&resolved);
    return code;
}

/* Leaves the fields that the file has: the program that made it may have had fewer. */
static void drop_missing(struct rg_stored *stored)
{
    struct rg_layout *layout = stored->layout;
    int n = 0, n_common = 0;
    for (int f = 0; f < layout->n_fields; f++) {
        if (!rg_store_has(stored->store, &layout->fields[f]))
            continue;
        n_common += f < layout->n_common;
        layout->fields[n++] = layout->fields[f];
    }
    layout->n_fields = n;
    layout->n_common = n_common;
}

static enum rg_status read_sweep(const char *path, struct rg_stored *stored, bool older)
{
    const char *text = rg_store_attribute(stored->store, "sweep_file");
    const char *overrides = rg_store_attribute(stored->store, "overrides");
    RG_REQUIRE(text && overrides, RG_ERROR_DAMAGED, "%s: the sweep file is missing in it", path);
    RG_TRY(rg_spec_parse(&rg_models, path, text, overrides, &stored->spec));
    const char *data_hash = rg_store_attribute(stored->store, "data_hash");
    if (data_hash) /* the data themselves are not asked for */
        stored->spec->data_hash = strtoull(data_hash, NULL, 16);
    RG_TRY(check_same(stored, path, older));
    RG_TRY(rg_layout_create(stored->spec, &stored->layout));
    drop_missing(stored);
    return RG_OK;
}

/* A sweep that cannot be read is a user's error only if the file has it as it was written. */
static enum rg_status open_stored(const char *path, bool older, struct rg_stored *stored)
{
    memset(stored, 0, sizeof *stored);
    RG_TRY(rg_store_open(path, &stored->store));
    const enum rg_status code = read_sweep(path, stored, older);
    if (code == RG_ERROR_USER && rg_store_check_frame(stored->store) != RG_OK)
        return RG_ERROR_DAMAGED;
    return code;
}

enum rg_status rg_stored_open(const char *path, struct rg_stored *stored)
{
    return open_stored(path, false, stored);
}

enum rg_status rg_stored_open_older(const char *path, struct rg_stored *stored)
{
    return open_stored(path, true, stored);
}

void rg_stored_close(struct rg_stored *stored)
{
    rg_layout_destroy(&stored->layout);
    rg_spec_destroy(&stored->spec);
    rg_store_close(&stored->store);
}

enum rg_status rg_stored_sweep(const struct rg_arguments *arguments, struct rg_spec **spec)
{
    char *overrides = NULL;
    RG_TRY(rg_arguments_join(arguments, "--set", &overrides));
    enum rg_status code =
        rg_spec_read(&rg_models, rg_arguments_word(arguments, 0), overrides, spec);
    rg_free(&overrides);
    return code;
}

enum rg_status rg_stored_word(const struct rg_arguments *arguments, char path[RG_PATH_SIZE])
{
    return rg_path_resolve(rg_arguments_word(arguments, 0), path, RG_PATH_SIZE);
}

enum rg_status rg_stored_path(const struct rg_arguments *arguments, const struct rg_spec *spec,
                              char path[RG_PATH_SIZE])
{
    char name[RG_NAME_MAX + 8];
    const char *output = rg_arguments_value(arguments, "--output");
    snprintf(name, sizeof name, "%s.h5", spec->name);
    return rg_path_resolve(output ? output : name, path, RG_PATH_SIZE);
}

enum rg_status rg_stored_adopt_arithmetic(const char *path)
{
    struct rg_store *store = NULL;
    if (access(path, F_OK) != 0)
        return RG_OK;
    RG_TRY(rg_store_open(path, &store));
    rg_arithmetic_adopt(rg_store_attribute(store, "arithmetic"));
    rg_store_close(&store);
    return RG_OK;
}

static void learn(void *context, const struct rg_stored_time *time)
{
    if ((time->status == RG_DONE || time->status == RG_DIVERGED) && time->wall_seconds > 0)
        rg_costs_learn(context, time->id, time->wall_seconds);
}

void rg_stored_learn(const char *path, const struct rg_spec *spec, struct rg_costs *costs)
{
    struct rg_store *store = NULL;
    if (access(path, F_OK) != 0)
        return;
    enum rg_status code = rg_store_open(path, &store);
    if (code == RG_OK)
        code = rg_store_check_sweep(store, spec, rg_arithmetic(spec->model));
    if (code == RG_OK)
        code = rg_store_times(store, true, learn, costs);
    rg_store_close(&store);
    if (code == RG_OK)
        rg_costs_fit(costs);
    rg_error_clear();
}

struct left {
    struct rg_costs *costs;
    double n, seconds; /* of points that are not finished */
};

static void add_left(void *context, const struct rg_stored_time *time)
{
    struct left *left = context;
    if (time->status == RG_DONE || time->status == RG_DIVERGED)
        return;
    left->n++;
    left->seconds += rg_costs_of(left->costs, time->id);
}

double rg_stored_mean_left(const struct rg_store *store, const struct rg_spec *spec)
{
    struct left left = {0};
    enum rg_status code = rg_costs_create(spec, &left.costs);
    if (code == RG_OK)
        code = rg_store_times(store, true, learn, left.costs);
    if (code == RG_OK) {
        rg_costs_fit(left.costs);
        code = rg_store_times(store, true, add_left, &left);
    }
    const bool known = code == RG_OK && rg_costs_known(left.costs) && left.n > 0;
    rg_costs_destroy(&left.costs);
    rg_error_clear();
    return known ? left.seconds / left.n : NAN;
}

int64_t rg_stored_n_saved(const struct rg_store *store, const char *path, int64_t n_points)
{
    int64_t *ids = NULL, n = 0, n_saved = 0;
    enum rg_status code = rg_inflight_ids(path, n_points, &ids, &n);
    if (code == RG_OK)
        code = rg_store_pending(store, ids, n, &n_saved);
    rg_free(&ids);
    if (code == RG_OK)
        return n_saved;
    rg_warn("%s", rg_error_message());
    rg_error_clear();
    return 0;
}
