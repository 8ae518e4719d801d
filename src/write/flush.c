/* Committing what the ranks hold: records, sync, checksums, sync, status, sync, then a look at what the
 * file really has. A point whose status says done has its record and checksum, whenever a rank is killed.
 *
 * Every call that touches the file is collective, and how many there are follows from numbers that all
 * ranks share (the largest number of points held by one), so that a rank with nothing, or with an error
 * of its own, takes part with an empty selection. HDF5's return codes are not trusted (collective
 * writes have reported success on a full disk): what counts is the read-back.                        */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "regime/memory.h"
#include "write/file.h"

/* ---- holding ----------------------------------------------------------------------------------- */

static enum rg_status make_batch(int64_t room, struct rg_batch *batch)
{
    RG_TRY(rg_alloc(&batch->rows, (size_t)room, sizeof *batch->rows));
    return rg_alloc(&batch->held, (size_t)room, sizeof *batch->held);
}

void rg_batches_free(struct rg_batch batches[RG_N_PER])
{
    for (int per = 0; per < RG_N_PER; per++) {
        rg_free(&batches[per].rows);
        rg_free(&batches[per].held);
    }
}

static enum rg_status grow(struct rg_file *file)
{
    int64_t room = file->room ? 2 * file->room : 64;
    struct rg_held *held = NULL;
    struct rg_batch batches[RG_N_PER] = {{0}};
    enum rg_status code = rg_alloc(&held, (size_t)room, sizeof *held);
    for (int per = 0; per < RG_N_PER && code == RG_OK; per++)
        code = make_batch(room, &batches[per]);
    if (code != RG_OK) {
        rg_batches_free(batches);
        rg_free(&held);
        return code;
    }
    if (file->n_held > 0)
        memcpy(held, file->held, (size_t)file->n_held * sizeof *held);
    rg_free(&file->held);
    rg_batches_free(file->batches);
    memcpy(file->batches, batches, sizeof batches);
    file->held = held;
    file->room = room;
    return RG_OK;
}

enum rg_status rg_file_put(struct rg_file *file, struct rg_record *record)
{
    return rg_file_put_from(file, record, file->writers.rank, file->host);
}

enum rg_status rg_file_put_from(struct rg_file *file, struct rg_record *record, int64_t rank,
                                const char *host)
{
    RG_REQUIRE(record->id >= 0 && record->id < file->rows.n_points, RG_ERROR_SYSTEM,
               "the file has no point %lld", (long long)record->id);
    if (file->n_held == file->room)
        RG_TRY(grow(file));
    struct rg_held *held = &file->held[file->n_held++];
    *held = (struct rg_held){
        .record = *record,
        .rank = (int32_t)rank,
        .status = (uint8_t)record->status,
        .checksum = rg_checksum(file->sweep_hash, file->layout, record),
    };
    snprintf(held->host, sizeof held->host, "%s", host);
    file->held_bytes += sizeof *held + rg_record_size(file->layout, record->id);
    record->data = NULL;
    return RG_OK;
}

uint64_t rg_file_identity(const struct rg_file *file)
{
    return file->sweep_hash;
}

bool rg_file_is_full(const struct rg_file *file)
{
    return file->held_bytes > RG_HELD_MAX || file->n_held >= RG_HELD_POINTS;
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const struct rg_held *)a)->record.id;
    int64_t right = ((const struct rg_held *)b)->record.id;
    return (left > right) - (left < right);
}

static void fill_batch(const struct rg_file *file, enum rg_per per, struct rg_batch *batch)
{
    batch->n = 0;
    for (int64_t i = 0; i < file->n_held; i++) {
        const int64_t row = rg_row_of(file->layout, per, file->held[i].record.id);
        if (row < 0)
            continue;
        batch->rows[batch->n] = row;
        batch->held[batch->n++] = &file->held[i];
    }
    batch->most = rg_writers_most(&file->writers, batch->n);
}

/* Collective. */
static void sort_held(struct rg_file *file)
{
    if (file->n_held > 0)
        qsort(file->held, (size_t)file->n_held, sizeof *file->held, by_id);
    for (int per = 0; per < RG_N_PER; per++)
        if (per == RG_PER_POINT || file->layout->n_snapshots > 0)
            fill_batch(file, (enum rg_per)per, &file->batches[per]);
}

/* ---- writing ----------------------------------------------------------------------------------- */

/* A part of a batch that one HDF5 call takes: rows first..first+n-1, their elements lo..hi-1. */
struct part {
    const struct rg_batch *batch;
    int64_t first, n, lo, hi;
};

static void gather(const struct rg_file *file, const struct rg_variable *variable,
                   const struct part *part)
{
    size_t size = rg_h5_size(variable->type);
    size_t skip = (size_t)part->lo * size, bytes = (size_t)(part->hi - part->lo) * size;
    for (int64_t i = 0; i < part->n; i++)
        memcpy(file->buffer + (size_t)i * bytes,
               rg_variable_row(variable, part->batch->held[part->first + i]) + skip, bytes);
}

