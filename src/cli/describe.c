/* regime describe [MODEL]: the models and the keys of a sweep file, or a model's knobs and columns, of a sweep file
 * those of its model, straight from the tables.                                                                        */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/describe.h"
#include "regime/config.h"
#include "regime/data.h"
#include "regime/knob.h"
#include "regime/text.h"
#include "regime/train.h"

enum { LINE = 100, INDENT = 4 };

static const char *const roles[] = {
    [RG_TRAINING] = "training",       [RG_STOPPING] = "stopping",
    [RG_MEASUREMENT] = "measurement", [RG_SEED_DATA] = "seed of data",
    [RG_SEED_INIT] = "seed of init",  [RG_SEED_ORDER] = "seed of order",
    [RG_SEED_TASK] = "seed of task",
};

static const char *const column_types[] = {
    [RG_F4] = "f4",     [RG_F8] = "f8",     [RG_I4] = "i4",           [RG_I8] = "i8",
    [RG_CODE] = "code", [RG_FLAG] = "flag", [RG_WEIGHT] = "f4 or f8",
};

static const char *unit_of(const char *unit)
{
    return unit && strcmp(unit, "1") != 0 ? unit : "";
}

/* Words of a paragraph, broken at the line's end. */
static void print_wrapped(const char *text)
{
    int column = 0;
    while (*text) {
        int length = (int)strcspn(text, " ");
        bool fits = column > 0 && column + 1 + length <= LINE;
        if (!fits)
            printf("%s%*s", column ? "\n" : "", INDENT - 1, "");
        column = (fits ? column : INDENT - 1) + printf(" %.*s", length, text);
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

void rg_knob_summary(const struct rg_knob *knob, char *text, size_t size)
{
    const char *unit = unit_of(knob->unit);
    const char *quote = knob->type == RG_CHOICE || rg_is_text(knob->type) ? "\"" : "";
    const bool fixed = knob->role != RG_MEASUREMENT && !rg_is_scalar(knob->type);
    snprintf(text, size, "%s = %s%s%s%s%s   [%s%s]", knob->name, quote, knob->fallback, quote,
             unit[0] ? " " : "", unit, roles[knob->role], fixed ? ", setting only" : "");
}

void rg_column_summary(const struct rg_column *column, char *text, size_t size)
{
    char dims[256];
    size_t used =
        (size_t)snprintf(dims, sizeof dims, "%s",
                         column->flags & RG_SNAPSHOT ? RG_SNAPSHOT_DIM ", record" : "axes...");
    for (int d = 0; d < RG_DIMS_MAX && column->dims[d] && used < sizeof dims; d++)
        used += (size_t)snprintf(dims + used, sizeof dims - used, ", %s", column->dims[d]);
    const char *unit = unit_of(column->unit);
    snprintf(text, size, "%s(%s)   %s%s%s%s%s", column->name, dims, column_types[column->type],
             unit[0] ? ", " : "", unit, column->flags & RG_HISTORY ? ", also over record" : "",
             column->flags & RG_KEPT         ? ", stored as keep says"
             : column->flags & RG_OF_RECORDS ? ", by what is recorded"
             : column->flags & RG_SNAPSHOT   ? ", of points that snapshots lists"
                                             : "");
}

static void print_knob(const struct rg_knob *knob)
{
    char line[512], allowed[512];
    rg_knob_summary(knob, line, sizeof line);
    rg_knob_allowed(knob, allowed, sizeof allowed);
    printf("  %s\n", line);
    print_wrapped(allowed);
    print_wrapped(knob->help);
}

static void print_column(const struct rg_column *column)
{
    char line[512];
    rg_column_summary(column, line, sizeof line);
    printf("  %s\n", line);
    print_wrapped(column->doc);
    if (column->meanings)
        printf("%*sfrom 0: %s\n", INDENT, "", column->meanings);
}

static void print_model(const struct rg_model *model)
{
    printf("%s\n", model->name);
    print_wrapped(model->doc);
    puts(
        "\nKnobs, with their defaults. Training, stopping and seed knobs can be axes, "
        "but for those marked setting only.\n");
    for (int i = 0; i < rg_model_n_knobs(model); i++)
        print_knob(rg_model_knob(model, i));
    if (model->form) {
        printf("\nData from a file: the arrays %s.\n\n", model->form->names);
        print_wrapped(model->form->doc);
    }
    if (model->declared && !model->knobs[1])
        puts("\nThe sweep file declares all others: regime describe SWEEP.cfg shows them.");
    puts("\nColumns of the output file, at the end of each point.\n");
    for (int i = 0; i < rg_model_n_columns(model); i++)
        print_column(rg_model_column(model, i));
    if (model->n_dimensions > 0)
        puts("\nDimensions of columns.\n");
    for (int i = 0; i < model->n_dimensions; i++) {
        printf("  %s\n", model->dimensions[i].name);
        print_wrapped(model->dimensions[i].doc);
    }
}

static void print_models(void)
{
    for (int i = 0; i < rg_models.n; i++) {
        printf("%s\n", rg_models.models[i]->name);
        print_wrapped(rg_models.models[i]->doc);
    }
    puts("\nregime describe MODEL shows a model's knobs and columns.");
}

static void print_keys(void)
{
    puts("\nKeys of a sweep file; name and model are always there.\n");
    const struct rg_key *key;
    for (int i = 0; (key = rg_spec_key(i)); i++) {
        printf("  %s = %s;\n", key->name, key->example);
        print_wrapped(key->help);
    }
}

static enum rg_status unknown_model(const char *name)
{
    char names[1024] = "";
    for (int i = 0; i < rg_models.n; i++)
        rg_choice_add(names, sizeof names, rg_models.models[i]->name);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "\"%s\" is no model%s; the models: %s", name,
                   rg_hint(name, names), names);
}

/* Of the sweep's model, with what the file declares of it. */
static enum rg_status describe_sweep(const char *path)
{
    struct rg_spec *spec = NULL;
    RG_TRY(rg_spec_read(&rg_models, path, NULL, &spec));
    print_model(spec->model);
    rg_spec_destroy(&spec);
    return RG_OK;
}

static enum rg_status describe(const struct rg_arguments *arguments)
{
    const char *name = rg_arguments_word(arguments, 0);
    if (!name) {
        print_models();
        print_keys();
        return RG_OK;
    }
    for (int i = 0; i < rg_models.n; i++) {
        if (strcmp(rg_models.models[i]->name, name) == 0) {
            print_model(rg_models.models[i]);
            return RG_OK;
        }
    }
    return strpbrk(name, "./") ? describe_sweep(name) : unknown_model(name);
}

const struct rg_command rg_command_describe = {
    .name = "describe",
    .words = "[MODEL | SWEEP.cfg]",
    .min_words = 0,
    .max_words = 1,
    .summary = "the models and the keys of a sweep file, or a model's knobs and columns",
    .example = "regime describe parity_rnn",
    .run = describe,
};
