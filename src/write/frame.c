/* See frame.h. HDF5 is asked where the rows lie; what lies between them is read as plain bytes, so that
 * also what no command looks at is covered. A damaged answer leads to other bytes, and to another hash. */
#include "write/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/hash.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "write/sync.h"

struct stretch { /* of bytes of the file */
    uint64_t first, end;
};

struct frame {
    int file;
    uint64_t size;
    struct stretch *rows; /* [n] ascending once sorted; the checksum's own place is one of them */
    int n;
    unsigned char *buffer; /* [CHUNK] */
};
enum { CHUNK = 1 << 20 };

static const char *const own[] = {"status",
                                  "checksum",
                                  RG_PROVENANCE "/host",
                                  RG_PROVENANCE "/rank",
                                  RG_PROVENANCE "/start",
                                  RG_PROVENANCE "/wall_seconds",
                                  RG_FRAME};
enum { N_OWN = sizeof own / sizeof *own };

/* ---- where the rows lie ------------------------------------------------------------------------ */

/* False when the dataset has no one place in the file. */
static bool find_stretch(hid_t dataset, struct stretch *stretch)
{
    const haddr_t first = H5Dget_offset(dataset);
    stretch->first = stretch->end = (uint64_t)first;
    stretch->end += (uint64_t)H5Dget_storage_size(dataset);
    return first != HADDR_UNDEF && stretch->end >= stretch->first;
}

static enum rg_status add_own(const struct rg_store *store, struct frame *frame, const char *name)
{
    hid_t dataset = H5Dopen2(store->id, name, H5P_DEFAULT);
    const bool found = dataset >= 0 && find_stretch(dataset, &frame->rows[frame->n++]);
    rg_h5_close(&dataset);
    RG_REQUIRE(found, RG_ERROR_DAMAGED, "%s: damaged: the variable %s is not where regime puts it",
               store->path, name);
    return RG_OK;
}

static int compare(const void *a, const void *b)
{
    const struct stretch *left = a, *right = b;
    return left->first < right->first ? -1 : left->first > right->first;
}

static enum rg_status find_rows(const struct rg_store *store, struct frame *frame)
{
    RG_TRY(rg_alloc(&frame->rows, (size_t)store->rows.n + N_OWN, sizeof *frame->rows));
    for (; frame->n < store->rows.n; frame->n++)
        RG_REQUIRE(find_stretch(store->rows.datasets[frame->n].id, &frame->rows[frame->n]),
                   RG_ERROR_DAMAGED, "%s: damaged: a variable is not where regime puts it",
                   store->path);
    for (int i = 0; i < N_OWN; i++)
        RG_TRY(add_own(store, frame, own[i]));
    qsort(frame->rows, (size_t)frame->n, sizeof *frame->rows, compare);
    return RG_OK;
}

/* ---- what lies between them -------------------------------------------------------------------- */

/* A bit of the superblock (version 0) that HDF5's own driver sets while it has a file open for writing: a
 * program that was killed has left it, and it says nothing about the rest.                            */
enum { MARK_AT = 20, MARK = 1 };

static bool hash_stretch(const struct frame *frame, uint64_t first, uint64_t end, uint64_t *hash)
{
    while (first < end) {
        const size_t n = end - first < CHUNK ? (size_t)(end - first) : CHUNK;
        if (pread(frame->file, frame->buffer, n, (off_t)first) != (ssize_t)n)
            return false;
        if (first == 0 && n > MARK_AT)
            frame->buffer[MARK_AT] &= (unsigned char)~MARK;
        *hash = rg_digest(*hash, frame->buffer, n);
        first += n;
    }
    return true;
}

static bool hash_between(const struct frame *frame, uint64_t *hash)
{
    uint64_t at = 0;
    *hash = 0;
    for (int i = 0; i < frame->n; i++) {
        if (frame->rows[i].end > frame->size ||
            !hash_stretch(frame, at, frame->rows[i].first, hash))
            return false;
        at = frame->rows[i].end > at ? frame->rows[i].end : at;
    }
    return hash_stretch(frame, at, frame->size, hash);
}

