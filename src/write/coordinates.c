/* Coordinate variables. An axis of one member is its own scale, with the member's values; members that
 * move together lie along a scale 0..n-1. A choice is stored as its code, with flag_meanings for those
 * who read codes and a char variable NAME_name for those who read words.                             */
#include "write/coordinates.h"

#include <hdf5_hl.h>
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/text.h"
#include "write/select.h"

enum { BLOCK = 65536, AUXILIARY_MAX = 256 };

enum rg_status rg_describe(hid_t object, const char *doc, const char *unit)
{
    RG_TRY(rg_h5_put_text(object, "long_name", doc));
    return rg_h5_put_text(object, "units", unit);
}

enum rg_status rg_flags_write(hid_t object, int type, const char *meanings)
{
    int32_t wide[256];
    uint8_t narrow[256];
    char name[RG_NAME_MAX];
    int64_t n = 0;
    for (; n < 256 && rg_choice_name(meanings, n, name, sizeof name); n++) {
        wide[n] = (int32_t)n;
        narrow[n] = (uint8_t)n;
    }
    RG_TRY(rg_h5_put_list(object, "flag_values", type, n,
                          type == RG_I4 ? (const void *)wide : narrow));
    return rg_h5_put_text(object, "flag_meanings", meanings);
}

/* A dataset of n elements (n < 0: 0-d), whose values `make` delivers block by block. */
struct source {
    void (*make)(const struct source *source, int64_t i, void *out);
    const struct rg_spec *spec;
    const struct rg_axis *axis;
    const struct rg_member *member; /* NULL: 0, 1, 2, ... */
    const double *values;
};

static bool write_block(hid_t dataset, int type, int64_t n, int64_t first, int64_t count,
                        const void *values)
{
    struct rg_extent extent = {.rank = 1, .dims = {(hsize_t)n}, .count = 1};
    hid_t file = rg_space_make(&extent);
    hid_t memory = H5Screate_simple(1, &(hsize_t){(hsize_t)count}, NULL);
    bool ok = rg_space_add(file, &extent, (uint64_t)first, (uint64_t)(first + count)) &&
              H5Dwrite(dataset, rg_h5_memory_type(type), memory, file, H5P_DEFAULT, values) >= 0;
    rg_h5_close(&memory);
    rg_h5_close(&file);
    return ok;
}

static bool write_values(hid_t dataset, int type, int64_t n, const struct source *source)
{
    unsigned char *block = NULL;
    size_t size = rg_h5_size(type);
    bool ok = rg_alloc(&block, BLOCK, size) == RG_OK;
    for (int64_t first = 0; ok && first < n; first += BLOCK) {
        int64_t count = n - first < BLOCK ? n - first : BLOCK;
        for (int64_t i = 0; i < count; i++)
            source->make(source, first + i, block + (size_t)i * size);
        ok = write_block(dataset, type, n, first, count, block);
    }
    rg_free(&block);
    return ok;
}

