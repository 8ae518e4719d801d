/* What the file consists of: every dataset with a row per point, from the spec and the layout. */
#pragma once

#include "regime/record.h"
#include "write/h5.h"

enum {
    RG_HOST_LEN = 64,
    RG_RANK_MAX = RG_AXES_MAX + RG_DIMS_MAX + 2,
    RG_PATH_MAX = RG_NAME_MAX + 16
};
#define RG_PROVENANCE "provenance"

/* What a dataset has a row for: each point of the grid, or each that `snapshots` lists. */
enum rg_per { RG_PER_POINT, RG_PER_SNAPSHOT, RG_N_PER };

/* The extent of a dataset: the axes, or the dimension snapshot, then what one point has. */
struct rg_extent {
    enum rg_per per;
    int rank;
    hsize_t dims[RG_RANK_MAX];
    int64_t count; /* elements of a point */
};

/* A finished point on its way to the file. */
struct rg_held {
    struct rg_record record;
    uint64_t checksum;
    int32_t rank;
    uint8_t status;
    char host[RG_HOST_LEN];
};

/* The order in which a commit writes; each is synced before the next begins. */
enum rg_phase { RG_PHASE_DATA, RG_PHASE_CHECKSUM, RG_PHASE_STATUS, RG_N_PHASES };

struct rg_variable {
    char path[RG_PATH_MAX]; /* "train_loss", "provenance/host" */
    int type;               /* enum rg_column_type, RG_U8 or RG_CHAR */
    const char *meanings, *unit, *doc;
    struct rg_extent extent;
    const char *scales[RG_RANK_MAX]; /* names of the dimensions, in the variable's own group */
    const struct rg_field *field;    /* NULL: no column, but the file's own */
    size_t offset;                   /* of the row: in the record's data, or in struct rg_held */
    enum rg_phase phase;
};

struct rg_variables {
    int n;
    struct rg_variable *rows;
};

/* Fields in their order, then provenance, status and checksum. Free with rg_free(&variables->rows);
 * refers to spec and layout.                                                                        */
enum rg_status rg_variables_make(const struct rg_spec *spec, const struct rg_layout *layout,
                                 struct rg_variables *variables) RG_MUST_CHECK;

/* The row of a point in a dataset of this kind; -1: it has none. */
int64_t rg_row_of(const struct rg_layout *layout, enum rg_per per, int64_t id);

bool rg_extent_equal(const struct rg_extent *a, const struct rg_extent *b);

/* The row of a held point. */
const unsigned char *rg_variable_row(const struct rg_variable *variable,
                                     const struct rg_held *held);

/* The checksum of a record: a chain of rg_digest over id and status, then the row of each field that the point
 * has, in the order of the datasets, begun from the sweep's hash (which stands for the point's parameters). */
uint64_t rg_checksum_begin(uint64_t sweep_hash, int64_t id, uint8_t status);
uint64_t rg_checksum(uint64_t sweep_hash, const struct rg_layout *layout,
                     const struct rg_record *record);

/* The hash of the resolved spec. */
enum rg_status rg_sweep_hash(const struct rg_spec *spec, uint64_t *hash) RG_MUST_CHECK;
