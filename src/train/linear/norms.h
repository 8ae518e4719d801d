/* Numbers that products and Frobenius norms of a deep linear network's matrices give, no decomposition.
 * Each makes a matrix or two for its time. Collective on the team. Errors: RG_ERROR_SYSTEM.      */
#pragma once

#include <stdbool.h>

#include "train/dist/matrix.h"

/* |a|_F */
double rg_linear_norm(const struct rg_matrix *a);

/* (sum s^2)^2 / sum s^4 over the singular values s of a: the number of them if they are equal. NaN for 0. */
enum rg_status rg_linear_effective_rank(const struct rg_matrix *a, double *rank) RG_MUST_CHECK;

/* |upper^T upper - lower lower^T - lambda I|_F of two layers, upper [..][n] and lower [n][..]. */
enum rg_status rg_linear_imbalance(const struct rg_matrix *upper, const struct rg_matrix *lower,
                                   double lambda, double *residual) RG_MUST_CHECK;

/* |[Sxx, syx^T syx]|_F / (|Sxx|_F |syx^T syx|_F): 0 where they share their axes. NaN if one vanishes. Sxx is
 * diagonal, variances[syx.cols]. lenders[2] as of rg_linear_kernel_create.                           */
enum rg_status rg_linear_noncommuting(const double *variances, const struct rg_matrix *syx,
                                      const struct rg_matrix *lenders, double *ratio) RG_MUST_CHECK;

/* Are all neighbouring layers balanced, upper^T upper - lower lower^T = lambda I, up to rounding? Only two
 * layers may have a lambda other than 0. One layer alone is balanced.                              */
struct rg_balance {
    bool holds;
    double lambda; /* 0 unless it holds */
};
enum rg_status rg_linear_balance(int64_t depth, const struct rg_matrix *weights,
                                 struct rg_balance *balance) RG_MUST_CHECK;

/* What relative deviations of products count as rounding, with numbers of this type. */
double rg_linear_tolerance(enum rg_number number);
