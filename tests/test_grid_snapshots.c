/* Which points a sweep file lists for snapshots, and how mistakes in the list are answered. */
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/train.h"
#include "test.h"

const char *const test_suite = "grid_snapshots";

#define SWEEP                                                                                     \
    "name = \"t\"; model = \"parity_rnn\";\n"                                                     \
    "axes = { gain = [0.1, 0.5, 0.9]; loss = (\"mse\", \"cross_entropy\");\n"                     \
    "         pair = { max_length = [5, 6]; hidden = [7, 9]; }; replicate = { count = 3; }; };\n" \
    "settings = { analysis_length = 4; };\n"

static struct rg_spec *parse(const char *text)
{
    struct rg_spec *spec = NULL;
    if (rg_spec_parse(&rg_models, "x.cfg", text, NULL, &spec) != RG_OK)
        return NULL;
    return spec;
}

static void check_ids(const char *text, int64_t wanted, const int64_t *expected)
{
    struct rg_spec *spec = parse(text);
    int64_t *ids = NULL, n = -1;
    CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
    TEST_OK(rg_grid_snapshots(spec, &ids, &n));
    CU_ASSERT_EQUAL(n, wanted);
    for (int64_t i = 0; i < n && i < wanted; i++)
        CU_ASSERT_EQUAL(ids[i], expected[i]);
    rg_free(&ids);
    rg_spec_destroy(&spec);
}

/* id = ((gain * 2 + loss) * 2 + pair) * 3 + replicate */
static void finds_points(void)
{
    check_ids(SWEEP, 0, NULL);
    check_ids(SWEEP "snapshots = ( { gain = 0.5; loss = \"mse\"; hidden = 9; replicate = 2; } );",
              1, (int64_t[]){17});
    check_ids(SWEEP "snapshots = ( { gain = 0.52; loss = \"mse\"; pair = 1; } );", 3,
              (int64_t[]){15, 16, 17});
    check_ids(SWEEP /* the second has one point of the first */
              "snapshots = ( { gain = 0.9; loss = \"mse\"; pair = 0; replicate = 0; },\n"
              "  { gain = 0.1; loss = \"mse\"; pair = 0; replicate = 0; }, { gain = 0.9; loss "
              "= \"mse\"; pair = 0; } );",
              4, (int64_t[]){0, 24, 25, 26});
    check_ids("name = \"t\"; model = \"parity_rnn\"; axes = {}; snapshots = ( { } );", 1,
              (int64_t[]){0});
}

/* Both where the grid is checked and where the record is laid out. */
static void check_answer(const char *text, const char *wanted)
{
    struct rg_spec *spec = parse(text);
    if (spec)
        CU_ASSERT_EQUAL(rg_grid_check(spec), RG_ERROR_USER);
    const bool said = strstr(rg_error_message(), wanted) && !strchr(rg_error_message(), '\n');
    CU_ASSERT(said);
    if (!said)
        fprintf(stderr, "\n%s\nnot: %s\n", rg_error_message(), wanted);
    rg_spec_destroy(&spec);
}

static void answers_mistakes(void)
{
    int64_t live = rg_alloc_live();
    check_answer(SWEEP "snapshots = (\n  { gain = 0.1; },\n  { gain = 2.0; } );",
                 "x.cfg:7: snapshots: gain=2.0: not on the axis; its values: 0.1 0.5 0.9");
    check_answer(SWEEP "snapshots = ( { gian = 0.1; } );",
                 "x.cfg:5: snapshots: gian=0.1: no such axis (did you mean \"gain\"?)");
    check_answer(SWEEP "snapshots = ( { loss = \"mes\"; } );", "x.cfg:5: snapshots: loss = ");
    check_answer(SWEEP "snapshots = ( { max_length = 5; hidden = 9; } );",
                 "another value of this axis is picked already");
    check_answer(SWEEP "snapshots = ( { gain = [0.1, 0.5]; } );",
                 "x.cfg:5: snapshots[0].gain = [0.1, 0.5]: must be one value");
    check_answer(SWEEP "snapshots = ();", "x.cfg:5: snapshots: must be a list of 1 to 1024 groups");
    check_answer(SWEEP "snapshots = ( { gain = 0.1; },\n { gain = 0.1; replicate = 2; } );",
                 "x.cfg:6: snapshots: the groups before this one have all of its points");
    check_answer(SWEEP "snapshots = { gain = 0.1; };", "x.cfg:5: snapshots: must be a list");
    check_answer(SWEEP "snapshots = ( 0.1 );", "must be a group of values");
    check_answer(
        "name = \"t\"; model = \"parity_rnn\"; axes = { replicate = { count = 1025; }; };\n"
        "snapshots = ( { } );",
        "x.cfg:2: snapshots: 1025 points: at most 1024");
    check_answer("name = \"t\"; model = \"linear_net\"; axes = {};\nsnapshots = ( { } );",
                 "x.cfg:2: snapshots: linear_net has no columns for snapshots");
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

static bool resolves_to(const char *text, const char *line)
{
    struct rg_spec *spec = parse(text);
    char *resolved = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
    TEST_OK(rg_spec_resolved(spec, &resolved));
    const bool has = strstr(resolved, line) != NULL;
    rg_free(&resolved);
    rg_spec_destroy(&spec);
    return has;
}

static void is_part_of_the_sweep(void)
{
    CU_ASSERT(resolves_to(SWEEP "snapshots = ( { gain = 0.10; replicate = 1; } );",
                          "\nsnapshots = gain=0.1 replicate=1\n"));
    CU_ASSERT_FALSE(resolves_to(SWEEP, "snapshots"));
}

const struct test_case test_cases[] = {
    {"groups are slices of the grid, each point once", finds_points},
    {"mistakes are answered in one line with their place", answers_mistakes},
    {"the resolved sweep has them", is_part_of_the_sweep},
    {0},
};
