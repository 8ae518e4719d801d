/* What stands in a file about BLAS, and which kernels a program should have that goes on with it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "regime/blas.h"
#include "regime/train.h"
#include "test.h"
#include "train/num/isa.h"

const char *const test_suite = "train_blas";

static const struct rg_model plain = {0}, with_blas = {.libraries = RG_BLAS},
                             with_small = {.libraries = RG_SMALL_GEMM};

static void a_file_names_what_its_bits_depend_on(void)
{
    const char *isa = rg_isa_name(rg_isa());
    char expected[256];
    CU_ASSERT_STRING_EQUAL(rg_arithmetic(&plain), isa);
    snprintf(expected, sizeof expected, "%s openblas %s %s", isa, rg_blas_version(),
             rg_blas_kernel());
    CU_ASSERT_STRING_EQUAL(rg_arithmetic(&with_blas), expected);
    const char *small = rg_arithmetic(&with_small);
    const bool xsmm = strstr(small, "libxsmm") != NULL;
    CU_ASSERT_EQUAL(strstr(small, "openblas") != NULL, !xsmm);
    if (!xsmm)
        CU_ASSERT_STRING_EQUAL(small, expected);
}

/* What would be started for a file made with these kernels by this OpenBLAS. */
static const char *wanted_for(const char *kernel)
{
    char stored[128];
    snprintf(stored, sizeof stored, "avx2 openblas %s %s", rg_blas_version(), kernel);
    return rg_blas_wanted(stored);
}

static void expect(const char *wanted, const char *kernel)
{
    const bool needed = strcasecmp(rg_blas_kernel(), kernel) != 0;
    CU_ASSERT_EQUAL(wanted != NULL, needed);
    CU_ASSERT(!wanted || strcasecmp(wanted, kernel) == 0);
}

static void a_file_goes_on_with_its_kernels(void)
{
    if (rg_isa() == RG_ISA_BASE) {
        puts(" this machine has no AVX2 ...");
        return;
    }
    expect(wanted_for("Haswell"), "Haswell");
    expect(wanted_for("Zen"), "Zen");
    expect(wanted_for("Prescott"), "Prescott");
}

static void other_files_change_nothing(void)
{
    const char *by_itself = rg_blas_wanted(NULL);
    CU_ASSERT_PTR_EQUAL(rg_blas_wanted("avx2 libxsmm 1.17"), by_itself);
    CU_ASSERT_PTR_EQUAL(rg_blas_wanted("avx2 openblas 0.0.1 Haswell"), by_itself);
    CU_ASSERT_PTR_EQUAL(wanted_for("Cooperlake"), by_itself);
    CU_ASSERT_PTR_EQUAL(wanted_for(""), by_itself);
    if (!rg_blas_is_old(rg_blas_kernel()))
        CU_ASSERT_PTR_NULL(by_itself);
}

/* Planted fault: kernels whose instructions the processor lacks would end the program. Last, for a
 * process cannot widen again.                                                                       */
static void kernels_that_cannot_run_are_refused(void)
{
    rg_isa_narrow(RG_ISA_BASE);
    CU_ASSERT_PTR_NULL(wanted_for("SkylakeX"));
    CU_ASSERT_PTR_NULL(wanted_for("Haswell"));
    CU_ASSERT_PTR_NULL(wanted_for("Barcelona"));
    expect(wanted_for("Prescott"), "Prescott");
    CU_ASSERT_PTR_NULL(rg_blas_wanted(NULL));
}

static void one_thread(void)
{
    rg_blas_one_thread();
    CU_ASSERT_EQUAL(rg_blas_threads(), 1);
}

const struct test_case test_cases[] = {
    {"a file names what its bits depend on", a_file_names_what_its_bits_depend_on},
    {"a file goes on with its kernels", a_file_goes_on_with_its_kernels},
    {"other files change nothing", other_files_change_nothing},
    {"kernels that cannot run are refused", kernels_that_cannot_run_are_refused},
    {"one thread", one_thread},
    {0},
};
