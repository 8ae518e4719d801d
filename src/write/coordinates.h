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

/* Adds NAMEsuffix to a list made there. */
enum rg_status rg_auxiliary_add(struct rg_auxiliary *auxiliary, const char *name,
                                const char *suffix, const char *dim) RG_MUST_CHECK;

/* The scale of an axis: in the root group, and again in /provenance. */
enum rg_status rg_axis_scale_write(hid_t group, const struct rg_spec *spec,
                                   const struct rg_axis *axis) RG_MUST_CHECK;

/* The scale, the variables of members that move together, and the names of choices. */
enum rg_status rg_axis_write(hid_t root, const struct rg_spec *spec, const struct rg_axis *axis,
                             struct rg_auxiliary *auxiliary) RG_MUST_CHECK;

/* The values of all axes at the points of snapshots, NAME_of_snapshot along their dimension; nothing where there are
 * no snapshots.                                                                                     */
enum rg_status rg_snapshot_axes_write(hid_t root, const struct rg_spec *spec,
                                      const struct rg_layout *layout,
                                      struct rg_auxiliary *auxiliary) RG_MUST_CHECK;

/* long_name, units and what a code or flag of this knob means. */
enum rg_status rg_describe_knob(hid_t dataset, const struct rg_knob *knob) RG_MUST_CHECK;

/* A source (line.h) of the numbers 0, 1, 2, ... */
void rg_make_number(const void *context, int64_t i, void *out);
