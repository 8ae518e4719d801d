/* The tiny model's tables and the sweeps built from them. */
#include "tiny_model.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LOOP(field) offsetof(struct tiny_settings, loop.field)
#define OWN(field)  offsetof(struct tiny_settings, field)

static const struct rg_knob loop_knobs[] = {
    {"max_epochs", RG_INT, RG_STOPPING, LOOP(max_epochs), "10", 1, 1e15, NULL, NULL, "1", "epochs"},
    {"stop_loss", RG_REAL, RG_STOPPING, LOOP(stop_loss), "0.001", 0, 1, NULL, NULL, "1", "stop"},
    {"measure_at_loss", RG_REALS, RG_MEASUREMENT, LOOP(measure_at_loss), "[]", 0, 1, NULL, NULL,
     "1", "m"},
    {"data_seed", RG_INT, RG_SEED_DATA, LOOP(data_seed), "-1", -1, 9e18, NULL, NULL, "1",
     "data seed"},
};

static const struct rg_knob own_knobs[] = {
    {"gain", RG_REAL, RG_TRAINING, OWN(gain), "0.5", 0, 10, NULL, NULL, "1",
     "scale of the weights"},
    {"width", RG_INT, RG_TRAINING, OWN(width), "3", 1, 100, NULL, NULL, "1", "units"},
    {"activation", RG_CHOICE, RG_TRAINING, OWN(activation), "relu", 0, 0, "relu tanh", NULL, "1",
     "kind"},
    {"biased", RG_BOOL, RG_TRAINING, OWN(biased), "1", 0, 1, NULL, NULL, "1", "with a bias"},
    {"precision", RG_CHOICE, RG_TRAINING, OWN(precision), "float", 0, 0, "float double", NULL, "1",
     "p"},
    {"lengths", RG_INTS, RG_MEASUREMENT, OWN(lengths), "[50, 100]", 1, 1e6, NULL, NULL, "1",
     "lengths"},
};

static const struct rg_column loop_columns[] = {
    {"epochs_trained", RG_I8, {NULL}, 0, NULL, "1", "epochs until the stop"},
    {"stopped_by", RG_CODE, {NULL}, 0, "loss max_epochs diverged failed", "1", "why it stopped"},
    {"train_loss", RG_F8, {NULL}, RG_HISTORY, NULL, "1", "training loss"},
};

static const struct rg_column own_columns[] = {
    {"validation_loss", RG_F4, {"length"}, RG_HISTORY, NULL, "1", "loss on long strings"},
    {"n_states", RG_I4, {NULL}, 0, NULL, "1", "states of the automaton"},
    {"is_finite", RG_FLAG, {NULL}, 0, NULL, "1", "is the automaton finite"},
    {"seconds_used", RG_F8, {"nothing"}, 0, NULL, "s", "never there"},
    {"W", RG_WEIGHT, {"unit", "unit_from"}, RG_KEPT, NULL, "1", "recurrent weights"},
    {"V", RG_WEIGHT, {"unit"}, RG_KEPT, NULL, "1", "output weights"},
    {"activity", RG_F4, {"unit"}, RG_SNAPSHOT, NULL, "1", "what the units do"},
};

static int64_t width(const void *largest)
{
    return ((const struct tiny_settings *)largest)->width;
}

static int64_t n_lengths(const void *largest)
{
    return ((const struct tiny_settings *)largest)->lengths.n;
}

static int64_t nothing(const void *largest)
{
    (void)largest;
    return 0;
}

static void length_values(const void *largest, double *values)
{
    const struct tiny_settings *settings = largest;
    for (int64_t i = 0; i < settings->lengths.n; i++)
        values[i] = (double)settings->lengths.values[i];
}

static const struct rg_dimension dimensions[] = {
    {.name = "unit", .size = width, .doc = "unit"},
    {.name = "unit_from", .size = width, .doc = "unit it comes from"},
    {.name = "unused", .size = width, .doc = "in no column"},
    {.name = "nothing", .size = nothing, .doc = "empty"},
    {.name = "length", .size = n_lengths, .values = length_values, .doc = "length of the strings"},
};

static bool wide(const void *settings)
{
    return ((const struct tiny_settings *)settings)->precision == 1;
}

#define TABLE(type, rows) (&(const struct type){(rows), sizeof(rows) / sizeof *(rows)})

const struct rg_model tiny_model = {
    .name = "tiny",
    .doc = "a model for tests",
    .settings_size = sizeof(struct tiny_settings),
    .knobs = {TABLE(rg_knobs, loop_knobs), TABLE(rg_knobs, own_knobs)},
    .columns = {TABLE(rg_columns, loop_columns), TABLE(rg_columns, own_columns)},
    .dimensions = dimensions,
    .n_dimensions = sizeof dimensions / sizeof *dimensions,
    .teams = true,
    .checked = "",
    .wide = wide,
};

static const struct rg_model *const models[] = {&tiny_model};
const struct rg_registry tiny_registry = {models, 1};

