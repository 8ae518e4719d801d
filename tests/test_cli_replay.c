/* A point of a finished file, replayed: the same bytes at the end, a row for every epoch, and a file that
 * the other commands read. */
#include <hdf5.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/train.h"
#include "test.h"
#include "train/num/isa.h"

const char *const test_suite = "cli_replay";

static char output[65536];

static int regime(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int regime(const char *format, ...)
{
    char words[1024], command[4096];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    snprintf(command, sizeof command, "cd '%s' && '%s' %s", test_folder(), TEST_REGIME, words);
    return test_shell(command, output, sizeof output);
}

static void write_file(const char *name, const char *text)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

static void write_sweep(void)
{
    write_file(
        "small.cfg",
        "name = \"small\"; model = \"parity_rnn\"; seed = 5000000000L;\n"
        "axes = { gain = { from = 0.1; to = 1.0; count = 4; }; activation = (\"relu\", \"tanh\");\n"
        "  both = { hidden = [8, 20]; loss = (\"mse\", \"cross_entropy\"); };\n"
        "  replicate = { first = 2; count = 2; }; };\n"
        "settings = { max_length = 4; max_epochs = 30; stop_loss = 0.2498; test_strings = 20;\n"
        "  analysis_length = 4; validation_lengths = [10, 20]; learning_rate = 0.07; };\n"
        "record = { spacing = \"log\"; count = 5; }; share = (\"data\"); keep = (\"final\");\n");
}

static void has(const char *text)
{
    if (!strstr(output, text))
        fprintf(stderr, "\n\"%s\" is missing in: %s", text, output);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, text));
}

static void a_point_is_replayed(void)
{
    write_sweep();
    CU_ASSERT_EQUAL(regime("run small.cfg --quiet"), 0);
    CU_ASSERT_EQUAL(
        regime("replay small.h5 gain=0.4 activation=tanh loss=cross_entropy replicate=3 -o one.h5"),
        0);
    has("30 epochs, 31 records; all");
    has("have the stored bytes");
    CU_ASSERT_EQUAL(regime("replay small.h5 gain=1 activation=relu hidden=8 replicate=2 "
                           "--record epochs=[1,2] -o two.h5"),
                    0);
    has("3 records");
    CU_ASSERT_EQUAL(regime("point one.h5 gain=0.4 activation=tanh hidden=20 replicate=3"), 0);
    has("replicate=3");
    CU_ASSERT_EQUAL(regime("verify one.h5"), 0);
    CU_ASSERT_EQUAL(regime("replay one.h5 gain=0.4 activation=tanh hidden=20 replicate=3 -o 3.h5"),
                    0);
    has("have the stored bytes");
}

static bool has_dataset(const char *path, const char *name)
{
    char full[4200];
    snprintf(full, sizeof full, "%s/%s", test_folder(), path);
    const hid_t file = H5Fopen(full, H5F_ACC_RDONLY, H5P_DEFAULT);
    CU_ASSERT(file >= 0);
    const bool found = H5Lexists(file, name, H5P_DEFAULT) > 0;
    H5Fclose(file);
    return found;
}

static void snapshots_keep_the_weights(void)
{
    CU_ASSERT_EQUAL(regime("replay small.h5 gain=1 activation=relu hidden=8 replicate=2 "
                           "--record every=10 --snapshots -o snapshots.h5"),
                    0);
    has("have the stored bytes");
    CU_ASSERT(has_dataset("snapshots.h5", "W_h_history"));
    CU_ASSERT(has_dataset("snapshots.h5", "b_out_history"));
    CU_ASSERT_FALSE(has_dataset("two.h5", "W_h_history"));
}

static void mistakes_are_answered(void)
{
    CU_ASSERT_EQUAL(regime("replay small.h5 gain=0.4 -o four.h5"), 2);
    has("activation is open");
    const char *place = "gain=0.4 activation=tanh hidden=20 replicate=3";
    CU_ASSERT_EQUAL(regime("replay small.h5 %s -o one.h5", place), 2);
    has("exists already");
    CU_ASSERT_EQUAL(regime("replay small.h5 %s", place), 2);
    has("-o FILE");
    CU_ASSERT_EQUAL(regime("replay small.h5 %s --record evry=1 -o four.h5", place), 2);
    has("regime: --record: record.evry = 1: unknown key of record (did you mean \"every\"?)");
    CU_ASSERT_EQUAL(regime("replay small.h5 %s --record 'every=(1' -o four.h5", place), 2);
    has("regime: --record: ");
    CU_ASSERT_EQUAL(regime("replay small.h5 %s --record 'every=1 1' -o four.h5", place), 2);
    has("regime: --record: record = { every=1 1; };: syntax error");
    CU_ASSERT_EQUAL(regime("replay small.h5 %s -o nofolder/four.h5", place), 2);
    has("there is no folder nofolder");
    CU_ASSERT_EQUAL(
        regime("replay small.h5 gain=0.4 activation=tanh hidden=20 replicate=1 -o x.h5"), 2);
    has("not on the axis");
}

/* At other epochs than the sweep recorded: what is the largest over the records is not compared. */
static void what_records_decide_is_left_out(void)
{
    write_file("linear.cfg",
               "name = \"linear\"; model = \"linear_net\";\n"
               "axes = { init = (\"gaussian\", \"balanced\", \"aligned\"); };\n"
               "settings = { n_in = 4; n_hidden = 4; n_out = 4; observers = true; sigma = 0.3;\n"
               "  learning_rate = 0.05; max_epochs = 400; };\n"
               "record = { spacing = \"log\"; count = 9; };\n");
    CU_ASSERT_EQUAL(regime("run linear.cfg --quiet"), 0);
    static const char *const inits[] = {"gaussian", "balanced", "aligned"};
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(regime("replay linear.h5 init=%s -o linear%d.h5", inits[i], i), 0);
        has("400 epochs, 401 records; all");
        has("have the stored bytes");
    }
    CU_ASSERT_EQUAL(regime("describe linear_net"), 0);
    has("by what is recorded");
}

/* Planted fault: another arithmetic makes other bytes, and the comparison says so. */
static void other_bytes_are_noticed(void)
{
    if (rg_isa() == RG_ISA_BASE) {
        puts(" this machine has one arithmetic only ...");
        return;
    }
    setenv("REGIME_ISA", "base", 1);
    CU_ASSERT_EQUAL(
        regime("replay small.h5 gain=0.4 activation=tanh hidden=20 replicate=3 -o base.h5"), 0);
    has("other bytes than stored");
    has("train_loss");
    unsetenv("REGIME_ISA");
}

const struct test_case test_cases[] = {
    {"a point is replayed with the same bytes", a_point_is_replayed},
    {"snapshots keep the weights of every record", snapshots_keep_the_weights},
    {"mistakes are answered in one line", mistakes_are_answered},
    {"what the records decide is not compared", what_records_decide_is_left_out},
    {"other bytes are noticed", other_bytes_are_noticed},
    {0},
};
