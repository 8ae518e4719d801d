/* The training loop: when it stops, what it records, and that looking changes nothing. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "test.h"
#include "trained.h"

const char *const test_suite = "train_loop";

/* A small network on all strings to length 4. */
#define SWEEP(axes, settings, record)                                  \
    "name = \"loop\"; model = \"parity_rnn\"; seed = 3; axes = {" axes \
    "}; keep = (\"final\");"                                           \
    "settings = { hidden = 20; max_length = 4; analysis_length = 4;"   \
    "validation_lengths = [20]; test_strings = 10;" settings "}; record = {" record "};"

enum { RECORDS = 41 };

static void stops_at_max_epochs(void)
{
    struct trained t;
    trained_make(SWEEP("", "max_epochs = 7;", "every = 1;"), 0, NULL, &t);
    TEST_OK(t.status);
    CU_ASSERT_EQUAL(t.record.status, RG_DONE);
    CU_ASSERT_EQUAL(trained_value(&t, "epochs_trained", 0), 7);
    CU_ASSERT_EQUAL(trained_value(&t, "stopped_by", 0), RG_BY_MAX_EPOCHS);
    CU_ASSERT_EQUAL(trained_value(&t, "train_loss", 0), trained_value(&t, "train_loss_history", 7));
    CU_ASSERT(t.record.wall_seconds > 0);
    trained_free(&t);
}

static void stops_by_loss(void)
{
    struct trained t;
    trained_make(SWEEP("", "max_epochs = 40; stop_loss = 1.0;", "every = 1;"), 0, NULL, &t);
    TEST_OK(t.status);
    CU_ASSERT_EQUAL(trained_value(&t, "epochs_trained", 0), 1);
    CU_ASSERT_EQUAL(trained_value(&t, "stopped_by", 0), RG_BY_LOSS);
    trained_free(&t);
}

/* Record 0 has every measure but the loss of an epoch; rows after the stop have none. */
static void history_is_filled_to_the_stop(void)
{
    struct trained t;
    trained_make(SWEEP("max_epochs = [3, 40];", "", "every = 1;"), 0, NULL, &t);
    TEST_OK(t.status);
    CU_ASSERT_EQUAL(t.spec->n_records, RECORDS);
    CU_ASSERT(isnan(trained_value(&t, "train_loss_history", 0)));
    CU_ASSERT(isfinite(trained_value(&t, "validation_loss_history", 0)));
    CU_ASSERT(trained_value(&t, "n_states_history", 0) > 0);
    for (int k = 1; k < RECORDS; k++) {
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "train_loss_history", k)), k <= 3);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "validation_loss_history", k)), k <= 3);
        CU_ASSERT_EQUAL(trained_value(&t, "n_states_history", k) > 0, k <= 3);
    }
    CU_ASSERT_EQUAL(trained_value(&t, "n_states_history", RECORDS - 1), -1);
    trained_free(&t);
}

/* Strings that are too long for it are read at the end all the same; the length itself is not too long. */
static void long_strings_wait_for_the_end(void)
{
    struct trained at_records, at_end;
    trained_make(SWEEP("", "max_epochs = 3; validation_record_length = 20;", "every = 1;"), 0, NULL,
                 &at_records);
    trained_make(SWEEP("", "max_epochs = 3; validation_record_length = 19;", "every = 1;"), 0, NULL,
                 &at_end);
    TEST_OK(at_records.status);
    TEST_OK(at_end.status);
    for (int k = 0; k <= 3; k++) {
        CU_ASSERT(isfinite(trained_value(&at_records, "validation_loss_history", k)));
        CU_ASSERT(isnan(trained_value(&at_end, "validation_loss_history", k)));
        CU_ASSERT(isnan(trained_value(&at_end, "validation_accuracy_history", k)));
    }
    CU_ASSERT_EQUAL(trained_value(&at_end, "validation_loss", 0),
                    trained_value(&at_records, "validation_loss_history", 3));
    trained_free(&at_records);
    trained_free(&at_end);
}

