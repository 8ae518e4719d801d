/* The coordinates of axes. An axis of one member is its own scale, with the member's values; members that
 * move together lie along a scale 0..n-1. A choice is stored as its code, with flag_meanings for those
 * who read codes and a char variable NAME_name for those who read words.                             */
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/text.h"
#include "write/coordinates.h"
#include "write/line.h"

struct member_line { /* the values of a member along its axis, or at the points ids[n] */
    const struct rg_spec *spec;
    const struct rg_axis *axis;
    const struct rg_member *member;
    const int64_t *ids; /* NULL: the axis itself, whose count n is */
    int64_t n;
};

static int64_t place_at(const struct member_line *line, int64_t i)
{
    int64_t index[RG_AXES_MAX];
    if (!line->ids)
        return i;
    rg_grid_index(line->spec, line->ids[i], index);
    return index[line->axis - line->spec->axes];
}

static union rg_value value_at(const struct member_line *line, int64_t i)
{
    return rg_member_value(line->spec, line->axis, line->member, place_at(line, i));
}

static void make_member(const void *context, int64_t i, void *out)
{
    union rg_value value = value_at(context, i);
    memcpy(out, &value, sizeof value);
}

static void make_small(const void *context, int64_t i, void *out)
{
    int32_t code = (int32_t)value_at(context, i).integer;
    memcpy(out, &code, sizeof code);
}

static void make_flag(const void *context, int64_t i, void *out)
{
    int8_t flag = (int8_t)value_at(context, i).integer;
    memcpy(out, &flag, sizeof flag);
}

void rg_make_number(const void *context, int64_t i, void *out)
{
    (void)context;
    memcpy(out, &i, sizeof i);
}

static const struct {
    int type;
    void (*make)(const void *context, int64_t i, void *out);
} representations[] = {
    [RG_INT] = {RG_I8, make_member},
    [RG_REAL] = {RG_F8, make_member},
    [RG_BOOL] = {RG_FLAG, make_flag},
    [RG_CHOICE] = {RG_I4, make_small},
};

enum rg_status rg_describe_knob(hid_t dataset, const struct rg_knob *knob)
{
    RG_TRY(rg_describe(dataset, knob->help, knob->unit));
    if (knob->type == RG_CHOICE)
        return rg_flags_write(dataset, RG_I4, knob->choices);
    if (knob->type == RG_BOOL)
        return rg_h5_put_text(dataset, "dtype", "bool");
    return RG_OK;
}

/* The values of a member (NULL: of none, but the places) as a variable along the axis; the caller closes
 * *dataset.                                                                                         */
static enum rg_status make_member_line(hid_t group, const char *name,
                                       const struct member_line *line, hid_t *dataset)
{
    const struct rg_member *member = line->member;
    struct rg_source source = {member ? make_member : rg_make_number, line};
    if (!member || member->knob == RG_REPLICATE) {
        RG_TRY(rg_line_make(group, name, RG_I8, line->n, &source, dataset));
        return rg_describe(
            *dataset,
            member ? "Index of the independent repeat" : "Place along the knobs that move together",
            "1");
    }
    const struct rg_knob *knob = rg_model_knob(line->spec->model, member->knob);
    source.make = representations[knob->type].make;
    RG_TRY(rg_line_make(group, name, representations[knob->type].type, line->n, &source, dataset));
    return rg_describe_knob(*dataset, knob);
}

static bool is_own_scale(const struct rg_axis *axis)
{
    return axis->n_members == 1;
}

enum rg_status rg_axis_scale_write(hid_t group, const struct rg_spec *spec,
                                   const struct rg_axis *axis)
{
    hid_t dataset = H5I_INVALID_HID;
    struct member_line line = {spec, axis, is_own_scale(axis) ? &axis->members[0] : NULL, NULL,
                               axis->count};
    enum rg_status code = make_member_line(group, axis->name, &line, &dataset);
    if (code == RG_OK)
        code = rg_scale_make(dataset, axis->name);
    rg_h5_close(&dataset);
    return code;
}

/* ---- the names of choices ---------------------------------------------------------------------- */

static bool is_choice(const struct rg_spec *spec, const struct rg_member *member)
{
    return member->knob != RG_REPLICATE &&
           rg_model_knob(spec->model, member->knob)->type == RG_CHOICE;
}

/* Of all choices that vary: they share the dimension string_len. */
static size_t longest_name(const struct rg_spec *spec)
{
    char name[RG_NAME_MAX];
    size_t longest = 1;
    for (int a = 0; a < spec->n_axes; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++) {
            const struct rg_member *member = &spec->axes[a].members[m];
            if (!is_choice(spec, member))
                continue;
            const char *choices = rg_model_knob(spec->model, member->knob)->choices;
            for (int64_t i = 0; rg_choice_name(choices, i, name, sizeof name); i++)
                longest = strlen(name) > longest ? strlen(name) : longest;
        }
    return longest;
}

