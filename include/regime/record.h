/* The only thing that train hands to write: one block of bytes per point, laid out by a table.
 *
 * A layout expands the model's columns into fields: one for each column and moment that this sweep
 * keeps, with its dimensions resolved. The order of the fields is the order of the datasets.       */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/config.h"
#include "regime/model.h"

struct rg_dim { /* a dimension of fields beside the axes */
    const char *name;
    int64_t size;
    const char *label; /* name of an extra variable that holds the values; NULL: the scale does */
    double *values;    /* [size] coordinate values; owned by the layout */
    bool integer;      /* values are whole numbers: stored as i8 */
    const char *unit, *doc;
};

struct rg_field {
    char name[RG_NAME_MAX];
    const struct rg_column *column;
    int column_index; /* into the model's columns */
    enum rg_moment moment;
    enum rg_column_type type; /* RG_WEIGHT is resolved to RG_F4 or RG_F8 */
    int n_dims;
    /* Indices into the layout's dims: `snapshot`, along which a point has one place; `record` or
     * `measure_at_loss`; then, from dims[own] on, the column's own.                                 */
    int dims[RG_DIMS_MAX + 2];
    int own;
    int64_t count; /* elements per point */
    size_t size;   /* bytes per point */
    size_t offset; /* in the record; a multiple of 8 */
};

struct rg_layout {
    int n_dims;
    struct rg_dim *dims;
    int n_fields;
    struct rg_field *fields; /* snapshots last: a point that is not listed has the others alone */
    int n_common;            /* of fields that every point has */
    int n_columns;           /* of the model */
    size_t common_size, record_size; /* bytes of a record: of such a point, of one that is listed */
    int64_t n_snapshots, *snapshots; /* [n_snapshots] ids of the points listed, ascending */
};

enum rg_point_status { RG_PENDING, RG_DONE, RG_DIVERGED, RG_FAILED };

struct rg_record {
    int64_t id;
    enum rg_point_status status;
    double start;        /* provenance: seconds since 1970 */
    double wall_seconds; /* provenance */
    unsigned char *data; /* [rg_record_size], owned by whoever made it with rg_record_init */
};

/* Not collective. Free with rg_layout_destroy. `spec` must outlive the layout. A field with an empty
 * dimension is left out. Errors: RG_ERROR_USER when an axis has the name of a field or dimension.  */
enum rg_status rg_layout_create(const struct rg_spec *spec,
                                struct rg_layout **layout) RG_MUST_CHECK;
void rg_layout_destroy(struct rg_layout **layout);

/* What a point's record has: its fields are the first ones of the layout. */
int rg_record_n_fields(const struct rg_layout *layout, int64_t id);
size_t rg_record_size(const struct rg_layout *layout, int64_t id);
/* The point's place along the dimension snapshot; -1: it is not listed. */
int64_t rg_record_snapshot(const struct rg_layout *layout, int64_t id);

size_t rg_column_type_size(enum rg_column_type type);

/* A record of this layout in which every element holds its type's fill value (NaN, -1; 0 for codes and
 * flags). Free with rg_record_free.                                                                 */
enum rg_status rg_record_init(const struct rg_layout *layout, int64_t id,
                              struct rg_record *record) RG_MUST_CHECK;
void rg_record_free(struct rg_record *record);
void rg_fill(enum rg_column_type type, int64_t count, void *out);

/* Places of the row for a moment: cells[layout->n_columns], NULL where not kept. `k` is the place
 * along record or measure_at_loss (0 for the other moments).                                       */
void rg_record_cells(const struct rg_layout *layout, const struct rg_record *record,
                     enum rg_moment moment, int64_t k, void **cells);