static void divergence_is_an_outcome(void)
{
    struct trained t;
    trained_make(SWEEP("", "max_epochs = 40; loss = \"mse\"; gain = 5.0; learning_rate = 50.0;",
                       "every = 1;"),
                 0, NULL, &t);
    TEST_OK(t.status);
    CU_ASSERT_EQUAL(t.record.status, RG_DIVERGED);
    CU_ASSERT_EQUAL(trained_value(&t, "stopped_by", 0), RG_BY_DIVERGENCE);
    CU_ASSERT(!isfinite(trained_value(&t, "train_loss", 0)));
    const double epoch = trained_value(&t, "epochs_trained", 0);
    CU_ASSERT(epoch >= 1 && epoch < 40);
    CU_ASSERT(isnan(trained_value(&t, "validation_loss_history", (int64_t)epoch)));
    CU_ASSERT_EQUAL(trained_value(&t, "n_states", 0), -1);
    CU_ASSERT(isnan(trained_value(&t, "train_accuracy", 0)));
    CU_ASSERT_EQUAL(trained_value(&t, "n_train", 0), 2 + 4 + 8 + 16);
    trained_free(&t);
}

/* It ends like a diverged one, and its record says why. */
static void an_empty_training_set_is_told(void)
{
    struct trained t;
    trained_make(SWEEP("", "max_epochs = 40; fraction = 1e-9;", "every = 10;"), 0, NULL, &t);
    TEST_OK(t.status);
    CU_ASSERT_EQUAL(t.record.status, RG_DIVERGED);
    CU_ASSERT_EQUAL(trained_value(&t, "n_train", 0), 0);
    for (int length = 1; length <= 4; length++)
        CU_ASSERT_EQUAL(trained_value(&t, "n_train_by_length", length - 1), 0);
    CU_ASSERT(isnan(trained_value(&t, "heldout_accuracy", 0)));
    trained_free(&t);
}

static int64_t weights_differ(const struct trained *a, const struct trained *b)
{
    static const char *const names[] = {"W_in", "W_h", "b_in", "b_h", "W_out", "b_out"};
    int64_t differing = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (int64_t i = 0; i < trained_field(a, names[k])->count; i++)
            differing += trained_value(a, names[k], i) != trained_value(b, names[k], i);
    return differing;
}

static void measuring_changes_nothing(void)
{
    struct trained often, never, other;
    trained_make(SWEEP("", "max_epochs = 40; validate_every = 1; measure_at_loss = [1.0, 0.69];",
                       "every = 1;"),
                 0, NULL, &often);
    trained_make(SWEEP("", "max_epochs = 40;", "epochs = [40];"), 0, NULL, &never);
    trained_make(SWEEP("", "max_epochs = 40; init_seed = 4;", "epochs = [40];"), 0, NULL, &other);
    CU_ASSERT_EQUAL(weights_differ(&often, &never), 0);
    CU_ASSERT(weights_differ(&other, &never) > 0); /* the comparison can tell */
    CU_ASSERT_EQUAL(trained_value(&often, "train_loss", 0), trained_value(&never, "train_loss", 0));
    trained_free(&often);
    trained_free(&never);
    trained_free(&other);
}

/* First record at which a history is below a value. */
static int64_t first_below(const struct trained *t, const char *history, double value)
{
    for (int64_t k = 1; k < trained_field(t, history)->count; k++)
        if (trained_value(t, history, k) < value)
            return k;
    return -1;
}

