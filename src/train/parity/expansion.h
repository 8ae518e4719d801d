/* Two strings with a fixed point of expansion (van Rossem and Saxe 2025, Fig. 10 left): when do their states part
 * before they merge?
 *
 * Eq 4 (theory.h) expands the outputs about the middle of the two states, wherever that is. Here the point of
 * expansion is the middle before training, and stays: on the line through both states, which are then at h = -d/2 and
 * d/2, d^2 = X(0), the n outputs are y = b + h D. b, D and both h descend the mean of half the squared errors.  */
#pragma once

#include "regime/status.h"

/* Vectors over the n continuations: outputs of both strings at the start and their targets, as means (y_1 + y_2) / 2
 * and differences y_2 - y_1 of the two.                                                                */
enum { RG_MEAN_OUTPUT, RG_OUTPUT_STEP, RG_MEAN_TARGET, RG_TARGET_STEP, RG_N_EXPANSION };

struct rg_expansion {
    double x0;                     /* ||h2 - h1||^2 at the start */
    double n;                      /* continuations */
    double tau_h[2], tau_y, tau_b; /* time constants of both states, of D and of b */
    /* Of the vectors, as means over the continuations. */
    double product[RG_N_EXPANSION][RG_N_EXPANSION];
};

/* Squared distances x[n_times] of the states at ascending times >= 0, as rg_interaction_course. */
enum rg_status rg_expansion_course(const struct rg_expansion *p, int n_times, const double *times,
                                   double *x) RG_MUST_CHECK;
