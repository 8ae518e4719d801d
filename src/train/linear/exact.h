/* The whole course of a two-layer linear network with lambda-balanced weights on white input
 * (Sxx = I), from the solution of its Riccati equation: no integration, any time at the same cost.
 * tau dW1/dt = W2^T (Syx - W2 W1), tau dW2/dt = (Syx - W2 W1) W1^T; time in units of tau = 1 / learning
 * rate. Braun, Domine, Fitzgerald, Saxe 2022; Domine, Anguita et al. 2024 (arXiv 2409.14623).       */
#pragma once

#include <stdint.h>

#include "regime/status.h"

/* The start. n_hidden = min(n_in, n_out): square, narrowing and widening networks. */
struct rg_exact_start {
    int64_t n_in, n_out;
    double lambda;     /* W2^T W2 - W1 W1^T = lambda I */
    const double *Syx; /* [n_out][n_in] */
    const double *W1;  /* [n_hidden][n_in] */
    const double *W2;  /* [n_out][n_hidden] */
    double tolerance;  /* largest relative deviation from balance, which the result then shares */
};

enum rg_exact_state {
    RG_EXACT_READY,
    RG_EXACT_SADDLE, /* the start lacks a direction that the task needs: it ends at a saddle. A square
                          * network with lambda = 0 and det(W2 W1) det(Syx) < 0 always does            */
    RG_EXACT_UNBALANCED, /* the weights are not lambda-balanced: this is not their solution */
    RG_EXACT_FAILED      /* Syx is not finite, or its decomposition did not converge */
};

struct rg_exact;

/* Decomposes the task once; the arrays are not kept. Errors: RG_ERROR_SYSTEM. */
enum rg_status rg_exact_create(const struct rg_exact_start *start,
                               struct rg_exact **exact) RG_MUST_CHECK;
void rg_exact_destroy(struct rg_exact **exact);

enum rg_exact_state rg_exact_state(const struct rg_exact *exact);

/* At time t >= 0: QQ^T[n_in + n_out][n_in + n_out] with Q = [W1^T; W2], so that its blocks are W1^T W1,
 * (W2 W1)^T, W2 W1 and W2 W2^T, and the product W2 W1[n_out][n_in]; either may be NULL. All NaN unless
 * READY. Finite and right for any t; near a saddle the error grows as 1e-16 / rcond, up to 1e-6.
 * Uses scratch of *exact: one thread at a time. Does not allocate.                                  */
enum rg_status rg_exact_at(struct rg_exact *exact, double t, double *qqt,
                           double *product) RG_MUST_CHECK;
