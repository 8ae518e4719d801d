/* Picking parts of a grid by values, and checking which combinations make sense. */
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "grid_slices";

static const char sweep[] =
    "axes = { gain = { from = 0.1; to = 1.0; count = 20; };\n"
    "  hidden = [16, 64, 256]; learning_rate = { from = 1e-3; to = 1; count = 4; spacing = "
    "\"log\"; };\n"
    "  activation = (\"relu\", \"tanh\"); pair = { fraction = [0.5, 1.0]; max_length = [5, 6]; };\n"
    "  stop_loss = [0.5]; replicate = { count = 3; }; };";

/* The place that "AXIS=VALUE" picks on an axis of a sweep; -1: refused. */
static int64_t picked_of(const char *text, const char *assignment, int axis)
{
    struct rg_spec *spec = sample_sweep(text);
    struct rg_slice slice;
    rg_slice_all(&slice);
    enum rg_status code = rg_slice_narrow(spec, &slice, assignment);
    CU_ASSERT(code == RG_OK || code == RG_ERROR_USER);
    rg_spec_destroy(&spec);
    return slice.index[axis];
}

static int64_t picked(const char *assignment, int axis)
{
    return picked_of(sweep, assignment, axis);
}

static void picks(void)
{
    CU_ASSERT_EQUAL(picked("gain=0.1", 0), 0);
    CU_ASSERT_EQUAL(picked("gain=1", 0), 19);
    CU_ASSERT_EQUAL(picked("gain=0.15", 0), 1); /* 0.1473... */
    CU_ASSERT_EQUAL(picked("gain=1.02", 0), 19);
    CU_ASSERT_EQUAL(picked("gain=1.03", 0), -1);
    CU_ASSERT_EQUAL(picked("gain=0.05", 0), -1);
    CU_ASSERT_EQUAL(picked("hidden=64", 1), 1);
    CU_ASSERT_EQUAL(picked("hidden=60", 1), -1);
    CU_ASSERT_EQUAL(picked("hidden=9000", 1), -1);
    CU_ASSERT_EQUAL(picked("learning_rate=0.01", 2), 1);
    CU_ASSERT_EQUAL(picked("learning_rate=-1", 2), -1);
    CU_ASSERT_EQUAL(picked("learning_rate=1e9", 2), -1);
    CU_ASSERT_EQUAL(picked("activation=tanh", 3), 1);
    CU_ASSERT_EQUAL(picked("activation=\"tanh\"", 3), 1);
    CU_ASSERT_EQUAL(picked("activation=sine", 3), -1);
    CU_ASSERT_EQUAL(picked("fraction=1", 4), 1);
    CU_ASSERT_EQUAL(picked("max_length=5", 4), 0);
    CU_ASSERT_EQUAL(picked("pair=1", 4), 1);
    CU_ASSERT_EQUAL(picked("pair=2", 4), -1);
    CU_ASSERT_EQUAL(picked("pair=-1", 4), -1);
    CU_ASSERT_EQUAL(picked_of("axes = { alone = { gain = [0.1, 0.5]; }; };", "alone=0.5", 0), 1);
    CU_ASSERT_EQUAL(picked("stop_loss=0.5", 5), 0);
    CU_ASSERT_EQUAL(picked("stop_loss=0.51", 5), -1);
    CU_ASSERT_EQUAL(picked("replicate=2", 6), 2);
    CU_ASSERT_EQUAL(picked("replicate=3", 6), -1);
    CU_ASSERT_EQUAL(picked("replicate=-1", 6), -1);
}

/* Three digits name the only value there is, but not the end of many that lie close together. */
static void picks_in_few_digits(void)
{
    static const char *const alone[] = {
        "axes = { gain = [0.5263157894736842]; };",
        "axes = { gain = { from = 0.5263157894736842; to = 0.5263157894736842; count = 1; }; };",
        "axes = { gain = { from = 0.5263157894736842; to = 1.0; count = 1; spacing = \"log\"; }; "
        "};"};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        CU_ASSERT_EQUAL(picked_of(alone[i], "gain=0.526", 0), 0);
        CU_ASSERT_EQUAL(picked_of(alone[i], "gain=0.5263157894736842", 0), 0);
        CU_ASSERT_EQUAL(picked_of(alone[i], "gain=0.53", 0), -1);
        CU_ASSERT_EQUAL(picked_of(alone[i], "gain=-0.526", 0), -1);
    }
    CU_ASSERT_EQUAL(picked_of("axes = { hidden = [2000]; };", "hidden=2001", 0), -1);
    CU_ASSERT_EQUAL(picked_of("axes = { gain = [0.5263, 0.5264]; };", "gain=0.526", 0), -1);
}

static bool refused(const char *first, const char *second, const char *answer)
{
    struct rg_spec *spec = sample_sweep(sweep);
    struct rg_slice slice;
    rg_slice_all(&slice);
    enum rg_status code = rg_slice_narrow(spec, &slice, first);
    if (second && code == RG_OK)
        code = rg_slice_narrow(spec, &slice, second);
    rg_spec_destroy(&spec);
    bool right = code == RG_ERROR_USER && strcmp(rg_error_message(), answer) == 0;
    if (!right)
        fprintf(stderr, "\n  said:   %s\n  wanted: %s\n", rg_error_message(), answer);
    return right;
}

