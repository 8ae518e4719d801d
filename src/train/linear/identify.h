/* What a trained two-layer linear network, or its learning, tells about its data. The truth is
 * Sxx = V diag(d) V^T, Syx = U diag(s) V^T; times are in units of tau = 1 / learning rate. Each function is
 * one observer's estimate, exact where weights are balanced (lambda = 0), aligned and small at first, and
 * Sxx and Syx^T Syx commute; how far it fails elsewhere is what it is for. NaN: cannot be told.
 *
 * Final weights: rg_svd of W2 W1 gives V and the ratios a = s/d, and no more.                       */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/status.h"

struct rg_estimate {
    double s, d;
};

/* Is a mode of this ratio, beside the largest one, more than rounding? Elsewhere there is no d to tell. */
bool rg_identify_has_mode(double ratio, double largest);

/* ---- final weights and activity ---------------------------------------------------------------------- */

/* The final weights' modes and what the hidden units did on the training inputs. */
struct rg_activity {
    int64_t n_modes; /* at most n_in, n_hidden and n_out */
    int64_t n_in, n_hidden;
    const double *a;          /* [n_modes] singular values of W2 W1 */
    const double *vt;         /* [n_modes][n_in] right singular vectors */
    const double *W1;         /* [n_hidden][n_in] */
    const double *covariance; /* [n_hidden][n_hidden] W1 Sxx W1^T */
};

/* s: the covariance's eigenvalues, each to the mode whose W1 v lies along its eigenvector (the largest
 * overlaps first); d = s / a. All NaN where the eigenproblem does not converge. Errors:
 * RG_ERROR_SYSTEM.                                                                                  */
enum rg_status rg_identify_activity(const struct rg_activity *activity,
                                    struct rg_estimate *estimates) RG_MUST_CHECK;

/* ---- weights over time ------------------------------------------------------------------------------- */

/* strengths[i] = u_i^T W v_i of n_modes modes, W[n_out][n_in], with u and vt of a full rg_svd. */
void rg_mode_strengths(int64_t n_modes, int64_t n_out, int64_t n_in, const double *W,
                       const double *u, const double *vt, double *strengths);

/* Two estimates of s from one mode's strength at n ascending times, the first at time 0, and where it ends. */
struct rg_speed {
    double
        by_slope; /* half the median slope of ln[a / (a_end - a)] between pairs of records from 5 to
                      * 95 % of a_end (128 of them at most); needs three                              */
    double
        by_half; /* ln(a_end / a(0) - 1) / 2t at the time of a = a_end / 2; needs 0 < a(0) < a_end / 2 */
};
struct rg_speed rg_identify_speed(int64_t n, const double *times, const double *strengths,
                                  double a_end);

/* ---- loss curve only --------------------------------------------------------------------------------- */

/* A stage of the loss: E / (1 + e^{2s(t - t_half)})^2, the share (1/2) d (a - s/d)^2 of one mode, with
 * E = s^2 / 2d.                                                                                     */
struct rg_stage {
    double energy, s, t_half;
};
struct rg_estimate rg_stage_estimate(const struct rg_stage *stage); /* d = s^2 / 2E */

struct rg_stages {
    int64_t n;              /* stages found, at most n_max */
    struct rg_stage *stage; /* [n_max] the caller's; in the order of time */
    double misfit;          /* root mean square of ln(fit / loss) over the records */
};

/* Stages of the excess loss at n ascending times, at most n_max: peaks of -d ln loss / dt, refined by a
 * Levenberg-Marquardt fit of ln loss over the records above 1e-5 of the first; while the misfit is above
 * 1e-3, the stage that gains most by it is parted in two. What it cannot tell: modes that fall together
 * (one stage, their energies added), a stage of which less than half was recorded or that falls between two
 * records, and any mode of the lazy regime, where the loss falls from the start without stages. Where many
 * stages overlap, other sets of stages make the same curve: a small misfit is no proof. Of four modes, each
 * 0.35 to 0.95 of the last, four in five come out within 5 %. Errors: RG_ERROR_SYSTEM.               */
enum rg_status rg_identify_stages(int64_t n, const double *times, const double *loss, int64_t n_max,
                                  struct rg_stages *stages) RG_MUST_CHECK;

/* ---- against the truth --------------------------------------------------------------------------------- */

/* match[i] = the found mode that stands for true mode i, or -1: of all assignments that keep the order of
 * s and use as many as there are, the one with the least sum of |ln(found s / true s)|. True modes with
 * s = 0 and found ones that are not finite or not positive get none. Errors: RG_ERROR_SYSTEM.              */
enum rg_status rg_identify_match(int64_t n_found, const struct rg_estimate *found, int64_t n,
                                 const struct rg_estimate *truth, int64_t *match) RG_MUST_CHECK;

/* angles[i]: the largest principal angle (radians) between the true and the found directions of input mode
 * i, taken together with all modes of the same true ratio a (relative difference below 1e-6), for ambiguous
 * they are. true_a[n_modes] descending; true_vt and found_vt [n_modes][n_in], orthonormal rows in the order
 * of their ratios. Errors: RG_ERROR_SYSTEM.                                                         */
enum rg_status rg_identify_angles(int64_t n_modes, int64_t n_in, const double *true_a,
                                  const double *true_vt, const double *found_vt,
                                  double *angles) RG_MUST_CHECK;
