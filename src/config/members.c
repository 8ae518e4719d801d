/* A knob along an axis: as a range, or as a list of values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/spec.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

const char rg_range_keys[] = "from to count spacing";
static const double whole_max = 0x1p53; /* doubles hold every integer up to here */

enum { LOG_INTEGERS_MAX = 100000 }; /* longest log range over an integer knob */

static const struct rg_knob count_knob = {.name = "count", .type = RG_INT, .min = 1, .max = 0x1p53};
static const struct rg_knob spacing_knob = {
    .name = "spacing", .type = RG_CHOICE, .choices = "linear log"};

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

enum rg_status rg_count_read(const config_setting_t *setting, int64_t *count)
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
    RG_TRY(rg_setting_check_keys(setting, "a range", rg_range_keys));
    RG_TRY(read_end(setting, knob, "from", &range->from));
    RG_TRY(read_end(setting, knob, "to", &range->to));
    RG_TRY(rg_count_read(setting, count));
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

enum rg_status rg_member_check_distinct(const config_setting_t *setting, const struct rg_knob *knob,
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

/* ---- members ------------------------------------------------------------------------------------ */

static enum rg_status check_knob(const config_setting_t *setting, const struct rg_spec *spec,
                                 int index)
{
    const char *name = config_setting_name(setting);
    if (strcmp(name, "replicate") == 0)
        return rg_setting_fail(setting, "replicates are an axis of their own, outside of groups");
    if (index < 0)
        return rg_setting_fail(setting, "unknown knob of %s%s", spec->model->name,
                               rg_hint(name, rg_knob_names(spec->model)));
    const struct rg_knob *knob = rg_model_knob(spec->model, index);
    if (knob->role == RG_MEASUREMENT)
        return rg_setting_fail(setting,
                               "a measurement knob is no axis: it changes what is measured, not "
                               "the training; put it into settings");
    if (knob->type == RG_DATA)
        return rg_setting_fail(setting,
                               "data from a file are no axis: they are the same for the whole "
                               "sweep; put the path into settings");
    if (!rg_is_scalar(knob->type))
        return rg_setting_fail(setting,
                               "a knob that takes a list or a text is no axis; put it "
                               "into settings");
    if (rg_axis_of(spec, index))
        return rg_setting_fail(setting, "%s is on another axis already", name);
    return RG_OK;
}

enum rg_status rg_member_read(const config_setting_t *setting, const struct rg_spec *spec,
                              struct rg_axis *axis, int64_t *count)
{
    int index = rg_model_find_knob(spec->model, config_setting_name(setting));
    RG_TRY(check_knob(setting, spec, index));
    const struct rg_knob *knob = rg_model_knob(spec->model, index);
    struct rg_member *member = &axis->members[axis->n_members++];
    spec->lines[index] = (int)config_setting_source_line(setting);
    member->knob = index;
    if (config_setting_is_group(setting))
        return read_range(setting, knob, member, count);
    if (rg_setting_is_list(setting))
        return read_list(setting, knob, member, count);
    return rg_setting_fail(setting,
                           "an axis is { from = ..; to = ..; count = ..; } or a [list]; "
                           "a single value belongs in settings");
}
