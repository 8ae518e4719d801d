/* Points of a grid: ids and places, settings, and stream keys that no change of the grid's shape moves. */
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "grid_points";

struct keys {
    uint64_t key[RG_N_STREAMS];
    bool found;
};

/* The keys of the point whose description ("gain=0.2 hidden=8") this is, in a sweep of this text. */
static struct keys keys_of(const char *sweep, const char *described)
{
    struct keys keys = {.found = false};
    struct rg_spec *spec = sample_sweep(sweep);
    struct sample_settings settings;
    for (int64_t id = 0; id < spec->n_points; id++) {
        struct rg_point point;
        char text[256];
        rg_grid_print(spec, id, text, sizeof text);
        if (strcmp(text, described) != 0)
            continue;
        rg_grid_point(spec, id, &settings, &point);
        memcpy(keys.key, point.key, sizeof keys.key);
        keys.found = true;
    }
    rg_spec_destroy(&spec);
    return keys;
}

/* Bit s of the result: the keys of stream s are equal. */
static unsigned equal_streams(struct keys a, struct keys b)
{
    unsigned equal = 0;
    CU_ASSERT(a.found && b.found);
    for (int s = 0; s < RG_N_STREAMS; s++)
        equal |= (unsigned)(a.key[s] == b.key[s]) << s;
    return equal;
}

enum { ALL = (1 << RG_N_STREAMS) - 1, DATA = 1 << RG_STREAM_DATA, INIT = 1 << RG_STREAM_INIT };

static void ids(void)
{
    struct rg_spec *spec = sample_sweep(
        "axes = { gain = [1, 2, 3]; pair = { fraction = [0, 1]; max_length = [4, 5]; };\n"
        "  replicate = { count = 4; }; };");
    struct sample_settings settings;
    struct rg_point point;
    for (int64_t id = 0; id < spec->n_points; id++) {
        int64_t index[RG_AXES_MAX];
        rg_grid_index(spec, id, index);
        CU_ASSERT_EQUAL(id, (index[0] * 2 + index[1]) * 4 + index[2]);
        CU_ASSERT_EQUAL(rg_grid_id(spec, index), id);
        rg_grid_point(spec, id, &settings, &point);
        CU_ASSERT_EQUAL(point.id, id);
        CU_ASSERT_EQUAL(point.replicate, index[2]);
        CU_ASSERT_EQUAL(settings.gain, (double)index[0] + 1);
        CU_ASSERT_EQUAL(settings.fraction, (double)index[1]);
        CU_ASSERT_EQUAL(settings.max_length, index[1] + 4);
        CU_ASSERT_EQUAL(settings.hidden, 100);
    }
    char text[128];
    rg_grid_print(spec, 23, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "gain=3.0 fraction=1.0 max_length=5 replicate=3");
    rg_grid_print(spec, 23, text, 8);
    CU_ASSERT_STRING_EQUAL(text, "gain=3.");
    rg_spec_destroy(&spec);
}

static void keys_outlive_the_shape(void)
{
    static const char small[] = "axes = { gain = [0.1, 0.2]; hidden = [8, 16]; };";
    static const char *const grown[] = {
        "axes = { gain = [0.05, 0.2, 0.1]; hidden = [4, 8, 16, 32]; };",
        "axes = { gain = { from = 0.2; to = 0.6; count = 3; }; hidden = [16]; };",
        "axes = { gain = [0.1, 0.2]; hidden = [8, 16]; }; settings = { fraction = 0.5; };",
    };
    struct keys known = keys_of(small, "gain=0.2 hidden=16");
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++)
        CU_ASSERT_EQUAL(equal_streams(known, keys_of(grown[i], "gain=0.2 hidden=16")), ALL);
    CU_ASSERT_EQUAL(equal_streams(known, keys_of("axes = { hidden = [16, 8]; gain = [0.1, 0.2]; };",
                                                 "hidden=16 gain=0.2")),
                    ALL);
    CU_ASSERT_EQUAL(
        equal_streams(known, keys_of("axes = { pair = { gain = [0.2]; hidden = [16]; }; };",
                                     "gain=0.2 hidden=16")),
        ALL);
    CU_ASSERT_EQUAL(equal_streams(known, keys_of("axes = { gain = [0.1, 0.2]; hidden = [8, 16];\n"
                                                 "  replicate = { count = 2; }; };",
                                                 "gain=0.2 hidden=16 replicate=0")),
                    ALL);
}

static void keys_differ_between_points(void)
{
    static const char sweep[] =
        "axes = { gain = [0.1, 0.2]; activation = (\"relu\", \"tanh\"); replicate = { count = 2; "
        "}; };";
    struct keys known = keys_of(sweep, "gain=0.1 activation=relu replicate=0");
    static const char *const others[] = {"gain=0.2 activation=relu replicate=0",
                                         "gain=0.1 activation=tanh replicate=0",
                                         "gain=0.1 activation=relu replicate=1"};
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(equal_streams(known, keys_of(sweep, others[i])), 0);
    struct keys seeded = keys_of("seed = 1; axes = { gain = [0.1]; };", "gain=0.1");
    CU_ASSERT_EQUAL(equal_streams(seeded, keys_of("axes = { gain = [0.1]; };", "gain=0.1")), 0);
    for (int s = 1; s < RG_N_STREAMS; s++)
        CU_ASSERT_NOT_EQUAL(known.key[0], known.key[s]);
    /* swapped values of two axes are another point: the sum must not cancel */
    static const char square[] = "axes = { gain = [0.1, 0.2]; fraction = [0.1, 0.2]; };";
    CU_ASSERT_EQUAL(equal_streams(keys_of(square, "gain=0.1 fraction=0.2"),
                                  keys_of(square, "gain=0.2 fraction=0.1")),
                    0);
}

