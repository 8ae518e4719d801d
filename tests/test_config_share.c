/* Rank 0 reads, all ranks know: the same spec or the same refusal everywhere. */
#include <stdio.h>
#include <string.h>

#include "regime/agree.h"
#include "regime/hash.h"
#include "regime/memory.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_share";

static bool same_everywhere(uint64_t value)
{
    uint64_t low, high;
    MPI_Allreduce(&value, &low, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&value, &high, 1, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    return low == high;
}

/* The file exists for rank 0 alone: the others are given a path that leads nowhere. */
static enum rg_status share(const char *text, const char *overrides, struct rg_spec **spec)
{
    char path[5000];
    snprintf(path, sizeof path, "%s/%s.cfg", test_folder(), test_rank() == 0 ? "there" : "nowhere");
    if (test_rank() == 0) {
        FILE *file = fopen(path, "w");
        if (file) {
            fputs(text, file);
            fclose(file);
        }
    }
    return rg_spec_share(MPI_COMM_WORLD, &sample_registry, path, test_rank() ? NULL : overrides,
                         spec);
}

static void all_ranks_have_it(void)
{
    struct rg_spec *spec = NULL;
    char *resolved = NULL;
    TEST_OK(share("name = \"x\"; model = \"sample\"; axes = { gain = [0.1, 0.2]; };", "hidden=8\n",
                  &spec));
    TEST_OK(rg_spec_resolved(spec, &resolved));
    CU_ASSERT(same_everywhere(rg_hash_text(0, resolved)));
    CU_ASSERT(!same_everywhere((uint64_t)test_rank()) || test_rank() == 0); /* planted fault */
    CU_ASSERT_EQUAL(((const struct sample_settings *)spec->settings)->hidden, 8);
    rg_free(&resolved);
    rg_spec_destroy(&spec);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

static void all_ranks_refuse(void)
{
    struct rg_spec *spec = NULL;
    rg_error_clear();
    CU_ASSERT_EQUAL(share("name = \"x\"; model = \"nix\";", NULL, &spec), RG_ERROR_USER);
    CU_ASSERT_PTR_NULL(spec);
    CU_ASSERT_EQUAL(rg_error_message()[0] != '\0', test_rank() == 0);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

/* The last rank fails alone, then all do, the last for a worse reason: rank 0 speaks for it. */
static void the_worst_code_is_all_ranks(void)
{
    int size;
    char said[64];
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const bool last = test_rank() == size - 1;
    rg_error_clear();
    CU_ASSERT_EQUAL(rg_agree(MPI_COMM_WORLD, RG_OK), RG_OK);
    const enum rg_status alone = last ? rg_fail(RG_ERROR_USER, "", 0, "alas") : RG_OK;
    CU_ASSERT_EQUAL(rg_agree(MPI_COMM_WORLD, alone), RG_ERROR_USER);
    snprintf(said, sizeof said, size > 1 ? "rank %d: alas" : "alas", size - 1);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), test_rank() == 0 ? said : "");
    const enum rg_status code = last ? RG_ERROR_SPACE : RG_ERROR_USER;
    CU_ASSERT_EQUAL(rg_agree(MPI_COMM_WORLD, rg_fail(code, "", 0, "oh")), RG_ERROR_SPACE);
    snprintf(said, sizeof said, size > 1 ? "rank %d: oh" : "oh", size - 1);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), test_rank() == 0 ? said : "");
    rg_error_clear();
}

const struct test_case test_cases[] = {
    {"all ranks have the same spec", all_ranks_have_it},
    {"the worst code is that of all ranks", the_worst_code_is_all_ranks},
    {"all ranks refuse, one has the message", all_ranks_refuse},
    {0},
};
