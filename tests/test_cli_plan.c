/* regime plan and regime describe as a user meets them, and the estimate behind plan. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/plan.h"
#include "regime/clock.h"
#include "regime/store.h"
#include "regime/train.h"
#include "test.h"

const char *const test_suite = "cli_plan";

enum { OUTPUT = 30000 };
static char output[OUTPUT];

/* Runs a program in the scratch folder; returns the exit status, the text is in `output`. */
static int run(const char *program, const char *arguments)
{
    char command[9000];
    snprintf(command, sizeof command, "cd '%s' && '%s' %s", test_folder(), program, arguments);
    return test_shell(command, output, OUTPUT);
}

static int regime(const char *arguments)
{
    return run(TEST_REGIME, arguments);
}

static int sample_regime(const char *arguments)
{
    return run(TEST_REGIME_SAMPLE, arguments);
}

static bool says(const char *text)
{
    bool found = strstr(output, text) != NULL;
    if (!found)
        fprintf(stderr, "\nnot said: %s\n%s\n", text, output);
    return found;
}

static void write_model_sweep(const char *model, const char *name, const char *text)
{
    char path[5000];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL(file);
    if (!file)
        return;
    fprintf(file, "name = \"s\"; model = \"%s\";\n%s", model, text);
    fclose(file);
}

static void write_sweep(const char *name, const char *text)
{
    write_model_sweep("parity_rnn", name, text);
}

static void counts(void)
{
    write_sweep("s.cfg",
                "axes = { gain = { from = 0.1; to = 1.0; count = 20; };\n"
                "  pair = { max_length = [4, 5]; hidden = [8, 16]; }; };\n"
                "record = { every = 100; }; settings = { max_epochs = 1000; };");
    CU_ASSERT_EQUAL(regime("plan s.cfg --no-timing"), 0);
    CU_ASSERT(says("s.cfg: s, model parity_rnn, seed 0"));
    CU_ASSERT(says("gain                           20   0.1 .. 1.0\n"));
    CU_ASSERT(says("pair, together:\n    max_length                      2   4 .. 5\n"));
    CU_ASSERT(says("points   40\n  records  11 a point, epochs 0 to 1000\n"));
    CU_ASSERT(says(" a rank (program 112 MiB, network "));
    CU_ASSERT(says("\n           and 360 bytes on rank 0,")); /* 9 for each point */
    CU_ASSERT(says("file     s.h5: "));
    CU_ASSERT_EQUAL(regime("plan s.cfg --no-timing --only gain=0.1 --set max_epochs=50 -o a.h5"),
                    0);
    CU_ASSERT(says("points   40, of which --only takes 2: gain=0.1\n"));
    CU_ASSERT(says("epochs 0 to 0\n"));
    CU_ASSERT(says("file     a.h5: "));
}

static void mistakes(void)
{
    write_sweep("bad.cfg", "settings = { gian = 0.1; };");
    CU_ASSERT_EQUAL(regime("plan bad.cfg"), 2);
    CU_ASSERT_STRING_EQUAL(output,
                           "bad.cfg:2: settings.gian = 0.1: unknown knob of "
                           "parity_rnn (did you mean \"gain\"?)\n");
    write_sweep("many.cfg", "axes = { dataset_size = [4, 7]; }; settings = { max_length = 2; };");
    CU_ASSERT_EQUAL(regime("plan many.cfg"), 2);
    CU_ASSERT(says("many.cfg:2: dataset_size=7: only 6 strings"));
    write_sweep("both.cfg", "axes = { dataset_size = [4, 6];\n fraction = [0.1, 0.5, 1.0]; };");
    CU_ASSERT_EQUAL(regime("plan both.cfg"), 2);
    CU_ASSERT_STRING_EQUAL(output,
                           "both.cfg:3: dataset_size=4 fraction=0.1: fraction and dataset_size "
                           "both say how many strings are trained: give one of them\n");
    CU_ASSERT_EQUAL(regime("plan many.cfg --set max_length=3 --set min_length=4"), 2);
    CU_ASSERT(says("--set: dataset_size=4: min_length = 4 exceeds max_length = 3"));
    CU_ASSERT_EQUAL(regime("plan none.cfg"), 2);
    CU_ASSERT(says("none.cfg: cannot be opened: No such file or directory"));
    CU_ASSERT_EQUAL(regime("plan s.cfg --ranks many"), 2);
    CU_ASSERT_EQUAL(regime("run s.cfg -o ''"), 2);
    CU_ASSERT(says("regime run: --output needs a value: --output FILE"));
    CU_ASSERT_EQUAL(regime("run s.cfg -o nofolder/x.h5"), 2);
    CU_ASSERT(says("nofolder/x.h5: there is no folder nofolder: create it (mkdir -p)"));
    CU_ASSERT_EQUAL(regime("plna s.cfg"), 2);
    CU_ASSERT(says("\"plna\" is no command of regime (did you mean \"plan\"?)"));
    CU_ASSERT_EQUAL(regime("plan s.cfg --olny gain=1"), 2);
    CU_ASSERT(says("regime plan: unknown option --olny (did you mean \"--only\"?)"));
    CU_ASSERT_EQUAL(regime("plan s.cfg --only gain=5"), 2);
    CU_ASSERT(says("gain=5: not on the axis; its values: 0.1 0.147"));
    CU_ASSERT_EQUAL(regime("plan s.cfg --no-timing -o s.cfg"), 3);
}

