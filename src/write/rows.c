/* See rows.h. A block of points is checked dataset by dataset: the chain of each point's hash goes on
 * from where the dataset before left it, so that memory stays at one dataset's rows.                 */
#include "write/rows.h"

#include <stdlib.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/hash.h"
#include "regime/memory.h"
#include "regime/text.h"

enum { BLOCK_MAX = 4096 };

/* ---- opening ----------------------------------------------------------------------------------- */

static int find_type(hid_t dataset)
{
    static const int candidates[] = {RG_F4, RG_F8, RG_I4, RG_I8, RG_CODE, RG_FLAG, RG_U8, RG_CHAR};
    hid_t type = H5Dget_type(dataset);
    int found = -1;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates && found < 0; i++)
        if (H5Tequal(type, rg_h5_file_type(candidates[i])) > 0)
            found = candidates[i];
    rg_h5_close(&type);
    return found;
}

/* `room`: elements that the file has place for. All are allocated from the first, so that an extent
 * beyond it is damage, and no product overflows within it.                                          */
static bool find_extent(hid_t dataset, int n_axes, hsize_t room, struct rg_extent *extent)
{
    hid_t space = H5Dget_space(dataset);
    extent->rank = H5Sget_simple_extent_ndims(space);
    bool ok = extent->rank >= n_axes && extent->rank <= RG_RANK_MAX &&
              H5Sget_simple_extent_dims(space, extent->dims, NULL) >= 0;
    extent->count = 1;
    for (int d = 0; ok && d < extent->rank; d++) {
        ok = extent->dims[d] <= room;
        room /= extent->dims[d] > 0 ? extent->dims[d] : 1;
        extent->count *= ok && d >= n_axes ? (int64_t)extent->dims[d] : 1;
    }
    rg_h5_close(&space);
    return ok;
}

static hsize_t find_room(hid_t file, int type)
{
    hsize_t size = 0;
    return H5Fget_filesize(file, &size) >= 0 ? size / rg_h5_size(type) : 0;
}

enum rg_status rg_rows_dataset_open(hid_t file, const char *name, int n_axes,
                                    struct rg_rows_dataset *dataset)
{
    dataset->id = H5Dopen2(file, name, H5P_DEFAULT);
    RG_REQUIRE(dataset->id >= 0, RG_ERROR_DAMAGED, "the variable %s is missing or damaged", name);
    dataset->type = find_type(dataset->id);
    RG_REQUIRE(
        dataset->type >= 0 &&
            find_extent(dataset->id, n_axes, find_room(file, dataset->type), &dataset->extent),
        RG_ERROR_DAMAGED, "the variable %s has another type or shape than regime writes", name);
    return RG_OK;
}

static int count_names(const char *names)
{
    char name[RG_NAME_MAX];
    int n = 0;
    while (rg_choice_name(names, n, name, sizeof name))
        n++;
    return n;
}

/* Of all in the list, whose axes must be these. */
static enum rg_status open_covered(hid_t file, const char *covers, const struct rg_extent *axes,
                                   struct rg_rows *rows)
{
    char name[RG_NAME_MAX];
    for (int i = 0; rg_choice_name(covers, i, name, sizeof name); i++) {
        struct rg_rows_dataset *dataset = &rows->datasets[rows->n++]; /* first: to be closed */
        RG_TRY(rg_rows_dataset_open(file, name, axes->rank, dataset));
        RG_REQUIRE(
            memcmp(dataset->extent.dims, axes->dims, (size_t)axes->rank * sizeof(hsize_t)) == 0,
            RG_ERROR_DAMAGED, "the variable %s has other axes than the points it is of", name);
    }
    return RG_OK;
}

static enum rg_status open_status(hid_t file, struct rg_rows *rows)
{
    struct rg_rows_dataset status = {.id = H5I_INVALID_HID}, checksum = status;
    enum rg_status code = rg_rows_dataset_open(file, "status", 0, &status);
    rows->status = status.id;
    RG_TRY(code);
    code = rg_rows_dataset_open(file, "checksum", 0, &checksum);
    rows->checksum = checksum.id;
    RG_TRY(code);
    RG_REQUIRE(status.type == RG_CODE && checksum.type == RG_U8 &&
                   rg_extent_equal(&status.extent, &checksum.extent),
               RG_ERROR_DAMAGED, "status and checksum do not fit together");
    rows->extent = status.extent;
    rows->n_points = status.extent.count;
    rows->extent.count = 1;
    return RG_OK;
}

