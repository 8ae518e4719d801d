/* A file's records as bytes, whatever the model: what verify, scan and the read-back check need. The
 * attributes `covers` and `covers_snapshots` of the checksum name the datasets. Nothing here is collective. */
#pragma once

#include "write/select.h"

#define RG_COVERS           "covers" /* attributes of the checksum */
#define RG_COVERS_SNAPSHOTS "covers_snapshots"

struct rg_rows {
    uint64_t sweep_hash;
    int64_t n_points;
    hid_t status, checksum;
    struct rg_extent extent;         /* of both */
    int64_t n_snapshots, *snapshots; /* ids of the points that have a row per snapshot, ascending */
    int n,
        n_common; /* datasets that the checksum covers; of these, with a row per point: the first */
    struct rg_rows_dataset {
        hid_t id;
        int type;
        struct rg_extent extent;
    } * datasets;
    int64_t block; /* points that rg_rows_check takes at a time */
    unsigned char *buffer;
};

/* `file` must stay open. Errors: RG_ERROR_DAMAGED. Free with rg_rows_close, also after an error. */
enum rg_status rg_rows_open(hid_t file, const char *path, struct rg_rows *rows) RG_MUST_CHECK;
void rg_rows_close(struct rg_rows *rows);

/* Opens a dataset over (axes...) or (axes..., more), or one with snapshot as its only axis: type and extent as found. */
enum rg_status rg_rows_dataset_open(hid_t file, const char *name, int n_axes,
                                    struct rg_rows_dataset *dataset) RG_MUST_CHECK;

enum rg_status rg_rows_status(const struct rg_rows *rows, int64_t first, int64_t n,
                              uint8_t *status) RG_MUST_CHECK;

/* status[n] of the points first..first+n-1 and whether the checksum holds (0 for pending ones);
 * n is at most rows->block.                                                                         */
enum rg_status rg_rows_check(const struct rg_rows *rows, int64_t first, int64_t n, uint8_t *status,
                             uint8_t *holds) RG_MUST_CHECK;
