/* Sweep file -> struct rg_spec. One table lists the top-level keys in the order in which they are read:
 * the model first, for it brings the knobs; the axes before the settings, which must not repeat them;
 * the records after both, for they depend on the largest max_epochs.                               */
#include "config/spec.h"

#include <ctype.h>
#include <string.h>

#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

const char rg_stream_names[] = "data init order validation task";
const char rg_keep_names[] = "final record initial"; /* RG_AT_END, RG_AT_RECORD, RG_AT_START */
const struct rg_knob rg_seed_knob = {
    .name = "seed", .type = RG_INT, .fallback = "0", .min = 0, .max = 0x1p63};

static const double weights_max = 0x1p30; /* bytes that are kept without being asked for */
static const struct rg_knob team_knob = {.name = "team", .type = RG_INT, .min = 1, .max = 4096};

struct reading {
    const struct rg_registry *registry;
    const config_setting_t *root;
    struct rg_spec *spec;
};

/* ---- one function per top-level key; `at` is NULL when the key is absent ------------------------- */

static enum rg_status read_name(const struct reading *reading, const config_setting_t *at)
{
    if (!at)
        return rg_setting_fail(reading->root, "name is missing: write name = \"...\";");
    const char *name = config_setting_get_string(at);
    bool fits = name && name[0] && strlen(name) < RG_NAME_MAX && !strchr(".-", name[0]);
    for (const char *c = name; fits && *c; c++)
        fits = isalnum((unsigned char)*c) || strchr("._-", *c);
    if (!fits)
        return rg_setting_fail(at,
                               "names the output file: letters, digits, _ - and . only, at "
                               "most %d, a letter, digit or _ first",
                               RG_NAME_MAX - 1);
    strcpy(reading->spec->name, name);
    return RG_OK;
}

static enum rg_status read_model(const struct reading *reading, const config_setting_t *at)
{
    char names[1024] = "";
    for (int i = 0; i < reading->registry->n; i++)
        rg_choice_add(names, sizeof names, reading->registry->models[i]->name);
    if (!at)
        return rg_setting_fail(reading->root,
                               "model is missing: write model = \"...\"; with one "
                               "of: %s",
                               names);
    const struct rg_knob row = {.name = "model", .type = RG_CHOICE, .choices = names};
    union rg_value index;
    RG_TRY(rg_setting_value(at, &row, &index));
    struct rg_spec *spec = reading->spec;
    spec->model = reading->registry->models[index.integer];
    if (spec->model->declared)
        RG_TRY(rg_declare(reading->root, spec));
    return rg_alloc(&spec->lines, (size_t)rg_model_n_knobs(spec->model), sizeof *spec->lines);
}

/* Read with the model. */
static enum rg_status read_declaration(const struct reading *reading, const config_setting_t *at)
{
    if (at && !reading->spec->declared)
        return rg_setting_fail(at, "%s has its own: only model = \"command\" leaves it to the file",
                               reading->spec->model->name);
    return RG_OK;
}

static enum rg_status read_seed(const struct reading *reading, const config_setting_t *at)
{
    int64_t seed;
    if (at)
        RG_TRY(rg_setting_knob(at, &rg_seed_knob, &seed));
    else
        RG_TRY(rg_knob_parse(&rg_seed_knob, rg_seed_knob.fallback, &seed));
    reading->spec->seed = (uint64_t)seed;
    return RG_OK;
}

static enum rg_status read_axes(const struct reading *reading, const config_setting_t *at)
{
    return rg_axes_read(at, reading->spec);
}

static enum rg_status read_settings(const struct reading *reading, const config_setting_t *at)
{
    return rg_settings_read(at, reading->spec);
}

/* A knob of the model that has a key of its own. --set overrides it. */
static enum rg_status read_command(const struct reading *reading, const config_setting_t *at)
{
    struct rg_spec *spec = reading->spec;
    const int index = rg_model_find_knob(spec->model, "command");
    if (!at)
        return RG_OK;
    RG_TRY(read_declaration(reading, at));
    if (spec->lines[index] > 0)
        return rg_setting_fail(at, "stands in the settings too: keep one of the two");
    if (spec->lines[index] == RG_BY_SET)
        return RG_OK;
    spec->lines[index] = (int)config_setting_source_line(at);
    RG_TRY(rg_setting_knob(at, rg_model_knob(spec->model, index), spec->settings));
    return rg_setting_knob(at, rg_model_knob(spec->model, index), spec->largest);
}

static enum rg_status read_record(const struct reading *reading, const config_setting_t *at)
{
    return rg_records_read(at, reading->spec);
}

static enum rg_status read_snapshots(const struct reading *reading, const config_setting_t *at)
{
    return rg_snapshots_read(at, reading->spec);
}

