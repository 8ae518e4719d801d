/* What a model measures: the columns of its tables, the dimensions along which they lie, and the row that they fill.
 * A column is one row of a table; its dataset, attributes and text of `regime describe` follow from it. */
#pragma once

#include <stdint.h>

enum { RG_DIMS_MAX = 4 };

enum rg_column_type {
    RG_F4,
    RG_F8,
    RG_I4,
    RG_I8,
    RG_CODE,  /* u1 with flag_values and flag_meanings */
    RG_FLAG,  /* i1, attribute dtype = "bool" */
    RG_WEIGHT /* f4, or f8 if any point of the sweep trains in double */
};

/* When a column is taken. Each moment is a dataset of its own, told apart by a suffix of the name.  */
enum rg_moment {
    RG_AT_END,    /* NAME          (axes..., dims...) */
    RG_AT_RECORD, /* NAME_history  (axes..., record, dims...) */
    RG_AT_START,  /* NAME_initial  (axes..., dims...) */
    RG_AT_LOSS,   /* NAME_at_loss  (axes..., measure_at_loss, dims...) */
    RG_N_MOMENTS
};

enum {
    RG_HISTORY = 1,    /* flag of a column: also at the record epochs */
    RG_KEPT = 2,       /* a weight: stored at the moments that `keep` names */
    RG_OF_DATA = 4,    /* of the data, not the network: also of a point that diverged */
    RG_OF_RECORDS = 8, /* what it is at the end depends on the epochs that are recorded */
    RG_OF_COURSE =
        32, /* what it is at the end depends on all of the training, not on the final network alone */
    RG_SNAPSHOT = 16, /* NAME (snapshot, record, dims...): of points that `snapshots` lists */
    RG_REASON = 64    /* RG_CODE: why a point failed */
};
#define RG_SNAPSHOT_DIM "snapshot" /* the dimension along which these points stand */

struct rg_column {
    const char *name;
    enum rg_column_type type;
    const char
        *dims[RG_DIMS_MAX]; /* names out of the model's dimensions, NULL-terminated unless full */
    unsigned flags;
    const char *meanings; /* RG_CODE: names separated by one space, from value 0 */
    const char *unit;     /* "s"; NULL: none, which files call "1" */
    const char *doc;      /* long_name: one sentence without its full stop */
};

struct rg_columns {
    const struct rg_column *rows;
    int n;
};

/* A dimension of columns beside the axes. `largest` is a settings struct in which every numeric knob
 * has the largest value it takes in the sweep: columns are padded to it with the fill value.         */
struct rg_dimension {
    const char *name;
    int64_t (*size)(const void *largest);
    void (*values)(const void *largest, double *values); /* NULL: 0, 1, 2, ... */
    const char *unit, *doc;                              /* as a column's */
    const char *knob; /* by which it is empty, as its default may say; NULL: it never is */
};

struct rg_fixed { /* of a dimension that is the same whatever the settings are */
    int64_t n;
    const double *values; /* [n]; NULL: 0, 1, 2, ... */
};

/* A column's elements as stored: RG_WEIGHT is resolved, and a dimension is as large as the sweep's
 * largest point makes it.                                                                          */
struct rg_shape {
    enum rg_column_type type;
    int64_t sizes[RG_DIMS_MAX];
};

/* Where one measure goes: cells[c] points to the place of the model's column c (row-major over its
 * dimensions, filled with the fill value before), or is NULL where this moment does not keep it.     */
struct rg_row {
    void **cells;
    const struct rg_shape *shapes; /* [columns] */
    int64_t epoch;
    enum rg_moment moment;
};