/* Thresholds that are first passed in the middle of the run, by its own history. */
static void first_epochs_are_exact(void)
{
    static const char format[] = SWEEP("",
                                       "max_epochs = 400; learning_rate = 0.1; validate_every = 1;"
                                       "train_below = %.17g; validation_below = %.17g;"
                                       "measure_at_loss = [%.17g];",
                                       "every = 1;");
    char text[2048];
    struct trained t;
    snprintf(text, sizeof text, format, 0.05, 0.05, 0.05);
    trained_make(text, 0, NULL, &t);
    const double train = trained_value(&t, "train_loss_history", 120) * 1.000001;
    const double validation = trained_value(&t, "validation_loss_history", 150) * 1.000001;
    trained_free(&t);

    snprintf(text, sizeof text, format, train, validation, train);
    trained_make(text, 0, NULL, &t);
    const int64_t at = first_below(&t, "train_loss_history", train);
    CU_ASSERT(at > 0 && at <= 120);
    CU_ASSERT_EQUAL(trained_value(&t, "epoch_train_below", 0), (double)at);
    CU_ASSERT_EQUAL(trained_value(&t, "epoch_validation_below", 0),
                    (double)first_below(&t, "validation_loss_history", validation));
    CU_ASSERT_EQUAL(trained_value(&t, "epochs_trained_at_loss", 0), (double)at);
    CU_ASSERT_EQUAL(trained_value(&t, "train_loss_at_loss", 0),
                    trained_value(&t, "train_loss_history", at));
    CU_ASSERT_EQUAL(trained_value(&t, "n_states_at_loss", 0),
                    trained_value(&t, "n_states_history", at));
    trained_free(&t);
}

/* Looks of the watch and records at the same epochs and at others; of two lengths, the first for the end alone. */
static void watching_changes_no_record(void)
{
#define LENGTHS(lengths, settings)                                                             \
    "name = \"loop\"; model = \"parity_rnn\"; seed = 3; axes = {}; record = { every = 5; };"   \
    "settings = { hidden = 20; max_length = 4; analysis_length = 4; validation_lengths = "     \
    "[" lengths                                                                                \
    "]; test_strings = 10; max_epochs = 40; learning_rate = 0.1; validate_every = 7;" settings \
    "};"
    static const char *const sweeps[][2] = {
        {LENGTHS("20", "validation_below = 1e-9;"), LENGTHS("20", "validation_below = 1e6;")},
        {LENGTHS("30, 20", "validation_record_length = 25; validation_below = 1e-9;"),
         LENGTHS("30, 20", "validation_record_length = 25; validation_below = 1e6;")}};
    for (int lengths = 1; lengths <= 2; lengths++) {
        struct trained watched, unwatched;
        trained_make(sweeps[lengths - 1][0], 0, NULL, &watched);
        trained_make(sweeps[lengths - 1][1], 0, NULL, &unwatched);
        CU_ASSERT_EQUAL(trained_value(&watched, "epoch_validation_below", 0), -1);
        CU_ASSERT_EQUAL(trained_value(&unwatched, "epoch_validation_below", 0), 7);
        for (int64_t k = lengths - 1; k <= 8 * lengths; k += lengths)
            CU_ASSERT_EQUAL(trained_value(&watched, "validation_loss_history", k),
                            trained_value(&unwatched, "validation_loss_history", k));
        trained_free(&watched);
        trained_free(&unwatched);
    }
}

static void validation_is_watched_at_intervals(void)
{
    struct trained t;
    trained_make(
        SWEEP("", "max_epochs = 40; validate_every = 7; validation_below = 1e6;", "every = 1;"), 0,
        NULL, &t);
    CU_ASSERT_EQUAL(trained_value(&t, "epoch_validation_below", 0), 7);
    trained_free(&t);
    trained_make(SWEEP("", "max_epochs = 40; validation_below = 1e6;", "every = 5;"), 0, NULL, &t);
    CU_ASSERT_EQUAL(trained_value(&t, "epoch_validation_below", 0), 5);
    trained_free(&t);
}

static enum rg_status count_down(void *context)
{
    int *left = context;
    RG_REQUIRE(--*left > 0, RG_STOPPED, "enough");
    return RG_OK;
}

