/* Two layers: the logistic curve, divided by its exponential so that nothing overflows.
 *
 * Other depths: with w = d a / s below the fixed point and s / (d a) above it the equation becomes
 * dT = w^{r-1} / (1 - w) dw, T a multiple of t, r = 2/depth - 1 below and 2 - 2/depth above. Its integral
 * is the incomplete beta function B(w; r, 0); two power series give it everywhere. Newton's method in
 * the logit of w inverts it: there the slope is w^r, which only falls or only rises, so that after one
 * step the iterates approach the root from one side. w and 1 - w are kept apart, both to full precision.
 *
 * Any lambda: m = 2a + sqrt(lambda^2 + 4a^2) obeys the Riccati equation m' = 2sm - m^2/2 + lambda^2/2; its
 * solution is written for p = m - |lambda|, where every term is positive.                          */
#include "train/linear/closed_forms.h"

#include <math.h>
#include <stdbool.h>

enum { ITERATIONS_MAX = 100, TERMS_MAX = 200 };
static const double HALF = 0.5;         /* where one series hands over to the other */
static const double NEGLIGIBLE = 1e-17; /* beside 1 */
static const double SETTLED = 1e-9;     /* a Newton step whose square is below the last place */
static const double SATURATED_AT = 50;  /* beyond it 1 - w is negligible */

enum rg_solution rg_mode_solution(int64_t depth)
{
    return depth == 1 || depth == 2 || depth == RG_DEPTH_INFINITE ? RG_SOLUTION_CLOSED
                                                                  : RG_SOLUTION_ODE;
}

/* (1 - e^{-kt}) / k, t at k = 0. */
static double saturation(double k, double t)
{
    return k == 0 ? t : -expm1(-k * t) / k;
}

static double one_layer(struct rg_mode mode, double t)
{
    return mode.a0 * exp(-mode.d * t) + mode.s * saturation(mode.d, t);
}

static double two_layers(struct rg_mode mode, double t)
{
    return mode.a0 / (exp(-2 * mode.s * t) + 2 * mode.d * mode.a0 * saturation(2 * mode.s, t));
}

/* ---- other depths -------------------------------------------------------------------------------- */

/* A number in (0, 1) with its complement. */
struct share {
    double w, rest;
};

/* Sum over k >= 0 of w^{r+k} / (r+k). For -1 <= r < 0 the term k = 1 is counted from w = 1, so that it
 * becomes the logarithm as r comes to -1.                                                          */
static double beta_from_zero(double r, double w)
{
    double sum = 0, power = pow(w, r);
    for (int k = 0; k < TERMS_MAX; k++, power *= w) {
        const bool logarithmic = r < 0 && k == 1;
        const double term = logarithmic ? saturation(-(r + k), log(w)) : power / (r + k);
        sum += term;
        if (k > 1 && fabs(term) <= NEGLIGIBLE * fabs(sum))
            break;
    }
    return sum;
}

/* The same integral counted from elsewhere, in powers of the rest. */
static double beta_to_one(double r, double rest)
{
    double sum = 0, coefficient = 1;
    for (int k = 1; k < TERMS_MAX; k++) {
        coefficient *= rest * (k - r) / k;
        sum += coefficient / k;
        if (fabs(coefficient) <= NEGLIGIBLE)
            break;
    }
    return -log(rest) - sum;
}

static double beta(double r, struct share x)
{
    if (x.w <= HALF)
        return beta_from_zero(r, x.w);
    return beta_to_one(r, x.rest) + (beta_from_zero(r, HALF) - beta_to_one(r, HALF));
}

/* Where the first term of the series alone reaches the value, if that is small; else the middle. */
static struct share first_guess(double r, double value)
{
    const double w = r * value > 0 ? pow(r * value, 1 / r) : 1;
    return w < HALF ? (struct share){w, 1 - w} : (struct share){HALF, HALF};
}

