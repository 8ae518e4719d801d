/* Knobs, columns and dimensions that a sweep file declares itself, for a model that leaves them to it: read into
 * tables like those that other models bring, so that all behind them is the same. What a declaration is made of
 * stands in tables too, by which it is read, checked and printed.                                     */
#include <ctype.h>
#include <string.h>

#include "config/spec.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

enum kind { DIMENSIONS, KNOBS, COLUMNS, N_KINDS }; /* in the order in which they are read */

struct rg_declared {
    struct rg_model model; /* the registry's, with the tables below as its second ones */
    int n[N_KINDS];
    void *items[N_KINDS]; /* [n] struct dimension, knob, column: what the tables point into */
    struct rg_dimension *dimensions;
    struct rg_fixed *fixed;
    struct rg_knob *knobs;
    struct rg_column *columns;
    struct rg_knobs knob_table;
    struct rg_columns column_table;
};

/* ---- what a declaration is made of --------------------------------------------------------------- */

struct dimension {
    char name[RG_TEXT_MAX], unit[RG_TEXT_MAX], doc[RG_TEXT_MAX];
    int64_t size;
    struct rg_reals values;
};

struct knob {
    char name[RG_TEXT_MAX], unit[RG_TEXT_MAX], help[RG_TEXT_MAX], choices[RG_TEXT_MAX];
    char fallback[RG_LIST_MAX * 32];
    int64_t type, role;
    double min, max;
};

struct column {
    char name[RG_TEXT_MAX], unit[RG_TEXT_MAX], doc[RG_TEXT_MAX], choices[RG_TEXT_MAX];
    char dimensions[RG_TEXT_MAX];
    int64_t type;
};

static const enum rg_type knob_types[] = {RG_INT,  RG_REAL,  RG_BOOL, RG_CHOICE,
                                          RG_INTS, RG_REALS, RG_TEXT};
static const enum rg_column_type column_types[] = {RG_F8, RG_I8, RG_FLAG, RG_CODE, RG_F4, RG_I4};

/* One row for each key. Without a fallback it must be given. Measurement: it says something about the sweep, but is no
 * part of what the sweep is.                                                                          */
#define TEXT(of, member) .type = RG_TEXT, .offset = offsetof(struct of, member)
#define REAL(of, member) \
    .type = RG_REAL, .offset = offsetof(struct of, member), .min = -1e300, .max = 1e300
#define CHOICE(of, member) .type = RG_CHOICE, .offset = offsetof(struct of, member)

static const struct rg_knob dimension_rows[] = {
    {.name = "name", TEXT(dimension, name)},
    {.name = "size",
     .type = RG_INT,
     .offset = offsetof(struct dimension, size),
     .fallback = "0",
     .min = 0,
     .max = 1e6},
    {.name = "values",
     .type = RG_REALS,
     .offset = offsetof(struct dimension, values),
     .fallback = "[]",
     .min = -1e300,
     .max = 1e300},
    {.name = "unit", .role = RG_MEASUREMENT, .fallback = "1", TEXT(dimension, unit)},
    {.name = "doc", .role = RG_MEASUREMENT, .fallback = "", TEXT(dimension, doc)},
};

static const struct rg_knob knob_rows[] = {
    {.name = "name", TEXT(knob, name)},
    {.name = "type", .choices = "int float bool choice ints floats text", CHOICE(knob, type)},
    {.name = "role", /* in the order of enum rg_role */
     .choices = "training stopping measurement data_seed init_seed order_seed task_seed",
     .fallback = "training",
     CHOICE(knob, role)},
    {.name = "choices", .fallback = "", TEXT(knob, choices)},
    {.name = "min", .role = RG_MEASUREMENT, .fallback = "-1e300", REAL(knob, min)},
    {.name = "max", .role = RG_MEASUREMENT, .fallback = "1e300", REAL(knob, max)},
    {.name = "unit", .role = RG_MEASUREMENT, .fallback = "1", TEXT(knob, unit)},
    {.name = "help", .role = RG_MEASUREMENT, .fallback = "", TEXT(knob, help)},
};

static const struct rg_knob column_rows[] = {
    {.name = "name", TEXT(column, name)},
    {.name = "type",
     .choices = "float int bool choice float32 int32",
     .fallback = "float",
     CHOICE(column, type)},
    {.name = "dimensions", .fallback = "", TEXT(column, dimensions)},
    {.name = "choices", .fallback = "", TEXT(column, choices)},
    {.name = "unit", .role = RG_MEASUREMENT, .fallback = "1", TEXT(column, unit)},
    {.name = "doc", .role = RG_MEASUREMENT, .fallback = "", TEXT(column, doc)},
};

