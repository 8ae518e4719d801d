/* Effective theory of two strings: eq 4 integrated, against its closed forms, against published values and
 * against a plain integration of the equations as they are printed.                                 */
#include "train/parity/theory.h"

#include <math.h>

#include "integrate.h"
#include "test.h"

const char *const test_suite = "train_theory";

static const double PRINTED = 5e-6;    /* relative: values known to six digits */
static const double INTEGRATED = 1e-7; /* relative: asked of CVODE, with room for what adds up */
static const double ROUNDING = 1e-12;
static const double FOR_EVER = 400;

static const struct rg_interaction disagreeing = {0.5, 0.3, 0.3, 1, 2, 1, 1};
static const struct rg_interaction parting = {2, 0.5, 0.5, 0, 1, 1, 1};
static const struct rg_interaction merging = {0.5, 0.6, 0.6, 0, 2, 1, 1};

static double course_at(const struct rg_interaction *p, double t)
{
    double x = NAN;
    TEST_OK(rg_interaction_course(p, 1, &t, &x));
    return x;
}

static void published_values(void)
{
    CU_ASSERT_DOUBLE_EQUAL(rg_interaction_end(&disagreeing) / 1.10688, 1, PRINTED);
    CU_ASSERT_DOUBLE_EQUAL(course_at(&disagreeing, FOR_EVER) / 1.10688, 1, PRINTED);
    CU_ASSERT_DOUBLE_EQUAL(rg_interaction_end(&parting), 1.75, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(course_at(&parting, FOR_EVER) / 1.75, 1, INTEGRATED);
    CU_ASSERT_EQUAL(rg_interaction_end(&merging), 0);
    CU_ASSERT_DOUBLE_EQUAL(rg_interaction_agreeing(&merging, 3) / 0.100223, 1, PRINTED);
    CU_ASSERT_DOUBLE_EQUAL(course_at(&merging, 3) / 0.100223, 1, PRINTED);
    CU_ASSERT_DOUBLE_EQUAL(course_at(&merging, FOR_EVER), 0, ROUNDING);
}

/* Eq 4 as it is printed, in X, Y and W. */
static void printed_flow(double t, const double *u, double *slope, void *context)
{
    const struct rg_interaction *p = context;
    const double x = u[0], y = u[1], w = u[2], rate_y = 1 / (p->n * p->tau_y);
    (void)t;
    slope[0] = -w / p->tau_h / 2;
    slope[1] = -(x * rate_y + y / (p->tau_h * x)) * w / 2;
    slope[2] = -rate_y * (3 * w - y + p->d2) * x / 4 - w / x * (y + w) / p->tau_h / 4;
}

static void printed_equations(void)
{
    enum { TIMES = 4, STEPS = 4000 };
    static const double times[TIMES] = {0, 0.5, 2, 8};
    struct rg_interaction cases[] = {
        disagreeing, parting, merging, {0.2, 0.05, -0.4, 0.7, 3, 0.6, 2}, {3, 2, 2.9, 2, 7, 5, 0.5},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double x[TIMES];
        TEST_OK(rg_interaction_course(&cases[c], TIMES, times, x));
        CU_ASSERT_EQUAL(x[0], cases[c].x0);
        for (int i = 1; i < TIMES; i++) {
            double u[] = {cases[c].x0, cases[c].y0, cases[c].w0};
            test_integrate(printed_flow, &cases[c], 3, times[i], STEPS, u);
            CU_ASSERT_DOUBLE_EQUAL(x[i] / u[0], 1, INTEGRATED);
            CU_ASSERT(fabs(x[i] / u[0] - 1) < fabs(x[i] / cases[c].x0 - 1)); /* it moves */
        }
    }
}

/* Eq 35 is eq 4 of strings that agree, on either side of the condition and right on it. */
static void closed_form(void)
{
    static const double outputs[] = {0.05, 0.125, 0.3};
    static const double times[] = {0.1, 1, 5, 20};
    for (int c = 0; c < 3; c++) {
        const struct rg_interaction p = {0.5, outputs[c], outputs[c], 0, 3, 1.5, 1};
        double x[4];
        TEST_OK(rg_interaction_course(&p, 4, times, x));
        for (int i = 0; i < 4; i++)
            CU_ASSERT_DOUBLE_EQUAL(x[i] / rg_interaction_agreeing(&p, times[i]), 1, INTEGRATED);
        CU_ASSERT_EQUAL(rg_interaction_merges(&p), c == 2);
        CU_ASSERT_EQUAL(rg_interaction_end(&p) > 0, c == 0);
        CU_ASSERT_DOUBLE_EQUAL(rg_interaction_agreeing(&p, 1e9), rg_interaction_end(&p), 1e-6);
    }
}

/* Strings with different targets after some continuation never merge, whatever the rest says. */
static void only_agreeing_strings_merge(void)
{
    struct rg_interaction p = merging;
    CU_ASSERT(rg_interaction_merges(&p));
    p.d2 = 1e-6;
    CU_ASSERT_FALSE(rg_interaction_merges(&p));
    CU_ASSERT(rg_interaction_end(&p) > 0);
    p.d2 = 1;
    CU_ASSERT_DOUBLE_EQUAL(course_at(&p, FOR_EVER) / rg_interaction_end(&p), 1, INTEGRATED);
}

/* A pair whose states coincide has no distance to divide by: an outcome, not an error. */
static void coinciding_states(void)
{
    const struct rg_interaction p = {0, 0, 0, 0, 1, 1, 1};
    CU_ASSERT_FALSE(rg_interaction_merges(&p));
    CU_ASSERT(isnan(course_at(&p, 1)));
}

const struct test_case test_cases[] = {
    {"published values", published_values},
    {"the equations as they are printed", printed_equations},
    {"eq 35 solves eq 4", closed_form},
    {"only agreeing strings merge", only_agreeing_strings_merge},
    {"states that coincide", coinciding_states},
    {0},
};
