/* How what observers found is held against the truth: which mode stands for which, and angles. */
#include <math.h>

#include "test.h"
#include "train/linear/identify.h"

const char *const test_suite = "train_match";

enum { N = 4 };
static const double EXACT = 1e-6; /* of an angle that is tilted by 1e-9 */

static void matching(void)
{
    const struct rg_estimate truth[] = {{3, 1}, {2, 1}, {0, 1}, {0.6, 1}, {1.2, 1}};
    const struct rg_estimate two[] = {{0.61, 1}, {2.4, 1}}, shifted[] = {{2.1, 1}, {1.9, 1}};
    const struct rg_estimate many[] = {{9, 1},   {1.21, 1}, {NAN, 1}, {2.9, 1},
                                       {2.1, 1}, {0.5, 1},  {0.01, 1}};
    const struct rg_estimate runaway[] = {{INFINITY, 1}, {1e300, 1}, {3, 1}};
    int64_t match[5];
    TEST_OK(rg_identify_match(3, runaway, 5, truth, match));
    CU_ASSERT(match[0] == 1 && match[1] == 2 && match[3] == -1 && match[4] == -1);
    TEST_OK(rg_identify_match(1, runaway, 5, truth, match));
    CU_ASSERT(match[0] == -1 && match[1] == -1);
    TEST_OK(rg_identify_match(2, two, 5, truth, match));
    CU_ASSERT(match[0] == -1 && match[1] == 1 && match[2] == -1 && match[3] == 0 && match[4] == -1);
    TEST_OK(rg_identify_match(7, many, 5, truth, match));
    CU_ASSERT(match[0] == 3 && match[1] == 4 && match[2] == -1 && match[3] == 5 && match[4] == 1);
    TEST_OK(rg_identify_match(2, shifted, 2, truth, match));
    CU_ASSERT(match[0] == 0 && match[1] == 1);
    TEST_OK(rg_identify_match(0, NULL, 5, truth, match));
    CU_ASSERT(match[0] == -1 && match[4] == -1);
}

/* Where s agrees within what estimates may reverse, the ratio tells which is which. */
static void ties(void)
{
    const struct rg_estimate truth[] = {{1, 0.5}, {1, 1}, {0.8, 1}, {0.8, 2}};
    const struct rg_estimate found[] = {{0.8001, 2}, {1.0001, 1}, {0.9999, 0.5}, {0.7999, 1}};
    const struct rg_estimate near[] = {{1.003, 0.5}, {1, 1}}, one[] = {{0.95, 1}},
                             no_d[] = {{1.1, NAN}, {0.9, NAN}};
    int64_t match[4];
    TEST_OK(rg_identify_match(4, found, 4, truth, match));
    CU_ASSERT(match[0] == 2 && match[1] == 1 && match[2] == 3 && match[3] == 0);
    TEST_OK(rg_identify_match(4, found, 2, near, match));
    CU_ASSERT(match[0] == 2 && match[1] == 1);
    TEST_OK(rg_identify_match(1, one, 2, truth, match));
    CU_ASSERT(match[0] == -1 && match[1] == 0);
    TEST_OK(rg_identify_match(2, no_d, 2, truth, match));
    CU_ASSERT(match[0] + match[1] == 1 && match[0] != match[1]);
}

static void degenerate_ratios(void)
{
    enum { INPUTS = 6 };
    const double a[N] = {4, 2, 2, 0}, tilt = 1e-9;
    int64_t match[N] = {0, 1, 2, -1};
    double v[N * INPUTS] = {0}, found[N * INPUTS] = {0}, angles[N];
    const struct rg_directions directions = {N, INPUTS, a, v, found, match};
    for (int k = 0; k < N; k++)
        v[k * INPUTS + k] = found[k * INPUTS + k] = 1;
    found[0] = cos(tilt);
    found[5] = sin(tilt); /* out of all true directions */
    found[INPUTS + 1] = found[2 * INPUTS + 2] = 0.6;
    found[INPUTS + 2] = 0.8; /* turned within the pair */
    found[2 * INPUTS + 1] = -0.8;
    TEST_OK(rg_identify_angles(&directions, angles));
    CU_ASSERT_DOUBLE_EQUAL(angles[0] / tilt, 1, EXACT);
    CU_ASSERT(angles[1] < 1e-15 && angles[2] < 1e-15);
    CU_ASSERT(isnan(angles[3]));
    found[2 * INPUTS + 1] = 0;
    found[2 * INPUTS + 2] = 0;
    found[2 * INPUTS + 4] = 1; /* one of the pair lost */
    TEST_OK(rg_identify_angles(&directions, angles));
    CU_ASSERT_DOUBLE_EQUAL(angles[1], acos(0), EXACT);
    CU_ASSERT_EQUAL(angles[1], angles[2]);
    match[2] = -1; /* the other one is in their space, and nothing is asked of what is not there */
    TEST_OK(rg_identify_angles(&directions, angles));
    CU_ASSERT(angles[1] < 1e-15 && isnan(angles[2]));
}

const struct test_case test_cases[] = {
    {"found modes are matched in order", matching},
    {"ties in s are told by the ratio", ties},
    {"degenerate ratios are taken together", degenerate_ratios},
    {0},
};
