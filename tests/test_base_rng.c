/* Random numbers: Random123's published answers, moments, uniformity, and the hash's avalanche. */
#include <math.h>
#include <string.h>

#include "base/philox.h"
#include "regime/hash.h"
#include "regime/rng.h"
#include "test.h"

const char *const test_suite = "base_rng";

static bool answers(const uint64_t counter[4], const uint64_t key[2], const uint64_t wanted[4])
{
    uint64_t out[4];
    rg_philox(counter, key, out);
    return memcmp(out, wanted, sizeof out) == 0;
}

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
        uint64_t counter[4];
        CU_ASSERT(answers(cases[i], cases[i] + 4, cases[i] + 6));
        memcpy(counter, cases[i], sizeof counter);
        counter[3] ^= 1; /* the planted fault */
        CU_ASSERT_FALSE(answers(counter, cases[i] + 4, cases[i] + 6));
    }
}

/* Mean and variance to five standard errors, for a distribution with this variance of (x - mean)^2. */
static bool has_moments(double (*draw)(struct rg_rng *rng), double mean, double variance,
                        double variance_of_square)
{
    enum { N = 200000 };
    struct rg_rng rng = rg_rng_make(7, 1, 2);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        const double x = draw(&rng) - mean;
        sum += x;
        squares += x * x;
    }
    return fabs(sum / N) < 5 * sqrt(variance / N) &&
           fabs(squares / N - variance) < 5 * sqrt(variance_of_square / N);
}

static double too_wide(struct rg_rng *rng)
{
    return 1.02 * rg_rng_normal(rng);
}

static void moments(void)
{
    CU_ASSERT(has_moments(rg_rng_normal, 0, 1, 2));
    CU_ASSERT(has_moments(rg_rng_uniform, 0.5, 1.0 / 12, 1.0 / 180));
    CU_ASSERT_FALSE(has_moments(too_wide, 0, 1, 2)); /* the planted fault */
}

static bool is_fair(void (*shuffle)(struct rg_rng *rng, int64_t n, uint32_t *p))
{
    enum { N = 60000 };
    int counts[6] = {0};
    bool fair = true;
    struct rg_rng rng = rg_rng_make(3, 0, 0);
    for (int i = 0; i < N; i++) {
        uint32_t p[3] = {0, 1, 2};
        shuffle(&rng, 3, p);
        counts[p[0] * 2 + (p[1] > p[2])]++;
    }
    for (int k = 0; k < 6; k++)
        fair = fair && fabs(counts[k] - N / 6.0) < 5 * sqrt(N / 6.0);
    return fair;
}

/* The well-known mistake: every element changes places with any other. */
static void shuffle_wrongly(struct rg_rng *rng, int64_t n, uint32_t *p)
{
    for (int64_t i = 0; i < n; i++) {
        const uint64_t k = rg_rng_below(rng, (uint64_t)n);
        const uint32_t kept = p[i];
        p[i] = p[k];
        p[k] = kept;
    }
}

static void shuffles_uniformly(void)
{
    CU_ASSERT(is_fair(rg_rng_shuffle));
    CU_ASSERT_FALSE(is_fair(shuffle_wrongly)); /* the planted fault */
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

static void sees_every_bit(uint64_t (*hash)(uint64_t seed, const void *data, size_t size))
{
    unsigned char data[100] = {0};
    uint64_t clean = hash(0, data, sizeof data);
    CU_ASSERT_NOT_EQUAL(hash(1, data, sizeof data), clean);
    for (int bit = 0; bit < 800; bit++) {
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        uint64_t flipped = hash(0, data, sizeof data) ^ clean;
        int changed = __builtin_popcountll(flipped);
        CU_ASSERT(changed > 10 && changed < 54);
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t n = 0; n < sizeof data; n++)
        CU_ASSERT_NOT_EQUAL(hash(0, data, n), clean); /* length counts, zeros or not */
}

static void hashes_see_every_bit(void)
{
    sees_every_bit(rg_hash);
    sees_every_bit(rg_digest);
}

/* By xxHash's own program: printf regime | xxhsum -H3 */
static void digest_is_xxh3(void)
{
    CU_ASSERT_EQUAL(rg_digest(0, "regime", 6), UINT64_C(0xc56a537a89d113da));
    CU_ASSERT_EQUAL(rg_digest(0, "", 0), UINT64_C(0x2d06800538d394c2));
}

const struct test_case test_cases[] = {
    {"Philox gives the published answers", known_answers},
    {"normal and uniform moments", moments},
    {"all permutations are equally likely", shuffles_uniformly},
    {"sub-streams are reproducible and distinct", streams_differ},
    {"the hashes see every bit and the length", hashes_see_every_bit},
    {"the digest is XXH3", digest_is_xxh3},
    {0},
};