static void refusals(void)
{
    CU_ASSERT(refused("hidden=60", NULL, "hidden=60: not on the axis; its values: 16 64 256"));
    CU_ASSERT(refused("gian=1", NULL,
                      "gian=1: no such axis (did you mean \"gain\"?); the axes of x: gain hidden "
                      "learning_rate activation pair fraction max_length stop_loss replicate"));
    CU_ASSERT(refused("gain", NULL, "gain: write AXIS=VALUE"));
    CU_ASSERT(refused("pair=2", NULL, "pair=2: not on the axis; its values: 0 1"));
    CU_ASSERT(
        refused("max_length=6", "pair=0", "pair=0: another value of this axis is picked already"));
    CU_ASSERT(refused("hidden=16", "hidden=64",
                      "hidden=64: another value of this axis is picked already"));
    CU_ASSERT(refused("activation=sine", NULL,
                      "activation = \"sine\": must be one of \"relu\", \"tanh\""));
}

static void counts_and_membership(void)
{
    struct rg_spec *spec = sample_sweep(sweep);
    struct rg_slice slice;
    int64_t id = -1, members = 0;
    rg_slice_all(&slice);
    CU_ASSERT_EQUAL(rg_slice_points(spec, &slice), spec->n_points);
    TEST_OK(rg_slice_narrow(spec, &slice, "gain=0.1"));
    TEST_OK(rg_slice_narrow(spec, &slice, "fraction=1"));
    CU_ASSERT_EQUAL(rg_slice_points(spec, &slice), spec->n_points / 40);
    for (int64_t i = 0; i < spec->n_points; i++)
        if (rg_slice_has(spec, &slice, i))
            CU_ASSERT_EQUAL(rg_slice_id(spec, &slice, members++), i);
    CU_ASSERT_EQUAL(members, spec->n_points / 40);
    CU_ASSERT_EQUAL(rg_slice_point(spec, &slice, &id), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(),
                           "hidden is open: a point needs a value for every axis (hidden=...)");
    static const char *const rest[] = {"hidden=16", "learning_rate=1", "activation=relu",
                                       "stop_loss=0.5", "replicate=0"};
    for (int i = 0; i < 5; i++)
        TEST_OK(rg_slice_narrow(spec, &slice, rest[i]));
    TEST_OK(rg_slice_point(spec, &slice, &id));
    char text[256];
    rg_grid_print(spec, id, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text,
                           "gain=0.1 hidden=16 learning_rate=1.0 activation=relu fraction=1.0 "
                           "max_length=6 stop_loss=0.5 replicate=0");
    rg_spec_destroy(&spec);
}

/* ---- combinations -------------------------------------------------------------------------------- */

static enum rg_status check(const char *text)
{
    struct rg_spec *spec = sample_sweep(text);
    enum rg_status code = rg_grid_check(spec);
    rg_spec_destroy(&spec);
    return code;
}

static void combinations(void)
{
    TEST_OK(check("axes = { dataset_size = [0, 30]; max_length = [4, 5]; };"));
    CU_ASSERT_EQUAL(
        check("axes = { dataset_size = [30, 31]; gain = [1, 2]; max_length = [4, 5]; };"),
        RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(),
                           "x.cfg:2: dataset_size=31 max_length=4: dataset_size = 31: at most 30 "
                           "strings exist");
    CU_ASSERT_EQUAL(check("settings = { dataset_size = 31; max_length = 4; };"), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(),
                           "x.cfg:2: dataset_size = 31: at most 30 strings exist");
    CU_ASSERT_EQUAL(
        check("axes = { dataset_size = [31];\n hidden = [1, 2];\n max_length = [3, 4]; };"),
        RG_ERROR_USER); /* each complaint once, with its place */
    CU_ASSERT_STRING_EQUAL(rg_error_message(),
                           "x.cfg:2: dataset_size=31 max_length=3: dataset_size = 31: at most 14 "
                           "strings exist\n"
                           "x.cfg:2: dataset_size=31 max_length=4: dataset_size = 31: at most 30 "
                           "strings exist");
    CU_ASSERT_EQUAL(check("axes = { dataset_size = { from = 31; to = 60; count = 30; }; };\n"
                          "settings = { max_length = 4; };"),
                    RG_ERROR_USER);
    int lines = 0;
    for (const char *c = rg_error_message(); *c; c++)
        lines += *c == '\n';
    CU_ASSERT_EQUAL(lines, 10);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "\n... and more"));
}

/* More combinations than are looked at: the ends are, always. */
static void huge(void)
{
    TEST_OK(
        check("axes = { dataset_size = { from = 0; to = 2046; count = 2047; };\n"
              "  max_length = { from = 10; to = 11; count = 2; };\n"
              "  gain = { from = 0; to = 1; count = 1000000000; }; };"));
    /* 2097150 strings exist: the last of two million sizes alone is too large */
    TEST_OK(
        check("axes = { dataset_size = { from = 98; to = 2097150; count = 2097053; }; };\n"
              "settings = { max_length = 20; };"));
    CU_ASSERT_EQUAL(
        check("axes = { dataset_size = { from = 98; to = 2097151; count = 2097054; }; };\n"
              "settings = { max_length = 20; };"),
        RG_ERROR_USER);
}

const struct test_case test_cases[] = {
    {"the nearest value within half a step", picks},
    {"three digits name the only value of an axis", picks_in_few_digits},
    {"refusals", refusals},
    {"points of a slice", counts_and_membership},
    {"combinations that make no sense are listed", combinations},
    {"huge grids are checked at their ends", huge},
    {0},
};
