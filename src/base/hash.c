/* Merkle-Damgard over Philox4x64-10 in Davies-Meyer form: the block is the key of a permutation of the
 * state, and the state is added to its image. The length goes in last, so that padding cannot collide. */
#include "regime/hash.h"

#include <string.h>
#include <xxhash.h>

#include "philox.h"

static void absorb(uint64_t state[4], const uint64_t block[2])
{
    uint64_t image[4];
    rg_philox(state, block, image);
    for (int i = 0; i < 4; i++)
        state[i] += image[i];
}

uint64_t rg_hash(uint64_t seed, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t state[4] = {seed, 0x7265676d65ULL, 0, 0};
    uint64_t block[2];
    size_t rest = size;
    for (; rest >= sizeof block; rest -= sizeof block, bytes += sizeof block) {
        memcpy(block, bytes, sizeof block);
        absorb(state, block);
    }
    memset(block, 0, sizeof block);
    memcpy(block, bytes, rest);
    absorb(state, block);
    absorb(state, (uint64_t[2]){size, ~UINT64_C(0)});
    return state[0] ^ state[2];
}

uint64_t rg_digest(uint64_t seed, const void *data, size_t size)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

uint64_t rg_hash_text(uint64_t seed, const char *text)
{
    return rg_hash(seed, text, strlen(text));
}