/* A model that trains each point on one rank, and one that takes teams. */
/* A knob that acts with one choice only, where no point makes it; --set may make another than the file's. */
static void idle_knobs(void)
{
    write_model_sweep("linear_net", "idle.cfg",
                      "axes = { lambda = [0.0, 1.0]; };\n"
                      "settings = { singular_values = [1.0];\n init = \"aligned\"; };");
    CU_ASSERT_EQUAL(regime("plan idle.cfg"), 2);
    CU_ASSERT_STRING_EQUAL(output,
                           "idle.cfg:3: singular_values acts only with spectrum = list, "
                           "which no point of this sweep has\n");
    CU_ASSERT_EQUAL(regime("plan idle.cfg --no-timing --set spectrum=list"), 0);
    CU_ASSERT_EQUAL(regime("plan idle.cfg --no-timing --set spectrum=list --set init=gaussian"), 0);
    write_model_sweep("linear_net", "idle.cfg",
                      "axes = { lambda = [0.0, 1.0]; init = (\"gaussian\", \"balanced\"); };");
    CU_ASSERT_EQUAL(regime("plan idle.cfg --no-timing"), 0);
    write_model_sweep("linear_net", "idle.cfg", "axes = { lambda = [0.0, 1.0]; };");
    CU_ASSERT_EQUAL(regime("plan idle.cfg --no-timing"), 2);
    CU_ASSERT(says("idle.cfg:2: lambda acts only with init = balanced or aligned"));
}

static void teams(void)
{
    write_sweep("alone.cfg", "team = [2, 2];");
    const char *refused =
        "alone.cfg:2: team = [2, 2]: parity_rnn trains each point on one rank: leave team "
        "out; ranks share the points\n";
    CU_ASSERT_EQUAL(regime("plan alone.cfg"), 2);
    CU_ASSERT_STRING_EQUAL(output, refused);
    CU_ASSERT_EQUAL(regime("run alone.cfg"), 2);
    CU_ASSERT_STRING_EQUAL(output, refused);
    write_sweep("one.cfg", "team = [1, 1];");
    CU_ASSERT_EQUAL(regime("plan one.cfg --no-timing"), 0);
    write_model_sweep("sample", "team.cfg",
                      "team = [2, 2]; settings = { hidden = 1024; }; keep = ();");
    CU_ASSERT_EQUAL(sample_regime("plan team.cfg --ranks 3"), 2);
    CU_ASSERT(says("--ranks 3: fewer than one team (team = [2, 2] takes 4)"));
    CU_ASSERT_EQUAL(sample_regime("plan team.cfg --ranks 7"), 0);
    CU_ASSERT(says("ranks    7: 1 team of 4, 3 left over"));
    CU_ASSERT(says(" network 1.0 MiB, ")); /* a fourth of 1024 x 1024 floats */
    CU_ASSERT(says("time     not timed: 4 ranks work on each point"));
}

static void hours(void)
{
    write_sweep("t.cfg",
                "axes = { max_length = [3, 5, 7]; };\n"
                "settings = { hidden = 16; max_epochs = 1000; stop_loss = 0.01; };");
    double begun = rg_clock(CLOCK_MONOTONIC);
    CU_ASSERT_EQUAL(regime("plan t.cfg --ranks 2 --time-limit 1000d"), 0);
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - begun <
              10); /* two seconds, and room for a loaded machine */
    CU_ASSERT(says("   max_length=3\n"));
    CU_ASSERT(says("   max_length=7\n"));
    CU_ASSERT(says("timed    on one rank: an epoch; all measures of the point"));
    CU_ASSERT(says("core-hours"));
    CU_ASSERT(says("An upper bound"));
    CU_ASSERT(says("the upper bound fits 1000d"));
    CU_ASSERT_EQUAL(regime("plan t.cfg --set stop_loss=0 --time-limit 0.001s"), 0);
    CU_ASSERT(says(": every point to max_epochs\n  limit    it does not fit 0.001s: about "));
}

