/* The coordinate variables of the root group: axes, the dimensions of columns, and settings that do not
 * vary, as 0-d variables.                                                                           */
#include "write/coordinates.h"

#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "write/line.h"

enum { AUXILIARY_MAX = 256 };

enum rg_status rg_auxiliary_add(struct rg_auxiliary *auxiliary, const char *name,
                                const char *suffix, const char *dim)
{
    RG_REQUIRE(auxiliary->n < AUXILIARY_MAX, RG_ERROR_SYSTEM, "too many coordinate variables");
    snprintf(auxiliary->rows[auxiliary->n].name, RG_PATH_MAX, "%s%s", name, suffix);
    auxiliary->rows[auxiliary->n++].dim = dim;
    return RG_OK;
}

static void make_value(const void *values, int64_t i, void *out)
{
    memcpy(out, (const double *)values + i, sizeof(double));
}

static void make_whole(const void *values, int64_t i, void *out)
{
    int64_t whole = (int64_t)((const double *)values)[i];
    memcpy(out, &whole, sizeof whole);
}

/* The dimension's values, or its places where the values have a variable of their own. */
static enum rg_status dim_line(hid_t root, const struct rg_dim *dim, const char *name,
                               bool numbered, hid_t *dataset)
{
    bool whole = numbered || dim->integer;
    struct rg_source source = {numbered       ? rg_make_number
                               : dim->integer ? make_whole
                                              : make_value,
                               dim->values};
    RG_TRY(rg_line_make(root, name, whole ? RG_I8 : RG_F8, dim->size, &source, dataset));
    return rg_describe(*dataset, numbered ? "place along the dimension" : dim->doc, dim->unit);
}

static enum rg_status dim_write(hid_t root, const struct rg_dim *dim,
                                struct rg_auxiliary *auxiliary)
{
    hid_t scale = H5I_INVALID_HID, label = H5I_INVALID_HID;
    enum rg_status code = dim_line(root, dim, dim->name, dim->label != NULL, &scale);
    if (code == RG_OK)
        code = rg_scale_make(scale, dim->name);
    rg_h5_close(&scale);
    RG_TRY(code);
    if (!dim->label)
        return RG_OK;
    code = dim_line(root, dim, dim->label, false, &label);
    if (code == RG_OK)
        code = rg_scale_attach(label, root, dim->name, 0);
    rg_h5_close(&label);
    RG_TRY(code);
    return rg_auxiliary_add(auxiliary, dim->label, "", dim->name);
}

static enum rg_status scalar_write(hid_t root, const struct rg_knob *knob, union rg_value value)
{
    int8_t flag = (int8_t)value.integer;
    int type = knob->type == RG_REAL ? RG_F8 : knob->type == RG_BOOL ? RG_FLAG : RG_I8;
    hid_t space = H5Screate(H5S_SCALAR), list = rg_h5_create_list(H5P_DATASET_CREATE);
    hid_t dataset =
        H5Dcreate2(root, knob->name, rg_h5_file_type(type), space, H5P_DEFAULT, list, H5P_DEFAULT);
    bool ok = dataset >= 0 && H5Dwrite(dataset, rg_h5_memory_type(type), H5S_ALL, H5S_ALL,
                                       H5P_DEFAULT, type == RG_FLAG ? (void *)&flag : &value) >= 0;
    enum rg_status code = ok ? rg_describe_knob(dataset, knob)
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
        RG_TRY(rg_auxiliary_add(auxiliary, knob->name, "", NULL));
    }
    return RG_OK;
}

static enum rg_status write_all(hid_t root, const struct rg_spec *spec,
                                const struct rg_layout *layout, struct rg_auxiliary *auxiliary)
{
    for (int a = 0; a < spec->n_axes; a++)
        RG_TRY(rg_axis_write(root, spec, &spec->axes[a], auxiliary));
    for (int d = 0; d < layout->n_dims; d++)
        RG_TRY(dim_write(root, &layout->dims[d], auxiliary));
    RG_TRY(rg_snapshot_axes_write(root, spec, layout, auxiliary));
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
