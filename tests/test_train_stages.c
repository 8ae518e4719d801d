/* Stages of loss curves that are given in closed form. Those of trained networks: test_train_identify.c. */
#include <math.h>
#include <stdio.h>

#include "regime/rng.h"
#include "test.h"
#include "train/linear/closed_forms.h"
#include "train/linear/identify.h"

const char *const test_suite = "train_stages";

enum { N = 4, RECORDS = 400 };

static double relative(double estimate, double truth)
{
    return fabs(estimate / truth - 1);
}

struct tally {
    int n_told, n_close, n_wild; /* within 5 %, and off by more than a quarter, in s or d */
};

/* A loss curve of four modes, each a random part of the last. */
static void count_in_overlap(struct rg_rng *rng, struct tally *tally)
{
    struct rg_mode modes[N];
    struct rg_estimate truth[N], found[N];
    struct rg_stage stage[N];
    struct rg_stages stages = {.stage = stage};
    int64_t match[N];
    double s = 3, times[RECORDS], loss[RECORDS];
    for (int i = 0; i < N; i++, s *= 0.35 + 0.6 * rg_rng_uniform(rng)) {
        modes[i] = (struct rg_mode){s, 0.5 + rg_rng_uniform(rng), 1e-4};
        truth[i] = (struct rg_estimate){s, modes[i].d};
    }
    for (int k = 0; k < RECORDS; k++) {
        times[k] = 12 / modes[N - 1].s * k / RECORDS;
        loss[k] = 0;
        for (int i = 0; i < N; i++)
            loss[k] += modes[i].d / 2 *
                       pow(modes[i].s / modes[i].d - rg_mode_at(modes[i], 2, times[k]), 2);
    }
    TEST_OK(rg_identify_stages(RECORDS, times, loss, N, &stages));
    for (int i = 0; i < stages.n; i++)
        found[i] = rg_stage_estimate(&stage[i]);
    TEST_OK(rg_identify_match(stages.n, found, N, truth, match));
    for (int i = 0; i < N; i++) {
        if (match[i] < 0)
            continue;
        const double error =
            fmax(relative(found[match[i]].s, truth[i].s), relative(found[match[i]].d, truth[i].d));
        tally->n_told++;
        tally->n_close += error < 0.05;
        tally->n_wild += error > 0.25;
    }
}

static void overlapping_stages(void)
{
    enum { DRAWS = 60 };
    struct rg_rng rng = rg_rng_make(9, 0, 0);
    struct tally tally = {0};
    for (int i = 0; i < DRAWS; i++)
        count_in_overlap(&rng, &tally);
    printf(" of %d told %d, %d close, %d wild ...", DRAWS * N, tally.n_told, tally.n_close,
           tally.n_wild);
    CU_ASSERT(tally.n_close > 0.8 * DRAWS * N);
    CU_ASSERT(tally.n_wild < 0.03 * tally.n_told);
}

/* A stage of s = 30 takes less time than passes between two records; one of s = 0.5 does not. */
static void stages_between_records(void)
{
    enum { COARSE = 60 };
    const struct rg_stage stages[] = {{1, 30, 1.1}, {0.5, 0.5, 10}};
    double times[COARSE], loss[COARSE];
    for (int k = 0; k < COARSE; k++) {
        times[k] = 0.3 * k;
        loss[k] = 0;
        for (int i = 0; i < 2; i++)
            loss[k] += stages[i].energy *
                       pow(1 + exp(2 * stages[i].s * (times[k] - stages[i].t_half)), -2);
    }
    struct rg_stage found[N];
    struct rg_stages result = {.stage = found};
    TEST_OK(rg_identify_stages(COARSE, times, loss, N, &result));
    CU_ASSERT_EQUAL(result.n, 1);
    CU_ASSERT_DOUBLE_EQUAL(found[0].s, 0.5, 1e-3);
}

/* What is not made of stages, or of stages that the records do not tell apart, has none. */
static void curves_without_stages(void)
{
    enum { FINE = 120 };
    static const struct rg_stage merged[] = {{1, 1.01, 3.6}, {0.5, 1, 3.7}};
    double times[FINE], loss[3][FINE];
    for (int k = 0; k < FINE; k++) {
        times[k] = 0.1 * k;
        loss[0][k] = exp(-times[k]);
        loss[1][k] = pow(1 + times[k], -3);
        loss[2][k] = 0;
        for (int i = 0; i < 2; i++)
            loss[2][k] += merged[i].energy *
                          pow(1 + exp(2 * merged[i].s * (times[k] - merged[i].t_half)), -2);
        loss[2][k] *= 1 + 3e-4 * (k % 2 ? 1 : -1);
    }
    for (int i = 0; i < 3; i++) {
        struct rg_stage found[N];
        struct rg_stages stages = {.stage = found};
        TEST_OK(rg_identify_stages(FINE, times, loss[i], N, &stages));
        CU_ASSERT_EQUAL(stages.n, 0);
        CU_ASSERT_FALSE(isnan(stages.misfit));
    }
}

/* One stage is told if its foot is on record, and as long as the curve is that of a stage. */
static void one_stage(void)
{
    enum { FINE = 300 };
    static const struct {
        double t_half, power;
        int64_t n;
    } cases[] = {{3, 2, 1}, {1, 2, 0}, {3, 1.8, 0}};
    double times[FINE], loss[FINE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rg_stage found[1];
        struct rg_stages stages = {.stage = found};
        for (int k = 0; k < FINE; k++) {
            times[k] = 0.02 * k;
            loss[k] = pow(1 + exp(2 * (times[k] - cases[i].t_half)), -cases[i].power);
        }
        TEST_OK(rg_identify_stages(FINE, times, loss, 1, &stages));
        CU_ASSERT_EQUAL(stages.n, cases[i].n);
        if (stages.n)
            CU_ASSERT_DOUBLE_EQUAL(found[0].s, 1, 1e-3);
    }
}

const struct test_case test_cases[] = {
    {"four in five stages that overlap are told", overlapping_stages},
    {"stages between two records are not told", stages_between_records},
    {"curves without stages tell nothing", curves_without_stages},
    {"one stage is told by its foot and fit", one_stage},
    {0},
};
