/* The axes of a sweep file: ranges, lists, replicates, and groups of knobs that move together. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/spec.h"
#include "regime/memory.h"
#include "regime/text.h"

static const char range_keys[] = "from to count spacing";
static const double whole_max = 0x1p53; /* doubles hold every integer up to here */

/* Names that the output file uses for itself. */
static const char taken_names[] =
    "record epoch status checksum settings provenance replicate measure_at_loss";

enum { LOG_INTEGERS_MAX = 100000 }; /* longest log range over an integer knob */

static const struct rg_knob count_knob = {.name = "count", .type = RG_INT, .min = 1, .max = 0x1p53};
static const struct rg_knob spacing_knob = {
    .name = "spacing", .type = RG_CHOICE, .choices = "linear log"};

const struct rg_axis *rg_axis_of(const struct rg_spec *spec, int knob)
{
    for (int a = 0; a < spec->n_axes; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++)
            if (spec->axes[a].members[m].knob == knob)
                return &spec->axes[a];
    return NULL;
}

/* ---- ranges ------------------------------------------------------------------------------------ */

static enum rg_status read_end(const config_setting_t *range, const struct rg_knob *knob,
                               const char *name, double *end)
{
    struct rg_knob row = *knob;
    row.name = name;
    union rg_value value;
    bool found;
    RG_TRY(rg_setting_member(range, &row, &value, &found));
    if (!found)
        return rg_setting_fail(
            range, "%s is missing: a range is { from = ..; to = ..; count = ..; }", name);
    *end = knob->type == RG_INT ? (double)value.integer : value.real;
    return RG_OK;
}

static enum rg_status read_count(const config_setting_t *setting, int64_t *count)
{
    union rg_value value;
    bool found;
    RG_TRY(rg_setting_member(setting, &count_knob, &value, &found));
    if (!found)
        return rg_setting_fail(setting, "count is missing: how many values the axis has");
    *count = value.integer;
    return RG_OK;
}

/* Neighbours must differ; they are closest at the ends, whatever the spacing. */
static bool is_too_fine(const struct rg_member *range, int64_t count)
{
    return count > 1 &&
           (rg_range_value(range, count, 0) == rg_range_value(range, count, 1) ||
            rg_range_value(range, count, count - 2) == rg_range_value(range, count, count - 1));
}

/* Over an integer knob a linear range must hit integers; a log range is rounded to them. */
static enum rg_status check_integers(const config_setting_t *setting, const struct rg_member *range,
                                     int64_t count)
{
    if (fmax(fabs(range->from), fabs(range->to)) > whole_max)
        return rg_setting_fail(setting, "the integers of a range are within 2^53; write a list");
    if (range->spacing == RG_LINEAR) {
        if (count > 1 && ((int64_t)range->to - (int64_t)range->from) % (count - 1) != 0)
            return rg_setting_fail(setting,
                                   "%lld values from %.0f to %.0f are not all integers: choose "
                                   "another count, or write a list",
                                   (long long)count, range->from, range->to);
        return RG_OK;
    }
    if (count > LOG_INTEGERS_MAX)
        return rg_setting_fail(setting, "a log range of integers has at most %d values",
                               LOG_INTEGERS_MAX);
    for (int64_t i = 1; i < count; i++)
        if (llround(rg_range_value(range, count, i)) ==
            llround(rg_range_value(range, count, i - 1)))
            return rg_setting_fail(setting,
                                   "rounded to integers, the value %lld appears twice: choose a "
                                   "smaller count",
                                   llround(rg_range_value(range, count, i)));
    return RG_OK;
}

static enum rg_status check_range(const config_setting_t *setting, const struct rg_knob *knob,
                                  const struct rg_member *range, int64_t count)
{
    if (range->spacing == RG_LOG && !(range->from > 0 && range->to > 0))
        return rg_setting_fail(setting, "a log range lies above 0");
    if (!isfinite(range->to - range->from))
        return rg_setting_fail(setting, "the range is wider than numbers can be");
    if (is_too_fine(range, count))
        return rg_setting_fail(setting, "%lld values from %g to %g are not all different",
                               (long long)count, range->from, range->to);
    return knob->type == RG_INT ? check_integers(setting, range, count) : RG_OK;
}

static enum rg_status read_range(const config_setting_t *setting, const struct rg_knob *knob,
                                 struct rg_member *range, int64_t *count)
{
    if (knob->type != RG_INT && knob->type != RG_REAL)
        return rg_setting_fail(setting, "%s takes no range: list its values", knob->name);
    RG_TRY(rg_setting_check_keys(setting, "a range", range_keys));
    RG_TRY(read_end(setting, knob, "from", &range->from));
    RG_TRY(read_end(setting, knob, "to", &range->to));
    RG_TRY(read_count(setting, count));
    union rg_value spacing = {0};
    bool found;
    RG_TRY(rg_setting_member(setting, &spacing_knob, &spacing, &found));
    range->spacing = spacing.integer ? RG_LOG : RG_LINEAR;
    return check_range(setting, knob, range, *count);
}

/* ---- lists ------------------------------------------------------------------------------------- */

