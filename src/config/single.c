/* One point of a sweep as a sweep file of its own: every axis has one value left, every other knob is
 * written out, whatever the defaults of a later version may be.                                     */
#include <string.h>

#include "config/spec.h"
#include "regime/knob.h"
#include "regime/text.h"

struct single {
    const struct rg_point *point;
    const char *record;
};

/* An array of one, or a list of one where it is a name. */
static void print_member(FILE *out, const struct rg_spec *spec, const struct rg_member *member,
                         const struct rg_point *point)
{
    char value[RG_TEXT_MAX];
    if (member->knob == RG_REPLICATE) {
        fprintf(out, " replicate = { first = %lld; count = 1; };", (long long)point->replicate);
        return;
    }
    const struct rg_knob *knob = rg_model_knob(spec->model, member->knob);
    const bool named = knob->type == RG_CHOICE;
    rg_knob_print(knob, point->settings, value, sizeof value);
    fprintf(out, " %s = %s%s%s;", knob->name, named ? "(" : "[", value, named ? ")" : "]");
}

static bool is_knob_alone(const struct rg_spec *spec, const struct rg_axis *axis)
{
    const int knob = axis->members[0].knob;
    return knob == RG_REPLICATE || strcmp(axis->name, rg_model_knob(spec->model, knob)->name) == 0;
}

static void print_axes(FILE *out, const struct rg_spec *spec, const struct rg_point *point)
{
    fputs("axes = {\n", out);
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        const bool alone = is_knob_alone(spec, axis);
        fputc(' ', out);
        if (!alone)
            fprintf(out, " %s = {", axis->name);
        for (int m = 0; m < axis->n_members; m++)
            print_member(out, spec, &axis->members[m], point);
        fputs(alone ? "\n" : " };\n", out);
    }
    fputs("};\n", out);
}

static void print_settings(FILE *out, const struct rg_spec *spec, const struct rg_point *point)
{
    char value[RG_LIST_MAX * 32];
    fputs("settings = {\n", out);
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        if (rg_axis_of(spec, i))
            continue;
        rg_knob_print(knob, point->settings, value, sizeof value);
        fprintf(out, "  %s = %s;\n", knob->name, value);
    }
    fputs("};\n", out);
}

static void print_set(FILE *out, const char *key, const char *names, unsigned set)
{
    char name[RG_NAME_MAX];
    const char *separator = "";
    fprintf(out, "%s = (", key);
    for (int64_t i = 0; rg_choice_name(names, i, name, sizeof name); i++) {
        if (!(set >> i & 1))
            continue;
        fprintf(out, "%s\"%s\"", separator, name);
        separator = ", ";
    }
    fputs(");\n", out);
}

static void print_single(FILE *out, const void *a, const void *b)
{
    const struct rg_spec *spec = a;
    const struct single *single = b;
    char seed[64];
    rg_knob_print(&rg_seed_knob, &spec->seed, seed, sizeof seed);
    fprintf(out, "name = \"%s\";\nmodel = \"%s\";\nseed = %s;\n", spec->name, spec->model->name,
            seed);
    rg_declared_print(out, spec->declared, single->point->settings);
    print_axes(out, spec, single->point);
    print_settings(out, spec, single->point);
    if (!spec->declared)
        fprintf(out, "record = { %s };\n", single->record);
    print_set(out, "share", rg_stream_names, spec->share);
    print_set(out, "keep", rg_keep_names, spec->keep);
    fprintf(out, "team = [%d, %d];\n", spec->team[0], spec->team[1]);
}

enum rg_status rg_spec_single(const struct rg_spec *spec, const struct rg_point *point,
                              const char *record, char **text)
{
    const struct single single = {point, record};
    return rg_print_to_text(print_single, spec, &single, text);
}