/* Creates NAME(n) and fills it. The caller closes *dataset, also after an error. */
static enum rg_status make_line(hid_t group, const char *name, int type, int64_t n,
                                const struct source *source, hid_t *dataset)
{
    hid_t space = H5Screate_simple(1, &(hsize_t){(hsize_t)n}, NULL);
    hid_t list = rg_h5_create_list(H5P_DATASET_CREATE);
    *dataset =
        H5Dcreate2(group, name, rg_h5_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    bool ok = *dataset >= 0 && (!source || write_values(*dataset, type, n, source));
    enum rg_status code = RG_OK;
    if (!ok)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot write %s: %s", name,
                       rg_h5_reason());
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

static enum rg_status attach(hid_t dataset, hid_t group, const char *scale_name, unsigned dim)
{
    hid_t scale = H5Dopen2(group, scale_name, H5P_DEFAULT);
    bool ok = scale >= 0 && H5DSattach_scale(dataset, scale, dim) >= 0;
    rg_h5_close(&scale);
    RG_REQUIRE(ok, RG_ERROR_SYSTEM, "cannot attach the scale %s", scale_name);
    return RG_OK;
}

/* ---- members and axes -------------------------------------------------------------------------- */

static void make_number(const struct source *source, int64_t i, void *out)
{
    memcpy(out, &i, sizeof i);
    (void)source;
}

static void make_member(const struct source *source, int64_t i, void *out)
{
    union rg_value value = rg_member_value(source->spec, source->axis, source->member, i);
    memcpy(out, &value, sizeof value);
}

static void make_small(const struct source *source, int64_t i, void *out)
{
    int32_t code = (int32_t)rg_member_value(source->spec, source->axis, source->member, i).integer;
    memcpy(out, &code, sizeof code);
}

static void make_flag(const struct source *source, int64_t i, void *out)
{
    int8_t flag = (int8_t)rg_member_value(source->spec, source->axis, source->member, i).integer;
    memcpy(out, &flag, sizeof flag);
}

static const struct {
    int type;
    void (*make)(const struct source *source, int64_t i, void *out);
} representations[] = {
    [RG_INT] = {RG_I8, make_member},
    [RG_REAL] = {RG_F8, make_member},
    [RG_BOOL] = {RG_FLAG, make_flag},
    [RG_CHOICE] = {RG_I4, make_small},
};

static enum rg_status describe_knob(hid_t dataset, const struct rg_knob *knob)
{
    RG_TRY(rg_describe(dataset, knob->help, knob->unit));
    if (knob->type == RG_CHOICE)
        return rg_flags_write(dataset, RG_I4, knob->choices);
    if (knob->type == RG_BOOL)
        return rg_h5_put_text(dataset, "dtype", "bool");
    return RG_OK;
}

/* The values of a member, as a variable of this name along the axis; the caller closes *dataset. */
static enum rg_status make_member_line(hid_t group, const char *name, const struct rg_spec *spec,
                                       const struct rg_axis *axis, const struct rg_member *member,
                                       hid_t *dataset)
{
    struct source source = {member ? make_member : make_number, spec, axis, member, NULL};
    if (!member || member->knob == RG_REPLICATE) {
        RG_TRY(make_line(group, name, RG_I8, axis->count, &source, dataset));
        return rg_describe(
            *dataset,
            member ? "index of the independent repeat" : "place along the knobs that move together",
            "1");
    }
    const struct rg_knob *knob = rg_model_knob(spec->model, member->knob);
    source.make = representations[knob->type].make;
    RG_TRY(make_line(group, name, representations[knob->type].type, axis->count, &source, dataset));
    return describe_knob(*dataset, knob);
}

static bool is_own_scale(const struct rg_axis *axis)
{
    return axis->n_members == 1;
}

enum rg_status rg_axis_scale_write(hid_t group, const struct rg_spec *spec,
                                   const struct rg_axis *axis)
{
    hid_t dataset = H5I_INVALID_HID;
    const struct rg_member *member = is_own_scale(axis) ? &axis->members[0] : NULL;
    enum rg_status code = make_member_line(group, axis->name, spec, axis, member, &dataset);
    if (code == RG_OK && H5DSset_scale(dataset, axis->name) < 0)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot make %s a scale", axis->name);
    rg_h5_close(&dataset);
    return code;
}

enum rg_status rg_bare_dimension_write(hid_t group, const char *name, int64_t size)
{
    char label[RG_NAME_MAX];
    hid_t dataset = H5I_INVALID_HID;
    snprintf(label, sizeof label, "This is a netCDF dimension but not a netCDF variable.%10lld",
             (long long)size);
    enum rg_status code = make_line(group, name, RG_F4, size, NULL, &dataset);
    if (code == RG_OK && H5DSset_scale(dataset, label) < 0)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot make %s a scale", name);
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
    RG_TRY(attach(dataset, group, axis->name, 0));
    return attach(dataset, group, "string_len", 1);
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

/* ---- everything -------------------------------------------------------------------------------- */

static enum rg_status note(struct rg_auxiliary *auxiliary, const char *name, const char *suffix,
                           const char *dim)
{
    RG_REQUIRE(auxiliary->n < AUXILIARY_MAX, RG_ERROR_SYSTEM, "too many coordinate variables");
    snprintf(auxiliary->rows[auxiliary->n].name, RG_PATH_MAX, "%s%s", name, suffix);
    auxiliary->rows[auxiliary->n++].dim = dim;
    return RG_OK;
}

static enum rg_status member_write(hid_t root, const struct rg_spec *spec,
                                   const struct rg_axis *axis, const struct rg_member *member,
                                   struct rg_auxiliary *auxiliary)
{
    const char *name =
        member->knob == RG_REPLICATE ? "replicate" : rg_model_knob(spec->model, member->knob)->name;
    if (!is_own_scale(axis)) {
        hid_t dataset = H5I_INVALID_HID;
        enum rg_status code = make_member_line(root, name, spec, axis, member, &dataset);
        if (code == RG_OK)
            code = attach(dataset, root, axis->name, 0);
        rg_h5_close(&dataset);
        RG_TRY(code);
        RG_TRY(note(auxiliary, name, "", axis->name));
    }
    if (!is_choice(spec, member))
        return RG_OK;
    RG_TRY(names_write(root, spec, axis, member));
    return note(auxiliary, name, "_name", axis->name);
}

static void make_value(const struct source *source, int64_t i, void *out)
{
    memcpy(out, &source->values[i], sizeof(double));
}

static void make_whole(const struct source *source, int64_t i, void *out)
{
    int64_t whole = (int64_t)source->values[i];
    memcpy(out, &whole, sizeof whole);
}

static enum rg_status dim_line(hid_t root, const struct rg_dim *dim, const char *name, bool labels,
                               hid_t *dataset)
{
    bool numbered = dim->label && !labels;
    struct source source = {.make = make_number, .values = dim->values};
    if (!numbered)
        source.make = dim->integer ? make_whole : make_value;
    RG_TRY(make_line(root, name, numbered || dim->integer ? RG_I8 : RG_F8, dim->size, &source,
                     dataset));
    return rg_describe(*dataset, numbered ? "place along the dimension" : dim->doc, dim->unit);
}

static enum rg_status dim_write(hid_t root, const struct rg_dim *dim,
                                struct rg_auxiliary *auxiliary)
{
    hid_t scale = H5I_INVALID_HID, label = H5I_INVALID_HID;
    enum rg_status code = dim_line(root, dim, dim->name, false, &scale);
    if (code == RG_OK && H5DSset_scale(scale, dim->name) < 0)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot make %s a scale", dim->name);
    rg_h5_close(&scale);
    RG_TRY(code);
    if (!dim->label)
        return RG_OK;
    code = dim_line(root, dim, dim->label, true, &label);
    if (code == RG_OK)
        code = attach(label, root, dim->name, 0);
    rg_h5_close(&label);
    RG_TRY(code);
    return note(auxiliary, dim->label, "", dim->name);
}

static enum rg_status scalar_write(hid_t root, const struct rg_knob *knob, union rg_value value)
{
    int8_t flag = (int8_t)value.integer;
    int type = representations[knob->type].type;
    hid_t space = H5Screate(H5S_SCALAR), list = rg_h5_create_list(H5P_DATASET_CREATE);
    hid_t dataset =
        H5Dcreate2(root, knob->name, rg_h5_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    bool ok = dataset >= 0 && H5Dwrite(dataset, rg_h5_memory_type(type), H5S_ALL, H5S_ALL,
                                       H5P_DEFAULT, type == RG_FLAG ? (void *)&flag : &value) >= 0;
    enum rg_status code = ok ? describe_knob(dataset, knob)
                             : rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "cannot write %s: %s",
                                       knob->name, rg_h5_reason());
    rg_h5_close(&dataset);
    rg_h5_close(&list);
    rg_h5_close(&space);
    return code;
}

static bool is_field(const struct rg_layout *layout, const char *name)
{
    for (int f = 0; f < layout->n_fields; f++)
        if (strcmp(layout->fields[f].name, name) == 0)
            return true;
    return false;
}

/* Settings that do not vary, as 0-d variables: sweeps that differ in one can then be concatenated along
 * it. One whose name a column has is in the group `settings` only.                                  */
static enum rg_status scalars_write(hid_t root, const struct rg_spec *spec,
                                    const struct rg_layout *layout, struct rg_auxiliary *auxiliary)
{
    for (int i = 0; i < rg_model_n_knobs(spec->model); i++) {
        const struct rg_knob *knob = rg_model_knob(spec->model, i);
        bool numeric = knob->type == RG_INT || knob->type == RG_REAL || knob->type == RG_BOOL;
        if (!numeric || is_field(layout, knob->name) ||
            H5Lexists(root, knob->name, H5P_DEFAULT) > 0)
            continue;
        RG_TRY(scalar_write(root, knob, rg_knob_get(knob, spec->settings)));
        RG_TRY(note(auxiliary, knob->name, "", NULL));
    }
    return RG_OK;
}

static enum rg_status write_all(hid_t root, const struct rg_spec *spec,
                                const struct rg_layout *layout, struct rg_auxiliary *auxiliary)
{
    for (int a = 0; a < spec->n_axes; a++) {
        RG_TRY(rg_axis_scale_write(root, spec, &spec->axes[a]));
        for (int m = 0; m < spec->axes[a].n_members; m++)
            RG_TRY(member_write(root, spec, &spec->axes[a], &spec->axes[a].members[m], auxiliary));
    }
    for (int d = 0; d < layout->n_dims; d++)
        RG_TRY(dim_write(root, &layout->dims[d], auxiliary));
    return scalars_write(root, spec, layout, auxiliary);
}

enum rg_status rg_coordinates_write(hid_t root, const struct rg_spec *spec,
                                    const struct rg_layout *layout, struct rg_auxiliary **auxiliary)
{
    RG_TRY(
        rg_alloc(auxiliary, 1, sizeof **auxiliary + AUXILIARY_MAX * sizeof(*auxiliary)->rows[0]));
    enum rg_status code = write_all(root, spec, layout, *auxiliary);
    if (code != RG_OK)
        rg_free(auxiliary);
    return code;
}
