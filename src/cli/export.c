/* regime export SWEEP.cfg AXIS=VALUE ... -o FILE: the start of one point, so that another program can
 * repeat its training: initial weights, training strings, and the batches of the first epochs.       */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "cli/pick.h"
#include "cli/stored.h"
#include "regime/arrays.h"
#include "regime/grid.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/train.h"

struct export
{
    struct rg_spec *spec;
    void *settings, *net;
    struct rg_arrays *arrays;
    char *sweep; /* file of this point alone */
    int64_t n_epochs;
};

static enum rg_status write_notes(struct export *export, const struct rg_point *point)
{
    char values[1024];
    rg_grid_print(export->spec, point->id, values, sizeof values);
    RG_TRY(rg_spec_single(export->spec, point, "epochs = [];", &export->sweep));
    RG_TRY(rg_arrays_note(export->arrays, "legend", export->spec->model->export_doc));
    RG_TRY(rg_arrays_note(export->arrays, "point", values));
    RG_TRY(rg_arrays_note(export->arrays, "sweep", export->sweep));
    return RG_OK;
}

/* What the point trains with, each scalar knob under its own name. */
static enum rg_status write_settings(const struct export *export)
{
    const struct rg_model *model = export->spec->model;
    for (int i = 0; i < rg_model_n_knobs(model); i++) {
        char text[RG_TEXT_MAX];
        const struct rg_knob *knob = rg_model_knob(model, i);
        rg_knob_print(knob, export->settings, text, sizeof text);
        RG_TRY(rg_arrays_note(export->arrays, knob->name, text));
    }
    return RG_OK;
}

static enum rg_status write_point(struct export *export, int64_t id, const char *path)
{
    const struct rg_model *model = export->spec->model;
    struct rg_point point;
    rg_grid_point(export->spec, id, export->settings, &point);
    point.team[0] = point.team[1] = 1; /* a point starts alike on every team */
    RG_TRY(model->check(export->settings));
    RG_TRY(model->create(MPI_COMM_SELF, &point, &export->net));
    RG_TRY(rg_arrays_create(path, &export->arrays));
    RG_TRY(write_notes(export, &point));
    RG_TRY(write_settings(export));
    const struct rg_sink sink = rg_arrays_sink(export->arrays);
    RG_TRY(model->export(export->net, export->n_epochs, &sink));
    RG_TRY(rg_arrays_close(&export->arrays));
    return RG_OK;
}

static enum rg_status read_epochs(const struct rg_arguments *arguments, int64_t *n)
{
    const char *text = rg_arguments_value(arguments, "--epochs");
    char *end = NULL;
    *n = text ? strtoll(text, &end, 10) : 1;
    RG_REQUIRE((!text || (end != text && !*end)) && *n >= 0 && *n <= 1000000, RG_ERROR_USER,
               "--epochs %s: a whole number from 0 to 1000000", text);
    return RG_OK;
}

static enum rg_status export_sweep(const struct rg_arguments *arguments, struct export *export)
{
    const char *path = rg_arguments_value(arguments, "--output");
    int64_t id = 0;
    RG_REQUIRE(path, RG_ERROR_USER, "regime export: say where to with -o FILE");
    RG_TRY(read_epochs(arguments, &export->n_epochs));
    RG_TRY(rg_stored_sweep(arguments, &export->spec));
    RG_REQUIRE(export->spec->model->export, RG_ERROR_USER,
               "%s: model %s has no start of its own to export", export->spec->path,
               export->spec->model->name);
    RG_TRY(rg_input_load(export->spec, NULL));
    RG_TRY(rg_pick_point(arguments, export->spec, &id));
    RG_TRY(rg_alloc(&export->settings, 1, export->spec->model->settings_size));
    RG_TRY(write_point(export, id, path));
    return RG_OK;
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    struct export export = {0};
    enum rg_status code = export_sweep(arguments, &export);
    if (export.arrays && rg_arrays_close(&export.arrays) != RG_OK && code == RG_OK)
        code = RG_ERROR_SYSTEM;
    if (export.net)
        export.spec->model->destroy(&export.net);
    rg_free(&export.sweep);
    rg_free(&export.settings);
    rg_spec_destroy(&export.spec);
    return code;
}

static const struct rg_option options[] = {
    {"--output", "-o", "FILE", "the HDF5 file to write"},
    {"--epochs", NULL, "N", "batches of the first N epochs (default 1)"},
    {"--set", NULL, "KNOB=VALUE", "a setting in place of the sweep file's; may be repeated"},
    {0},
};

const struct rg_command rg_command_export = {
    .name = "export",
    .words = "SWEEP.cfg [AXIS=VALUE ...]",
    .min_words = 1,
    .max_words = -1,
    .summary = "writes one point's start: initial weights, data, and batch order",
    .example = "regime export sweeps/quick.cfg gain=0.1 fraction=1 -o start.h5",
    .bits = RG_NEW_BITS,
    .options = options,
    .run = run,
};