static enum rg_status read_list(const config_setting_t *setting, const struct rg_knob *knob,
                                struct rg_member *member, int64_t *count)
{
    int n = config_setting_length(setting);
    if (n == 0)
        return rg_setting_fail(setting, "an empty axis: give it at least one value");
    member->spacing = RG_LIST;
    *count = n;
    RG_TRY(rg_alloc(&member->values, (size_t)n, sizeof *member->values));
    for (int i = 0; i < n; i++)
        RG_TRY(rg_setting_value(config_setting_get_elem(setting, (unsigned)i), knob,
                                &member->values[i]));
    return RG_OK;
}

static int by_bits(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(union rg_value));
}

static enum rg_status check_distinct(const config_setting_t *setting, const struct rg_knob *knob,
                                     const struct rg_member *member, int64_t count)
{
    union rg_value *sorted = NULL;
    RG_TRY(rg_alloc(&sorted, (size_t)count, sizeof *sorted));
    memcpy(sorted, member->values, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_bits);
    char twice[RG_NAME_MAX] = "";
    for (int64_t i = 1; i < count; i++)
        if (by_bits(&sorted[i - 1], &sorted[i]) == 0)
            rg_value_print(knob, sorted[i], twice, sizeof twice);
    rg_free(&sorted);
    return twice[0] ? rg_setting_fail(setting, "the value %s stands here twice", twice) : RG_OK;
}

/* ---- axes -------------------------------------------------------------------------------------- */

static enum rg_status check_knob(const config_setting_t *setting, const struct rg_spec *spec,
                                 int index)
{
    const char *name = config_setting_name(setting);
    if (index < 0)
        return rg_setting_fail(setting, "unknown knob of %s%s", spec->model->name,
                               rg_hint(name, rg_knob_names(spec->model)));
    const struct rg_knob *knob = rg_model_knob(spec->model, index);
    if (knob->role == RG_MEASUREMENT)
        return rg_setting_fail(setting,
                               "a measurement knob is no axis: it changes what is measured, not "
                               "the training; put it into settings");
    if (knob->type == RG_INTS || knob->type == RG_REALS || knob->type == RG_TEXT)
        return rg_setting_fail(setting,
                               "a knob that takes a list or a text is no axis; put it "
                               "into settings");
    if (rg_axis_of(spec, index))
        return rg_setting_fail(setting, "%s is on another axis already", name);
    return RG_OK;
}

/* Appends a member to the axis; its length goes to *count. */
static enum rg_status read_member(const config_setting_t *setting, const struct rg_spec *spec,
                                  struct rg_axis *axis, int64_t *count)
{
    int index = rg_model_find_knob(spec->model, config_setting_name(setting));
    RG_TRY(check_knob(setting, spec, index));
    const struct rg_knob *knob = rg_model_knob(spec->model, index);
    struct rg_member *member = &axis->members[axis->n_members++];
    member->knob = index;
    if (config_setting_is_group(setting))
        return read_range(setting, knob, member, count);
    if (rg_setting_is_list(setting))
        return read_list(setting, knob, member, count);
    return rg_setting_fail(setting,
                           "an axis is { from = ..; to = ..; count = ..; } or a [list]; "
                           "a single value belongs into settings");
}

static enum rg_status read_single(const config_setting_t *setting, const struct rg_spec *spec,
                                  struct rg_axis *axis)
{
    RG_TRY(rg_alloc(&axis->members, 1, sizeof *axis->members));
    RG_TRY(read_member(setting, spec, axis, &axis->count));
    const struct rg_member *member = axis->members;
    if (member->spacing == RG_LIST)
        return check_distinct(setting, rg_model_knob(spec->model, member->knob), member,
                              axis->count);
    return RG_OK;
}

static enum rg_status read_replicate(const config_setting_t *setting, struct rg_axis *axis)
{
    if (!config_setting_is_group(setting))
        return rg_setting_fail(setting, "write replicate = { count = 5; }");
    RG_TRY(rg_setting_check_keys(setting, "replicate", "count"));
    RG_TRY(rg_alloc(&axis->members, 1, sizeof *axis->members));
    RG_TRY(read_count(setting, &axis->count));
    axis->n_members = 1;
    axis->members[0] = (struct rg_member){
        .knob = RG_REPLICATE, .spacing = RG_LINEAR, .to = (double)(axis->count - 1)};
    return RG_OK;
}

static bool names_column(const struct rg_model *model, const char *name)
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
    if (rg_choice_find(taken_names, name) >= 0 || names_column(spec->model, name))
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
        RG_TRY(read_member(member, spec, axis, &count));
        axis->count = i == 0 ? count : axis->count;
        if (count != axis->count)
            return rg_setting_fail(
                member, "%lld values, but %s has %lld: they move together", (long long)count,
                config_setting_name(config_setting_get_elem(setting, 0)), (long long)axis->count);
    }
    return RG_OK;
}

static bool looks_like_range(const config_setting_t *group)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *child = config_setting_get_elem(group, (unsigned)i);
        if (rg_choice_find(range_keys, config_setting_name(child)) >= 0)
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
    bool named_after_knob = rg_model_find_knob(spec->model, name) >= 0;
    if (!named_after_knob && config_setting_is_group(setting) && !looks_like_range(setting))
        return read_group(setting, spec, axis);
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
