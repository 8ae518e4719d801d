/* The settings of a sweep: defaults, then the file, then --set; and every knob's largest value. */
#include <math.h>
#include <string.h>

#include "config/spec.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/text.h"

const char *rg_knob_names(const struct rg_model *model)
{
    static char names[8192];
    names[0] = '\0';
    for (int i = 0; i < rg_model_n_knobs(model); i++)
        rg_choice_add(names, sizeof names, rg_model_knob(model, i)->name);
    return names;
}

static const char replicate_is_an_axis[] =
    "replicates are an axis: write axes = { replicate = { count = 5; }; };";

static enum rg_status read_setting(const config_setting_t *setting, struct rg_spec *spec)
{
    const char *name = config_setting_name(setting);
    int index = rg_model_find_knob(spec->model, name);
    if (strcmp(name, "replicate") == 0)
        return rg_setting_fail(setting, "%s", replicate_is_an_axis);
    if (index < 0)
        return rg_setting_fail(setting, "unknown knob of %s%s", spec->model->name,
                               rg_hint(name, rg_knob_names(spec->model)));
    if (rg_axis_of(spec, index))
        return rg_setting_fail(setting, "%s is also an axis: keep one of the two", name);
    spec->lines[index] = (int)config_setting_source_line(setting);
    return rg_setting_knob(setting, rg_model_knob(spec->model, index), spec->settings);
}

/* ---- --set ------------------------------------------------------------------------------------- */

static enum rg_status set_seed(struct rg_spec *spec, const char *value)
{
    int64_t seed;
    RG_TRY(rg_knob_parse(&rg_seed_knob, value, &seed));
    spec->seed = (uint64_t)seed;
    return RG_OK;
}

static enum rg_status set_knob(struct rg_spec *spec, const char *name, const char *value)
{
    if (strcmp(name, rg_seed_knob.name) == 0)
        return set_seed(spec, value);
    RG_REQUIRE(strcmp(name, "replicate") != 0, RG_ERROR_USER, "replicate: %s",
               replicate_is_an_axis);
    int index = rg_model_find_knob(spec->model, name);
    for (int i = 0; index < 0 && rg_spec_key(i); i++)
        RG_REQUIRE(strcmp(rg_spec_key(i)->name, name) != 0, RG_ERROR_USER,
                   "%s is no knob: it is set in the sweep file alone", name);
    RG_REQUIRE(index >= 0, RG_ERROR_USER, "%s: unknown knob of %s%s", name, spec->model->name,
               rg_hint(name, rg_knob_names(spec->model)));
    RG_REQUIRE(!rg_axis_of(spec, index), RG_ERROR_USER,
               "%s is an axis of this sweep, not a setting: --only picks a part of an axis", name);
    spec->lines[index] = RG_BY_SET;
    return rg_knob_parse(rg_model_knob(spec->model, index), value, spec->settings);
}

/* "knob=value", changed in place. */
static enum rg_status set_line(struct rg_spec *spec, char *line)
{
    char *equals = strchr(line, '=');
    RG_REQUIRE(equals, RG_ERROR_USER, "--set: %s: write knob=value", line);
    char *value = equals + 1 + strspn(equals + 1, " ");
    do
        *equals = '\0';
    while (equals-- > line && *equals == ' ');
    enum rg_status code = set_knob(spec, line, value);
    return code == RG_ERROR_USER
               ? rg_fail(code, __FILE__, __LINE__, "--set: %s", rg_error_message())
               : code;
}

static enum rg_status override(struct rg_spec *spec)
{
    char *lines = NULL;
    RG_TRY(rg_strdup(&lines, spec->overrides));
    enum rg_status code = RG_OK;
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line && code == RG_OK;
         line = strtok_r(NULL, "\n", &rest))
        if (!rg_records_is_override(line))
            code = set_line(spec, line);
    rg_free(&lines);
    return code;
}

/* ---- largest ----------------------------------------------------------------------------------- */

static union rg_value larger(const struct rg_knob *knob, union rg_value a, union rg_value b)
{
    if (knob->type == RG_REAL)
        return a.real < b.real ? b : a;
    return a.integer < b.integer ? b : a;
}

static union rg_value largest(const struct rg_knob *knob, const struct rg_axis *axis,
                              const struct rg_member *member)
{
    union rg_value value;
    if (member->spacing == RG_LIST) {
        value = member->values[0];
        for (int64_t i = 1; i < axis->count; i++)
            value = larger(knob, value, member->values[i]);
        return value;
    }
    double last = rg_range_value(member, axis->count, axis->count - 1);
    value.real = fmax(member->from, last);
    if (knob->type == RG_INT)
        value.integer = llround(value.real);
    return value;
}

static void fill_largest(struct rg_spec *spec)
{
    memcpy(spec->largest, spec->settings, spec->model->settings_size);
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        for (int m = 0; m < axis->n_members; m++) {
            if (axis->members[m].knob == RG_REPLICATE)
                continue;
            const struct rg_knob *knob = rg_model_knob(spec->model, axis->members[m].knob);
            rg_knob_set(knob, spec->largest, largest(knob, axis, &axis->members[m]));
        }
    }
}

enum rg_status rg_settings_read(const config_setting_t *settings, struct rg_spec *spec)
{
    RG_TRY(rg_alloc(&spec->settings, 1, spec->model->settings_size));
    RG_TRY(rg_alloc(&spec->largest, 1, spec->model->settings_size));
    RG_TRY(rg_settings_default(spec->model, spec->settings));
    if (settings && !config_setting_is_group(settings))
        return rg_setting_fail(settings, "must be a group: settings = { ... };");
    for (int i = 0; settings && i < config_setting_length(settings); i++)
        RG_TRY(read_setting(config_setting_get_elem(settings, (unsigned)i), spec));
    RG_TRY(override(spec));
    fill_largest(spec);
    return RG_OK;
}
