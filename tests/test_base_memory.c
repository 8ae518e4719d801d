/* Allocation: zeroed, aligned, counted; a product that overflows is an error and not a small block. */
#include <stdint.h>

#include "regime/memory.h"
#include "test.h"

const char *const test_suite = "base_memory";

enum { N = 1000 };
static double *taken;

static int64_t n_left_behind(void (*work)(void))
{
    const int64_t before = rg_alloc_live();
    work();
    return rg_alloc_live() - before;
}

static bool is_zero(const double *values)
{
    for (int i = 0; i < N; i++)
        if (values[i] != 0)
            return false;
    return true;
}

static void take(void)
{
    TEST_OK(rg_alloc(&taken, N, sizeof *taken));
    CU_ASSERT_EQUAL((uintptr_t)taken % 64, 0);
    CU_ASSERT(is_zero(taken));
}

static void give_back(void)
{
    rg_free(&taken);
    CU_ASSERT_PTR_NULL(taken);
    rg_free(&taken);
}

static void take_and_give_back(void)
{
    take();
    give_back();
}

static void balances(void)
{
    CU_ASSERT_EQUAL(n_left_behind(take_and_give_back), 0);
}

static void peak_is_remembered_once(void)
{
    rg_alloc_peak();
    const int64_t before = rg_alloc_bytes();
    take_and_give_back();
    CU_ASSERT_EQUAL(rg_alloc_bytes(), before);
    CU_ASSERT_EQUAL(rg_alloc_peak() - before, N * (int64_t)sizeof *taken);
    CU_ASSERT_EQUAL(rg_alloc_peak(), before);
}

static void refuses_overflow(void)
{
    void *block = NULL;
    CU_ASSERT_EQUAL(rg_alloc(&block, SIZE_MAX / 4, 8), RG_ERROR_SYSTEM);
    CU_ASSERT_PTR_NULL(block);
    CU_ASSERT(rg_error_message()[0] != '\0');
    rg_error_clear();
}

static void planted_fault(void)
{
    CU_ASSERT_EQUAL(n_left_behind(take), 1);
    taken[N - 1] = 1e-300;
    CU_ASSERT_FALSE(is_zero(taken));
    give_back();
}

const struct test_case test_cases[] = {
    {"blocks are zeroed, aligned and counted", balances},
    {"the peak is that since it was asked last", peak_is_remembered_once},
    {"an overflowing product is refused", refuses_overflow},
    {"a block left behind and one that is not zero are noticed", planted_fault},
    {0},
};