static size_t row_size(const struct rg_rows_dataset *dataset)
{
    return (size_t)dataset->extent.count * rg_h5_size(dataset->type);
}

static size_t widest_row(const struct rg_rows *rows, int first, int end)
{
    size_t widest = sizeof(uint64_t);
    for (int i = first; i < end; i++) {
        const size_t size = row_size(&rows->datasets[i]);
        widest = size > widest ? size : widest;
    }
    return widest;
}

/* A block takes as many points as fit into a chunk of the widest dataset with a row for each, one at least; rows
 * of snapshots are read one by one.                                                                 */
static enum rg_status make_buffer(struct rg_rows *rows)
{
    const size_t widest = widest_row(rows, 0, rows->n_common);
    const size_t snapshot = widest_row(rows, rows->n_common, rows->n);
    rows->block = RG_CHUNK / (int64_t)widest;
    rows->block = rows->block < 1 ? 1 : rows->block > BLOCK_MAX ? BLOCK_MAX : rows->block;
    const size_t size = (size_t)rows->block * widest;
    return rg_alloc(&rows->buffer, size > snapshot ? size : snapshot, 1);
}

/* Which points they are of: the values of the scale. */
static enum rg_status read_snapshots(const struct rg_rows_dataset *scale, struct rg_rows *rows)
{
    const int64_t n = scale->extent.count;
    RG_REQUIRE(scale->type == RG_I8 && scale->extent.rank == 1 && n <= RG_SNAPSHOTS_MAX,
               RG_ERROR_DAMAGED, "the scale %s is not as regime writes it", RG_SNAPSHOT_DIM);
    RG_TRY(rg_alloc(&rows->snapshots, (size_t)n, sizeof *rows->snapshots));
    RG_REQUIRE(rg_read_range(scale->id, RG_I8, &scale->extent, 0, (uint64_t)n, rows->snapshots),
               RG_ERROR_DAMAGED, "the scale %s cannot be read: %s", RG_SNAPSHOT_DIM,
               rg_h5_reason());
    for (int64_t s = 0; s < n; s++)
        RG_REQUIRE(rows->snapshots[s] < rows->n_points &&
                       rows->snapshots[s] > (s > 0 ? rows->snapshots[s - 1] : -1),
                   RG_ERROR_DAMAGED, "the scale %s does not list points in order", RG_SNAPSHOT_DIM);
    rows->n_snapshots = n;
    return RG_OK;
}

static enum rg_status open_snapshots(hid_t file, const char *covers, struct rg_rows *rows)
{
    struct rg_rows_dataset scale = {.id = H5I_INVALID_HID};
    enum rg_status code = rg_rows_dataset_open(file, RG_SNAPSHOT_DIM, 0, &scale);
    if (code == RG_OK)
        code = read_snapshots(&scale, rows);
    rg_h5_close(&scale.id);
    RG_TRY(code);
    return open_covered(file, covers, &scale.extent, rows);
}

/* covers_snapshots NULL: the sweep has none. */
static enum rg_status open_all(hid_t file, const char *covers, const char *covers_snapshots,
                               struct rg_rows *rows)
{
    const int n = count_names(covers) + (covers_snapshots ? count_names(covers_snapshots) : 0);
    RG_TRY(rg_alloc(&rows->datasets, (size_t)n, sizeof *rows->datasets));
    RG_TRY(open_covered(file, covers, &rows->extent, rows));
    rows->n_common = rows->n;
    if (covers_snapshots)
        RG_TRY(open_snapshots(file, covers_snapshots, rows));
    return make_buffer(rows);
}

static enum rg_status open_named(hid_t file, const char *path, struct rg_rows *rows)
{
    char *covers = NULL, *covers_snapshots = NULL;
    RG_TRY(rg_h5_get_text(rows->checksum, RG_COVERS, &covers));
    enum rg_status code = rg_h5_get_text(rows->checksum, RG_COVERS_SNAPSHOTS, &covers_snapshots);
    if (code == RG_OK)
        code = covers ? open_all(file, covers, covers_snapshots, rows)
                      : rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__,
                                "%s: the checksum does not say what it covers", path);
    rg_free(&covers_snapshots);
    rg_free(&covers);
    return code;
}