static enum rg_status read_share(const struct reading *reading, const config_setting_t *at)
{
    return at ? rg_setting_set(at, rg_stream_names, &reading->spec->share) : RG_OK;
}

static enum rg_status read_keep(const struct reading *reading, const config_setting_t *at)
{
    struct rg_spec *spec = reading->spec;
    if (at)
        return rg_setting_set(at, rg_keep_names, &spec->keep);
    bool few = (double)spec->n_points * rg_spec_weight_bytes(spec) < weights_max;
    spec->keep = few ? 1u << RG_AT_END : 0;
    return RG_OK;
}

static enum rg_status read_team(const struct reading *reading, const config_setting_t *at)
{
    int *team = reading->spec->team;
    team[0] = team[1] = 1;
    if (!at)
        return RG_OK;
    if (!rg_setting_is_list(at) || config_setting_length(at) != 2)
        return rg_setting_fail(at, "must be the process grid of a point: team = [rows, columns];");
    for (unsigned i = 0; i < 2; i++) {
        union rg_value n;
        RG_TRY(rg_setting_value(config_setting_get_elem(at, i), &team_knob, &n));
        team[i] = (int)n.integer;
    }
    const struct rg_model *model = reading->spec->model;
    if (team[0] * team[1] > 1 && !model->teams)
        return rg_setting_fail(at,
                               "%s trains each point on one rank: leave team out; ranks share the "
                               "points",
                               model->name);
    return RG_OK;
}

/* It is printed for a shell: only what needs no quotes there. */
static enum rg_status read_draw(const struct reading *reading, const config_setting_t *at)
{
    if (!at)
        return RG_OK;
    const char *words = config_setting_get_string(at);
    bool fits = words && isalpha((unsigned char)words[0]) && strlen(words) < RG_NAME_MAX;
    for (const char *c = words; fits && *c; c++)
        fits = isalnum((unsigned char)*c) || strchr(" ._=-", *c);
    if (!fits)
        return rg_setting_fail(
            at,
            "must be a figure of regime_analysis with its options, without the file: "
            "letters, digits, spaces, . _ = - only, at most %d",
            RG_NAME_MAX - 1);
    strcpy(reading->spec->draw, words);
    return RG_OK;
}

static const struct {
    struct rg_key key;
    enum rg_status (*read)(const struct reading *reading, const config_setting_t *at);
} keys[] = {
    {{"name", "\"parity_phase\"",
      "Name of the sweep; the output file is NAME.h5 unless -o says else"},
     read_name},
    {{"model", "\"parity_rnn\"", "What is trained; regime describe lists the models"}, read_model},
    {{"dimensions", "( { name = \"layer\"; size = 3; } )",
      "Of model command alone: the dimensions of its columns, each with a size or a list of "
      "values"},
     read_declaration},
    {{"knobs", "( { name = \"gain\"; type = \"float\"; default = 1.0; min = 0.0; } )",
      "Likewise: its knobs, of type int, float, bool, choice, ints, floats or text"},
     read_declaration},
    {{"columns", "( { name = \"norm\"; type = \"float\"; dimensions = \"layer\"; } )",
      "Likewise: what the command answers, of type float, int, bool, choice, float32 or int32"},
     read_declaration},
    {{"seed", "1",
      "Seed of the sweep (default 0): with the values of a point it gives all its random numbers"},
     read_seed},
    {{"axes", "{ gain = { from = 0.1; to = 1.0; count = 20; }; replicate = { count = 5; }; }",
      "The grid is the product of the axes, outermost first (none: one point). An axis is a knob "
      "with "
      "a range (spacing = \"log\" for powers) or a [list], a group of knobs with equally long "
      "lists "
      "that move together under a name of their own, or replicate, the independent repeats (first "
      "= "
      "5 continues them)"},
     read_axes},
    {{"settings", "{ hidden = 100; max_epochs = 1000000; }",
      "Knobs with one value for all points; the others keep their defaults"},
     read_settings},
    {{"command", "\"python3 my.py\"",
      "Of model command alone: the program that is started for each point, with its arguments, "
      "split at spaces; "
      "no "
      "shell reads it"},
     read_command},
    {{"record", "{ spacing = \"log\"; count = 64; }",
      "Epochs at which trajectories are kept, beside epoch 0: { every = 5; }, { epochs = [1, 10]; "
      "}, "
      "or count of them with spacing linear or log (default: log, 64) up to the largest "
      "max_epochs"},
     read_record},
    {{"snapshots", "( { gain = 0.1; fraction = 1.0; } )",
      "Points of which the model's snapshot columns are kept at every record epoch (default: "
      "none), at most "
      "1024. A group is all points with these values, each the nearest on its axis as with --only"},
     read_snapshots},
    {{"share", "(\"data\", \"init\")",
      "Random streams that all points of a replicate have in common (default: none), out of data, "
      "init, order, validation, task"},
     read_share},
    {{"keep", "(\"initial\", \"final\", \"record\")",
      "When the weights are kept: before training, at the end, at the record epochs (default: "
      "final, "
      "where that takes less than 1 GiB in all)"},
     read_keep},
    {{"team", "[1, 1]", "Ranks that work on one point together, as a process grid (default: one)"},
     read_team},
    {{"draw", "\"map --column test_loss\"",
      "The figure whose command a run ends with (default: that of the model); no number depends on "
      "it"},
     read_draw},
};
enum { N_KEYS = sizeof keys / sizeof *keys };

