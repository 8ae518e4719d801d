/* Mode strengths of deep linear networks: closed forms against published values, against a naive
 * integration and at the ends of the number range.                                                 */
#include "train/linear/closed_forms.h"

#include <math.h>

#include "integrate.h"
#include "test.h"

const char *const test_suite = "train_closed_forms";

static const double PRINTED = 5e-7;     /* values known to six places */
static const double INTEGRATED = 1e-10; /* what the steps of the integration leave */
static const double ROUNDING = 1e-13;   /* relative: some hundred roundings */

enum { STEPS = 8000, TIMES = 4 };
static const double strengths[] = {0.3, 1, 3}, variances[] = {0.5, 1, 2};
static const double starts[] = {1e-2, 0.1, 0.9, 5};
#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

struct setting {
    struct rg_mode mode;
    int depth;
    double lambda;
};

static void deep(double t, const double *a, double *derivative, void *context)
{
    const struct setting *x = context;
    const double rate = x->depth == RG_DEPTH_INFINITE ? 1 : x->depth;
    const double power = x->depth == RG_DEPTH_INFINITE ? 2 : 2 - 2.0 / x->depth;
    (void)t;
    *derivative = rate * pow(*a, power) * (x->mode.s - x->mode.d * *a);
}

static void unbalanced(double t, const double *a, double *derivative, void *context)
{
    const struct setting *x = context;
    (void)t;
    *derivative = (x->mode.s - *a) * sqrt(x->lambda * x->lambda + 4 * *a * *a);
}

/* About the time that the mode takes, from the equation at its start or its end. */
static double time_scale(const struct setting *x)
{
    const double power = x->depth == RG_DEPTH_INFINITE ? 2 : 2 - 2.0 / x->depth;
    const double rate = x->depth == RG_DEPTH_INFINITE ? 1 : x->depth;
    const double low = fmin(x->mode.a0, x->mode.s / x->mode.d);
    return 1 / (rate * x->mode.s * pow(low, power - 1));
}

static double worst_of_depth(int depth, double error_in_s)
{
    double worst = 0;
    for (int i = 0; i < COUNT(strengths) * COUNT(variances) * COUNT(starts); i++) {
        struct setting x = {.mode = {strengths[i % COUNT(strengths)],
                                     variances[i / COUNT(strengths) % COUNT(variances)],
                                     starts[i / COUNT(strengths) / COUNT(variances)]},
                            .depth = depth};
        struct rg_mode wrong = x.mode;
        wrong.s += error_in_s;
        const double interval = 0.5 * time_scale(&x);
        double a = x.mode.a0;
        for (int k = 0; k < TIMES; k++) {
            worst = test_worst(worst, fabs(rg_mode_at(wrong, depth, k * interval) / a - 1));
            test_integrate(deep, &x, 1, interval, STEPS, &a);
        }
    }
    return worst;
}

static void every_depth(void)
{
    static const int depths[] = {1, 2, 3, 4, 5, 8, 50, RG_DEPTH_INFINITE};
    for (int i = 0; i < COUNT(depths); i++)
        CU_ASSERT(worst_of_depth(depths[i], 0) < INTEGRATED);
}

static void published_values(void)
{
    static const struct {
        double lambda, strength;
    } rows[] = {{0, 0.279001}, {0.1, 0.330483}, {1, 1.148539}, {5, 2.515492}, {50, 2.999999}};
    for (int i = 0; i < COUNT(rows); i++)
        for (int sign = -1; sign <= 1; sign += 2)
            CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(sign * rows[i].lambda, 3, 0.05, 0.3),
                                   rows[i].strength, PRINTED);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at((struct rg_mode){2, 1, 0.1}, RG_DEPTH_INFINITE, 6), 1.795003,
                           PRINTED);
}

