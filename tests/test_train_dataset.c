/* Which strings are trained: subsets nest, have the right size, are uniform; impossible settings are
 * refused; each epoch deals every string once.                                                     */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"

const char *const test_suite = "train_dataset";

/* in[code with a 1 before it] says whether that string is trained. Returns their number. */
static int64_t members(const struct rg_parity_settings *settings, uint64_t seed, bool *in)
{
    struct rg_dataset universe, data;
    int64_t n = 0;
    const struct rg_task task = rg_task_of(settings, 0);
    TEST_OK(rg_dataset_all(settings, &task, &universe));
    TEST_OK(rg_dataset_choose(settings, seed, &universe, &data));
    memset(in, 0, (size_t)2 << settings->max_length);
    for (int length = data.min_length; length <= data.max_length; length++)
        for (int64_t i = 0; i < data.n_of[length]; i++, n++) {
            CU_ASSERT(i == 0 || data.codes_of[length][i - 1] < data.codes_of[length][i]);
            CU_ASSERT(data.codes_of[length][i] >> length == 0);
            CU_ASSERT(data.targets_of[length][i] ==
                      __builtin_popcount(data.codes_of[length][i]) % 2);
            in[(1u << length) + data.codes_of[length][i]] = true;
        }
    CU_ASSERT_EQUAL(n, data.n);
    rg_dataset_free(&data);
    rg_dataset_free(&universe);
    return n;
}

/* Number of strings of a that are not in b. */
static int n_outside(const bool *a, const bool *b)
{
    int n = 0;
    for (int i = 0; i < 2048; i++)
        n += a[i] && !b[i];
    return n;
}

static void fractions_nest(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    bool smaller[2048], larger[2048];
    for (uint64_t seed = 0; seed < 20; seed++) {
        settings.fraction = 0;
        CU_ASSERT_EQUAL(members(&settings, seed, smaller), 0);
        for (int i = 1; i <= 10; i++) {
            settings.fraction = i / 10.0;
            const int64_t n = members(&settings, seed, larger);
            const double expected = 2046 * settings.fraction;
            const double deviation = sqrt(expected * (1 - settings.fraction));
            CU_ASSERT(fabs((double)n - expected) <= 5 * deviation);
            CU_ASSERT_EQUAL(n_outside(smaller, larger), 0);
            memcpy(smaller, larger, sizeof larger);
        }
        CU_ASSERT_EQUAL(n_outside(smaller, larger), 0);
    }
}

/* The planted fault: subsets that were drawn with different seeds. */
static void unrelated_subsets(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    bool smaller[2048], larger[2048];
    settings.fraction = 0.1;
    members(&settings, 1, smaller);
    settings.fraction = 0.9;
    members(&settings, 2, larger);
    CU_ASSERT(n_outside(smaller, larger) > 0);
}

static void sizes_nest(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    bool smaller[2048] = {0}, larger[2048];
    const int64_t sizes[] = {1, 2, 100, 1000, 2045, 2046};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        settings.dataset_size = sizes[i];
        CU_ASSERT_EQUAL(members(&settings, 9, larger), sizes[i]);
        CU_ASSERT_EQUAL(n_outside(smaller, larger), 0);
        memcpy(smaller, larger, sizeof larger);
    }
}

/* With 12 of the 28 strings of length 2..4, each is in as often as any other. */
static void sizes_are_uniform(void)
{
    enum { N = 4000 };
    struct rg_parity_settings settings = test_parity_settings();
    settings.min_length = 2;
    settings.max_length = 4;
    settings.dataset_size = 12;
    int count[32] = {0};
    for (uint64_t seed = 0; seed < N; seed++) {
        bool in[32];
        members(&settings, seed, in);
        for (int i = 0; i < 32; i++)
            count[i] += in[i];
    }
    const double p = 12.0 / 28, deviation = sqrt(N * p * (1 - p));
    for (int i = 4; i < 32; i++)
        CU_ASSERT(fabs(count[i] - N * p) < 5 * deviation);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(count[i], 0);
}

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool deals_once(const struct rg_group *group, const uint32_t *dealt)
{
    const size_t size = (size_t)group->n * sizeof *dealt;
    uint32_t *sorted = malloc(size);
    memcpy(sorted, dealt, size);
    qsort(sorted, (size_t)group->n, sizeof *sorted, ascending);
    const bool once = memcmp(sorted, group->keys, size) == 0;
    free(sorted);
    return once;
}

