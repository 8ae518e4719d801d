/* Claim: doctor is content with a healthy machine, and names each known trouble with its remedy, on
 * machines that this one is not; the program itself runs without MPI and says what it found.       */
#include <stdio.h>
#include <string.h>

#include "cli/doctor.h"
#include "test.h"

static const struct rg_facts healthy = {
    .mpi = "Open MPI v4.1.4",
    .hdf5 = "HDF5 1.10.8",
    .hdf5_parallel = true,
    .blas_version = "0.3.21",
    .blas_guess = "SkylakeX",
    .blas_kernel = "SkylakeX",
    .blas_threads = 1,
    .avx2 = true,
    .avx512 = true,
    .arithmetic = "avx512 libxsmm",
    .file_system = 0x0000EF53,
    .free_bytes = 1e12,
    .ompio = true,
    .keepalive = true,
};

static struct rg_finding judge(const struct rg_facts *facts, const char *name)
{
    struct rg_finding finding = {.text = "no such check"};
    for (int i = 0; i < rg_doctor_n_checks; i++)
        if (strcmp(rg_doctor_checks[i].name, name) == 0)
            rg_doctor_checks[i].judge(facts, &finding);
    return finding;
}

static void expect(const struct rg_facts *facts, const char *check, enum rg_verdict verdict,
                   const char *fix)
{
    struct rg_finding finding = judge(facts, check);
    CU_ASSERT_EQUAL(finding.verdict, verdict);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.fix, fix));
}

static void a_healthy_machine_is_fine(void)
{
    for (int i = 0; i < rg_doctor_n_checks; i++) {
        struct rg_finding finding = {.verdict = RG_BROKEN};
        rg_doctor_checks[i].judge(&healthy, &finding);
        CU_ASSERT_EQUAL(finding.verdict, RG_FINE);
        CU_ASSERT_STRING_EQUAL(finding.fix, "");
        CU_ASSERT_STRING_NOT_EQUAL(finding.text, "");
    }
}

static void troubles_are_named_with_their_fix(void)
{
    struct rg_facts facts = healthy;
    facts.hdf5_parallel = false;
    facts.file_system = 0x0BD00BD0; /* Lustre */
    strcpy(facts.blas_guess, "Prescott");
    strcpy(facts.blas_kernel, "Prescott");
    strcpy(facts.arithmetic, "avx512 openblas");
    facts.blas_threads = 2;
    facts.root = facts.attach_denied = facts.attach_used = true;
    facts.keepalive = false;
    expect(&facts, "HDF5", RG_BROKEN, "libhdf5-openmpi-dev");
    expect(&facts, "parallel I/O", RG_BROKEN, "--mca io romio321");
    expect(&facts, "folder", RG_HINT, "lfs setstripe");
    expect(&facts, "BLAS", RG_HINT, "DYNAMIC_ARCH");
    facts.blas_asked = true;
    expect(&facts, "BLAS", RG_HINT, "unset OPENBLAS_CORETYPE");
    expect(&facts, "kernels", RG_HINT, "libxsmm-dev");
    expect(&facts, "threads", RG_HINT, "OMP_NUM_THREADS=1");
    expect(&facts, "root", RG_HINT, "OMPI_ALLOW_RUN_AS_ROOT=1");
    expect(&facts, "shared memory", RG_HINT, "btl_vader_single_copy_mechanism=none");
    expect(&facts, "keepalive", RG_HINT, "oob_tcp_keepalive_time");
}

static void a_remedy_that_is_taken_is_seen(void)
{
    struct rg_facts facts = healthy;
    facts.file_system = 0x0BD00BD0;
    facts.ompio = false;
    facts.root = facts.root_allowed = facts.attach_denied = true;
    expect(&facts, "parallel I/O", RG_FINE, "");
    expect(&facts, "root", RG_FINE, "");
    expect(&facts, "shared memory", RG_FINE, "");
}

/* A wrong guess needs no hint where regime has put it right, and both kernels are shown. */
static void a_guess_put_right_is_shown(void)
{
    struct rg_facts facts = healthy;
    strcpy(facts.blas_guess, "Prescott");
    expect(&facts, "BLAS", RG_FINE, "");
    struct rg_finding finding = judge(&facts, "BLAS");
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.text, "AVX-512"));
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.text, "Prescott"));
    CU_ASSERT_PTR_NOT_NULL(strstr(finding.text, "SkylakeX"));
}

static void the_program_looks_at_this_machine(void)
{
    char output[8192];
    int code = test_shell("env -u OMP_NUM_THREADS -u OPENBLAS_NUM_THREADS " TEST_REGIME " doctor",
                          output, sizeof output);
    CU_ASSERT_EQUAL(code, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "HDF5 1."));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "one thread in each rank"));
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "0 broken"));
    test_shell("env -u OMPI_MCA_oob_tcp_keepalive_time " TEST_REGIME " doctor", output,
               sizeof output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "fix: export OMPI_MCA_oob_tcp_keepalive_time=2"));
}

const char *const test_suite = "cli.doctor";
const struct test_case test_cases[] = {
    {"a healthy machine is fine", a_healthy_machine_is_fine},
    {"troubles are named with their fix", troubles_are_named_with_their_fix},
    {"a remedy that is taken is seen", a_remedy_that_is_taken_is_seen},
    {"a guess that was put right is shown", a_guess_put_right_is_shown},
    {"the program looks at this machine", the_program_looks_at_this_machine},
    {NULL, NULL},
};
