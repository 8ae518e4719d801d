/* PATH.inflight.RANK: finished points of a rank that was told to end before they were committed. Written whole
 * under a temporary name, by one rank that asks nobody; read by rank 0 of a later run, which commits them.
 * A record stands for itself: it has its checksum, and is the same whoever trained it.               */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/inflight.h"
#include "regime/memory.h"
#include "write/beside.h"
#include "write/file.h"
#include "write/slot.h"

struct journal {
    char magic[8];
    uint64_t sweep_hash;
    int64_t record_size, n; /* the size: the largest that the sweep has */
};
static const char magic[8] = "rgHeld01";

/* ---- writing --------------------------------------------------------------------------------------- */

static bool write_all(const struct rg_file *file, int out)
{
    struct journal head = {.sweep_hash = file->sweep_hash,
                           .record_size = (int64_t)file->layout->record_size,
                           .n = file->n_held};
    int64_t offset = sizeof head;
    memcpy(head.magic, magic, sizeof magic);
    for (int64_t i = 0; i < file->n_held; i++) {
        struct rg_held held = file->held[i];
        const void *data = held.record.data;
        const size_t size = rg_record_size(file->layout, held.record.id);
        held.record.data = NULL;
        if (!rg_write_at(out, &held, sizeof held, offset) ||
            !rg_write_at(out, data, size, offset + (int64_t)sizeof held))
            return false;
        offset += (int64_t)(sizeof held + size);
    }
    return rg_write_at(out, &head, sizeof head, 0) && fsync(out) == 0;
}

enum rg_status rg_file_rescue(struct rg_file *file, const char *path)
{
    char name[4096], temporary[4096];
    if (file->n_held == 0)
        return RG_OK;
    snprintf(name, sizeof name, "%s.inflight.%d", path, file->writers.rank);
    snprintf(temporary, sizeof temporary, "%s.inflight.%d.tmp", path, file->writers.rank);
    unlink(temporary);
    const int out = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool ok = out >= 0 && write_all(file, out);
    if (out >= 0)
        close(out);
    ok = ok && rename(temporary, name) == 0;
    const int reason = errno;
    if (!ok)
        unlink(temporary);
    RG_REQUIRE(ok, RG_ERROR_SYSTEM, "%s: cannot be written: %s", name, strerror(reason));
    memcpy(file->rescued, name, sizeof name);
    return RG_OK;
}

/* ---- reading --------------------------------------------------------------------------------------- */

struct adoption {
    struct rg_file *file;
    uint8_t *done;
    bool damaged; /* something in the journal at hand */
};

/* A rank keeps what it has finished, one way or another. */
static bool is_finished(uint8_t status)
{
    return status == RG_DONE || status == RG_DIVERGED || status == RG_FAILED;
}

static enum rg_status adopt_record(struct adoption *adoption, const struct rg_held *from,
                                   const unsigned char *data)
{
    struct rg_file *file = adoption->file;
    struct rg_record record = from->record;
    record.data = NULL;
    const bool exists = record.id >= 0 && record.id < file->rows.n_points;
    const bool sensible = exists && is_finished(from->status);
    adoption->damaged |= !sensible;
    if (!sensible || adoption->done[record.id])
        return RG_OK;
    const size_t size = rg_record_size(file->layout, record.id);
    RG_TRY(rg_alloc(&record.data, size, 1));
    memcpy(record.data, data, size);
    record.status = (enum rg_point_status)from->status;
    if (rg_checksum(file->sweep_hash, file->layout, &record) != from->checksum) {
        rg_record_free(&record);
        adoption->damaged = true;
        return RG_OK;
    }
    adoption->done[record.id] = record.status == RG_DONE || record.status == RG_DIVERGED;
    RG_TRY(rg_file_put(file, &record));
    struct rg_held *held = &file->held[file->n_held - 1];
    held->rank = from->rank;
    memcpy(held->host, from->host, sizeof held->host - 1);
    return RG_OK;
}

