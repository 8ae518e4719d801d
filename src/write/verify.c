/* Checks every record against its checksum, and sets the bad ones back to pending on request. */
#include <string.h>

#include "regime/lock.h"
#include "write/store.h"
#include "write/sync.h"

enum { BLOCK_MAX = 4096 };

struct verdict {
    bool repair;
    struct rg_lock *lock; /* of a repair */
    void (*bad)(void *context, int64_t id, int status);
    void *context;
    int64_t n_bad;
};

static enum rg_status set_pending(const struct rg_store *store, int64_t id)
{
    const struct rg_rows *rows = &store->rows;
    hid_t space = rg_space_make(&rows->extent);
    hid_t memory = H5Screate_simple(1, &(hsize_t){1}, NULL);
    bool ok = rg_space_rows(space, &rows->extent, 1, &id, 0, 1) &&
              H5Dwrite(rows->status, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT,
                       &(uint8_t){RG_PENDING}) >= 0 &&
              H5Dwrite(rows->checksum, H5T_NATIVE_UINT64, memory, space, H5P_DEFAULT,
                       &(uint64_t){0}) >= 0;
    rg_h5_close(&memory);
    rg_h5_close(&space);
    RG_REQUIRE(ok, RG_ERROR_SYSTEM, "%s: cannot repair point %lld: %s", store->path, (long long)id,
               rg_h5_reason());
    return RG_OK;
}

static enum rg_status check_all(const struct rg_store *store, struct verdict *verdict)
{
    uint8_t status[BLOCK_MAX], holds[BLOCK_MAX];
    const struct rg_rows *rows = &store->rows;
    for (int64_t first = 0; first < rows->n_points; first += rows->block) {
        int64_t n = rows->n_points - first < rows->block ? rows->n_points - first : rows->block;
        if (verdict->repair)
            RG_TRY(rg_lock_renew(verdict->lock));
        RG_TRY(rg_rows_check(rows, first, n, status, holds));
        for (int64_t i = 0; i < n; i++) {
            if (status[i] == RG_PENDING || holds[i])
                continue;
            verdict->n_bad++;
            verdict->bad(verdict->context, first + i, status[i]);
            if (verdict->repair)
                RG_TRY(set_pending(store, first + i));
        }
    }
    return RG_OK;
}

static enum rg_status verify(const char *path, struct verdict *verdict)
{
    struct rg_store *store = NULL;
    RG_TRY(rg_store_open_as(path, verdict->repair ? H5F_ACC_RDWR : H5F_ACC_RDONLY, &store));
    enum rg_status code = rg_damage_named(path, check_all(store, verdict));
    if (code == RG_OK && !verdict->repair)
        code = rg_store_check_frame(store);
    if (code == RG_OK && verdict->repair && H5Fflush(store->id, H5F_SCOPE_LOCAL) < 0)
        code = rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "%s: cannot write it out: %s", path,
                       rg_h5_reason());
    rg_store_close(&store);
    RG_TRY(code);
    return verdict->repair ? rg_sync_file(path) : RG_OK;
}

/* A lock beside what is no file of ours helps nobody, and where the frame does not hold HDF5 may be led to
 * write anywhere.                                                                                    */
static enum rg_status check_repairable(const char *path)
{
    struct rg_store *store = NULL;
    RG_TRY(rg_may_write(path));
    RG_TRY(rg_store_open(path, &store));
    enum rg_status code = rg_store_check_frame(store);
    rg_store_close(&store);
    return code;
}

enum rg_status rg_file_verify(const char *path, bool repair,
                              void (*bad)(void *context, int64_t id, int status), void *context,
                              int64_t *n_bad)
{
    struct verdict verdict = {repair, NULL, bad, context, 0};
    if (repair) {
        RG_TRY(check_repairable(path));
        RG_TRY(rg_lock_take(path, RG_LEASE, &verdict.lock));
    }
    enum rg_status code = verify(path, &verdict);
    *n_bad = verdict.n_bad;
    rg_lock_release(&verdict.lock);
    return code;
}
