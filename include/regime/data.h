/* Numbers from a file in place of generated ones: named arrays, all as double.
 *
 * The way of a data file: a knob of type RG_DATA holds its path (struct rg_input, regime/model.h); cli
 * has it read (regime/write.h) and checked by the model's form, and gives it to the spec
 * (rg_spec_adopt_data, regime/config.h), whose settings, and so every point's, then point to it.     */
#pragma once

#include <stdint.h>

#include "regime/model.h"

enum { RG_ARRAYS_MAX = 64, RG_ARRAY_NAME_MAX = 64, RG_VALUES_MAX = 1 << 27 };

struct rg_array {
    char name[RG_ARRAY_NAME_MAX];
    int n_dims; /* 0: a single number */
    int64_t dims[RG_DIMS_MAX];
    int64_t first; /* its values are data->values[first ...], row-major */
};

struct rg_data {
    int n;
    struct rg_array arrays[RG_ARRAYS_MAX]; /* [n] in ascending order of their names */
    int64_t n_values;
    double *values; /* [n_values] of all arrays, one after the other; finite */
};

/* What data a model takes. */
struct rg_data_form {
    const char
        *names;      /* of its arrays: fnmatch patterns separated by a space; the rest of a file is
                          not read */
    const char *doc; /* what they are, for who makes such a file */
    /* Are they what the model needs, at the largest settings of the sweep (see struct rg_dimension)?
     * RG_ERROR_USER naming the array and its wrong element.                                          */
    enum rg_status (*check)(const struct rg_data *data, const void *largest);
};

const struct rg_array *rg_data_find(const struct rg_data *data, const char *name); /* or NULL */
int64_t rg_array_size(const struct rg_array *array); /* number of elements */

/* Of names, shapes and values: the same for every file that holds the same arrays. */
uint64_t rg_data_hash(const struct rg_data *data);

/* Both blocks come from rg_alloc. NULL is accepted, *data is nulled. */
void rg_data_free(struct rg_data **data);