/* t of the published implicit solution for infinite depth, and of two layers. */
static void times_come_back(void)
{
    for (double a0 = 1e-6; a0 < 1; a0 *= 7)
        for (double t = 0.01; t < 1e7; t *= 9) {
            const double s = 1.3;
            const struct rg_mode mode = {s, 1, a0};
            const double a = rg_mode_at(mode, RG_DEPTH_INFINITE, t);
            const double back =
                log(a * (s - a0) / (a0 * (s - a))) / (s * s) + 1 / (s * a0) - 1 / (s * a);
            if (a < 0.999 * s)
                CU_ASSERT_DOUBLE_EQUAL(back, t, 1e-9 * (t + 1 / a0));
        }
    for (double s = 0; s < 4; s += 0.5) {
        const struct rg_mode mode = {s, 1.7, 0.01};
        const double a = rg_mode_at(mode, 2, 0.8);
        CU_ASSERT_DOUBLE_EQUAL(rg_mode_time(mode, a), 0.8, ROUNDING);
    }
    CU_ASSERT_EQUAL(rg_mode_time((struct rg_mode){2, 0.5, 1}, 4), INFINITY);
    CU_ASSERT_EQUAL(rg_mode_time((struct rg_mode){2, 0.5, 1}, 1), 0);
}

static void any_lambda(void)
{
    static const double lambdas[] = {-5, -0.5, -1e-3, 0, 1e-8, 0.1, 2, 40};
    for (int i = 0; i < COUNT(lambdas) * COUNT(strengths) * COUNT(starts); i++) {
        struct setting x = {.mode = {strengths[i % COUNT(strengths)], 1,
                                     starts[i / COUNT(strengths) % COUNT(starts)]},
                            .lambda = lambdas[i / COUNT(strengths) / COUNT(starts)]};
        double a = x.mode.a0;
        for (int k = 0; k < TIMES; k++) {
            CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(x.lambda, x.mode.s, x.mode.a0, 0.6 * k) / a, 1,
                                   INTEGRATED);
            test_integrate(unbalanced, &x, 1, 0.6, STEPS, &a);
        }
    }
}

/* The published closed form where it keeps its digits, and lambda = 0 as the two-layer mode. */
static void lambda_as_published(void)
{
    for (double l = 1e-2; l < 1e3; l *= 3)
        for (double t = 0; t < 2; t += 0.1) {
            const double s = 1.5, a0 = 0.2, k = sqrt(l * l + 4 * s * s);
            const double up = (k - l) / (2 * s), down = (-l - k) / (2 * s);
            const double x0 = 2 * a0 / (l + sqrt(l * l + 4 * a0 * a0));
            const double r = (x0 - up) / (x0 - down), e = exp(-k * t);
            const double x = (up - down * r * e) / (1 - r * e);
            CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(l, s, a0, t) / (l * x / (1 - x * x)), 1,
                                   1e-11);
        }
    for (double t = 0; t < 10; t += 0.3) {
        const double two_layers = rg_mode_at((struct rg_mode){1.5, 1, 0.02}, 2, t);
        CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(0, 1.5, 0.02, t) / two_layers, 1, ROUNDING);
        CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(1e-12, 1.5, 0.02, t) / two_layers, 1, 1e-9);
    }
}

/* Depth 50 lies near the infinite one, and the mode without a task is the limit of tiny s. */
static void limits(void)
{
    const struct rg_mode mode = {2, 1, 0.3};
    const double infinite = rg_mode_at(mode, RG_DEPTH_INFINITE, 1);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at(mode, 1000000, 1e-6), infinite, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at(mode, 100000000, 1e-8), infinite, 1e-7);
    for (int depth = 0; depth < 6; depth++)
        for (double s = 1e-9; s > 1e-310; s *= 1e-7) {
            const double limit = rg_mode_at((struct rg_mode){0, 2, 0.5}, depth, 3);
            CU_ASSERT_DOUBLE_EQUAL(rg_mode_at((struct rg_mode){s, 2, 0.5}, depth, 3) / limit, 1,
                                   depth == 1 ? 1e-6 : 1e-7 + 1e2 * s);
        }
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at((struct rg_mode){0, 2, 0.5}, 2, 3), 0.5 / 7, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at((struct rg_mode){0, 2, 0.5}, 4, 3),
                           pow(pow(0.5, -1.5) + 1.5 * 4 * 2 * 3, -1 / 1.5), ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(0, 0, 0.5, 3), 0.125, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(2, 0, 0, 3), 0, 0);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(0, 2, 0, 1e9), 0, 0);
}