enum rg_status rg_rows_open(hid_t file, const char *path, struct rg_rows *rows)
{
    char *hash = NULL;
    *rows = (struct rg_rows){.status = H5I_INVALID_HID, .checksum = H5I_INVALID_HID};
    RG_TRY(open_status(file, rows));
    RG_TRY(rg_h5_get_text(file, "sweep_hash", &hash));
    rows->sweep_hash = hash ? strtoull(hash, NULL, 16) : 0;
    rg_free(&hash);
    return open_named(file, path, rows);
}

void rg_rows_close(struct rg_rows *rows)
{
    for (int i = 0; rows->datasets && i < rows->n; i++)
        rg_h5_close(&rows->datasets[i].id);
    rg_h5_close(&rows->checksum);
    rg_h5_close(&rows->status);
    rg_free(&rows->datasets);
    rg_free(&rows->snapshots);
    rg_free(&rows->buffer);
    rows->n = 0;
}

/* ---- checking ---------------------------------------------------------------------------------- */

static enum rg_status read_rows(hid_t id, int type, const struct rg_extent *extent, int64_t first,
                                int64_t n, void *out)
{
    uint64_t from = (uint64_t)(first * extent->count), to = (uint64_t)((first + n) * extent->count);
    RG_REQUIRE(rg_read_range(id, type, extent, from, to, out), RG_ERROR_DAMAGED,
               "cannot read points %lld to %lld: %s", (long long)first, (long long)(first + n - 1),
               rg_h5_reason());
    return RG_OK;
}

enum rg_status rg_rows_status(const struct rg_rows *rows, int64_t first, int64_t n, uint8_t *status)
{
    return read_rows(rows->status, RG_CODE, &rows->extent, first, n, status);
}

/* Goes on with the hash of a listed point, which has row s in the datasets of snapshots. */
static enum rg_status hash_snapshot(const struct rg_rows *rows, int64_t s, uint64_t *hash)
{
    for (int d = rows->n_common; d < rows->n; d++) {
        const struct rg_rows_dataset *dataset = &rows->datasets[d];
        RG_TRY(read_rows(dataset->id, dataset->type, &dataset->extent, s, 1, rows->buffer));
        *hash = rg_digest(*hash, rows->buffer, row_size(dataset));
    }
    return RG_OK;
}

static enum rg_status hash_rows(const struct rg_rows *rows, int64_t first, int64_t n,
                                const uint8_t *status, uint64_t *hash)
{
    for (int64_t i = 0; i < n; i++)
        hash[i] = rg_checksum_begin(rows->sweep_hash, first + i, status[i]);
    for (int d = 0; d < rows->n_common; d++) {
        const struct rg_rows_dataset *dataset = &rows->datasets[d];
        const size_t size = row_size(dataset);
        RG_TRY(read_rows(dataset->id, dataset->type, &dataset->extent, first, n, rows->buffer));
        for (int64_t i = 0; i < n; i++)
            if (status[i] != RG_PENDING)
                hash[i] = rg_digest(hash[i], rows->buffer + (size_t)i * size, size);
    }
    for (int64_t s = 0; s < rows->n_snapshots; s++) {
        const int64_t i = rows->snapshots[s] - first;
        if (i >= 0 && i < n && status[i] != RG_PENDING)
            RG_TRY(hash_snapshot(rows, s, &hash[i]));
    }
    return RG_OK;
}

enum rg_status rg_rows_check(const struct rg_rows *rows, int64_t first, int64_t n, uint8_t *status,
                             uint8_t *holds)
{
    uint64_t hash[BLOCK_MAX], stored[BLOCK_MAX];
    bool any = false;
    RG_TRY(rg_rows_status(rows, first, n, status));
    memset(holds, 0, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        any = any || status[i] != RG_PENDING;
    if (!any)
        return RG_OK;
    RG_TRY(read_rows(rows->checksum, RG_U8, &rows->extent, first, n, stored));
    RG_TRY(hash_rows(rows, first, n, status, hash));
    for (int64_t i = 0; i < n; i++)
        holds[i] = status[i] != RG_PENDING && status[i] <= RG_FAILED && hash[i] == stored[i];
    return RG_OK;
}
