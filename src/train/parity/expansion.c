/* Two strings at the start of training -> the distance of their hidden states about a fixed point of expansion.
 *
 * With errors e_i = b + h_i D - t_i of string i, and . the mean over the continuations,
 *
 *   h_i' = -D.e_i / (2 tau_i)     b' = -(e_1 + e_2) / (2 n tau_b)     D' = -(h_1 e_1 + h_2 e_2) / (2 n tau_y)
 *
 * b and D stay combinations of four vectors: b(0), D(0), the mean target and the difference of the targets. They
 * are kept as coefficients; the states as difference d and mean m, for nothing may cancel in d.           */
#include "train/parity/expansion.h"

#include <math.h>

#include "train/parity/ode.h"

enum {
    DIFFERENCE,
    MEAN,
    CONSTANT,
    SLOPE = CONSTANT + RG_N_EXPANSION,
    N_EQUATIONS = SLOPE + RG_N_EXPANSION
};
static const double NEGLIGIBLE = 1e-13;

static double product(const struct rg_expansion *p, const double *a, const double *b)
{
    double sum = 0;
    for (int i = 0; i < RG_N_EXPANSION; i++)
        for (int j = 0; j < RG_N_EXPANSION; j++)
            sum += a[i] * b[j] * p->product[i][j];
    return sum;
}

/* context: products for a difference of the states of 1 */
static void flow(const double *u, double *slope, const void *context)
{
    const struct rg_expansion *p = context;
    const double d = u[DIFFERENCE], m = u[MEAN], rate[] = {1 / p->tau_h[0], 1 / p->tau_h[1]};
    double error[RG_N_EXPANSION], step[RG_N_EXPANSION]; /* mean of both errors, and e_2 - e_1 */
    for (int i = 0; i < RG_N_EXPANSION; i++) {
        error[i] = u[CONSTANT + i] + m * u[SLOPE + i] - (i == RG_MEAN_TARGET);
        step[i] = d * u[SLOPE + i] - (i == RG_TARGET_STEP);
        slope[CONSTANT + i] = -error[i] / (p->n * p->tau_b);
        slope[SLOPE + i] = -(m * error[i] + d * step[i] / 4) / (p->n * p->tau_y);
    }
    const double common = product(p, u + SLOPE, error), apart = product(p, u + SLOPE, step) / 2;
    slope[DIFFERENCE] = -((rate[1] - rate[0]) * common + (rate[1] + rate[0]) * apart) / 2;
    slope[MEAN] = -((rate[1] + rate[0]) * common + (rate[1] - rate[0]) * apart) / 4;
}

enum rg_status rg_expansion_course(const struct rg_expansion *p, int n_times, const double *times,
                                   double *x)
{
    const double distance = sqrt(p->x0);
    struct rg_expansion unit = *p;
    double start[N_EQUATIONS] = {0}, negligible[N_EQUATIONS];
    for (int i = 0; i < RG_N_EXPANSION; i++) {
        unit.product[RG_OUTPUT_STEP][i] /= distance;
        unit.product[i][RG_OUTPUT_STEP] /= distance;
    }
    start[DIFFERENCE] = distance;
    start[CONSTANT + RG_MEAN_OUTPUT] = start[SLOPE + RG_OUTPUT_STEP] = 1;
    for (int i = 0; i < N_EQUATIONS; i++)
        negligible[i] = NEGLIGIBLE * (i < CONSTANT ? distance : 1);
    const struct rg_ode ode = {N_EQUATIONS, flow, &unit, start, negligible};
    RG_TRY(rg_ode_course(&ode, n_times, times, x));
    for (int i = 0; i < n_times; i++)
        x[i] *= x[i];
    return RG_OK;
}
