/* Random numbers: Random123's published answers, moments, uniformity, and the hash's avalanche. */
#include <math.h>

#include "base/philox.h"
#include "regime/hash.h"
#include "regime/rng.h"
#include "test.h"

const char *const test_suite = "base_rng";

/* Known answers of Philox4x64-10 in Random123's kat_vectors: zero, all ones, digits of pi. */
static void known_answers(void)
{
    static const uint64_t cases[3][10] = {
        {0, 0, 0, 0, 0, 0, 0x16554d9eca36314cULL, 0xdb20fe9d672d0fdcULL, 0xd7e772cee186176bULL,
         0x7e68b68aec7ba23bULL},
        {~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, 0x87b092c3013fe90bULL, 0x438c3c67be8d0224ULL,
         0x9cc7d7c69cd777b6ULL, 0xa09caebf594f0ba0ULL},
        {0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL, 0xa4093822299f31d0ULL, 0x082efa98ec4e6c89ULL,
         0x452821e638d01377ULL, 0xbe5466cf34e90c6cULL, 0xa528f45403e61d95ULL, 0x38c72dbd566e9788ULL,
         0xa5a1610e72fd18b5ULL, 0x57bd43b5e52b7fe6ULL},
    };
    for (int i = 0; i < 3; i++) {
        uint64_t out[4];
        rg_philox(cases[i], cases[i] + 4, out);
        for (int k = 0; k < 4; k++)
            CU_ASSERT_EQUAL(out[k], cases[i][6 + k]);
    }
}

static void moments(void)
{
    enum { N = 200000 };
    const double tolerance = 5.0 / sqrt(N); /* five standard errors of a mean of unit variance */
    struct rg_rng rng = rg_rng_make(7, 1, 2);
    double mean = 0, square = 0, uniform = 0;
    for (int i = 0; i < N; i++) {
        double x = rg_rng_normal(&rng);
        mean += x / N;
        square += x * x / N;
        uniform += rg_rng_uniform(&rng) / N;
    }
    CU_ASSERT(fabs(mean) < tolerance);
    CU_ASSERT(fabs(square - 1) < 1.5 * tolerance); /* variance of x^2 is 2 */
    CU_ASSERT(fabs(uniform - 0.5) < 0.3 * tolerance);
}

static void shuffles_uniformly(void)
{
    enum { N = 60000 };
    int counts[6] = {0};
    struct rg_rng rng = rg_rng_make(3, 0, 0);
    for (int i = 0; i < N; i++) {
        uint32_t p[3] = {0, 1, 2};
        rg_rng_shuffle(&rng, 3, p);
        counts[p[0] * 2 + (p[1] > p[2])]++;
    }
    for (int k = 0; k < 6; k++)
        CU_ASSERT(fabs(counts[k] - N / 6.0) < 5 * sqrt(N / 6.0));
}

static void streams_differ(void)
{
    struct rg_rng a = rg_rng_make(1, 0, 0), b = rg_rng_make(1, 1, 0), c = rg_rng_make(1, 0, 1);
    struct rg_rng again = rg_rng_make(1, 0, 0);
    uint64_t x = rg_rng_u64(&a);
    CU_ASSERT_EQUAL(x, rg_rng_u64(&again));
    CU_ASSERT_NOT_EQUAL(x, rg_rng_u64(&b));
    CU_ASSERT_NOT_EQUAL(x, rg_rng_u64(&c));
}

static void hash_sees_every_bit(void)
{
    unsigned char data[100] = {0};
    uint64_t clean = rg_hash(0, data, sizeof data);
    for (int bit = 0; bit < 800; bit++) {
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        uint64_t flipped = rg_hash(0, data, sizeof data) ^ clean;
        int changed = __builtin_popcountll(flipped);
        CU_ASSERT(changed > 10 && changed < 54);
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t n = 0; n < sizeof data; n++)
        CU_ASSERT_NOT_EQUAL(rg_hash(0, data, n), clean); /* length counts, zeros or not */
}

const struct test_case test_cases[] = {
    {"Philox gives the published answers", known_answers},
    {"normal and uniform moments", moments},
    {"all permutations are equally likely", shuffles_uniformly},
    {"sub-streams are reproducible and distinct", streams_differ},
    {"the hash sees every bit and the length", hash_sees_every_bit},
    {0},
};