static char path[] = "tiny.cfg", overrides[] = "width=3\n",
            text[] = "// tiny\nname = \"tiny\";\nmodel = \"tiny\";\n";

void tiny_sweep_single(struct tiny_sweep *sweep)
{
    memset(sweep, 0, sizeof *sweep);
    sweep->settings = (struct tiny_settings){
        .loop = {.max_epochs = 10,
                 .stop_loss = 1e-3,
                 .data_seed = -1,
                 .measure_at_loss = {.n = 2, .values = {0.1, 0.01}}},
        .gain = 0.5,
        .width = 3,
        .biased = 1,
        .lengths = {.n = 2, .values = {50, 100}},
    };
    sweep->largest = sweep->settings;
    memcpy(sweep->epochs, (int64_t[3]){0, 1, 10}, sizeof sweep->epochs);
    sweep->spec = (struct rg_spec){
        .path = path,
        .text = text,
        .overrides = overrides,
        .name = "tiny",
        .model = &tiny_model,
        .seed = 7,
        .n_points = 1,
        .settings = &sweep->settings,
        .largest = &sweep->largest,
        .n_records = 3,
        .record_epochs = sweep->epochs,
        .keep = 1U << RG_AT_END | 1U << RG_AT_START,
        .team = {1, 1},
    };
}

static void add_axis(struct rg_spec *spec, const char *name, int64_t count,
                     struct rg_member *members, int n_members)
{
    struct rg_axis *axis = &spec->axes[spec->n_axes++];
    strcpy(axis->name, name);
    axis->count = count;
    axis->members = members;
    axis->n_members = n_members;
    spec->n_points *= count;
}

void tiny_sweep_make(struct tiny_sweep *sweep, int64_t n_gain, int64_t n_replicates)
{
    tiny_sweep_single(sweep);
    sweep->choices[0].integer = 0;
    sweep->choices[1].integer = 1;
    sweep->largest.gain = 1.0;
    struct rg_member *m = sweep->members;
    m[0] = (struct rg_member){rg_model_find_knob(&tiny_model, "gain"), RG_LINEAR, 0.1, 1.0, NULL};
    m[1] = (struct rg_member){rg_model_find_knob(&tiny_model, "activation"), RG_LIST, 0, 0,
                              sweep->choices};
    m[2] = (struct rg_member){RG_REPLICATE, RG_LIST, 0, 0, NULL};
    add_axis(&sweep->spec, "gain", n_gain, &m[0], 1);
    add_axis(&sweep->spec, "activation", 2, &m[1], 1);
    add_axis(&sweep->spec, "replicate", n_replicates, &m[2], 1);
}

void tiny_sweep_snapshots(struct tiny_sweep *sweep, int64_t n_gain, int64_t n_replicates)
{
    static struct rg_pick first[] = {{"activation=tanh", 3}, {"replicate=1", 3}},
                          second[] = {{"gain=0.1", 4}};
    static struct rg_picks groups[] = {{2, 3, first}, {1, 4, second}};
    tiny_sweep_make(sweep, n_gain, n_replicates);
    sweep->spec.snapshots = (struct rg_snapshots){2, groups};
}

void tiny_sweep_paired(struct tiny_sweep *sweep)
{
    tiny_sweep_single(sweep);
    for (int i = 0; i < 3; i++) {
        sweep->pair[0][i].real = 0.1 * (i + 1);
        sweep->pair[1][i].integer = i + 1;
    }
    struct rg_member *m = sweep->members;
    m[0] =
        (struct rg_member){rg_model_find_knob(&tiny_model, "gain"), RG_LIST, 0, 0, sweep->pair[0]};
    m[1] =
        (struct rg_member){rg_model_find_knob(&tiny_model, "width"), RG_LIST, 0, 0, sweep->pair[1]};
    add_axis(&sweep->spec, "pair", 3, m, 2);
}

static void set_element(enum rg_column_type type, int64_t number, void *out)
{
    float f4 = (float)number;
    double f8 = (double)number / 16;
    int64_t small = type == RG_CODE || type == RG_FLAG ? number & 1 : number;
    const void *bytes = type == RG_F4   ? (const void *)&f4
                        : type == RG_F8 ? (const void *)&f8
                                        : (const void *)&small;
    memcpy(out, bytes, rg_column_type_size(type));
}

enum rg_status tiny_record(const struct rg_layout *layout, int64_t id, int salt,
                           struct rg_record *record)
{
    RG_TRY(rg_record_init(layout, id, record));
    record->status = id % 5 == 4 ? RG_DIVERGED : RG_DONE;
    record->start = 1e9 + (double)id;
    record->wall_seconds = 0.5;
    for (int f = 0; f < rg_record_n_fields(layout, id); f++) {
        const struct rg_field *field = &layout->fields[f];
        size_t size = rg_column_type_size(field->type);
        for (int64_t i = 0; i < field->count; i++)
            set_element(field->type, id * 1000 + f * 100 + i + salt,
                        record->data + field->offset + (size_t)i * size);
    }
    return RG_OK;
}
