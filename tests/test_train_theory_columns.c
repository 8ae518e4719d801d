/* The columns of the effective theory: they tell one story, and nothing is trained otherwise for them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"
#include "train/parity/tables.h"
#include "train/parity/theory_score.h"
#include "trained.h"

const char *const test_suite = "train_theory_columns";

static const double STORED = 1e-6; /* relative: columns are single precision */
static const double GROWN = 1e-4;  /* likewise of a course, in which the start's rounding grows */

enum { PAIRS = 300, FACTORS = 2 };

static const char sweep[] =
    "name = \"theory\"; model = \"parity_rnn\"; seed = 3;\n"
    "settings = { hidden = 16; max_length = 6; analysis_length = 5; loss = \"mse\"; gain = 0.5;\n"
    "  precision = \"double\"; learning_rate = 0.05; max_epochs = 400; theory_pairs = %d;\n"
    "  theory_kappa = 40.0; merge_distances = [0.1, 0.5]; fraction = %g; };\n"
    "record = { every = 100; };\n"
    "keep = (\"final\");\n";

static void train(int n_pairs, double fraction, struct trained *trained)
{
    char text[sizeof sweep + 32];
    snprintf(text, sizeof text, sweep, n_pairs, fraction);
    trained_make(text, 0, NULL, trained);
    TEST_OK(trained->status);
}

static struct rg_interaction stored_start(const struct trained *t, int64_t i)
{
    const double lengths =
        trained_value(t, "theory_length", 2 * i) + trained_value(t, "theory_length", 2 * i + 1);
    const double y = trained_value(t, "theory_y_start", i);
    return (struct rg_interaction){.x0 = trained_value(t, "theory_x_start", i),
                                   .y0 = y,
                                   .w0 = y,
                                   .n = trained_value(t, "theory_continuations", i),
                                   .tau_h = 40.0 / lengths,
                                   .tau_y = 1};
}

/* What the file says of single pairs gives what it says of all of them. */
static void scores_follow_from_the_pairs(void)
{
    struct trained t;
    train(PAIRS, 1, &t);
    double merged[FACTORS] = {0}, said = 0;
    for (int64_t i = 0; i < PAIRS; i++) {
        const struct rg_interaction start = stored_start(&t, i);
        CU_ASSERT(start.x0 > 0 && start.n >= 1 && start.n <= 63);
        said += rg_interaction_merges(&start);
    }
    CU_ASSERT_EQUAL(trained_value(&t, "theory_covered", 0), 1); /* all strings are trained */
    for (int f = 0; f < FACTORS; f++) {
        merged[f] = trained_value(&t, "theory_merged", f);
        const double sensitivity = trained_value(&t, "theory_sensitivity", f),
                     specificity = trained_value(&t, "theory_specificity", f);
        const double rule =
            sensitivity * merged[f] + (1 - specificity) * (1 - merged[f]); /* says merged */
        CU_ASSERT(merged[f] > 0.02 && merged[f] < 0.98);
        CU_ASSERT_DOUBLE_EQUAL(rule, said / PAIRS, 10 * STORED);
        CU_ASSERT(trained_value(&t, "theory_auc", f) > 0.5);
        CU_ASSERT(trained_value(&t, "baseline_length", f) >= 1);
        CU_ASSERT(trained_value(&t, "baseline_length", f) <= 5);
        CU_ASSERT(trained_value(&t, "baseline_sensitivity", f) +
                      trained_value(&t, "baseline_specificity", f) >=
                  1 - STORED);
    }
    CU_ASSERT(merged[0] < merged[1]);
    trained_free(&t);
}

/* A followed pair that agrees is one of the sample, moves as eq 35 says, and ends where the last record
 * and the sample have it.                                                                           */
static void courses(void)
{
    struct trained t;
    int apart = 0;
    train(PAIRS, 1, &t);
    for (int k = 0; k < RG_N_COURSES; k++) {
        const bool agrees = trained_value(&t, "course_agrees", k) > 0;
        const double end = trained_value(&t, "course_distance", k);
        CU_ASSERT_EQUAL(agrees, k < RG_N_COURSES_EACH);
        CU_ASSERT_EQUAL(end, trained_value(&t, "course_distance_history", 4 * RG_N_COURSES + k));
        CU_ASSERT(trained_value(&t, "course_distance_history", k) > 0);
        if (!agrees)
            continue;
        const struct rg_interaction start = stored_start(&t, k);
        CU_ASSERT_EQUAL(end, trained_value(&t, "theory_x_end", k));
        CU_ASSERT_DOUBLE_EQUAL(trained_value(&t, "course_distance_history", k) / start.x0, 1,
                               STORED);
        for (int i = 0; i < RG_N_THEORY_TIMES; i++) {
            const double x = rg_interaction_agreeing(&start, rg_theory_time(i));
            CU_ASSERT(fabs(trained_value(&t, "course_theory", k * RG_N_THEORY_TIMES + i) - x) <=
                      GROWN * (x + STORED * start.x0));
        }
        /* No such course grows where the point of expansion moves along. */
        apart += trained_value(&t, "course_fixed", k * RG_N_THEORY_TIMES) > start.x0 * (1 + GROWN);
    }
    CU_ASSERT(apart > 0);
    trained_free(&t);
}

