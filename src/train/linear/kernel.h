/* How far a deep linear network's tangent kernel has turned since the start: near 0 lazy, far from it rich.
 * K = sum over layers l of A_l A_l^T (x) X^T B_l^T B_l X, with A_l = W_L ... W_(l+1) and B_l = W_(l-1) ... W_1;
 * its inner products need Sxx alone, never the samples. Collective on the team.                      */
#pragma once

#include "regime/model.h"
#include "train/dist/matrix.h"

struct rg_linear_kernel;

/* Keeps a copy of weights[depth], the start. variances[n_in] is Sxx's diagonal, beside which there is
 * nothing; NULL for white inputs of any variance. lenders[depth] are matrices whose memory is taken, where it
 * suffices, and overwritten whenever a kernel is measured; NULL: there are none. Both must outlive the
 * kernel. Errors: RG_ERROR_SYSTEM.                                                                   */
enum rg_status rg_linear_kernel_create(int64_t depth, const struct rg_matrix *weights,
                                       const double *variances, const struct rg_matrix *lenders,
                                       struct rg_linear_kernel **kernel) RG_MUST_CHECK;
void rg_linear_kernel_destroy(struct rg_linear_kernel **kernel);

/* *distance = 1 - <K, K'> / (|K| |K'|) between the start and weights of the same shapes; 0 for the start
 * itself, otherwise good to some 1e-14 in double. NaN where a kernel vanishes. Takes about 4 depth - 6
 * products of two layers for each of three kernels, and for its time depth + 1 matrices of [n_in][n_in] or
 * [n_out][n_out], all but one of which the lenders may have, and beyond depth 2 one link of a chain, beyond 3
 * two. Errors: RG_ERROR_SYSTEM, the tick's.                                                          */
enum rg_status rg_linear_kernel_distance(const struct rg_linear_kernel *kernel,
                                         const struct rg_matrix *weights,
                                         const struct rg_tick *tick,
                                         double *distance) RG_MUST_CHECK;
