/* A point that is stopped at any of its ticks, saved there and loaded into a new training ends with the same
 * record, byte for byte, amid a measure too.                                                         */
#include <stdlib.h>
#include <string.h>

#include "movers.h"
#include "regime/memory.h"
#include "test.h"
#include "trained.h"

const char *const test_suite = "train_resume";

struct stop { /* a tick that ends the training at its n-th call */
    int64_t at, calls;
};

static enum rg_status tick(void *context)
{
    struct stop *stop = context;
    return ++stop->calls == stop->at ? RG_STOPPED : RG_OK;
}

/* What was trained whole is trained again in parts; a fresh one each, as in another process. */
static struct rg_training *begin(const struct trained *whole, struct rg_record *record)
{
    struct rg_training *training = NULL;
    TEST_OK(rg_record_init(whole->layout, whole->point.id, record));
    TEST_OK(rg_training_create(MPI_COMM_SELF, whole->spec, whole->layout, &whole->point, record,
                               &training));
    return training;
}

static bool same(const struct trained *whole, const struct rg_record *record)
{
    return record->status == whole->record.status &&
           memcmp(record->data, whole->record.data, whole->layout->record_size) == 0;
}

/* Stops at the tick `at`; false: it ended before. */
static bool check_stop(const struct trained *whole, int64_t at, bool *equal)
{
    struct stop stop = {.at = at}, never = {0};
    struct rg_record first, second;
    struct rg_training *training = begin(whole, &first);
    const bool stopped = rg_training_run(training, &(struct rg_tick){tick, &stop}) == RG_STOPPED;
    if (stopped) {
        const size_t size = rg_training_state_size(training);
        char *state = malloc(size), *to = state, *from = state;
        CU_ASSERT(size <= rg_training_state_max(whole->spec, whole->layout));
        const struct rg_mover writer = mover_to(&to);
        rg_training_save(training, &writer);
        struct rg_training *rest = begin(whole, &second);
        const struct rg_mover filler = mover_from(&from);
        rg_training_load(rest, &filler);
        TEST_OK(rg_training_run(rest, &(struct rg_tick){tick, &never}));
        *equal = same(whole, &second) && second.start == first.start;
        CU_ASSERT(rg_training_steps(rest) >= rg_training_steps(training));
        rg_training_destroy(&rest);
        rg_record_free(&second);
        free(state);
    }
    rg_training_destroy(&training);
    rg_record_free(&first);
    return stopped;
}

static void check_all_stops(const char *text)
{
    struct trained whole;
    bool equal = true;
    int64_t at = 1;
    trained_make(text, 0, NULL, &whole);
    TEST_OK(whole.status);
    while (check_stop(&whole, at, &equal) && equal)
        at++;
    if (!equal)
        fprintf(stderr, "\nstopped at tick %lld, other bytes: %s\n", (long long)at, text);
    CU_ASSERT(equal);
    CU_ASSERT(at > 20);
    trained_free(&whole);
}

static void parity_goes_on(void)
{
    check_all_stops(
        "name = \"t\"; model = \"parity_rnn\"; seed = 1; axes = {}; record = { every = 2; };\n"
        "settings = { hidden = 9; max_length = 4; max_epochs = 7; batch = 5; test_strings = 30;\n"
        "  analysis_length = 4; validation_lengths = [5, 20]; measure_at_loss = [1.0, 0.1]; };");
    check_all_stops(
        "name = \"t\"; model = \"parity_rnn\"; seed = 2; axes = {}; record = { every = 3; };\n"
        "settings = { hidden = 5; max_length = 5; max_epochs = 5; batching = \"all\"; batch = 7;\n"
        "  precision = \"double\"; validate_every = 2; validation_lengths = [10]; };");
    check_all_stops(/* what the measures gather over training */
                    "name = \"t\"; model = \"parity_rnn\"; seed = 3; axes = {}; record = { every = "
                    "2; };\n"
                    "settings = { hidden = 3; max_length = 2; max_epochs = 45; batch = 0; spread = "
                    "\"run\"; pairs = true; pair_records = 7;\n"
                    "  gain = 1.0; learning_rate = 0.2; merge_distances = [0.3];"
                    "  analysis_length = 3; test_strings = 3; validation_lengths = [3]; };");
    check_all_stops(
        "name = \"t\"; model = \"parity_rnn\"; seed = 1; axes = {}; record = { every = 2; };\n"
        "settings = { hidden = 9; max_length = 4; max_epochs = 7; batch = 5; test_strings = 30;\n"
        "  analysis_length = 4; validation_lengths = [5]; }; snapshots = ( { } );");
}