/* The first half, also where a part of the strings is trained and a pair has no continuation in common, or
 * none that tells it apart.                                                                         */
static void pairs_agree_whatever_is_trained(void)
{
    struct trained t;
    int bare[2] = {0};
    train(PAIRS, 0.2, &t);
    for (int k = 0; k < RG_N_COURSES; k++) {
        const bool agrees = trained_value(&t, "course_agrees", k) > 0;
        CU_ASSERT_EQUAL(agrees, k < RG_N_COURSES_EACH);
        bare[agrees] += isnan(trained_value(&t, "course_theory", k * RG_N_THEORY_TIMES));
    }
    CU_ASSERT(bare[0] > 0 && bare[1] > 0);
    trained_free(&t);
}

static bool has_field(const struct trained *t, const char *name)
{
    for (int f = 0; f < t->layout->n_fields; f++)
        if (strcmp(t->layout->fields[f].name, name) == 0)
            return true;
    return false;
}

static void training_is_the_same(void)
{
    struct trained with, without;
    train(PAIRS, 1, &with);
    train(0, 1, &without);
    const struct rg_field *a = trained_field(&with, "W_h"), *b = trained_field(&without, "W_h");
    CU_ASSERT_EQUAL(a->size, b->size);
    CU_ASSERT_EQUAL(memcmp(with.record.data + a->offset, without.record.data + b->offset, a->size),
                    0);
    CU_ASSERT(has_field(&with, "theory_string") && has_field(&with, "course_distance_history"));
    CU_ASSERT_FALSE(has_field(&without, "theory_string"));
    CU_ASSERT_FALSE(has_field(&without, "course_distance_history"));
    CU_ASSERT(isnan(trained_value(&without, "theory_auc", 0)));
    trained_free(&with);
    trained_free(&without);
}

/* Five pairs: the theory misses one that merged and claims one that did not. The sixth merged without a
 * continuation in common.                                                                           */
static void scores_by_hand(void)
{
    static const struct {
        int shorter;
        double score, distance;
    } rows[] = {{2, 9, 0.1}, {5, 6, 0.2}, {3, 2, 3}, {4, 3, 5}, {1, 1, 6}, {6, 0, 0.1}};
    enum { N = sizeof rows / sizeof *rows };
    struct rg_theory_pair pair[N];
    struct rg_outcome cases[N];
    double distances[N];
    const struct rg_theory_pairs pairs = {N, N, pair};
    for (int i = 0; i < N; i++) {
        distances[i] = rows[i].distance;
        pair[i] =
            (struct rg_theory_pair){.length = {6, rows[i].shorter},
                                    .code = {0, 1},
                                    .start = {1, rows[i].score, rows[i].score, 0, i < 5, 1, 1}};
    }
    const struct rg_theory_score score = rg_theory_score(&pairs, distances, 2, 2.5, cases);
    CU_ASSERT_DOUBLE_EQUAL(score.merged, 4.0 / 6, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.covered, 5.0 / 6, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.rates.sensitivity, 2.0 / 3, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.rates.specificity, 0.5, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.area, 5.0 / 6, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.baseline_area, 4.0 / 6, STORED);
    CU_ASSERT_EQUAL(score.baseline_length, 2); /* all three, and one of the two others */
    CU_ASSERT_DOUBLE_EQUAL(score.baseline_rates.sensitivity, 1, STORED);
    CU_ASSERT_DOUBLE_EQUAL(score.baseline_rates.specificity, 0.5, STORED);
}

const struct test_case test_cases[] = {
    {"scores follow from the pairs", scores_follow_from_the_pairs},
    {"courses of pairs", courses},
    {"pairs agree, whatever is trained", pairs_agree_whatever_is_trained},
    {"training is the same", training_is_the_same},
    {"scores by hand", scores_by_hand},
    {0},
};
