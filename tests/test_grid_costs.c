/* What points take, learned from those that are finished: planted factors are found again, of points that were never
 * seen too; and the interval of a sum holds as often as it says.                                      */
#include <math.h>
#include <stdlib.h>

#include "regime/costs.h"
#include "regime/grid.h"
#include "regime/memory.h"
#include "sample_model.h"
#include "test.h"

const char *const test_suite = "grid_costs";

static const char *const sweep =
    "axes = { gain = [1, 2, 3, 4, 5]; hidden = [10, 20, 40]; replicate = { count = 20; }; };";

static uint64_t noise_state;

static double uniform(void)
{
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return ((double)(noise_state >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* The truth: the model's cost, hidden^2, by a factor for each gain and one for each width. */
static double truth(const struct rg_spec *spec, int64_t id)
{
    static const double gains[] = {1, 0.2, 5, 2, 0.7}, widths[] = {1, 0.5, 0.3};
    int64_t index[RG_AXES_MAX];
    struct sample_settings settings;
    rg_grid_index(spec, id, index);
    return 1e-4 * rg_grid_cost(spec, id, &settings) * gains[index[0]] * widths[index[1]];
}

static void before_anything_is_known(void)
{
    struct rg_spec *spec = sample_sweep(sweep);
    struct rg_costs *costs = NULL;
    TEST_OK(rg_costs_create(spec, &costs));
    rg_costs_fit(costs);
    CU_ASSERT(!rg_costs_known(costs));
    CU_ASSERT_EQUAL(rg_costs_of(costs, 0), 100);
    CU_ASSERT_EQUAL(rg_costs_of(costs, spec->n_points - 1), 1600);
    CU_ASSERT(isnan(rg_costs_deviation(costs, 1, 1)));
    rg_costs_destroy(&costs);
    rg_spec_destroy(&spec);
}

/* Of 4 of 20 replicates, without one combination; without noise the fit is the truth but for its penalty. */
static void factors_are_found(void)
{
    struct rg_spec *spec = sample_sweep(sweep);
    struct rg_costs *costs = NULL;
    int64_t index[RG_AXES_MAX];
    double worst = 0;
    TEST_OK(rg_costs_create(spec, &costs));
    for (int64_t id = 0; id < spec->n_points; id++) {
        rg_grid_index(spec, id, index);
        if (index[2] < 4 && !(index[0] == 2 && index[1] == 2))
            rg_costs_learn(costs, id, truth(spec, id));
    }
    rg_costs_fit(costs);
    CU_ASSERT(rg_costs_known(costs));
    for (int64_t id = 0; id < spec->n_points; id++)
        worst = fmax(worst, fabs(log(rg_costs_of(costs, id) / truth(spec, id))));
    CU_ASSERT(worst < 0.1); /* of factors up to 25 apart */
    rg_costs_destroy(&costs);
    rg_spec_destroy(&spec);
}

/* One sweep: a third is finished, in some order; does the interval hold what the rest takes? */
static bool interval_holds(const struct rg_spec *spec, double noise, double deviations)
{
    struct rg_costs *costs = NULL;
    double rest = 0, sum = 0, squares = 0;
    TEST_OK(rg_costs_create(spec, &costs));
    bool *finished = calloc((size_t)spec->n_points, sizeof *finished);
    for (int64_t id = 0; id < spec->n_points; id++) {
        const double seconds = truth(spec, id) * exp(noise * normal());
        finished[id] = uniform() < 1.0 / 3;
        if (finished[id])
            rg_costs_learn(costs, id, seconds);
        else
            rest += seconds;
    }
    rg_costs_fit(costs);
    for (int64_t id = 0; id < spec->n_points; id++) {
        const double cost = finished[id] ? 0 : rg_costs_of(costs, id);
        sum += cost;
        squares += cost * cost;
    }
    const double far = fabs(log(rest / sum));
    const double deviation = rg_costs_deviation(costs, sum, squares);
    free(finished);
    rg_costs_destroy(&costs);
    return far < deviations * deviation;
}

/* 90 % as promised, and no more than it takes: half of the width does not hold so often. */
static void intervals_hold(void)
{
    enum { TRIALS = 200 };
    static const double noises[] = {0.2, 0.6};
    struct rg_spec *spec = sample_sweep(sweep);
    noise_state = 1;
    for (int k = 0; k < 2; k++) {
        int whole = 0, half = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            whole += interval_holds(spec, noises[k], 1.645);
            half += interval_holds(spec, noises[k], 1.645 / 3);
        }
        CU_ASSERT(whole >= TRIALS * 85 / 100);
        CU_ASSERT(half < TRIALS * 85 / 100);
    }
    rg_spec_destroy(&spec);
}

/* Axes of a million places, and replicates, take no memory of their own. */
static void huge_axes(void)
{
    const int64_t before = rg_alloc_live();
    struct rg_spec *spec = sample_sweep(
        "axes = { gain = { from = 0; to = 1; count = 1000000; }; replicate = { count = 1000000; }; "
        "};");
    struct rg_costs *costs = NULL;
    TEST_OK(rg_costs_create(spec, &costs));
    for (int64_t id = 0; id < spec->n_points; id += spec->n_points / 64)
        rg_costs_learn(costs, id, id < spec->n_points / 2 ? 1 : 10);
    rg_costs_fit(costs);
    CU_ASSERT_DOUBLE_EQUAL(rg_costs_of(costs, 0), 1, 0.3);
    CU_ASSERT_DOUBLE_EQUAL(rg_costs_of(costs, spec->n_points - 1), 10, 3);
    rg_costs_destroy(&costs);
    rg_spec_destroy(&spec);
    CU_ASSERT_EQUAL(rg_alloc_live(), before);
}

const struct test_case test_cases[] = {
    {"the model's cost before anything is known", before_anything_is_known},
    {"planted factors are found", factors_are_found},
    {"an interval holds as often as it says", intervals_hold},
    {"huge axes", huge_axes},
    {0},
};
