/* The axes of a sweep file: a knob, a group of knobs that move together, or replicates. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "config/spec.h"
#include "regime/memory.h"
#include "regime/text.h"

/* Names that the output file uses for itself. */
const char rg_taken_names[] =
    "record epoch status checksum settings provenance replicate measure_at_loss";

const struct rg_axis *rg_axis_of(const struct rg_spec *spec, int knob)
{
    for (int a = 0; a < spec->n_axes; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++)
            if (spec->axes[a].members[m].knob == knob)
                return &spec->axes[a];
    return NULL;
}

static enum rg_status read_single(const config_setting_t *setting, const struct rg_spec *spec,
                                  struct rg_axis *axis)
{
    RG_TRY(rg_alloc(&axis->members, 1, sizeof *axis->members));
    RG_TRY(rg_member_read(setting, spec, axis, &axis->count));
    const struct rg_member *member = axis->members;
    if (member->spacing == RG_LIST)
        return rg_member_check_distinct(setting, rg_model_knob(spec->model, member->knob), member,
                                        axis->count);
    return RG_OK;
}

static const struct rg_knob first_knob = {
    .name = "first", .type = RG_INT, .min = 0, .max = 1e9, .help = "number of the first replicate"};

static enum rg_status read_replicate(const config_setting_t *setting, struct rg_axis *axis)
{
    if (!config_setting_is_group(setting))
        return rg_setting_fail(setting, "write replicate = { count = 5; }");
    union rg_value first = {.integer = 0};
    bool found;
    RG_TRY(rg_setting_check_keys(setting, "replicate", "first count"));
    RG_TRY(rg_setting_member(setting, &first_knob, &first, &found));
    RG_TRY(rg_alloc(&axis->members, 1, sizeof *axis->members));
    RG_TRY(rg_count_read(setting, &axis->count));
    axis->n_members = 1;
    axis->members[0] = (struct rg_member){
        .knob = RG_REPLICATE,
        .spacing = RG_LINEAR,
        .from = (double)first.integer,
        .to = (double)(first.integer + axis->count - 1),
    };
    return RG_OK;
}

bool rg_names_column(const struct rg_model *model, const char *name)
{
    for (int c = 0; c < rg_model_n_columns(model); c++)
        if (strcmp(rg_model_column(model, c)->name, name) == 0)
            return true;
    for (int d = 0; d < model->n_dimensions; d++)
        if (strcmp(model->dimensions[d].name, name) == 0)
            return true;
    return false;
}

static enum rg_status check_group_name(const config_setting_t *setting, const struct rg_spec *spec)
{
    const char *name = config_setting_name(setting);
    if (rg_choice_find(rg_taken_names, name) >= 0 || rg_names_column(spec->model, name))
        return rg_setting_fail(setting, "the output file uses this name itself; choose another");
    if (strlen(name) >= RG_NAME_MAX)
        return rg_setting_fail(setting, "a name has at most %d characters", RG_NAME_MAX - 1);
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return rg_setting_fail(setting, "a name is made of letters, digits and _");
    return RG_OK;
}

static enum rg_status read_group(const config_setting_t *setting, const struct rg_spec *spec,
                                 struct rg_axis *axis)
{
    int n = config_setting_length(setting);
    RG_TRY(check_group_name(setting, spec));
    if (n == 0)
        return rg_setting_fail(setting, "an empty axis: give it at least one value");
    RG_TRY(rg_alloc(&axis->members, (size_t)n, sizeof *axis->members));
    for (int i = 0; i < n; i++) {
        const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
        int64_t count = 0;
        RG_TRY(rg_member_read(member, spec, axis, &count));
        axis->count = i == 0 ? count : axis->count;
        if (count != axis->count)
            return rg_setting_fail(member, "%lld value%s, but %s has %lld: they move together",
                                   (long long)count, rg_plural(count),
                                   config_setting_name(config_setting_get_elem(setting, 0)),
                                   (long long)axis->count);
    }
    return RG_OK;
}

static bool looks_like_range(const config_setting_t *group)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
        if (rg_choice_find(rg_range_keys, config_setting_name(child)) >= 0)
            return true;
    }
    return false;
}

static bool looks_like_knobs(const config_setting_t *group, const struct rg_spec *spec)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
        if (rg_model_find_knob(spec->model, config_setting_name(child)) >= 0)
            return true;
    }
    return false;
}

static enum rg_status read_axis(const config_setting_t *setting, const struct rg_spec *spec,
                                struct rg_axis *axis)
{
    const char *name = config_setting_name(setting);
    snprintf(axis->name, sizeof axis->name, "%s", name);
    if (strcmp(name, "replicate") == 0)
        return read_replicate(setting, axis);
    if (!config_setting_is_group(setting) || looks_like_range(setting))
        return read_single(setting, spec, axis);
    if (rg_model_find_knob(spec->model, name) < 0)
        return read_group(setting, spec, axis);
    if (looks_like_knobs(setting, spec))
        return rg_setting_fail(setting,
                               "a group of axes that move together needs a name that is no knob");
    return read_single(setting, spec, axis);
}

enum rg_status rg_axes_read(const config_setting_t *axes, struct rg_spec *spec)
{
    spec->n_points = 1;
    int n = axes ? config_setting_length(axes) : 0;
    if (axes && !config_setting_is_group(axes))
        return rg_setting_fail(axes, "must be a group: axes = { ... };");
    if (n > RG_AXES_MAX)
        return rg_setting_fail(axes, "%d axes: there are at most %d", n, RG_AXES_MAX);
    for (int i = 0; i < n; i++) {
        const config_setting_t *setting = config_setting_get_elem(axes, (unsigned)i);
        struct rg_axis *axis = &spec->axes[spec->n_axes++];
        RG_TRY(read_axis(setting, spec, axis));
        if (__builtin_mul_overflow(spec->n_points, axis->count, &spec->n_points))
            return rg_setting_fail(setting, "the product of the axes exceeds 2^63-1 points");
    }
    return RG_OK;
}
