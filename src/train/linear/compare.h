/* A linear network held against the exact course of lambda-balanced two-layer networks. Works on whole
 * matrices, the same on every rank of the team; not more than RG_COMPARE_MAX inputs and outputs together.
 * Collective on the team unless said otherwise. Errors: RG_ERROR_SYSTEM.                             */
#pragma once

#include "train/linear/norms.h"
#include "train/linear/task.h"

enum { RG_COMPARE_MAX = 512 };

/* Does the solution hold for this start? Found from the numbers, up to rounding. */
enum rg_exact_kind {
    RG_KIND_NONE, /* not asked: there is no network */
    RG_KIND_APPLIES,
    RG_KIND_SADDLE,
    RG_KIND_NOT_BALANCED,
    RG_KIND_NOT_WHITE,
    RG_KIND_DEPTH, /* it is not 2 */
    RG_KIND_WIDTH, /* of the hidden layer: it is not min(n_in, n_out) */
    RG_KIND_SIZE,
    RG_KIND_FAILED
};
#define RG_EXACT_KINDS "none applies saddle not_balanced not_white depth width size failed"

struct rg_comparison;

/* At the start. settings and task must outlive the comparison. */
enum rg_status rg_comparison_create(const struct rg_linear_settings *settings,
                                    const struct rg_linear_task *task,
                                    const struct rg_balance *balance,
                                    const struct rg_matrix *weights,
                                    struct rg_comparison **comparison) RG_MUST_CHECK;
void rg_comparison_destroy(struct rg_comparison **comparison);

enum rg_exact_kind rg_comparison_kind(const struct rg_comparison *comparison); /* not collective */

/* After an epoch: |QQ^T - exact|_F / |exact|_F with Q = [W1^T; W2], and the exact course's loss above its
 * floor. NaN where the solution does not hold.                                                      */
struct rg_verdict {
    double deviation, loss;
};
enum rg_status rg_comparison_at(struct rg_comparison *comparison, const struct rg_matrix *weights,
                                double epoch, struct rg_verdict *verdict) RG_MUST_CHECK;

/* Bytes on every rank. Not collective. */
size_t rg_comparison_memory(const struct rg_linear_settings *settings);
