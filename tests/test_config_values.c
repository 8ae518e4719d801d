/* What a sweep file says is what the spec holds: every form of every key. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/knob.h"
#include "regime/memory.h"
#include "regime/resolved.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "config_values";

static const struct sample_settings *settings_of(const struct rg_spec *spec)
{
    return spec->settings;
}

static void defaults(void)
{
    struct rg_spec *spec = sample_sweep("");
    const struct sample_settings *s = settings_of(spec);
    CU_ASSERT_STRING_EQUAL(spec->name, "x");
    CU_ASSERT_PTR_EQUAL(spec->model, &sample_model);
    CU_ASSERT_EQUAL(spec->seed, 0);
    CU_ASSERT_EQUAL(spec->n_axes, 0);
    CU_ASSERT_EQUAL(spec->n_points, 1);
    CU_ASSERT_EQUAL(s->gain, 0.1);
    CU_ASSERT_EQUAL(s->hidden, 100);
    CU_ASSERT_EQUAL(s->loss, 0);
    CU_ASSERT_EQUAL(s->biased, 1);
    CU_ASSERT_EQUAL(s->loop.data_seed, -1);
    CU_ASSERT_EQUAL(s->merge_distances.n, 1);
    CU_ASSERT_EQUAL(s->merge_distances.values[0], 0.1);
    CU_ASSERT_EQUAL(s->validation_lengths.values[1], 100);
    CU_ASSERT_STRING_EQUAL(s->data, "");
    CU_ASSERT_EQUAL(spec->share, 0);
    CU_ASSERT_EQUAL(spec->keep, 1u << RG_AT_END);
    CU_ASSERT(spec->team[0] == 1 && spec->team[1] == 1);
    CU_ASSERT_STRING_EQUAL(spec->draw, "");
    rg_spec_destroy(&spec);
    spec = sample_sweep("axes = {};");
    CU_ASSERT_EQUAL(spec->n_points, 1);
    rg_spec_destroy(&spec);
}

static void settings(void)
{
    struct rg_spec *spec = sample_sweep(
        "seed = 0x7fffffffffffffffL; team = [2, 3]; share = (\"data\", \"init\");\n"
        "keep = (\"initial\", \"record\"); draw = \"map --column test_loss\";\n"
        "settings = { gain = 1; fraction = .5; hidden = 0x40; loss = \"cross_entropy\";\n"
        "  biased = false; merge_distances = [1, 0]; validation_lengths = [];\n"
        "  data = \"a \\\"b\\\" // no comment\"; max_epochs = 5000000000L; } // the end");
    const struct sample_settings *s = settings_of(spec);
    CU_ASSERT_EQUAL(spec->seed, INT64_MAX);
    CU_ASSERT(spec->team[0] == 2 && spec->team[1] == 3);
    CU_ASSERT_STRING_EQUAL(spec->draw, "map --column test_loss");
    CU_ASSERT_EQUAL(spec->share, 1u << RG_STREAM_DATA | 1u << RG_STREAM_INIT);
    CU_ASSERT_EQUAL(spec->keep, 1u << RG_AT_START | 1u << RG_AT_RECORD);
    CU_ASSERT_EQUAL(s->gain, 1.0);
    CU_ASSERT_EQUAL(s->fraction, 0.5);
    CU_ASSERT_EQUAL(s->hidden, 64);
    CU_ASSERT_EQUAL(s->loss, 1);
    CU_ASSERT_EQUAL(s->biased, 0);
    CU_ASSERT(s->merge_distances.n == 2 && s->merge_distances.values[0] == 1);
    CU_ASSERT_EQUAL(s->validation_lengths.n, 0);
    CU_ASSERT_STRING_EQUAL(s->data, "a \"b\" // no comment");
    CU_ASSERT_EQUAL(s->loop.max_epochs, 5000000000);
    rg_spec_destroy(&spec);
}

static void axes(void)
{
    struct rg_spec *spec = sample_sweep(
        "axes = { gain = { from = 0; to = 1; count = 5; };\n"
        "  hidden = { from = 1; to = 1000; count = 4; spacing = \"log\"; };\n"
        "  activation = (\"tanh\", \"relu\"); biased = [true, false];\n"
        "  pair = { fraction = [1, 0]; max_length = { from = 4; to = 8; count = 2; }; };\n"
        "  replicate = { count = 3; }; };");
    CU_ASSERT_EQUAL(spec->n_axes, 6);
    CU_ASSERT_EQUAL(spec->n_points, 5 * 4 * 2 * 2 * 2 * 3);
    CU_ASSERT_EQUAL(spec->axes[0].members[0].spacing, RG_LINEAR);
    CU_ASSERT_PTR_NULL(spec->axes[0].members[0].values);
    CU_ASSERT_EQUAL(spec->axes[1].members[0].spacing, RG_LOG);
    CU_ASSERT_EQUAL(spec->axes[2].members[0].values[0].integer, 1);
    CU_ASSERT_EQUAL(spec->axes[3].members[0].values[1].integer, 0);
    CU_ASSERT_STRING_EQUAL(spec->axes[4].name, "pair");
    CU_ASSERT_EQUAL(spec->axes[4].n_members, 2);
    CU_ASSERT_EQUAL(spec->axes[4].members[0].values[0].real, 1.0);
    CU_ASSERT_EQUAL(spec->axes[5].members[0].knob, RG_REPLICATE);
    rg_spec_destroy(&spec);
}

static void largest(void)
{
    struct rg_spec *spec = sample_sweep(
        "axes = { hidden = [64, 256, 16]; gain = { from = 1; to = 0.1; count = 3; };\n"
        "  activation = (\"tanh\", \"relu\"); max_epochs = { from = 10; to = 1000; count = 3; "
        "spacing "
        "= \"log\"; }; };\nsettings = { fraction = 0.5; };");
    const struct sample_settings *s = spec->largest;
    CU_ASSERT_EQUAL(s->hidden, 256);
    CU_ASSERT_EQUAL(s->gain, 1.0);
    CU_ASSERT_EQUAL(s->activation, 1);
    CU_ASSERT_EQUAL(s->loop.max_epochs, 1000);
    CU_ASSERT_EQUAL(s->fraction, 0.5);
    rg_spec_destroy(&spec);
}

/* Whether the record epochs of a sweep with 100 epochs are these. */
static bool records_are(const char *record, int64_t n, const int64_t *epochs)
{
    char text[256];
    snprintf(text, sizeof text, "settings = { max_epochs = 100; }; %s", record);
    struct rg_spec *spec = sample_sweep(text);
    bool same = spec->n_records == n &&
                memcmp(spec->record_epochs, epochs, (size_t)n * sizeof *epochs) == 0;
    rg_spec_destroy(&spec);
    return same;
}

