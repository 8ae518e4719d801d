/* Effective theory of two strings: when does training merge their hidden states (van Rossem and Saxe 2025,
 * eqs 4 to 7 and 35)? The strings' hidden vectors are h1 and h2; after each of the n continuations that both
 * have in the training set, i = 1..n, the outputs differ by dy_i and the targets by dt_i.             */
#pragma once

#include <stdbool.h>

#include "regime/status.h"

struct rg_interaction {
    double x0;           /* ||h2 - h1||^2 at the start */
    double y0;           /* mean over i of ||dy_i||^2 there */
    double w0;           /* mean over i of ||dy_i||^2 - dy_i . dt_i there */
    double d2;           /* mean over i of ||dt_i||^2; 0: the strings agree, and w0 is y0 */
    double n;            /* continuations */
    double tau_h, tau_y; /* time constants of the states and of the outputs */
};

/* A_high and A_low of eq 6. A_high is NaN where both states are the same at the start. */
double rg_interaction_high(const struct rg_interaction *p);
double rg_interaction_low(const struct rg_interaction *p);

/* Squared distance of the states in the end (eq 5), and the condition for it to be 0 (eq 7). */
double rg_interaction_end(const struct rg_interaction *p);
bool rg_interaction_merges(const struct rg_interaction *p);

/* Squared distance at time t >= 0 of strings that agree (eq 35). */
double rg_interaction_agreeing(const struct rg_interaction *p, double t);

/* Squared distances x[n_times] of any two strings at ascending times >= 0: eq 4, integrated to a relative
 * error of about 1e-8. NaN from where the integration cannot go on. RG_ERROR_SYSTEM: no memory.       */
enum rg_status rg_interaction_course(const struct rg_interaction *p, int n_times,
                                     const double *times, double *x) RG_MUST_CHECK;