/* ---- from an item to a row of the model's tables -------------------------------------------------- */

static enum rg_status finish_dimension(const config_setting_t *group, struct rg_declared *declared,
                                       void *item)
{
    struct dimension *from = item;
    if ((from->size > 0) == (from->values.n > 0))
        return rg_setting_fail(group, "a dimension has either a size or its values");
    const int d = declared->model.n_dimensions++;
    declared->dimensions[d] = (struct rg_dimension){
        .name = from->name,
        .unit = from->unit,
        .doc = from->doc[0] ? from->doc : from->name,
    };
    declared->fixed[d] = from->size > 0 ? (struct rg_fixed){.n = from->size}
                                        : (struct rg_fixed){from->values.n, from->values.values};
    return RG_OK;
}

/* Is there a list of choices where one is needed, and nowhere else? */
static enum rg_status check_choices(const config_setting_t *group, bool needed, const char *choices)
{
    char name[RG_NAME_MAX];
    if (needed && !rg_choice_name(choices, 0, name, sizeof name))
        return rg_setting_fail(group, "choices is missing: write choices = \"relu tanh\";");
    if (!needed && choices[0])
        return rg_setting_fail(config_setting_get_member(group, "choices"),
                               "only type = \"choice\" has choices");
    return RG_OK;
}

/* Checked as any value of the knob, and kept as text. */
static enum rg_status read_fallback(const config_setting_t *group, const struct rg_knob *row,
                                    struct knob *to)
{
    const config_setting_t *at = config_setting_get_member(group, "default");
    struct rg_knob knob = *row;
    struct rg_reals value = {0}; /* as large as any field */
    knob.offset = 0;
    if (!at)
        return rg_setting_fail(group, "default is missing: the value where no other is given");
    RG_TRY(rg_setting_knob(at, &knob, &value));
    if (knob.type == RG_TEXT)
        strcpy(to->fallback, (const char *)&value);
    else if (knob.type == RG_CHOICE)
        rg_value_print(&knob, rg_knob_get(&knob, &value), to->fallback, sizeof to->fallback);
    else
        rg_knob_print(&knob, &value, to->fallback, sizeof to->fallback);
    if (rg_knob_parse(&knob, to->fallback, &value) != RG_OK)
        return rg_setting_fail(at, "begins with no quote, and has no line break");
    return RG_OK;
}

static size_t field_size(enum rg_type type)
{
    return type == RG_TEXT      ? RG_TEXT_MAX
           : rg_is_scalar(type) ? sizeof(union rg_value)
           : type == RG_INTS    ? sizeof(struct rg_ints)
                                : sizeof(struct rg_reals);
}

static enum rg_status finish_knob(const config_setting_t *group, struct rg_declared *declared,
                                  void *item)
{
    struct knob *from = item;
    struct rg_knob *row = &declared->knobs[declared->knob_table.n];
    *row = (struct rg_knob){
        .name = from->name,
        .type = knob_types[from->type],
        .role = (enum rg_role)from->role,
        .offset = declared->model.settings_size,
        .fallback = from->fallback,
        .min = from->min,
        .max = from->max,
        .choices = from->choices,
        .unit = from->unit,
        .help = from->help[0] ? from->help : from->name,
    };
    RG_TRY(check_choices(group, row->type == RG_CHOICE, from->choices));
    if (row->role >= RG_SEED_DATA && row->type != RG_INT)
        return rg_setting_fail(group, "a seed is of type = \"int\"; below 0 it is not given");
    RG_TRY(read_fallback(group, row, from));
    declared->model.settings_size += field_size(row->type);
    declared->knob_table.n++;
    return RG_OK;
}

/* The names of the column's dimensions, as their own declarations have them. */
static enum rg_status find_dimensions(const config_setting_t *group,
                                      const struct rg_declared *declared, const struct column *from,
                                      struct rg_column *row)
{
    const struct rg_model *model = &declared->model;
    char name[RG_TEXT_MAX], names[8192] = "";
    for (int d = 0; d < model->n_dimensions; d++)
        rg_choice_add(names, sizeof names, model->dimensions[d].name);
    for (int i = 0; rg_choice_name(from->dimensions, i, name, sizeof name); i++) {
        const int64_t d = rg_choice_find(names, name);
        if (i == RG_DIMS_MAX || d < 0)
            return rg_setting_fail(config_setting_get_member(group, "dimensions"),
                                   "names at most %d of the dimensions that the file declares, "
                                   "separated by a space: %s",
                                   RG_DIMS_MAX, names[0] ? names : "none");
        row->dims[i] = model->dimensions[d].name;
    }
    return RG_OK;
}

