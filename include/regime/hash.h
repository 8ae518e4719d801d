/* 64-bit hash of bytes: keys of the random streams, checksums of records, identity of a sweep.
 * A chain over the Philox4x64-10 permutation; not cryptographic, but no accident leaves it unchanged. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Hash of `size` bytes, continuing from `seed` (0 to start). Same on every little-endian machine. */
uint64_t rg_hash(uint64_t seed, const void *data, size_t size);

/* Hash of a string without its final NUL. */
uint64_t rg_hash_text(uint64_t seed, const char *text);
