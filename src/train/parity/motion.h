/* How one symbol moves the difference d between a state and a centre, as a quadratic form.
 *
 * With a the units that are surely active, s those that may switch, J the rows a of W_h, and P the norm that
 * measures the outcome: it is J d plus, for switching unit i, some v_i between 0 and (W_h d)_i. Hence
 * v_i ((W_h d)_i - v_i) >= 0, and for any multipliers m > 0 the squared length of the outcome is at most
 *
 *   d^T square d + 2 v^T cross d - v^T corner v,
 *   square = J^T P_aa J,  cross = P_sa J + diag(m) W_s,  corner = 2 diag(m) - P_ss                   */
#pragma once

#include <stdbool.h>

#include "regime/status.h"
#include "train/parity/weights.h"

struct rg_motion {
    int n_active, n_switching;
    int *units;                    /* [n] the active ones, then those that switch */
    double *square;                /* [n][n] */
    double *cross;                 /* [n_switching][n] */
    double *corner;                /* [n_switching][n_switching] */
    double *rows, *norm, *product; /* [n][n] scratch */
};

enum rg_status rg_motion_create(int n, struct rg_motion *motion) RG_MUST_CHECK;
void rg_motion_free(struct rg_motion *motion);

/* z[n]: preactivations at the centre; switching[n], multipliers[n] of those that switch, norm[n][n]. */
void rg_motion_load(struct rg_motion *motion, const struct rg_weights *weights, const double *z,
                    const bool *switching, const double *multipliers, const double *norm);