static enum rg_status finish_column(const config_setting_t *group, struct rg_declared *declared,
                                    void *item)
{
    struct column *from = item;
    struct rg_column *row = &declared->columns[declared->column_table.n];
    *row = (struct rg_column){
        .name = from->name,
        .type = column_types[from->type],
        .unit = from->unit,
        .doc = from->doc[0] ? from->doc : from->name,
    };
    RG_TRY(check_choices(group, row->type == RG_CODE, from->choices));
    row->meanings = row->type == RG_CODE ? from->choices : NULL;
    RG_TRY(find_dimensions(group, declared, from, row));
    declared->column_table.n++;
    return RG_OK;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static const struct form {
    const char *key, *example;
    const struct rg_knob *rows;
    int n_rows;
    size_t size, row_size; /* of an item, and of what the model's table has of it */
    enum rg_status (*finish)(const config_setting_t *group, struct rg_declared *declared,
                             void *item);
} forms[N_KINDS] = {
    [DIMENSIONS] = {"dimensions", "{ name = \"layer\"; size = 3; }", dimension_rows,
                    sizeof dimension_rows / sizeof *dimension_rows, sizeof(struct dimension),
                    sizeof(struct rg_dimension), finish_dimension},
    [KNOBS] = {"knobs", "{ name = \"gain\"; type = \"float\"; default = 1.0; }", knob_rows,
               sizeof knob_rows / sizeof *knob_rows, sizeof(struct knob), sizeof(struct rg_knob),
               finish_knob},
    [COLUMNS] = {"columns", "{ name = \"loss\"; type = \"float\"; }", column_rows,
                 sizeof column_rows / sizeof *column_rows, sizeof(struct column),
                 sizeof(struct rg_column), finish_column},
};

/* --set takes names of knobs, and tells them from the keys of a sweep file. */
static enum rg_status check_name(const config_setting_t *group, const struct rg_model *model,
                                 bool is_knob, const char *name)
{
    enum { LONGEST = 48 };
    const config_setting_t *at = config_setting_get_member(group, "name");
    bool fits = isalpha((unsigned char)name[0]) && strlen(name) <= LONGEST;
    for (const char *c = name; *c; c++)
        fits = fits && (isalnum((unsigned char)*c) || *c == '_');
    if (!fits)
        return rg_setting_fail(at,
                               "a name is made of letters, digits and _, at most %d, a letter "
                               "first",
                               LONGEST);
    bool taken = rg_choice_find(rg_taken_names, name) >= 0 || strcmp(name, "diverged") == 0;
    for (int i = 0; is_knob && rg_spec_key(i); i++)
        taken = taken || strcmp(name, rg_spec_key(i)->name) == 0;
    if (taken)
        return rg_setting_fail(at, "this name has a meaning of its own; choose another");
    if (rg_model_find_knob(model, name) >= 0 || rg_names_column(model, name))
        return rg_setting_fail(at, "a knob, a column or a dimension has this name already");
    return RG_OK;
}

static enum rg_status read_item(const config_setting_t *group, const struct form *form, void *item)
{
    char keys[512] = "";
    for (int r = 0; r < form->n_rows; r++)
        rg_choice_add(keys, sizeof keys, form->rows[r].name);
    if (form->rows == knob_rows)
        rg_choice_add(keys, sizeof keys, "default");
    if (!config_setting_is_group(group))
        return rg_setting_fail(group, "must be a group: %s", form->example);
    RG_TRY(rg_setting_check_keys(group, form->key, keys));
    for (int r = 0; r < form->n_rows; r++) {
        const struct rg_knob *row = &form->rows[r];
        const config_setting_t *at = config_setting_get_member(group, row->name);
        if (!at && !row->fallback)
            return rg_setting_fail(group, "%s is missing: %s", row->name, form->example);
        RG_TRY(at ? rg_setting_knob(at, row, item) : rg_knob_parse(row, row->fallback, item));
    }
    return RG_OK;
}

static enum rg_status read_kind(const config_setting_t *root, struct rg_declared *declared,
                                enum kind kind, void *rows)
{
    enum { MOST = 256 };
    const struct form *form = &forms[kind];
    const config_setting_t *list = config_setting_get_member(root, form->key);
    const int n = !list ? 0 : config_setting_is_list(list) ? config_setting_length(list) : -1;
    if (n < 0 || n > MOST)
        return rg_setting_fail(list, "must be a list of at most %d groups: %s = ( %s );", MOST,
                               form->key, form->example);
    if (n == 0 && kind == COLUMNS)
        return rg_setting_fail(list ? list : root,
                               "columns is missing: it declares what the command answers, columns "
                               "= ( %s );",
                               form->example);
    RG_TRY(rg_alloc(&declared->items[kind], (size_t)n, form->size));
    RG_TRY(rg_alloc(rows, (size_t)n, form->row_size));
    declared->n[kind] = n;
    return RG_OK;
}

static enum rg_status read_items(const config_setting_t *root, struct rg_declared *declared,
                                 enum kind kind)
{
    const struct form *form = &forms[kind];
    const config_setting_t *list = config_setting_get_member(root, form->key);
    for (int i = 0; i < declared->n[kind]; i++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        void *item = (char *)declared->items[kind] + (size_t)i * form->size;
        RG_TRY(read_item(group, form, item));
        RG_TRY(
            check_name(group, &declared->model, kind == KNOBS, item)); /* it begins with its name */
        RG_TRY(form->finish(group, declared, item));
    }
    return RG_OK;
}

enum rg_status rg_declare(const config_setting_t *root, struct rg_spec *spec)
{
    struct rg_declared *declared;
    RG_TRY(rg_alloc(&declared, 1, sizeof *declared));
    spec->declared = declared;
    RG_TRY(read_kind(root, declared, DIMENSIONS, &declared->dimensions));
    RG_TRY(rg_alloc(&declared->fixed, (size_t)declared->n[DIMENSIONS], sizeof *declared->fixed));
    RG_TRY(read_kind(root, declared, KNOBS, &declared->knobs));
    RG_TRY(read_kind(root, declared, COLUMNS, &declared->columns));
    declared->knob_table.rows = declared->knobs;
    declared->column_table.rows = declared->columns;
    declared->model = *spec->model;
    declared->model.dimensions = declared->dimensions;
    declared->model.fixed = declared->fixed;
    declared->model.knobs[1] = &declared->knob_table;
    declared->model.columns[1] = &declared->column_table;
    for (enum kind kind = 0; kind < N_KINDS; kind++)
        RG_TRY(read_items(root, declared, kind));
    spec->model = &declared->model;
    return RG_OK;
}

void rg_declared_free(struct rg_declared **declared)
{
    if (!*declared)
        return;
    for (enum kind kind = 0; kind < N_KINDS; kind++)
        rg_free(&(*declared)->items[kind]);
    rg_free(&(*declared)->dimensions);
    rg_free(&(*declared)->fixed);
    rg_free(&(*declared)->knobs);
    rg_free(&(*declared)->columns);
    rg_free(declared);
}

/* ---- printing ------------------------------------------------------------------------------------ */

static void print_item(FILE *out, const struct form *form, const void *item, bool all)
{
    char value[RG_LIST_MAX * 32];
    for (int r = 0; r < form->n_rows; r++) {
        if (!all && form->rows[r].role == RG_MEASUREMENT)
            continue;
        rg_knob_print(&form->rows[r], item, value, sizeof value);
        fprintf(out, " %s = %s;", form->rows[r].name, value);
    }
}

static const void *item_of(const struct rg_declared *declared, enum kind kind, int i)
{
    return (const char *)declared->items[kind] + (size_t)i * forms[kind].size;
}

void rg_declared_print_identity(FILE *out, const struct rg_declared *declared)
{
    for (enum kind kind = 0; declared && kind < N_KINDS; kind++)
        for (int i = 0; i < declared->n[kind]; i++) {
            fprintf(out, "%s:", forms[kind].key);
            print_item(out, &forms[kind], item_of(declared, kind, i), false);
            fputc('\n', out);
        }
}

void rg_declared_print(FILE *out, const struct rg_declared *declared, const void *settings)
{
    char value[RG_LIST_MAX * 32];
    for (enum kind kind = 0; declared && kind < N_KINDS; kind++) {
        fprintf(out, "%s = (", forms[kind].key);
        for (int i = 0; i < declared->n[kind]; i++) {
            fputs(i ? ",\n  {" : "\n  {", out);
            print_item(out, &forms[kind], item_of(declared, kind, i), true);
            if (kind == KNOBS) {
                rg_knob_print(&declared->knobs[i], settings, value, sizeof value);
                fprintf(out, " default = %s;", value);
            }
            fputs(" }", out);
        }
        fputs(" );\n", out);
    }
}
