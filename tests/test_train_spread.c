/* The spread over a run is that of all its hidden states together, though none are kept, and to look at them
 * changes nothing in training.                                                                      */
#include <math.h>
#include <stdio.h>

#include "parity.h"
#include "regime/rng.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/spread.h"
#include "trained.h"

const char *const test_suite = "train_spread";

static const double TOLERANCE =
    1e-12; /* relative: some 10^4 roundings of 2^-53, mostly cancelling */

enum { UNITS = 7, LENGTH = 4, STATES = (1 << (LENGTH + 1)) - 1, EPOCHS = 45, LOOKS = 3 };

/* The definition, in two passes. */
static double naive_spread(int n_rows, const double rows[][UNITS])
{
    double square = 0;
    for (int u = 0; u < UNITS; u++) {
        double mean = 0;
        for (int r = 0; r < n_rows; r++)
            mean += rows[r][u] / n_rows;
        for (int r = 0; r < n_rows; r++)
            square += pow(rows[r][u] - mean, 2) / (n_rows - 1);
    }
    return sqrt(square);
}

static void welford_is_two_passes(void)
{
    enum { ROWS = 5000, PART = 1250 };
    static double rows[ROWS][UNITS];
    struct rg_spread *spread;
    struct rg_rng rng = rg_rng_make(3, 0, 0);
    TEST_OK(rg_spread_create(UNITS, &spread));
    CU_ASSERT_EQUAL(rg_spread_value(spread), 0);
    for (int r = 0; r < ROWS; r++)
        for (int u = 0; u < UNITS; u++)
            rows[r][u] = 1000 * u + (1 + r / PART) * rg_rng_normal(&rng);
    for (int r = 0; r < ROWS; r += PART) {
        rg_spread_add(spread, PART, rows[r]);
        const double expected = naive_spread(r + PART, (const double(*)[UNITS])rows);
        CU_ASSERT(fabs(rg_spread_value(spread) / expected - 1) < TOLERANCE);
    }
    rg_spread_destroy(&spread);
}

#define SWEEP(settings)                                                                          \
    "name = \"t\"; model = \"parity_rnn\"; seed = 5; axes = {}; record = { every = 15; };\n"     \
    "keep = (\"final\"); settings = { hidden = 7; max_length = 4; max_epochs = 45; batch = 5;\n" \
    "  gain = 1.0; learning_rate = 0.1; precision = \"double\"; analysis_length = 4;\n"          \
    "  validation_lengths = [5]; test_strings = 3;" settings "};"

#define PAIRS "pairs = true; theory_pairs = 50; "

/* rows[LOOKS][STATES] of a network that is trained here once more, at epochs 0, 20, 40. */
static void collect_run(const struct trained *trained, double rows[][UNITS])
{
    void *net = NULL;
    struct rg_tree *tree;
    TEST_OK(rg_parity_create(MPI_COMM_SELF, &trained->point, &net));
    TEST_OK(rg_tree_create(net, LENGTH, &tree));
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
        struct rg_step step = {0};
        struct rg_collection collection = {LENGTH, rows[epoch / 20 * STATES], NULL};
        const struct rg_visitor visitor = rg_collection_visitor(&collection);
        if (epoch % 20 == 0)
            TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
        while (!step.epoch_end)
            TEST_OK(rg_parity_step(net, &step));
    }
    rg_tree_destroy(&tree);
    rg_parity_destroy(&net);
}