/* Every epoch is a permutation of each group, and no two epochs are the same one. */
static void epochs_are_permutations(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.batching = RG_ALL;
    settings.batch = 100;
    struct rg_parity *net = test_parity_create(&settings, 3);
    const struct rg_group *group = &net->order.groups[0];
    const size_t size = (size_t)group->n * sizeof(uint32_t);
    uint32_t *before = calloc(1, size);
    CU_ASSERT_EQUAL(group->n, 2046);
    CU_ASSERT_EQUAL(group->n_batches, 21);
    for (int64_t epoch = 1; epoch < 5; epoch++) {
        rg_order_deal(&net->order, group, 77, epoch);
        CU_ASSERT_NOT_EQUAL(memcmp(net->order.dealt_keys, before, size), 0);
        memcpy(before, net->order.dealt_keys, size);
        CU_ASSERT(deals_once(group, before));
    }
    before[0] = before[1]; /* the planted fault */
    CU_ASSERT_FALSE(deals_once(group, before));
    free(before);
    test_parity_destroy(net);
}

static void refused(const struct rg_parity_settings *settings, const char *message)
{
    CU_ASSERT_EQUAL(rg_parity_check(settings), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), message);
    rg_error_clear();
}

static void impossible_settings(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.dataset_size = 2046;
    TEST_OK(rg_parity_check(&settings));
    settings.fraction = 0.5;
    refused(&settings,
            "fraction and dataset_size both say how many strings are trained: give one of them");
    settings.dataset_size = 0;
    TEST_OK(rg_parity_check(&settings));
    settings.fraction = 0;
    refused(&settings,
            "fraction = 0 leaves no string to train on (or give dataset_size in its place)");
    settings.fraction = 1;
    settings.dataset_size = 2047;
    refused(&settings, "only 2046 strings of length 1..10 exist, fewer than dataset_size = 2047");
    settings.min_length = 11;
    refused(&settings, "min_length = 11 exceeds max_length = 10");
}

static void nothing_to_train_on(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.fraction = 0;
    struct rg_parity *net = test_parity_create(&settings, 3);
    struct rg_step step;
    TEST_OK(rg_parity_step(net, &step));
    CU_ASSERT(step.epoch_end);
    CU_ASSERT(isnan(step.train_loss));
    test_parity_destroy(net);
}

/* The cost that sorts points must rank them as the clock would. */
static void cost_follows_the_work(void)
{
    struct rg_parity_settings settings = test_parity_settings(), other = settings;
    settings.loop.max_epochs = other.loop.max_epochs = 1000000;
    settings.loop.stop_loss = other.loop.stop_loss = 1e-3;
    other.hidden = 2 * settings.hidden;
    CU_ASSERT_DOUBLE_EQUAL(rg_parity_cost(&other) / rg_parity_cost(&settings), 4, 1e-12);
    other = settings;
    other.batch = 0;
    CU_ASSERT(rg_parity_cost(&other) < rg_parity_cost(&settings));
    other = settings;
    other.max_length = 8;
    CU_ASSERT(rg_parity_cost(&other) < rg_parity_cost(&settings) / 3);
    CU_ASSERT(rg_parity_memory(&other, (int[]){1, 1}) < rg_parity_memory(&settings, (int[]){1, 1}));
    other = settings;
    other.loop.max_epochs *= 10; /* the loss stops it before */
    CU_ASSERT_DOUBLE_EQUAL(rg_parity_cost(&other) / rg_parity_cost(&settings), 1, 1e-12);
    settings.loop.stop_loss = other.loop.stop_loss = 0; /* nothing does */
    CU_ASSERT_DOUBLE_EQUAL(rg_parity_cost(&other) / rg_parity_cost(&settings), 10, 1e-12);
}

const struct test_case test_cases[] = {
    {"a larger fraction contains a smaller one", fractions_nest},
    {"a subset of other strings is noticed", unrelated_subsets},
    {"a larger dataset contains a smaller one", sizes_nest},
    {"every string is as likely", sizes_are_uniform},
    {"an epoch deals every string once", epochs_are_permutations},
    {"impossible settings are refused", impossible_settings},
    {"an empty training set has no loss", nothing_to_train_on},
    {"cost and memory follow the work", cost_follows_the_work},
    {0},
};