static void records(void)
{
    CU_ASSERT(records_are("record = { every = 40; };", 3, (int64_t[]){0, 40, 80}));
    CU_ASSERT(records_are("record = { every = 500; };", 1, (int64_t[]){0}));
    CU_ASSERT(records_are("record = { epochs = [1, 7, 100]; };", 4, (int64_t[]){0, 1, 7, 100}));
    CU_ASSERT(records_are("record = { epochs = [0, 7]; };", 2, (int64_t[]){0, 7}));
    CU_ASSERT(records_are("record = { epochs = []; };", 1, (int64_t[]){0}));
    CU_ASSERT(records_are("record = { spacing = \"linear\"; count = 3; };", 4,
                          (int64_t[]){0, 33, 67, 100}));
    CU_ASSERT(records_are("record = { count = 5; };", 6, (int64_t[]){0, 1, 3, 10, 32, 100}));
    CU_ASSERT(
        records_are("record = { spacing = \"linear\"; count = 1; };", 2, (int64_t[]){0, 100}));
    /* planted fault */
    CU_ASSERT_FALSE(records_are("record = { count = 5; };", 6, (int64_t[]){0, 1, 3, 10, 33, 100}));
    struct rg_spec *spec = sample_sweep("settings = { max_epochs = 1000000; };");
    CU_ASSERT(spec->n_records > 50 && spec->n_records <= 65); /* log, 64, repeated ones once */
    CU_ASSERT_EQUAL(spec->record_epochs[spec->n_records - 1], 1000000);
    for (int64_t r = 1; r < spec->n_records; r++)
        CU_ASSERT(spec->record_epochs[r] > spec->record_epochs[r - 1]);
    rg_spec_destroy(&spec);
}

