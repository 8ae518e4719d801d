/* Knobs that act with some choices only, or where a number is not 0: a sweep that gives one and never makes such a choice
 * was hardly meant so. A choice that --set makes may leave the file's knobs idle.                                      */
#include <stdio.h>
#include <string.h>

#include "grid/needs.h"
#include "regime/text.h"

/* "KNOB VALUE ...", taken apart. */
struct need {
    int knob;           /* the choice */
    const char *values; /* separated by a space; none: whatever is not 0 */
};

static struct need read_need(const struct rg_model *model, const char *only)
{
    char name[RG_NAME_MAX];
    const size_t length = strcspn(only, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, only);
    return (struct need){rg_model_find_knob(model, name), only + length + (only[length] == ' ')};
}

static bool is_met(const struct rg_spec *spec, const struct need *need, int64_t choice)
{
    char name[RG_NAME_MAX];
    if (!*need->values)
        return choice != 0;
    return rg_choice_name(rg_model_knob(spec->model, need->knob)->choices, choice, name,
                          sizeof name) &&
           rg_choice_find(need->values, name) >= 0;
}

/* By some point of the sweep. */
static bool is_ever_met(const struct rg_spec *spec, const struct need *need)
{
    for (int a = 0; a < spec->n_axes; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++) {
            const struct rg_member *member = &spec->axes[a].members[m];
            if (member->knob != need->knob)
                continue;
            for (int64_t i = 0; i < spec->axes[a].count; i++)
                if (is_met(spec, need, member->values[i].integer))
                    return true;
            return false;
        }
    const struct rg_knob *knob = rg_model_knob(spec->model, need->knob);
    return is_met(spec, need, rg_knob_get(knob, spec->settings).integer);
}

static enum rg_status check_knob(const struct rg_spec *spec, const struct rg_knob *knob)
{
    const struct need need = read_need(spec->model, knob->only);
    char message[512], line[512], values[256] = "", name[RG_NAME_MAX];
    if (spec->lines[need.knob] == RG_BY_SET || is_ever_met(spec, &need))
        return RG_OK;
    const struct rg_knob *needed = rg_model_knob(spec->model, need.knob);
    if (!*need.values)
        snprintf(values, sizeof values, "%s", needed->type == RG_BOOL ? "true" : "1 or more");
    for (int64_t i = 0; rg_choice_name(need.values, i, name, sizeof name); i++)
        snprintf(values + strlen(values), sizeof values - strlen(values), "%s%s", i ? " or " : "",
                 name);
    snprintf(message, sizeof message, "%s acts only with %s = %s, which no point of this sweep has",
             knob->name, needed->name, values);
    rg_spec_place(spec, knob->name, line, sizeof line);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s: %s", line, message);
}

enum rg_status rg_grid_check_needs(const struct rg_spec *spec)
{
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        if (knob->only && spec->lines[i] != 0)
            RG_TRY(check_knob(spec, knob));
    }
    return RG_OK;
}
