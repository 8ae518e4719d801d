/* The coordinate variables of the file: scales of axes and dimensions, labels, 0-d settings. */
#pragma once

#include "write/variables.h"

struct rg_auxiliary { /* coordinates that are no scales */
    int n;
    struct {
        char name[RG_PATH_MAX];
        const char *dim; /* that it lies along; NULL: none */
    } rows[];
};

/* Writes all coordinate variables of the root group and lists the auxiliary ones. Free with rg_free. */
enum rg_status rg_coordinates_write(hid_t root, const struct rg_spec *spec,
                                    const struct rg_layout *layout,
                                    struct rg_auxiliary **auxiliary) RG_MUST_CHECK;

/* The scale of an axis: in the root group, and again in /provenance. */
enum rg_status rg_axis_scale_write(hid_t group, const struct rg_spec *spec,
                                   const struct rg_axis *axis) RG_MUST_CHECK;

/* A dimension without a variable, as netCDF marks it. */
enum rg_status rg_bare_dimension_write(hid_t group, const char *name, int64_t size) RG_MUST_CHECK;

/* long_name and units. */
enum rg_status rg_describe(hid_t object, const char *doc, const char *unit) RG_MUST_CHECK;

/* flag_values 0, 1, ... of this element type, and flag_meanings. */
enum rg_status rg_flags_write(hid_t object, int type, const char *meanings) RG_MUST_CHECK;