/* At any time and from any start the strength is finite, moves towards s/d and gets there. */
static void extremes(void)
{
    static const double times[] = {0, 1e-300, 1e-9, 1, 700, 1e4, 1e9, 1e100, 1e300};
    for (double a0 = 1e-280; a0 < 1e90; a0 *= 1e10)
        for (double s = 1e-9; s < 1e10; s *= 1e3)
            for (int depth = 0; depth < 8; depth++) {
                double before = a0;
                for (int i = 0; i < COUNT(times); i++) {
                    const double a = rg_mode_at((struct rg_mode){s, 1, a0}, depth, times[i]);
                    CU_ASSERT(isfinite(a));
                    CU_ASSERT(fabs(a - s) <= fabs(before - s) * (1 + ROUNDING) + ROUNDING * a);
                    before = a;
                    const double l = rg_mode_lambda_at(depth, s, a0, times[i]);
                    CU_ASSERT(isfinite(l) && l > 0);
                }
                CU_ASSERT_DOUBLE_EQUAL(before / s, 1, ROUNDING);
            }
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_at((struct rg_mode){1, 1, 1e-290}, 2, 1e3), 1, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_lambda_at(1e-3, 1, 1e-290, 1e3), 1, ROUNDING);
}

static void outside_the_domain(void)
{
    for (int depth = 2; depth < 5; depth++) {
        CU_ASSERT(isnan(rg_mode_at((struct rg_mode){-1, 1, 0.1}, depth, 1)));
        CU_ASSERT(isnan(rg_mode_at((struct rg_mode){1, 1, -0.1}, depth, 1)));
        CU_ASSERT(isnan(rg_mode_at((struct rg_mode){1, 0, 0.1}, depth, 1)));
        CU_ASSERT(isnan(rg_mode_at((struct rg_mode){1, 1, 0.1}, depth, -1)));
        CU_ASSERT(isnan(rg_mode_at((struct rg_mode){NAN, 1, 0.1}, depth, 1)));
        CU_ASSERT_EQUAL(rg_mode_at((struct rg_mode){0, 0, 0.1}, depth, 1), 0.1);
        CU_ASSERT_EQUAL(rg_mode_at((struct rg_mode){1, 1, 0}, depth, 1), 0);
    }
    CU_ASSERT(isnan(rg_mode_at((struct rg_mode){1, 1, 0.1}, -1, 1)));
    CU_ASSERT(isnan(rg_mode_lambda_at(1, -1, 0.1, 1)));
    CU_ASSERT(isnan(rg_mode_lambda_at(NAN, 1, 0.1, 1)));
    CU_ASSERT(isnan(rg_mode_time((struct rg_mode){1, 1, 0.5}, 0.4)));
    CU_ASSERT(isnan(rg_mode_time((struct rg_mode){1, 1, 0.5}, 2)));
    CU_ASSERT_EQUAL(rg_mode_solution(2), RG_SOLUTION_CLOSED);
    CU_ASSERT_EQUAL(rg_mode_solution(3), RG_SOLUTION_ODE);
}

static void squares(void)
{
    for (double lambda = -1e9; lambda < 1.1e9; lambda += 1e8)
        for (double a = 1e-6; a < 1e3; a *= 10) {
            const struct rg_squares x = rg_mode_squares(lambda, a);
            CU_ASSERT_DOUBLE_EQUAL(x.first * x.second / (a * a), 1, ROUNDING);
            CU_ASSERT_DOUBLE_EQUAL(x.second - x.first, lambda, ROUNDING * (fabs(lambda) + 2 * a));
        }
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_squares(3, 2).first, 1, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_mode_squares(3, 2).second, 4, ROUNDING);
    CU_ASSERT_EQUAL(rg_mode_squares(0, 0).first, 0);
}

static void planted_fault(void)
{
    CU_ASSERT(worst_of_depth(3, 1e-8) > INTEGRATED);
}

const struct test_case test_cases[] = {
    {"published values", published_values},
    {"every depth against a naive integration", every_depth},
    {"times and strengths belong together", times_come_back},
    {"any lambda against a naive integration", any_lambda},
    {"any lambda against the published form", lambda_as_published},
    {"limits in s, depth and lambda", limits},
    {"finite and monotone from any start to any time", extremes},
    {"no number outside the domain", outside_the_domain},
    {"eigenvalues of balanced layers", squares},
    {"a wrong s is noticed", planted_fault},
    {0},
};