static void zero_has_one_sign(void)
{
    CU_ASSERT_EQUAL(equal_streams(keys_of("axes = { shift = [0.0]; };", "shift=0.0"),
                                  keys_of("axes = { shift = [-0.0]; };", "shift=0.0")),
                    ALL);
}

static void shared_streams(void)
{
    static const char sweep[] =
        "share = (\"data\", \"init\"); axes = { gain = [0.1, 0.2]; replicate = { count = 2; }; };";
    struct keys known = keys_of(sweep, "gain=0.1 replicate=0");
    CU_ASSERT_EQUAL(equal_streams(known, keys_of(sweep, "gain=0.2 replicate=0")), DATA | INIT);
    CU_ASSERT_EQUAL(equal_streams(known, keys_of(sweep, "gain=0.1 replicate=1")), 0);
}

static void seed_knobs(void)
{
    static const char plain[] = "axes = { gain = [0.1, 0.2]; };";
    static const char seeded[] = "axes = { gain = [0.1, 0.2]; data_seed = [-1, 5]; };";
    struct keys known = keys_of(plain, "gain=0.1");
    CU_ASSERT_EQUAL(equal_streams(known, keys_of(seeded, "gain=0.1 data_seed=-1")), ALL);
    struct keys five = keys_of(seeded, "gain=0.1 data_seed=5");
    CU_ASSERT_EQUAL(equal_streams(known, five), ALL & ~DATA);
    CU_ASSERT_EQUAL(equal_streams(five, keys_of(seeded, "gain=0.2 data_seed=5")), DATA);
    CU_ASSERT_EQUAL(
        equal_streams(five, keys_of("seed = 9; axes = { replicate = { count = 2; }; };\n"
                                    "settings = { data_seed = 5; init_seed = 5; };",
                                    "replicate=1")),
        DATA);
}

static void later_replicates(void)
{
    static const char all[] = "axes = { gain = [0.1]; replicate = { count = 9; }; };";
    static const char later[] = "axes = { gain = [0.1]; replicate = { first = 7; count = 2; }; };";
    CU_ASSERT_EQUAL(
        equal_streams(keys_of(all, "gain=0.1 replicate=8"), keys_of(later, "gain=0.1 replicate=8")),
        ALL);
    CU_ASSERT_EQUAL(
        equal_streams(keys_of(all, "gain=0.1 replicate=0"), keys_of(later, "gain=0.1 replicate=7")),
        0);
}

static void stopping_knobs(void)
{
    struct keys known = keys_of("axes = { gain = [0.1]; };", "gain=0.1");
    CU_ASSERT_EQUAL(equal_streams(known, keys_of("axes = { gain = [0.1]; max_epochs = [5, 10]; };",
                                                 "gain=0.1 max_epochs=10")),
                    ALL);
}

/* 10^12 points: no memory per point or value, and every point can be had. */
static void huge_grids(void)
{
    int64_t before = rg_alloc_live();
    struct rg_spec *spec = sample_sweep(
        "axes = { gain = { from = 0; to = 1; count = 1000000; };\n"
        "  fraction = { from = 0; to = 1; count = 1000; }; replicate = { count = 1000; }; };");
    CU_ASSERT_EQUAL(spec->n_points, 1000000000000);
    CU_ASSERT(rg_alloc_live() - before < 20);
    struct sample_settings settings;
    struct rg_point point;
    rg_grid_point(spec, spec->n_points - 1, &settings, &point);
    CU_ASSERT_EQUAL(settings.gain, 1.0);
    CU_ASSERT_EQUAL(point.replicate, 999);
    CU_ASSERT_EQUAL(rg_grid_cost(spec, 123456789012, &settings), 1e4);
    TEST_OK(rg_grid_check(spec));
    rg_spec_destroy(&spec);
}

/* Published keys: were the rule to change, stored sweeps could not be resumed or extended. */
static void pinned(void)
{
    struct keys keys = keys_of("seed = 1; axes = { gain = [0.1]; activation = (\"tanh\"); };",
                               "gain=0.1 activation=tanh");
    CU_ASSERT_EQUAL(keys.key[RG_STREAM_DATA], UINT64_C(0x36cf18ccea4c0008));
    CU_ASSERT_EQUAL(keys.key[RG_STREAM_INIT], UINT64_C(0x711caf060f7c5f5f));
}

static void planted_fault(void)
{
    static const char sweep[] = "axes = { gain = [0.1, 0.1000000000000001]; };";
    CU_ASSERT_EQUAL(
        equal_streams(keys_of(sweep, "gain=0.1"), keys_of(sweep, "gain=0.1000000000000001")), 0);
}

const struct test_case test_cases[] = {
    {"ids, places and settings", ids},
    {"keys do not depend on the grid's shape", keys_outlive_the_shape},
    {"keys differ between points", keys_differ_between_points},
    {"-0.0 is 0.0", zero_has_one_sign},
    {"share leaves the axes out", shared_streams},
    {"a seed knob replaces its own stream's key", seed_knobs},
    {"more replicates continue the first ones", later_replicates},
    {"stopping knobs enter no key", stopping_knobs},
    {"huge grids", huge_grids},
    {"keys stay what they are", pinned},
    {"one bit of a value is seen", planted_fault},
    {0},
};
