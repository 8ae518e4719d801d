/* Counter-based random numbers (Random123, Philox4x64-10): a number is a pure function of a key, a
 * stream position and a counter, so any part of a stream can be had on any rank without the rest.  */
#pragma once

#include <stdint.h>

enum rg_stream {
    RG_STREAM_DATA,       /* which strings are trained */
    RG_STREAM_INIT,       /* initial weights */
    RG_STREAM_ORDER,      /* order of the strings within an epoch */
    RG_STREAM_VALIDATION, /* random strings for validation */
    RG_STREAM_TASK,       /* a random task */
    RG_N_STREAMS
};

struct rg_rng {
    uint64_t key;
    uint64_t counter[4]; /* counter[0] runs, the others name the sub-stream */
    uint64_t buffer[4];
    int left; /* numbers still unused in buffer */
};

/* The sub-stream (a, b) of the stream with this key, from its beginning. */
struct rg_rng rg_rng_make(uint64_t key, uint64_t a, uint64_t b);

uint64_t rg_rng_u64(struct rg_rng *rng);                   /* uniform over 64 bits */
uint64_t rg_rng_below(struct rg_rng *rng, uint64_t bound); /* uniform over 0..bound-1, unbiased */
double rg_rng_uniform(struct rg_rng *rng);                 /* uniform in [0, 1), 53 bits */
double rg_rng_normal(struct rg_rng *rng);                  /* standard normal (Box-Muller) */

/* Fisher-Yates: a uniform permutation of the n indices. */
void rg_rng_shuffle(struct rg_rng *rng, int64_t n, uint32_t *index);