static void linear_goes_on(void)
{
    check_all_stops(
        "name = \"t\"; model = \"linear_net\"; seed = 1; axes = {}; record = { every = 3; };\n"
        "settings = { n_in = 4; n_hidden = 4; n_out = 4; max_epochs = 12; observers = true;\n"
        "  learning_rate = 0.1; measure_at_loss = [0.5]; };");
    check_all_stops(
        "name = \"t\"; model = \"linear_net\"; seed = 1; axes = {}; record = { every = 2; };\n"
        "settings = { n_in = 4; n_hidden = 3; n_out = 3; depth = 3; max_epochs = 15;\n"
        "  dataset_size = 20; noise = 0.3; input_spectrum = \"power\"; learning_rate = 0.05; };");
    check_all_stops(/* the watch of the modes looks seldom, and many records are thinned */
                    "name = \"t\"; model = \"linear_net\"; seed = 1; axes = {}; record = { every = "
                    "1; };\n"
                    "settings = { n_in = 2; n_hidden = 2; n_out = 2; max_epochs = 300; observers = "
                    "true;\n"
                    "  init = \"balanced\"; lambda = 0.5; learning_rate = 0.02; kernel = false; "
                    "};");
}

static void divergence_comes_again(void)
{
    struct trained whole;
    bool equal = false;
    trained_make(
        "name = \"t\"; model = \"linear_net\"; axes = {}; record = { every = 1; };\n"
        "settings = { n_in = 3; n_hidden = 3; n_out = 3; gain = 10.0;\n"
        "  learning_rate = 1.0; max_epochs = 50; };",
        0, NULL, &whole);
    CU_ASSERT_EQUAL(whole.record.status, RG_DIVERGED);
    CU_ASSERT(check_stop(&whole, 20, &equal));
    CU_ASSERT(equal);
    trained_free(&whole);
}

/* Planted fault: a weight that is off by its last bit. */
static void another_state_is_noticed(void)
{
    struct trained whole;
    struct stop stop = {.at = 40}, never = {0};
    struct rg_record first, second;
    trained_make(
        "name = \"t\"; model = \"linear_net\"; axes = {}; record = { every = 1; };\n"
        "settings = { n_in = 3; n_hidden = 3; n_out = 3; max_epochs = 50; };",
        0, NULL, &whole);
    struct rg_training *training = begin(&whole, &first);
    CU_ASSERT_EQUAL(rg_training_run(training, &(struct rg_tick){tick, &stop}), RG_STOPPED);
    const size_t size = rg_training_state_size(training);
    char *state = malloc(size), *to = state, *from = state;
    const struct rg_mover writer = mover_to(&to);
    rg_training_save(training, &writer);
    struct rg_training *rest = begin(&whole, &second);
    state[size - sizeof(double) * (18 + 2 + 5)] ^=
        1; /* the first of two layers; worst, modes behind them */
    const struct rg_mover filler = mover_from(&from);
    rg_training_load(rest, &filler);
    TEST_OK(rg_training_run(rest, &(struct rg_tick){tick, &never}));
    CU_ASSERT_FALSE(same(&whole, &second));
    rg_training_destroy(&training);
    rg_training_destroy(&rest);
    rg_record_free(&first);
    rg_record_free(&second);
    trained_free(&whole);
    free(state);
}

const struct test_case test_cases[] = {
    {"parity_rnn goes on from any tick", parity_goes_on},
    {"linear_net goes on from any tick", linear_goes_on},
    {"a point that diverges does so again", divergence_comes_again},
    {"a state of other bits is noticed", another_state_is_noticed},
    {0},
};
