/* Allocation: zeroed, aligned, counted; a product that overflows is an error and not a small block. */
#include <stdint.h>

#include "regime/memory.h"
#include "test.h"

const char *const test_suite = "base_memory";

static void balances(void)
{
    int64_t before = rg_alloc_live();
    double *block = NULL;
    TEST_OK(rg_alloc(&block, 1000, sizeof *block));
    CU_ASSERT_EQUAL(rg_alloc_live(), before + 1);
    CU_ASSERT_EQUAL((uintptr_t)block % 64, 0);
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_EQUAL(block[i], 0.0);
    rg_free(&block);
    CU_ASSERT_PTR_NULL(block);
    rg_free(&block);
    CU_ASSERT_EQUAL(rg_alloc_live(), before);
}

static void refuses_overflow(void)
{
    void *block = NULL;
    CU_ASSERT_EQUAL(rg_alloc(&block, SIZE_MAX / 4, 8), RG_ERROR_SYSTEM);
    CU_ASSERT_PTR_NULL(block);
    CU_ASSERT(rg_error_message()[0] != '\0');
    rg_error_clear();
}

const struct test_case test_cases[] = {
    {"blocks are zeroed, aligned and counted", balances},
    {"an overflowing product is refused", refuses_overflow},
    {0},
};
