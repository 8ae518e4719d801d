/* 64-bit hashes of bytes; not cryptographic, but no accident leaves them unchanged. rg_hash is a chain over the
 * Philox4x64-10 permutation: keys of the random streams, identity of a sweep. rg_digest is XXH3, many times as
 * fast: checksums of what lies on disk.                                                                   */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Hash of `size` bytes, continuing from `seed` (0 to start). Same on every little-endian machine. */
uint64_t rg_hash(uint64_t seed, const void *data, size_t size);

/* Likewise. */
uint64_t rg_digest(uint64_t seed, const void *data, size_t size);

/* Hash of a string without its final NUL. */
uint64_t rg_hash_text(uint64_t seed, const char *text);