static void measures_take_the_run(void)
{
    static double rows[LOOKS * STATES][UNITS];
    struct trained run, final;
    trained_make(SWEEP("spread = \"run\";"), 0, NULL, &run);
    trained_make(SWEEP(""), 0, NULL, &final);
    TEST_OK(run.status);
    collect_run(&run, rows);
    for (int k = 0; k < 4; k++) { /* records after 0, 15, 30 and 45 epochs */
        const int looks = 1 + 15 * k / 20;
        const double expected = naive_spread(looks * STATES, (const double(*)[UNITS])rows);
        const double found = trained_value(&run, "state_spread_history", k);
        CU_ASSERT(fabs(found / expected - 1) < TOLERANCE);
    }
    CU_ASSERT_EQUAL(trained_value(&run, "state_spread", 0),
                    trained_value(&run, "state_spread_history", 3));
    CU_ASSERT(fabs(trained_value(&run, "state_spread_history", 0) /
                       trained_value(&final, "state_spread_history", 0) -
                   1) < TOLERANCE);
    /* another spread, and no other network */
    CU_ASSERT(trained_value(&final, "state_spread", 0) >
              1.1 * trained_value(&run, "state_spread", 0));
    CU_ASSERT_EQUAL(trained_value(&run, "train_loss", 0), trained_value(&final, "train_loss", 0));
    for (int i = 0; i < UNITS * UNITS; i++)
        CU_ASSERT_EQUAL(trained_value(&run, "W_h", i), trained_value(&final, "W_h", i));
    trained_free(&run);
    trained_free(&final);
}

/* The states are those of the final spread at distances that are longer by the ratio of the two. */
static void states_go_by_it(void)
{
    static const double distances[] = {0.03, 0.1, 0.2, 0.3, 0.5};
    enum { N = sizeof distances / sizeof *distances };
    char text[1024];
    struct trained run, final, same;
    int others = 0;
    trained_make(SWEEP("spread = \"run\"; merge_distances = [0.03, 0.1, 0.2, 0.3, 0.5];"), 0, NULL,
                 &run);
    trained_make(SWEEP("merge_distances = [0.03, 0.1, 0.2, 0.3, 0.5];"), 0, NULL, &final);
    const double ratio =
        trained_value(&run, "state_spread", 0) / trained_value(&final, "state_spread", 0);
    snprintf(text, sizeof text, SWEEP("merge_distances = [%.17g, %.17g, %.17g, %.17g, %.17g];"),
             distances[0] * ratio, distances[1] * ratio, distances[2] * ratio, distances[3] * ratio,
             distances[4] * ratio);
    trained_make(text, 0, NULL, &same);
    for (int i = 0; i < N; i++) {
        CU_ASSERT_EQUAL(trained_value(&run, "n_states", i), trained_value(&same, "n_states", i));
        others += trained_value(&run, "n_states", i) != trained_value(&final, "n_states", i);
    }
    CU_ASSERT(others > 0);
    trained_free(&run);
    trained_free(&final);
    trained_free(&same);
}

/* Both rules in one run are, column by column, what two runs with one of them each find. */
static void both_at_once(void)
{
    static const char *const columns[] = {"n_states",     "n_conflicts",   "n_mergers", "n_merged",
                                          "state_spread", "theory_merged", "theory_auc"};
    struct trained both, of[2];
    trained_make(SWEEP(PAIRS "merge_distances = [0.1]; run_distances = [0.03, 0.2];"), 0, NULL,
                 &both);
    trained_make(SWEEP(PAIRS "merge_distances = [0.1];"), 0, NULL, &of[0]);
    trained_make(SWEEP(PAIRS "spread = \"run\"; merge_distances = [0.03, 0.2];"), 0, NULL, &of[1]);
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        for (int i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(trained_value(&both, columns[c], i),
                            trained_value(&of[i > 0], columns[c], i > 0 ? i - 1 : 0));
    for (int record = 0; record < 4; record++)
        CU_ASSERT_EQUAL(trained_value(&both, "state_spread_history", 3 * record + 1),
                        trained_value(&of[1], "state_spread_history", 2 * record));
    CU_ASSERT_NOT_EQUAL(trained_value(&both, "state_spread", 0),
                        trained_value(&both, "state_spread", 1));
    trained_free(&both);
    for (int i = 0; i < 2; i++)
        trained_free(&of[i]);
}

const struct test_case test_cases[] = {
    {"Welford's rule gives the value of two passes", welford_is_two_passes},
    {"measures see every 20th epoch with equal weights", measures_take_the_run},
    {"states go by the spread that is asked for", states_go_by_it},
    {"both spreads in one run are those of two", both_at_once},
    {0},
};
