/* See slot.h. */
#include "write/slot.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "regime/hash.h"

static const char file_magic[8] = "rgStates", slot_magic[8] = "rgState1";

int64_t rg_slot_offset(const struct rg_slots *slots, int64_t unit, int64_t part, int turn)
{
    return RG_SLOT_ALIGN +
           ((unit * slots->n_parts + part) * RG_SLOT_TURNS + turn) * slots->slot_size;
}

void rg_slots_make(uint64_t identity, size_t state_max, int64_t n_units, int64_t n_parts,
                   struct rg_slots *slots)
{
    const size_t size = state_max + sizeof(struct rg_slot) + RG_SLOT_ALIGN - 1;
    *slots = (struct rg_slots){.identity = identity,
                               .slot_size = (int64_t)(size / RG_SLOT_ALIGN * RG_SLOT_ALIGN),
                               .n_units = n_units,
                               .n_parts = n_parts};
    memcpy(slots->magic, file_magic, sizeof file_magic);
    slots->checksum = rg_digest(0, slots, offsetof(struct rg_slots, checksum));
}

void rg_slot_seal(struct rg_slot *slot, uint64_t identity)
{
    slot->identity = identity;
    memcpy(slot->magic, slot_magic, sizeof slot_magic);
    slot->checksum = rg_digest(0, slot, offsetof(struct rg_slot, checksum));
}

/* Has every slot an offset? */
static bool has_offsets(const struct rg_slots *slots)
{
    static const double most = 0x1p62;
    const double parts = ((double)slots->n_units + 1) * (double)slots->n_parts;
    return parts * RG_SLOT_TURNS * (double)slots->slot_size < most;
}

bool rg_slots_hold(const struct rg_slots *slots, uint64_t identity)
{
    return memcmp(slots->magic, file_magic, sizeof file_magic) == 0 &&
           slots->identity == identity && slots->n_units >= 0 && slots->n_parts > 0 &&
           slots->slot_size > (int64_t)sizeof(struct rg_slot) && has_offsets(slots) &&
           slots->checksum == rg_digest(0, slots, offsetof(struct rg_slots, checksum));
}

bool rg_slot_holds(const struct rg_slot *slot, const struct rg_slots *slots)
{
    return memcmp(slot->magic, slot_magic, sizeof slot_magic) == 0 &&
           slot->identity == slots->identity && slot->size >= 0 &&
           slot->size <= slots->slot_size - (int64_t)sizeof *slot &&
           slot->checksum == rg_digest(0, slot, offsetof(struct rg_slot, checksum));
}

bool rg_read_at(int file, void *data, size_t size, int64_t offset)
{
    errno = 0;
    for (size_t done = 0; done < size;) {
        const ssize_t n = pread(file, (char *)data + done, size - done, offset + (off_t)done);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        done += n > 0 ? (size_t)n : 0;
        errno = 0;
    }
    return true;
}

bool rg_write_at(int file, const void *data, size_t size, int64_t offset)
{
    for (size_t done = 0; done < size;) {
        const ssize_t n =
            pwrite(file, (const char *)data + done, size - done, offset + (off_t)done);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool rg_slot_state_holds(int file, const struct rg_slot *slot, int64_t offset, unsigned char *block)
{
    uint64_t hash = 0;
    for (int64_t done = 0; done < slot->size;) {
        const int64_t rest = slot->size - done;
        const size_t n = rest < RG_SLOT_BLOCK ? (size_t)rest : RG_SLOT_BLOCK;
        if (!rg_read_at(file, block, n, offset + (int64_t)sizeof *slot + done))
            return false;
        hash = rg_digest(hash, block, n);
        done += (int64_t)n;
    }
    errno = 0;
    return hash == slot->state_hash;
}

/* ---- streams --------------------------------------------------------------------------------------- */

static void fail(struct rg_slot_stream *stream, int reason)
{
    stream->failed = true;
    stream->reason = reason;
}

void rg_slot_end(struct rg_slot_stream *stream)
{
    if (stream->failed || stream->used == 0)
        return;
    stream->hash = rg_digest(stream->hash, stream->block, stream->used);
    if (!rg_write_at(stream->file, stream->block, stream->used, stream->offset))
        fail(stream, errno);
    stream->offset += (int64_t)stream->used;
    stream->used = 0;
}

void rg_slot_put(void *context, void *piece, size_t size)
{
    struct rg_slot_stream *stream = context;
    if ((int64_t)size > stream->left)
        fail(stream, 0);
    for (size_t done = 0; done < size && !stream->failed;) {
        const size_t room = RG_SLOT_BLOCK - stream->used;
        const size_t n = size - done < room ? size - done : room;
        memcpy(stream->block + stream->used, (const char *)piece + done, n);
        stream->used += n;
        done += n;
        if (stream->used == RG_SLOT_BLOCK)
            rg_slot_end(stream);
    }
    stream->left -= (int64_t)size;
    stream->size += (int64_t)size;
}

static void refill(struct rg_slot_stream *stream)
{
    const int64_t rest = stream->left;
    stream->filled = rest < RG_SLOT_BLOCK ? (size_t)rest : RG_SLOT_BLOCK;
    stream->used = 0;
    if (stream->filled == 0)
        fail(stream, 0);
    else if (!rg_read_at(stream->file, stream->block, stream->filled, stream->offset))
        fail(stream, errno);
    if (stream->failed)
        return;
    stream->hash = rg_digest(stream->hash, stream->block, stream->filled);
    stream->offset += (int64_t)stream->filled;
    stream->left -= (int64_t)stream->filled;
}

void rg_slot_get(void *context, void *piece, size_t size)
{
    struct rg_slot_stream *stream = context;
    for (size_t done = 0; done < size && !stream->failed;) {
        if (stream->used == stream->filled)
            refill(stream);
        const size_t there = stream->failed ? 0 : stream->filled - stream->used;
        const size_t n = size - done < there ? size - done : there;
        if (n > 0)
            memcpy((char *)piece + done, stream->block + stream->used, n);
        stream->used += n;
        done += n;
    }
    stream->size += (int64_t)size;
}
