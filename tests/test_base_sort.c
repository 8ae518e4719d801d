/* Keys are sorted as the C library sorts them. */
#include <stdlib.h>
#include <string.h>

#include "regime/sort.h"
#include "test.h"

const char *const test_suite = "base_sort";

enum { N_MAX = 20000 };

static uint64_t keys[N_MAX], expected[N_MAX];

static int ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Keys of which only some bits differ, of every size from none to many. */
static void as_the_library(void)
{
    static const uint64_t masks[] = {
        UINT64_MAX,        0, 1, 0xff, 0xff00, (uint64_t)0xff << 56, (uint64_t)0x8001 << 40,
        0x0f0f0f0f0f0f0f0f};
    static const int64_t sizes[] = {0, 1, 2, 31, 32, 33, 255, 1000, N_MAX};
    uint64_t state = 1;
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            const int64_t n = sizes[s];
            for (int64_t i = 0; i < n; i++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                keys[i] = expected[i] = (state ^ state >> 29) & masks[m];
            }
            qsort(expected, (size_t)n, sizeof *expected, ascending);
            rg_sort_keys(keys, n);
            CU_ASSERT_EQUAL(memcmp(keys, expected, (size_t)n * sizeof *keys), 0);
        }
    }
}

const struct test_case test_cases[] = {
    {"as the library sorts them", as_the_library},
    {0},
};
