/* Rank 0 reads, all ranks know: the same spec or the same refusal everywhere. */
#include <stdio.h>
#include <string.h>

#include "regime/hash.h"
#include "regime/memory.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_share";

static int my_rank(void)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

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
    snprintf(path, sizeof path, "%s/%s.cfg", test_folder(), my_rank() == 0 ? "there" : "nowhere");
    if (my_rank() == 0) {
        FILE *file = fopen(path, "w");
        if (file) {
            fputs(text, file);
            fclose(file);
        }
    }
    return rg_spec_share(MPI_COMM_WORLD, &sample_registry, path, my_rank() ? NULL : overrides,
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
    CU_ASSERT(!same_everywhere((uint64_t)my_rank()) || my_rank() == 0); /* planted fault */
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
    CU_ASSERT_EQUAL(rg_error_message()[0] != '\0', my_rank() == 0);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"all ranks have the same spec", all_ranks_have_it},
    {"all ranks refuse, one has the message", all_ranks_refuse},
    {0},
};
