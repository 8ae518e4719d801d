/* Streams of random numbers over Philox4x64-10: four at a time, addressed by key and counter. */
#include "regime/rng.h"

#include <math.h>

#include "philox.h"

struct rg_rng rg_rng_make(uint64_t key, uint64_t a, uint64_t b)
{
    return (struct rg_rng){.key = key, .counter = {0, a, b, 0}, .left = 0};
}

uint64_t rg_rng_u64(struct rg_rng *rng)
{
    if (rng->left == 0) {
        rg_philox(rng->counter, (uint64_t[2]){rng->key, 0}, rng->buffer);
        rng->counter[0]++;
        rng->left = 4;
    }
    return rng->buffer[4 - rng->left--];
}

uint64_t rg_rng_below(struct rg_rng *rng, uint64_t bound)
{
    uint64_t surplus = -bound % bound; /* 2^64 mod bound: the first values that would be favoured */
    uint64_t x;
    do
        x = rg_rng_u64(rng);
    while (x < surplus);
    return x % bound;
}

double rg_rng_uniform(struct rg_rng *rng)
{
    return (double)(rg_rng_u64(rng) >> 11) * 0x1p-53;
}

double rg_rng_normal(struct rg_rng *rng)
{
    const double two_pi = 6.283185307179586;
    double u = 1.0 - rg_rng_uniform(rng); /* in (0, 1] */
    double v = rg_rng_uniform(rng);
    return sqrt(-2.0 * log(u)) * cos(two_pi * v);
}

void rg_rng_shuffle(struct rg_rng *rng, int64_t n, uint32_t *index)
{
    for (int64_t i = n - 1; i > 0; i--) {
        uint64_t j = rg_rng_below(rng, (uint64_t)i + 1);
        uint32_t other = index[j];
        index[j] = index[i];
        index[i] = other;
    }
}