static enum rg_status fill_names(hid_t dataset, const struct rg_spec *spec,
                                 const struct rg_axis *axis, const struct rg_member *member,
                                 size_t length)
{
    const char *choices = rg_model_knob(spec->model, member->knob)->choices;
    char *names = NULL, name[RG_NAME_MAX];
    RG_TRY(rg_alloc(&names, (size_t)axis->count, length));
    for (int64_t i = 0; i < axis->count; i++) {
        int64_t choice = rg_member_value(spec, axis, member, i).integer;
        if (rg_choice_name(choices, choice, name, sizeof name))
            memcpy(names + (size_t)i * length, name, strlen(name));
    }
    bool ok = H5Dwrite(dataset, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, names) >= 0;
    rg_free(&names);
    RG_REQUIRE(ok, RG_ERROR_SYSTEM, "cannot write names: %s", rg_h5_reason());
    return RG_OK;
}

static enum rg_status finish_names(hid_t dataset, hid_t group, const struct rg_spec *spec,
                                   const struct rg_axis *axis, const struct rg_member *member,
                                   size_t length)
{
    RG_TRY(fill_names(dataset, spec, axis, member, length));
    RG_TRY(rg_describe(dataset, rg_model_knob(spec->model, member->knob)->help, "1"));
    RG_TRY(rg_h5_put_text(dataset, "_Encoding", "utf-8"));
    RG_TRY(rg_scale_attach(dataset, group, axis->name, 0));
    return rg_scale_attach(dataset, group, "string_len", 1);
}

/* NAME_name(axis, string_len) of a choice. */
static enum rg_status names_write(hid_t group, const struct rg_spec *spec,
                                  const struct rg_axis *axis, const struct rg_member *member)
{
    const struct rg_knob *knob = rg_model_knob(spec->model, member->knob);
    char name[RG_PATH_MAX];
    size_t length = longest_name(spec);
    snprintf(name, sizeof name, "%s_name", knob->name);
    if (H5Lexists(group, "string_len", H5P_DEFAULT) <= 0)
        RG_TRY(rg_bare_dimension_write(group, "string_len", (int64_t)length));
    hid_t space = H5Screate_simple(2, (hsize_t[2]){(hsize_t)axis->count, (hsize_t)length}, NULL);
    hid_t list = rg_h5_create_list(H5P_DATASET_CREATE);
    hid_t dataset = H5Dcreate2(group, name, H5T_C_S1, space, H5P_DEFAULT, list, H5P_DEFAULT);
    enum rg_status code = finish_names(dataset, group, spec, axis, member, length);
    rg_h5_close(&dataset);
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

/* ---- all of an axis ------------------------------------------------------------------------------- */

static enum rg_status member_write(hid_t root, const struct rg_spec *spec,
                                   const struct rg_axis *axis, const struct rg_member *member,
                                   struct rg_auxiliary *auxiliary)
{
    const char *name = rg_member_name(spec, member);
    if (!is_own_scale(axis)) {
        hid_t dataset = H5I_INVALID_HID;
        struct member_line line = {spec, axis, member, NULL, axis->count};
        enum rg_status code = make_member_line(root, name, &line, &dataset);
        if (code == RG_OK)
            code = rg_scale_attach(dataset, root, axis->name, 0);
        rg_h5_close(&dataset);
        RG_TRY(code);
        RG_TRY(rg_auxiliary_add(auxiliary, name, "", axis->name));
    }
    if (!is_choice(spec, member))
        return RG_OK;
    RG_TRY(names_write(root, spec, axis, member));
    return rg_auxiliary_add(auxiliary, name, "_name", axis->name);
}

enum rg_status rg_axis_write(hid_t root, const struct rg_spec *spec, const struct rg_axis *axis,
                             struct rg_auxiliary *auxiliary)
{
    RG_TRY(rg_axis_scale_write(root, spec, axis));
    for (int m = 0; m < axis->n_members; m++)
        RG_TRY(member_write(root, spec, axis, &axis->members[m], auxiliary));
    return RG_OK;
}

/* ---- the points of snapshots ---------------------------------------------------------------------- */

/* MEMBER_of_snapshot(snapshot). */
static enum rg_status snapshot_line_write(hid_t root, const struct member_line *line,
                                          struct rg_auxiliary *auxiliary)
{
    char name[RG_PATH_MAX];
    hid_t dataset = H5I_INVALID_HID;
    snprintf(name, sizeof name, "%s_of_%s", rg_member_name(line->spec, line->member),
             RG_SNAPSHOT_DIM);
    enum rg_status code = make_member_line(root, name, line, &dataset);
    if (code == RG_OK)
        code = rg_scale_attach(dataset, root, RG_SNAPSHOT_DIM, 0);
    rg_h5_close(&dataset);
    RG_TRY(code);
    return rg_auxiliary_add(auxiliary, name, "", RG_SNAPSHOT_DIM);
}

enum rg_status rg_snapshot_axes_write(hid_t root, const struct rg_spec *spec,
                                      const struct rg_layout *layout,
                                      struct rg_auxiliary *auxiliary)
{
    for (int a = 0; a < spec->n_axes && layout->n_snapshots > 0; a++)
        for (int m = 0; m < spec->axes[a].n_members; m++) {
            const struct rg_axis *axis = &spec->axes[a];
            const struct member_line line = {spec, axis, &axis->members[m], layout->snapshots,
                                             layout->n_snapshots};
            RG_TRY(snapshot_line_write(root, &line, auxiliary));
        }
    return RG_OK;
}