static void tick_ends_the_point(void)
{
    enum { PLENTY = 1000000 };
    const int64_t before = rg_alloc_live();
    struct trained t;
    int left = PLENTY;
    struct rg_tick tick = {count_down, &left};
    trained_make(SWEEP("", "max_epochs = 40;", "every = 10;"), 0, &tick, &t);
    TEST_OK(t.status);
    trained_free(&t);
    const int ticks = PLENTY - left;
    CU_ASSERT(ticks > 40);
    for (int after = 1; after <= ticks; after += 1 + ticks / 10) {
        left = after;
        trained_make(SWEEP("", "max_epochs = 40;", "every = 10;"), 0, &tick, &t);
        CU_ASSERT_EQUAL(t.status, RG_STOPPED);
        rg_error_clear();
        trained_free(&t);
    }
    CU_ASSERT_EQUAL(rg_alloc_live(), before);
}

/* How often what happens, told in advance: `expected` in the order of enum rg_time. */
static void expect_counts(const char *settings, const char *record, double epochs,
                          const double expected[RG_N_TIMES])
{
    struct trained t;
    double counts[RG_N_TIMES];
    char text[1000];
    snprintf(text, sizeof text,
             "name = \"s\"; model = \"parity_rnn\"; settings = { hidden = 4; max_length = 3; "
             "max_epochs = 10; %s }; record = { %s };",
             settings, record);
    trained_make(text, 0, NULL, &t);
    rg_train_counts(t.spec, t.point.settings, epochs, counts);
    for (int kind = 0; kind < RG_N_TIMES; kind++)
        CU_ASSERT_EQUAL(counts[kind], expected[kind]);
    trained_free(&t);
}

static void counts(void)
{
    const double records[] = {[RG_AT_END] = 1,      [RG_AT_RECORD] = 4,       [RG_AT_START] = 1,
                              [RG_TIME_EPOCH] = 10, [RG_TIME_VALIDATION] = 3, [RG_TIME_CREATE] = 1};
    expect_counts("validate_every = 0;", "epochs = [2, 5, 10];", 10, records);
    const double part[] = {
        [RG_AT_END] = 1,       [RG_AT_RECORD] = 2,       [RG_AT_START] = 1,   [RG_AT_LOSS] = 2,
        [RG_TIME_EPOCH] = 4.5, [RG_TIME_VALIDATION] = 2, [RG_TIME_CREATE] = 1};
    expect_counts("validate_every = 2; measure_at_loss = [0.1, 0.01];", "epochs = [2, 5, 10];", 4.5,
                  part);
}

static void timing(void)
{
    struct trained t;
    double seconds[RG_N_TIMES];
    const int64_t before = rg_alloc_live();
    trained_make(SWEEP("", "max_epochs = 1;", "every = 1;"), 0, NULL, &t);
    TEST_OK(rg_train_time(t.spec, &t.point, 0.5, seconds));
    for (int kind = 0; kind < RG_N_TIMES; kind++)
        CU_ASSERT(kind == RG_AT_LOSS ? isnan(seconds[kind])
                                     : seconds[kind] > 0 && seconds[kind] < 0.5);
    TEST_OK(rg_train_time(t.spec, &t.point, 0, seconds));
    CU_ASSERT(isnan(seconds[RG_TIME_EPOCH]));
    CU_ASSERT(isnan(seconds[RG_AT_END]));
    CU_ASSERT_STRING_EQUAL(rg_error_message(), "");
    trained_free(&t);
    CU_ASSERT_EQUAL(rg_alloc_live(), before);
}

const struct test_case test_cases[] = {
    {"stops at max_epochs", stops_at_max_epochs},
    {"what a point does is known in advance", counts},
    {"stops by the loss", stops_by_loss},
    {"the history is filled to the stop", history_is_filled_to_the_stop},
    {"long strings wait for the end", long_strings_wait_for_the_end},
    {"divergence is an outcome", divergence_is_an_outcome},
    {"an empty training set is told", an_empty_training_set_is_told},
    {"measuring changes no training number", measuring_changes_nothing},
    {"first epochs below a threshold are exact", first_epochs_are_exact},
    {"validation is watched at intervals", validation_is_watched_at_intervals},
    {"watching the validation loss changes no record", watching_changes_no_record},
    {"a tick ends the point, and nothing leaks", tick_ends_the_point},
    {"an epoch can be timed", timing},
    {0},
};