static enum rg_status hash_frame(const struct rg_store *store, uint64_t *hash)
{
    struct stat info;
    struct frame frame = {.file = open(store->path, O_RDONLY | O_CLOEXEC)};
    enum rg_status code = rg_alloc(&frame.buffer, CHUNK, 1);
    if (code == RG_OK)
        code = find_rows(store, &frame);
    if (code == RG_OK && frame.file >= 0 && fstat(frame.file, &info) == 0)
        frame.size = (uint64_t)info.st_size;
    if (code == RG_OK && !hash_between(&frame, hash))
        code = rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__, "%s: damaged: it cannot be read whole",
                       store->path);
    if (frame.file >= 0)
        close(frame.file);
    rg_free(&frame.rows);
    rg_free(&frame.buffer);
    return code;
}

enum rg_status rg_frame_unmark(const char *path)
{
    unsigned char byte = 0;
    const int file = open(path, O_RDWR | O_CLOEXEC);
    bool done = file >= 0 && pread(file, &byte, 1, MARK_AT) == 1;
    const bool marked = done && (byte & MARK);
    byte &= (unsigned char)~MARK;
    if (marked)
        done = pwrite(file, &byte, 1, MARK_AT) == 1;
    const int reason = errno;
    if (file >= 0)
        close(file);
    RG_REQUIRE(done, RG_ERROR_DISK, "%s: cannot be written: %s", path, strerror(reason));
    return RG_OK;
}

/* ---- the checksum ------------------------------------------------------------------------------ */

/* A file of an earlier program has none. */
static bool is_sealed(const struct rg_store *store)
{
    return H5Lexists(store->id, RG_FRAME, H5P_DEFAULT) != 0;
}

enum rg_status rg_store_check_frame(const struct rg_store *store)
{
    uint64_t hash = 0, stored = 0;
    if (!is_sealed(store))
        return RG_OK;
    RG_TRY(hash_frame(store, &hash));
    hid_t dataset = H5Dopen2(store->id, RG_FRAME, H5P_DEFAULT);
    const bool read =
        H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &stored) >= 0;
    rg_h5_close(&dataset);
    RG_REQUIRE(
        read && hash == stored, RG_ERROR_DAMAGED,
        "%s: damaged outside its points: names, attributes or axes are not as they were "
        "created (if another program changed them and you mean it so: regime verify --accept)",
        store->path);
    return RG_OK;
}

static enum rg_status find_seal(const char *path, uint64_t *hash, struct stretch *place)
{
    struct rg_store *store = NULL;
    RG_TRY(rg_store_open(path, &store));
    enum rg_status code = hash_frame(store, hash);
    hid_t dataset = H5Dopen2(store->id, RG_FRAME, H5P_DEFAULT);
    if (code == RG_OK &&
        !(find_stretch(dataset, place) && place->end - place->first == sizeof *hash))
        code = rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__, "%s: damaged: no place for %s", path,
                       RG_FRAME);
    rg_h5_close(&dataset);
    rg_store_close(&store);
    return code;
}

/* Plain bytes again, little-endian as the variable: HDF5 would leave marks of its own in the frame. */
enum rg_status rg_frame_seal(const char *path)
{
    uint64_t hash = 0;
    struct stretch place = {0};
    unsigned char bytes[sizeof hash];
    RG_TRY(find_seal(path, &hash, &place));
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(hash >> 8 * i);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    const bool written =
        file >= 0 && pwrite(file, bytes, sizeof bytes, (off_t)place.first) == sizeof bytes;
    const int reason = errno;
    if (file >= 0)
        close(file);
    RG_REQUIRE(written, RG_ERROR_SYSTEM, "%s: cannot write %s: %s", path, RG_FRAME,
               strerror(reason));
    return rg_sync_file(path);
}

enum rg_status rg_file_accept(const char *path)
{
    struct rg_lock *lock = NULL;
    struct rg_store *store = NULL;
    RG_TRY(rg_may_write(path));
    RG_TRY(rg_store_open(path, &store));
    const bool sealed = is_sealed(store);
    rg_store_close(&store);
    RG_REQUIRE(sealed, RG_ERROR_USER, "%s: it has no checksum beside those of its points", path);
    RG_TRY(rg_lock_take(path, RG_LEASE, &lock));
    enum rg_status code = rg_frame_seal(path);
    rg_lock_release(&lock);
    return code;
}