static enum rg_status read_tree(const struct reading *reading)
{
    char names[256] = "";
    for (int k = 0; k < N_KEYS; k++)
        rg_choice_add(names, sizeof names, keys[k].key.name);
    RG_TRY(rg_setting_check_keys(reading->root, "a sweep file", names));
    for (int k = 0; k < N_KEYS; k++)
        RG_TRY(keys[k].read(reading, config_setting_get_member(reading->root, keys[k].key.name)));
    return RG_OK;
}

static enum rg_status parse_into(const struct rg_registry *registry, struct rg_spec *spec)
{
    config_t tree;
    RG_TRY(rg_tree_parse(&tree, spec->path[0] ? spec->path : NULL, spec->text));
    const struct reading reading = {registry, config_root_setting(&tree), spec};
    enum rg_status code = read_tree(&reading);
    config_destroy(&tree);
    return code;
}

static enum rg_status keep_sources(struct rg_spec *spec, const char *path, const char *text,
                                   const char *overrides)
{
    RG_TRY(rg_strdup(&spec->path, path ? path : ""));
    RG_TRY(rg_strdup(&spec->text, text));
    return rg_strdup(&spec->overrides, overrides ? overrides : "");
}

/* ---- public ------------------------------------------------------------------------------------ */

enum rg_status rg_spec_parse(const struct rg_registry *registry, const char *path, const char *text,
                             const char *overrides, struct rg_spec **spec)
{
    RG_TRY(rg_alloc(spec, 1, sizeof **spec));
    enum rg_status code = keep_sources(*spec, path, text, overrides);
    if (code == RG_OK)
        code = parse_into(registry, *spec);
    if (code != RG_OK)
        rg_spec_destroy(spec);
    return code;
}

const struct rg_key *rg_spec_key(int index)
{
    return index >= 0 && index < N_KEYS ? &keys[index].key : NULL;
}

void rg_spec_adopt_data(struct rg_spec *spec, struct rg_data *data)
{
    spec->data = data;
    spec->data_hash = rg_data_hash(data);
    rg_settings_input(spec->model, spec->settings)->data = data;
    rg_settings_input(spec->model, spec->largest)->data = data;
}

void rg_spec_destroy(struct rg_spec **spec)
{
    if (!*spec)
        return;
    for (int a = 0; a < (*spec)->n_axes; a++) {
        struct rg_axis *axis = &(*spec)->axes[a];
        for (int m = 0; m < axis->n_members; m++)
            rg_free(&axis->members[m].values);
        rg_free(&axis->members);
    }
    rg_declared_free(&(*spec)->declared);
    rg_data_free(&(*spec)->data);
    rg_free(&(*spec)->path);
    rg_free(&(*spec)->text);
    rg_free(&(*spec)->overrides);
    rg_free(&(*spec)->lines);
    rg_free(&(*spec)->settings);
    rg_free(&(*spec)->largest);
    rg_free(&(*spec)->record_epochs);
    rg_snapshots_free(&(*spec)->snapshots);
    rg_free(spec);
}

static double column_elements(const struct rg_spec *spec, const struct rg_column *column)
{
    double n = 1;
    for (int i = 0; i < RG_DIMS_MAX && column->dims[i]; i++)
        for (int d = 0; d < spec->model->n_dimensions; d++)
            if (strcmp(spec->model->dimensions[d].name, column->dims[i]) == 0)
                n *= (double)rg_model_size(spec->model, d, spec->largest);
    return n;
}

double rg_spec_weight_bytes(const struct rg_spec *spec)
{
    double elements = 0;
    for (int c = 0; c < rg_model_n_columns(spec->model); c++) {
        const struct rg_column *column = rg_model_column(spec->model, c);
        if (column->flags & RG_KEPT)
            elements += column_elements(spec, column);
    }
    return elements * (double)(spec->model->wide(spec->largest) ? sizeof(double) : sizeof(float));
}
