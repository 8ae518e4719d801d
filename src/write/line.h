/* One-dimensional variables and scales: what coordinates are made of. */
#pragma once

#include "write/h5.h"

/* Where the values of a line come from: element i, in the memory form of the line's type, into out. */
struct rg_source {
    void (*make)(const void *context, int64_t i, void *out);
    const void *context;
};

/* Creates NAME(n) and fills it (source NULL: leaves it empty). The caller closes *dataset, also after an
 * error.                                                                                            */
enum rg_status rg_line_make(hid_t group, const char *name, int type, int64_t n,
                            const struct rg_source *source, hid_t *dataset) RG_MUST_CHECK;

/* Makes a line the scale of this name; attaches the scale in `group` to a dimension of a dataset. */
enum rg_status rg_scale_make(hid_t dataset, const char *name) RG_MUST_CHECK;
enum rg_status rg_scale_attach(hid_t dataset, hid_t group, const char *scale_name,
                               unsigned dim) RG_MUST_CHECK;

/* A dimension without a variable, as netCDF marks it. */
enum rg_status rg_bare_dimension_write(hid_t group, const char *name, int64_t size) RG_MUST_CHECK;

/* long_name and units; no unit (NULL) is "1". */
enum rg_status rg_describe(hid_t object, const char *doc, const char *unit) RG_MUST_CHECK;

/* flag_values 0, 1, ... of this element type, and flag_meanings. */
enum rg_status rg_flags_write(hid_t object, int type, const char *meanings) RG_MUST_CHECK;