/* The x at which beta(r, x) has the value. */
static struct share beta_inverse(double r, double value)
{
    struct share x = first_guess(r, value);
    if (value > SATURATED_AT)
        return (struct share){1, 0};
    for (int i = 0; i < ITERATIONS_MAX; i++) {
        const double step = (value - beta(r, x)) / pow(x.w, r);
        const double scale = x.rest + x.w * exp(step);
        x.w = x.w * exp(step) / scale;
        x.rest /= scale;
        if (fabs(step) < SETTLED)
            return x;
    }
    return (struct share){NAN, NAN};
}

/* da/dt = rate a^power (s - d a), 1 < power <= 2. */
static double power_law(struct rg_mode mode, double rate, double power, double t)
{
    const double s = mode.s, d = mode.d, a0 = mode.a0;
    const double fixed = s / d;
    const double decayed =
        a0 * pow(1 + power * rate * d * t * pow(a0, power), -1 / power); /* s = 0 */
    if (s <= NEGLIGIBLE * d * decayed)
        return decayed;
    if (a0 == fixed || a0 == 0)
        return a0;
    const bool below = a0 < fixed;
    const double r = below ? 1 - power : power;
    const double w0 = below ? a0 / fixed : fixed / a0;
    const double rest0 = below ? (s - d * a0) / s : (d * a0 - s) / (d * a0);
    const double passed = rate * s * pow(fixed, power - 1) * t;
    const double w = beta_inverse(r, beta(r, (struct share){w0, rest0}) + passed).w;
    return below ? fixed * w : fixed / w;
}

double rg_mode_at(struct rg_mode mode, int64_t depth, double t)
{
    if (!(t >= 0 && mode.d >= 0) || depth < 0)
        return NAN;
    if (depth == 1)
        return one_layer(mode, t);
    if (!(mode.s >= 0 && mode.a0 >= 0) || (mode.d == 0 && mode.s > 0))
        return NAN;
    if (mode.d == 0)
        return mode.a0;
    if (depth == 2)
        return two_layers(mode, t);
    if (depth == RG_DEPTH_INFINITE)
        return power_law(mode, 1, 2, t);
    return power_law(mode, (double)depth, 2 - 2 / (double)depth, t);
}

double rg_mode_time(struct rg_mode mode, double a)
{
    const double s = mode.s, d = mode.d, a0 = mode.a0;
    if (!(s >= 0 && d > 0 && a0 > 0))
        return NAN;
    if (a == a0)
        return 0;
    const double u = (a - a0) / (a0 * (s - d * a));
    const double t = s == 0 ? u / 2 : log1p(s * u) / (2 * s);
    return t > 0 ? t : NAN;
}

/* ---- any lambda ---------------------------------------------------------------------------------- */

double rg_mode_lambda_at(double lambda, double s, double a0, double t)
{
    if (!(t >= 0 && s >= 0 && a0 >= 0) || isnan(lambda))
        return NAN;
    const double l = fabs(lambda), k = hypot(l, 2 * s), k0 = hypot(l, 2 * a0);
    if (k == 0 || k0 == 0)
        return a0 / (1 + 2 * a0 * t);
    const double left = exp(-k * t), gone = -expm1(-k * t);
    const double top = 2 * s + k, bottom = l * (l / top); /* minus the other root */
    const double p0 = 2 * a0 + 2 * a0 * (2 * a0 / (k0 + l));
    const double slope = 2 * s + 2 * s * (2 * s / (k + l)) + (l + bottom) * left;
    const double p = (p0 * slope + 4 * l * s * gone) / ((p0 + l) * gone + bottom + top * left);
    return p * ((p + 2 * l) / (4 * (p + l)));
}

struct rg_squares rg_mode_squares(double lambda, double a)
{
    const double large = (hypot(lambda, 2 * a) + fabs(lambda)) / 2;
    const double small = a == 0 ? 0 : a * (a / large);
    return lambda > 0 ? (struct rg_squares){small, large} : (struct rg_squares){large, small};
}
