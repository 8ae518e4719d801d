/* Two strings at the start of training -> the distance of their hidden states later on.
 *
 * The equations of motion (eq 4) are integrated in X, Y / X and W / X: with r = Y / X and s = W / X
 *
 *   X' = -s X / (2 tau_h)
 *   r' = -s X / (2 n tau_y)
 *   s' = -(3 s X - r X + D2) / (4 n tau_y) + s (s - r) / (4 tau_h)
 *
 * so that nothing is divided by a distance that vanishes. Agreeing strings have s = r for ever; that line
 * is unstable, so it is kept by giving both the same slope.                                             */
#include "train/parity/theory.h"

#include <math.h>

#include "train/parity/ode.h"

enum { DISTANCE, OUTPUT_RATIO, FORCE_RATIO, N_EQUATIONS };
static const double NEGLIGIBLE = 1e-13;

/* ---- closed forms --------------------------------------------------------------------------------- */

static double stiffness(const struct rg_interaction *p)
{
    return p->n * p->tau_y / p->tau_h;
}

double rg_interaction_high(const struct rg_interaction *p)
{
    return p->x0 - stiffness(p) * p->y0 / p->x0;
}

double rg_interaction_low(const struct rg_interaction *p)
{
    return sqrt(stiffness(p) * p->d2);
}

double rg_interaction_end(const struct rg_interaction *p)
{
    const double high = rg_interaction_high(p), low = rg_interaction_low(p);
    const double root = sqrt(high * high / 4 + low * low);
    return high < 0 ? low * low / (root - high / 2) : high / 2 + root; /* nothing cancels */
}

bool rg_interaction_merges(const struct rg_interaction *p)
{
    return p->d2 == 0 && rg_interaction_high(p) < 0;
}

double rg_interaction_agreeing(const struct rg_interaction *p, double t)
{
    const double high = rg_interaction_high(p), rate = 1 / (2 * p->n * p->tau_y);
    const double gone = high == 0 ? rate * t : -expm1(-high * rate * t) / high;
    return p->x0 / (exp(-high * rate * t) + p->x0 * gone);
}

/* ---- eq 4 ----------------------------------------------------------------------------------------- */

static void flow(const double *u, double *slope, const void *context)
{
    const struct rg_interaction *p = context;
    const double x = u[DISTANCE], r = u[OUTPUT_RATIO], s = u[FORCE_RATIO];
    const double rate_h = 1 / p->tau_h, rate_y = 1 / (p->n * p->tau_y);
    slope[DISTANCE] = -s * x * rate_h / 2;
    slope[OUTPUT_RATIO] = -s * x * rate_y / 2;
    slope[FORCE_RATIO] = -(3 * s * x - r * x + p->d2) * rate_y / 4 + s * (s - r) * rate_h / 4;
    if (p->d2 == 0)
        slope[FORCE_RATIO] = slope[OUTPUT_RATIO];
}

enum rg_status rg_interaction_course(const struct rg_interaction *p, int n_times,
                                     const double *times, double *x)
{
    const double ratio = p->y0 / p->x0, small = NEGLIGIBLE * (p->y0 + p->d2) / p->x0;
    const double start[N_EQUATIONS] = {p->x0, ratio, p->d2 == 0 ? ratio : p->w0 / p->x0};
    const double negligible[N_EQUATIONS] = {NEGLIGIBLE * p->x0, small, small};
    const struct rg_ode ode = {N_EQUATIONS, flow, p, start, negligible};
    RG_TRY(rg_ode_course(&ode, n_times, times, x));
    return RG_OK;
}