static bool read_head(const struct rg_file *file, int in, struct journal *head)
{
    return rg_read_at(in, head, sizeof *head, 0) && memcmp(head->magic, magic, sizeof magic) == 0 &&
           head->sweep_hash == file->sweep_hash &&
           head->record_size == (int64_t)file->layout->record_size;
}

/* What cannot be read may still be of use: an error. What is damaged is left out. */
static enum rg_status adopt_all(struct adoption *adoption, const char *name, int in)
{
    const struct rg_layout *layout = adoption->file->layout;
    struct journal head = {.n = 0};
    struct rg_held held;
    unsigned char *data = NULL;
    int64_t offset = sizeof head;
    adoption->damaged = !read_head(adoption->file, in, &head);
    if (adoption->damaged)
        return rg_beside_readable(name, errno);
    RG_TRY(rg_alloc(&data, layout->record_size, 1));
    enum rg_status code = RG_OK;
    for (int64_t i = 0; i < head.n && code == RG_OK; i++) {
        size_t size = 0;
        bool whole = rg_read_at(in, &held, sizeof held, offset);
        if (whole) {
            size = rg_record_size(layout, held.record.id);
            whole = rg_read_at(in, data, size, offset + (int64_t)sizeof held);
        }
        if (!whole) {
            adoption->damaged = true; /* it is cut short */
            code = rg_beside_readable(name, errno);
            break;
        }
        code = adopt_record(adoption, &held, data);
        offset += (int64_t)(sizeof held + size);
    }
    rg_free(&data);
    return code;
}

static enum rg_status adopt_journal(void *context, const char *name, long long rank)
{
    struct adoption *adoption = context;
    (void)rank;
    const int in = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return rg_beside_readable(name, errno == ENOENT ? 0 : errno);
    const enum rg_status code = adopt_all(adoption, name, in);
    close(in);
    if (code == RG_OK && adoption->damaged)
        rg_warn("%s is damaged, or of another sweep: what does not hold is trained anew", name);
    return code;
}

enum rg_status rg_file_adopt(struct rg_file *file, const char *path, uint8_t *done)
{
    struct adoption adoption = {.file = file, .done = done};
    return rg_beside_visit(path, ".inflight.", adopt_journal, &adoption);
}

static enum rg_status remove_journal(void *context, const char *name, long long rank)
{
    (void)context, (void)rank;
    unlink(name);
    return RG_OK;
}

void rg_file_forget_rescued(const char *path)
{
    if (rg_beside_visit(path, ".inflight.", remove_journal, NULL) != RG_OK)
        rg_error_clear();
}

/* ---- both, and the file -------------------------------------------------------------------------------- */

static enum rg_status set_aside(const char *from, const char *to)
{
    if (access(from, F_OK) != 0)
        return RG_OK;
    RG_REQUIRE(access(to, F_OK) != 0, RG_ERROR_USER, "%s is there already: move it away first", to);
    RG_REQUIRE(rename(from, to) == 0, RG_ERROR_USER, "%s: cannot be renamed to %s: %s", from, to,
               strerror(errno));
    return RG_OK;
}

static enum rg_status set_journal_aside(void *context, const char *name, long long rank)
{
    char to[4096];
    const char *const *aside = context;
    snprintf(to, sizeof to, "%s.inflight.%lld", *aside, rank);
    return set_aside(name, to);
}

enum rg_status rg_file_set_aside(const char *path, const char *aside)
{
    char states[4096], states_aside[4096];
    snprintf(states, sizeof states, "%s.inflight", path);
    snprintf(states_aside, sizeof states_aside, "%s.inflight", aside);
    RG_TRY(set_aside(path, aside));
    RG_TRY(set_aside(states, states_aside));
    return rg_beside_visit(path, ".inflight.", set_journal_aside, &aside);
}
