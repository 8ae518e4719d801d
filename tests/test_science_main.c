/* The main run of van Rossem and Saxe 2025 (Figs 1, 4): gain 0.1, all strings to length 10, squared error.
 * Three of its seeds, as far as a little beyond the drop of the loss: every one generalises, and the
 * drop comes when independent programs have it. All twelve are in sweeps/parity_main.cfg.            */
#include <stdio.h>

#include "test.h"
#include "trained.h"

const char *const test_suite = "science_main";

/* Twelve seeds of an independent program fell below 0.05 at epochs 518-559, 24 in double at 503-554. */
enum { DROP_FROM = 490, DROP_TO = 580, SEEDS = 3 };

static const char sweep[] =
    "name = \"main\"; model = \"parity_rnn\"; seed = 1;"
    "axes = { replicate = { count = 12; }; };"
    "settings = { gain = 0.1; fraction = 1.0; max_length = 10; hidden = 100; loss = \"mse\";"
    "max_epochs = 620; train_below = 0.05; validation_below = 0.05; validate_every = 1;"
    "validation_lengths = [50]; validation_strings = 100; merge_distances = [0.1]; };"
    "record = { epochs = [1]; };";

static void main_run(void)
{
    for (int64_t seed = 0; seed < SEEDS; seed++) {
        struct trained t;
        trained_make(sweep, seed, NULL, &t);
        TEST_OK(t.status);
        const double train = trained_value(&t, "epoch_train_below", 0);
        const double validation = trained_value(&t, "epoch_validation_below", 0);
        printf("\n  seed %lld: training at epoch %.0f, validation at %.0f, %.0f states",
               (long long)seed, train, validation, trained_value(&t, "n_states", 0));
        CU_ASSERT(train >= DROP_FROM && train <= DROP_TO);
        CU_ASSERT(validation >= train && validation <= train + 10);
        CU_ASSERT_EQUAL(trained_value(&t, "validation_accuracy", 0), 1);
        CU_ASSERT_EQUAL(trained_value(&t, "test_accuracy", 0), 1);
        CU_ASSERT_EQUAL(trained_value(&t, "train_accuracy", 0), 1);
        trained_free(&t);
    }
    printf("\n ");
}

/* The same comparison fails for a network that is made otherwise: ten times the scale. */
static void larger_weights_fall_earlier(void)
{
    static const char large[] =
        "name = \"large\"; model = \"parity_rnn\"; seed = 1; axes = {};"
        "settings = { gain = 1.0; loss = \"mse\"; max_epochs = 480; train_below = 0.05; };"
        "record = { epochs = [1]; };";
    struct trained t;
    trained_make(large, 0, NULL, &t);
    TEST_OK(t.status);
    const double train = trained_value(&t, "epoch_train_below", 0);
    CU_ASSERT(train > 0 && train < DROP_FROM);
    trained_free(&t);
}

const struct test_case test_cases[] = {
    {"three seeds of the main run", main_run},
    {"larger weights are told apart", larger_weights_fall_earlier},
    {0},
};