/* Is this errno one that only a disk gives? */
static bool is_of_disk(int reason)
{
    static const int reasons[] = {EIO, ENOSPC, EDQUOT, EFBIG, EROFS, ESTALE};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reason == reasons[i])
            return true;
    return false;
}

/* HDF5 and MPI-IO do not tell why a write failed, and collective writes not even that. But they leave in errno what the
 * system said last. Where something of a disk is left by chance, all is read back, and holds.       */
static void note_reason(struct rg_file *file, int reason)
{
    if (is_of_disk(reason))
        file->reason = reason;
}

static void complain(void)
{
    (void)rg_fail(RG_ERROR_SYSTEM, __FILE__, __LINE__, "HDF5 says: %s", rg_h5_reason());
}

static bool write_rows(struct rg_file *file, int variable, hid_t memory, hid_t space)
{
    const int type = file->variables.rows[variable].type;
    errno = 0;
    const bool ok = H5Dwrite(file->datasets[variable], rg_h5_memory_type(type), memory, space,
                             file->transfer, file->buffer) >= 0;
    note_reason(file, errno);
    if (!ok) {
        complain();
        rg_writers_catch_up(&file->writers, file->id);
    }
    return ok;
}

/* Writes a part of every variable of this extent and phase through one pair of selections. */
static bool write_part(struct rg_file *file, const struct rg_extent *extent, enum rg_phase phase,
                       struct part part)
{
    hsize_t n_elements = (hsize_t)part.n * (hsize_t)(part.hi - part.lo);
    hid_t space = rg_space_make(extent);
    hid_t memory = H5Screate_simple(1, &(hsize_t){n_elements ? n_elements : 1}, NULL);
    const int64_t *rows = part.n > 0 ? part.batch->rows + part.first : NULL;
    bool ok =
        rg_space_rows(space, extent, part.n, rows, part.lo, part.hi) && H5Sselect_valid(space) > 0;
    if (!ok)
        complain();
    if (!ok || n_elements == 0) {
        H5Sselect_none(space);
        H5Sselect_none(memory);
    }
    for (int i = 0; i < file->variables.n; i++) {
        const struct rg_variable *variable = &file->variables.rows[i];
        if (variable->phase != phase || !rg_extent_equal(&variable->extent, extent))
            continue;
        gather(file, variable, &part);
        ok = write_rows(file, i, memory, space) && ok;
    }
    rg_h5_close(&memory);
    rg_h5_close(&space);
    return ok;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The elements of a variable that a rank hands to one H5Dwrite. What all ranks do should be no more than Open MPI's
 * collective writes take at once (16 MiB for one that collects): where they take turns and a write fails in
 * between, it leaves them on one rank, and the others wait for ever. On many ranks several collect.    */
static int64_t elements_at_once(const struct rg_file *file)
{
    enum { FEWEST = RG_CHUNK / 64 };
    const int64_t share = RG_CHUNK / file->writers.size;
    return (share > FEWEST ? share : FEWEST) / (int64_t)sizeof(double);
}

/* Writes all held rows of the variables of one extent. */
static bool write_extent(struct rg_file *file, const struct rg_extent *extent, enum rg_phase phase)
{
    const struct rg_batch *batch = &file->batches[extent->per];
    const int64_t elements = elements_at_once(file);
    int64_t width = least(extent->count, elements);
    int64_t rows = width < extent->count ? 1 : elements / width;
    bool ok = true;
    for (int64_t first = 0; first < batch->most; first += rows)
        for (int64_t lo = 0; lo < extent->count; lo += width) {
            int64_t start = least(first, batch->n);
            struct part part = {batch, start, least(rows, batch->n - start), lo,
                                least(lo + width, extent->count)};
            ok = write_part(file, extent, phase, part) && ok;
        }
    return ok;
}

static bool is_first_of_extent(const struct rg_file *file, int index, enum rg_phase phase)
{
    const struct rg_variable *rows = file->variables.rows;
    for (int i = 0; i < index; i++)
        if (rows[i].phase == phase && rg_extent_equal(&rows[i].extent, &rows[index].extent))
            return false;
    return rows[index].phase == phase;
}

/* One phase of the commit, synced. All ranks return the same code. */
static enum rg_status write_phase(struct rg_file *file, enum rg_phase phase)
{
    bool ok = true;
    for (int i = 0; i < file->variables.n; i++)
        if (is_first_of_extent(file, i, phase))
            ok = write_extent(file, &file->variables.rows[i].extent, phase) && ok;
    const enum rg_status synced = rg_writers_sync(&file->named.file);
    if (synced != RG_OK)
        note_reason(file, errno);
    return rg_writers_agree(&file->writers, ok ? synced : RG_ERROR_SYSTEM);
}

/* ---- reading back ------------------------------------------------------------------------------ */

/* The checksum is computed from the file's bytes, and compared with the one made from memory. */
static enum rg_status read_back(const struct rg_file *file, const struct rg_held *held)
{
    uint8_t status = 0, holds = 0;
    uint64_t checksum = 0;
    uint64_t id = (uint64_t)held->record.id;
    RG_TRY(rg_rows_check(&file->rows, held->record.id, 1, &status, &holds));
    bool read =
        rg_read_range(file->rows.checksum, RG_U8, &file->rows.extent, id, id + 1, &checksum);
    RG_REQUIRE(read && holds && status == held->status && checksum == held->checksum,
               RG_ERROR_SYSTEM,
               "point %lld reads back otherwise than it was written: is the disk full or failing?",
               (long long)held->record.id);
    return RG_OK;
}

/* The status of every committed point, a block of neighbours at a time. */
static enum rg_status read_back_status(const struct rg_file *file)
{
    enum { SPAN = 4096 };
    uint8_t status[SPAN];
    const int64_t *ids = file->batches[RG_PER_POINT].rows;
    for (int64_t i = 0; i < file->n_held;) {
        int64_t first = ids[i], n = least(SPAN, file->rows.n_points - first);
        RG_TRY(rg_rows_status(&file->rows, first, n, status));
        for (; i < file->n_held && ids[i] < first + n; i++)
            RG_REQUIRE(status[ids[i] - first] == file->held[i].status, RG_ERROR_SYSTEM,
                       "the status of point %lld was not written: is the disk full or failing?",
                       (long long)ids[i]);
    }
    return RG_OK;
}

/* One record whole, another one at each flush; all of them where a write is in doubt. */
static enum rg_status verify_commit(const struct rg_file *file)
{
    const int64_t n = file->reason != 0 || file->n_held == 0 ? file->n_held : 1;
    RG_TRY(read_back_status(file));
    for (int64_t i = 0; i < n; i++)
        RG_TRY(read_back(file, &file->held[(file->n_flushes + i) % file->n_held]));
    return RG_OK;
}

/* ---- committing ---------------------------------------------------------------------------------- */

/* All ranks return the same code, and know of a reason that any of them has. */
static enum rg_status commit(struct rg_file *file)
{
    enum rg_status code = RG_OK;
    file->reason = 0;
    for (int phase = 0; phase < RG_N_PHASES && code == RG_OK; phase++)
        code = write_phase(file, (enum rg_phase)phase);
    file->reason = (int)rg_writers_most(&file->writers, file->reason);
    return code != RG_OK ? code : rg_writers_agree(&file->writers, verify_commit(file));
}

/* An errno: why a little more cannot be written beside the file; 0: it can. Whoever asks has failed to write. */
static int ask_disk(const char *path)
{
    enum { LITTLE = 1 << 20 };
    char probe[4096 + 8];
    snprintf(probe, sizeof probe, "%s.room", path);
    const int file = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return is_of_disk(errno) ? errno : 0;
    unlink(probe); /* at once: a kill leaves nothing */
    int reason = posix_fallocate(file, 0, LITTLE);
    if (reason == 0 && fsync(file) != 0)
        reason = errno;
    close(file);
    return is_of_disk(reason) ? reason : 0;
}

/* Rank 0 has the message, all return the same code. */
static enum rg_status explain(const struct rg_file *file)
{
    const char *path = file->named.path;
    enum rg_status code = RG_OK;
    if (file->writers.rank == 0) {
        const int reason = file->reason != 0 ? file->reason : ask_disk(path);
        if (reason == ENOSPC || reason == EDQUOT)
            code = rg_fail(RG_ERROR_SPACE, __FILE__, __LINE__,
                           "%s: no space left on its disk: free some, and the same command resumes",
                           path);
        else
            code = rg_fail(
                RG_ERROR_DISK, __FILE__, __LINE__,
                "%s: cannot be written: %s: see to its disk, or move it with what lies beside it "
                "(%s.*) to another one; the same command then also takes up what is not yet in it",
                path, reason != 0 ? strerror(reason) : rg_error_message(), path);
    }
    return rg_writers_agree(&file->writers, code);
}

enum rg_status rg_file_flush(struct rg_file *file)
{
    RG_TRY(rg_writers_agree(&file->writers,
                            file->writers.rank == 0 ? rg_named_check(&file->named) : RG_OK));
    sort_held(file);
    if (file->batches[RG_PER_POINT].most == 0)
        return RG_OK;
    if (commit(file) != RG_OK)
        return explain(file);
    if (file->rescued[0])
        unlink(file->rescued);
    file->rescued[0] = '\0';
    for (int64_t i = 0; i < file->n_held; i++)
        rg_record_free(&file->held[i].record);
    file->n_held = 0;
    file->held_bytes = 0;
    file->n_flushes++;
    return RG_OK;
}
