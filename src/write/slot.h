/* The bytes of PATH.inflight: a header, then slots [units][parts][2 turns], all of one size. A team has a
 * unit, each of its ranks a part. A slot is a header and a state, which is hashed a block at a time.   */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/status.h"

enum { RG_SLOT_ALIGN = 4096, RG_SLOT_BLOCK = 1 << 18, RG_SLOT_TURNS = 2 };

struct rg_slots { /* the file's header */
    char magic[8];
    uint64_t identity;
    int64_t slot_size, n_units, n_parts;
    uint64_t checksum; /* of all before */
};

struct rg_slot { /* a slot's header */
    char magic[8];
    uint64_t identity;
    int64_t id, part, generation,
        steps;    /* generation: equal in all parts that were saved together */
    int64_t size; /* of the state behind it */
    uint64_t state_hash;
    uint64_t checksum; /* of all before */
};

/* Bytes from the file's start to a slot; the file's size is that of unit n_units. */
int64_t rg_slot_offset(const struct rg_slots *slots, int64_t unit, int64_t part, int turn);

void rg_slots_make(uint64_t identity, size_t state_max, int64_t n_units, int64_t n_parts,
                   struct rg_slots *slots);
void rg_slot_seal(struct rg_slot *slot, uint64_t identity);
/* Of this identity, sound, and with a sensible size? */
bool rg_slots_hold(const struct rg_slots *slots, uint64_t identity);
bool rg_slot_holds(const struct rg_slot *slot, const struct rg_slots *slots);

/* Is the state behind the slot that lies at `offset` the one that was written? block: [RG_SLOT_BLOCK]. False with errno
 * where it cannot be read, 0 for what is cut short or otherwise.                                     */
bool rg_slot_state_holds(int file, const struct rg_slot *slot, int64_t offset,
                         unsigned char *block);

/* All of it, or false with errno, which is 0 at the end of the file. */
bool rg_read_at(int file, void *data, size_t size, int64_t offset);
bool rg_write_at(int file, const void *data, size_t size, int64_t offset);

/* A state as a stream of pieces through blocks. `failed` stays true once a call did not do all of it. */
struct rg_slot_stream {
    int file;
    int64_t offset, left; /* of the next block; bytes that may still follow */
    unsigned char *block; /* [RG_SLOT_BLOCK] */
    size_t used, filled;  /* of the block */
    uint64_t hash;
    int64_t size; /* of the pieces so far */
    bool failed;
    int reason; /* errno, 0: a state of another size */
};
/* struct rg_mover's move: the context is a struct rg_slot_stream. */
void rg_slot_put(void *stream, void *piece, size_t size);
void rg_slot_get(void *stream, void *piece, size_t size);
/* Writes the last block. */
void rg_slot_end(struct rg_slot_stream *stream);