static void overrides(void)
{
    struct rg_spec *spec = sample_spec(
        "name = \"x\"; model = \"sample\"; seed = 1; settings = { hidden = 5; loss = \"mse\"; };",
        "hidden=7\nloss=cross_entropy\nseed=12\nmerge_distances=[0.5, 1.0]\ndata = a "
        "b\nhidden=8\n");
    const struct sample_settings *s = settings_of(spec);
    CU_ASSERT_EQUAL(s->hidden, 8);
    CU_ASSERT_EQUAL(s->loss, 1);
    CU_ASSERT_EQUAL(spec->seed, 12);
    CU_ASSERT_EQUAL(s->merge_distances.n, 2);
    CU_ASSERT_STRING_EQUAL(s->data, "a b");
    CU_ASSERT_EQUAL(((const struct sample_settings *)spec->largest)->hidden, 8);
    rg_spec_destroy(&spec);
}

static void weights_are_kept_while_few(void)
{
    /* 1000 x 1000 floats: 256 points take 0.95 GiB, 270 take more than 1 GiB */
    static const char format[] =
        "settings = { hidden = 1000; }; axes = { replicate = { count = %d; }; };";
    char text[128];
    snprintf(text, sizeof text, format, 256);
    struct rg_spec *spec = sample_sweep(text);
    CU_ASSERT_EQUAL(rg_spec_weight_bytes(spec), 4e6);
    CU_ASSERT_EQUAL(spec->keep, 1u << RG_AT_END);
    rg_spec_destroy(&spec);
    snprintf(text, sizeof text, format, 270);
    spec = sample_sweep(text);
    CU_ASSERT_EQUAL(spec->keep, 0);
    rg_spec_destroy(&spec);
}

/* Every value is printed so that it reads back the same. */
static void values_read_back(void)
{
    struct rg_spec *spec = sample_sweep(
        "settings = { gain = 0.1; fraction = 0.3333333333333333; shift = -1e-300; stop_loss = "
        "1e6;\n"
        "  data = \"a\\\"b\\\\c\"; max_epochs = 5000000000L; merge_distances = [0.1, 1e-5]; };");
    struct sample_settings again;
    memset(&again, 0, sizeof again);
    char text[512];
    for (int i = 0; i < rg_model_n_knobs(&sample_model); i++) {
        const struct rg_knob *knob = rg_model_knob(&sample_model, i);
        rg_knob_print(knob, spec->settings, text, sizeof text);
        TEST_OK(rg_knob_parse(knob, text, &again));
    }
    CU_ASSERT_EQUAL(memcmp(&again, spec->settings, sizeof again), 0);
    rg_real_print(0.1, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "0.1");
    rg_real_print(10, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "10.0");
    rg_spec_destroy(&spec);
}

static void resolved(void)
{
    static const char *const same[] = {
        "axes = { gain = [1, 2]; }; settings = { hidden = 9; };",
        "/* other order */ settings : { hidden = 0x9 } axes : { gain = (1.0, 2) } draw : \"phase\"",
    };
    char *texts[2], *diff = NULL, *other = NULL;
    struct rg_spec *spec;
    for (int i = 0; i < 2; i++) {
        spec = sample_sweep(same[i]);
        TEST_OK(rg_spec_resolved(spec, &texts[i]));
        rg_spec_destroy(&spec);
    }
    CU_ASSERT_STRING_EQUAL(texts[0], texts[1]);
    CU_ASSERT_PTR_NOT_NULL(strstr(texts[0], "\naxes.gain = [1.0, 2.0]\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(texts[0], "\nsettings.hidden = 9\n"));
    CU_ASSERT_PTR_NULL(strstr(texts[0], "settings.gain"));
    TEST_OK(rg_resolved_diff(texts[0], texts[1], &diff));
    CU_ASSERT_STRING_EQUAL(diff, "");
    rg_free(&diff);
    spec = sample_sweep("axes = { gain = [1, 2]; }; settings = { hidden = 10; };");
    TEST_OK(rg_spec_resolved(spec, &other));
    TEST_OK(rg_resolved_diff(texts[0], other, &diff));
    CU_ASSERT_STRING_EQUAL(diff, "- settings.hidden = 9\n+ settings.hidden = 10\n");
    rg_spec_destroy(&spec);
    rg_free(&diff);
    rg_free(&other);
    rg_free(&texts[0]);
    rg_free(&texts[1]);
}

static void all_memory_is_given_back(void)
{
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"defaults", defaults},
    {"settings of every type", settings},
    {"axes of every form", axes},
    {"the largest values", largest},
    {"record epochs", records},
    {"--set", overrides},
    {"weights are kept by default below 1 GiB", weights_are_kept_while_few},
    {"values read back as printed", values_read_back},
    {"the resolved text", resolved},
    {"memory", all_memory_is_given_back},
    {0},
};