/* Minutes of validation at the end of points that train for a moment: it is broken off, and told. */
static void long_measures(void)
{
    write_sweep("m.cfg",
                "settings = { hidden = 16; max_length = 3; max_epochs = 2;\n"
                "  validation_lengths = [100000]; validation_strings = 10000; };");
    double begun = rg_clock(CLOCK_MONOTONIC);
    CU_ASSERT_EQUAL(regime("plan m.cfg --time-limit 1d"), 0);
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - begun < 10);
    CU_ASSERT(says(" ms; too long to be timed "));
    CU_ASSERT(says("without some measures: none of them ended while it was timed\n  more than "));
    CU_ASSERT(says("it without these measures fits 1d"));
}

/* The time that a sweep takes, mostly for measures, against what plan says of it. */
static void hours_come_true(void)
{
    enum { FACTOR = 50 }; /* machines are loaded; epochs alone are off by a factor of 10^4 */
    write_sweep("v.cfg",
                "axes = { replicate = { count = 20; }; };\n"
                "settings = { hidden = 16; max_length = 3; max_epochs = 2;\n"
                "  validation_lengths = [500]; validation_strings = 1000; };");
    CU_ASSERT_EQUAL(regime("plan v.cfg"), 0);
    const char *at = strstr(output, "  time     ");
    const double planned = at ? 3600 * atof(at + strlen("  time     ")) : 0;
    CU_ASSERT_EQUAL(regime("run v.cfg --quiet"), 0);
    struct rg_store *store = NULL;
    struct rg_summary summary = {0};
    char path[5000];
    snprintf(path, sizeof path, "%s/s.h5", test_folder());
    TEST_OK(rg_store_open(path, &store));
    TEST_OK(rg_store_summary(store, &summary));
    rg_store_close(&store);
    CU_ASSERT(planned > summary.busy_seconds / FACTOR);
    CU_ASSERT(planned < summary.busy_seconds * FACTOR);
}

static void existing_file(void)
{
    write_sweep("e.cfg",
                "axes = { gain = [0.1, 0.5, 0.9]; };\n"
                "settings = { max_length = 3; hidden = 8; max_epochs = 20; };");
    CU_ASSERT_EQUAL(regime("run e.cfg -o e.h5 --only gain=0.5 --quiet"), 0);
    CU_ASSERT_EQUAL(regime("plan e.cfg -o e.h5 --no-timing --time-limit 1d"), 0);
    CU_ASSERT(says("so far   e.h5: 1 of 3 points finished, "));
    CU_ASSERT(says(" each; the rest in about "));
    CU_ASSERT(says("the rest fits 1d 0h 00m"));
    CU_ASSERT_EQUAL(regime("run e.cfg -o e.h5 --quiet"), 0);
    CU_ASSERT_EQUAL(regime("plan e.cfg -o e.h5 --no-timing"), 0);
    CU_ASSERT(says("so far   e.h5: 3 of 3 points finished: complete\n"));
    CU_ASSERT_EQUAL(regime("plan e.cfg -o e.h5 --no-timing --set hidden=9"), 0);
    CU_ASSERT(says("points   3\n"));
    CU_ASSERT(says("regime: warning: e.h5 holds another sweep"));
    CU_ASSERT(says("- settings.hidden = 8\n+ settings.hidden = 9\n"));
}

/* No axes: nothing is said of a place, and numbers agree with their nouns. Of the array of a counterexample's runs
 * those are shown that there are: a hardly trained network is wrong on 10.                              */
static void one_point(void)
{
    write_sweep("z.cfg",
                "settings = { max_length = 3; hidden = 8; max_epochs = 5; prove = \"end\"; };");
    CU_ASSERT_EQUAL(regime("run z.cfg -o z.h5"), 0);
    CU_ASSERT(says("z.h5: 1 point, 1 rank\n"));
    CU_ASSERT(says("complete: 1 of 1 point done"));
    CU_ASSERT(says("  1 point in "));
    CU_ASSERT(says(" of 1 rank's time\n"));
    CU_ASSERT_EQUAL(regime("point z.h5"), 0);
    CU_ASSERT(says("point 0 of 1\n"));
    CU_ASSERT(says("  verdict                      refuted\n"));
    CU_ASSERT(says("  counterexample_symbol        1 0\n"));
    CU_ASSERT(says("  counterexample_count         1 1\n"));
    CU_ASSERT(says("  W_h                          64 values (unit, unit_from)\n"));
    CU_ASSERT(says("  regime replay z.h5 -o point.h5\n"));
}

