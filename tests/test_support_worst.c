/* What the suites measure deviations with: the largest one counts, and NaN is never passed over. */
#include <math.h>

#include "parity.h"
#include "teams.h"

const char *const test_suite = "support_worst";

enum { N = 5 };

static double worst_of(const double *deviations)
{
    double worst = 0;
    for (int i = 0; i < N; i++)
        worst = test_worst(worst, deviations[i]);
    return worst;
}

static void largest(void)
{
    CU_ASSERT_EQUAL(worst_of((double[N]){1, 3, 2, 0, 0}), 3);
    CU_ASSERT_EQUAL(worst_of((double[N]){0}), 0);
    CU_ASSERT_EQUAL(worst_of((double[N]){1, INFINITY, 2, 0, 0}), INFINITY);
}

/* First, between and last; as a tolerance sees it. */
static void planted_nan(void)
{
    const double tolerance = 1e300;
    for (int place = 0; place < N; place++) {
        double values[N] = {1, 3, 2, 4, 1};
        const double others[N] = {1, 3, 2, 4, 1};
        CU_ASSERT(worst_of(values) < tolerance);
        CU_ASSERT(test_difference(N, values, others) < tolerance);
        CU_ASSERT(deviation(values, others, N) < tolerance);
        values[place] = NAN;
        CU_ASSERT_FALSE(worst_of(values) < tolerance);
        CU_ASSERT_FALSE(test_difference(N, values, others) < tolerance);
        CU_ASSERT_FALSE(test_difference(N, others, values) < tolerance);
        CU_ASSERT_FALSE(deviation(values, others, N) < tolerance);
    }
}

const struct test_case test_cases[] = {
    {"the largest deviation counts", largest},
    {"a planted NaN is seen wherever it stands", planted_nan},
    {0},
};