/* 10^8 points in well under a second, in little memory. */
static void huge(void)
{
    write_sweep("huge.cfg",
                "axes = { gain = { from = 0.1; to = 1; count = 10000; };\n"
                "  fraction = { from = 0.1; to = 1; count = 1000; };\n"
                "  max_length = { from = 1; to = 10; count = 10; }; };\n"
                "settings = { min_length = 1; };");
    double begun = rg_clock(CLOCK_MONOTONIC);
    CU_ASSERT_EQUAL(regime("plan huge.cfg --no-timing"), 0);
    CU_ASSERT(rg_clock(CLOCK_MONOTONIC) - begun < 3);
    CU_ASSERT(says("points   100000000\n"));
    CU_ASSERT(says(", records 64 MiB)\n           and 858 MiB on rank 0,"));
    CU_ASSERT(says("without weights (keep = (\"final\"); adds "));
    /* the sums over such a grid are sampled: 1 GiB of addresses is plenty */
    char command[9000];
    snprintf(command, sizeof command, "cd '%s' && ulimit -v 1048576 && '%s' plan huge.cfg",
             test_folder(), TEST_REGIME);
#ifndef __SANITIZE_ADDRESS__
    CU_ASSERT_EQUAL(test_shell(command, output, OUTPUT), 0);
    CU_ASSERT(says("summed over an even sample of the points"));
#endif
}

static void describe(void)
{
    CU_ASSERT_EQUAL(regime("describe"), 0);
    CU_ASSERT(says("parity_rnn\n"));
    static const char *const keys[] = {"name",   "model", "seed", "axes", "settings",
                                       "record", "share", "keep", "team"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char key[64];
        snprintf(key, sizeof key, "\n  %s = ", keys[i]);
        CU_ASSERT(says(key));
    }
    CU_ASSERT(says("every = 5; }, { epochs = [1, 10]; }"));
    CU_ASSERT_EQUAL(regime("describe parity_rnn"), 0);
    CU_ASSERT(says("  gain = 0.1   [training]\n"));
    CU_ASSERT(says("  data = \"\"   [training, setting only]\n"));
    CU_ASSERT(says("  merge_distances = [0.1]   [measurement]\n"));
    CU_ASSERT(says("  loss = \""));
    CU_ASSERT(says("  W_h(axes..., unit, unit_from)   f4 or f8, stored as keep says\n"));
    CU_ASSERT_EQUAL(regime("describe parity_nnr"), 2);
    CU_ASSERT(says("(did you mean \"parity_rnn\"?)"));
}

/* Help and docs become long_name in the file: no full stop at their end. */
static bool is_long_name(const char *text)
{
    bool right = text[0] && text[strlen(text) - 1] != '.';
    if (!right)
        fprintf(stderr, "\nno long_name: %s\n", text);
    return right;
}

static void long_names(void)
{
    for (int m = 0; m < rg_models.n; m++) {
        const struct rg_model *model = rg_models.models[m];
        for (int i = 0; i < rg_model_n_knobs(model); i++)
            CU_ASSERT(is_long_name(rg_model_knob(model, i)->help));
        for (int i = 0; i < rg_model_n_columns(model); i++)
            CU_ASSERT(is_long_name(rg_model_column(model, i)->doc));
        for (int i = 0; i < model->n_dimensions; i++)
            CU_ASSERT(is_long_name(model->dimensions[i].doc));
    }
}

/* ---- the rule between timed points -------------------------------------------------------------- */

static void rates(void)
{
    enum { EPOCH = RG_TIME_EPOCH };
    const struct rg_timing timing = {.n_timed = 3,
                                     .timed = {{0, 10, {0}, {[RG_AT_END] = 4, [EPOCH] = 1}},
                                               {1, 20, {0}, {[RG_AT_END] = NAN, [EPOCH] = NAN}},
                                               {2, 30, {0}, {[RG_AT_END] = 5, [EPOCH] = 6}}}};
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, EPOCH, 10), 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, EPOCH, 30), 6, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, EPOCH, 20), 20 * 0.15, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, EPOCH, 5), 0.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, EPOCH, 60), 12, 1e-12);
    CU_ASSERT(fabs(rg_plan_seconds(&timing, EPOCH, 20) - 3.1) > 1e-3); /* planted fault */
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, RG_AT_END, 20), 4.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rg_plan_seconds(&timing, RG_AT_END, 60), 5, 1e-12);
    const struct rg_timing none = {.n_timed = 1, .timed = {{0, 10, {0}, {[EPOCH] = NAN}}}};
    CU_ASSERT(isnan(rg_plan_seconds(&none, EPOCH, 10)));
}

const struct test_case test_cases[] = {
    {"plan counts points, records and bytes", counts},
    {"plan answers mistakes", mistakes},
    {"a knob that acts on no point", idle_knobs},
    {"teams", teams},
    {"plan estimates hours", hours},
    {"measures too long to be timed", long_measures},
    {"the hours come true", hours_come_true},
    {"plan looks at the output file", existing_file},
    {"a sweep of one point", one_point},
    {"10^8 points", huge},
    {"describe", describe},
    {"help and docs are alike", long_names},
    {"a point's times from its neighbours in cost", rates},
    {0},
};
