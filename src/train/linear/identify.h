/* What a trained two-layer linear network, or its learning, tells about its data. The truth is
 * Sxx = V diag(d) V^T, Syx = U diag(s) V^T; times are in units of tau = 1 / learning rate. Each function is
 * one observer's estimate, exact where weights are balanced (lambda = 0), aligned and small at first, and
 * Sxx and Syx^T Syx commute; how far it fails elsewhere is what it is for. NaN: cannot be told, by what the
 * observer itself sees, never by the truth.
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
 * overlaps first); d = s / a. NaN in a mode that the weights do not have, everywhere if the eigenproblem does
 * not converge. That training has come to its end is taken for granted. Errors: RG_ERROR_SYSTEM.    */
enum rg_status rg_identify_activity(const struct rg_activity *activity,
                                    struct rg_estimate *estimates) RG_MUST_CHECK;

/* ---- weights over time ------------------------------------------------------------------------------- */

/* strengths[i] = u_i^T W v_i of n_modes modes, W[n_out][n_in], with u and vt of a full rg_svd. */
void rg_mode_strengths(int64_t n_modes, int64_t n_out, int64_t n_in, const double *W,
                       const double *u, const double *vt, double *strengths);

/* Did a mode come to rest: did its strength at n ascending times move at all, and in the last fifth of the
 * time lie within 1 % of its whole way from where it ends? A mode that still grows is known by it, however
 * slow it is.                                                                                       */
bool rg_identify_rests(int64_t n, const double *times, const double *strengths, double end);

/* The whole map W at ascending times, with an rg_svd of its end. */
struct rg_course {
    int64_t n_records;
    const double *times;          /* [n_records], all different */
    const double *W;              /* [n_records][n_out][n_in] */
    int64_t n_modes, n_out, n_in; /* modes: at most n_in and n_out */
    const double *a;              /* [n_modes] where the modes end */
    const double *u, *vt;         /* [n_out][n_out], [n_in][n_in] */
    const bool *told;             /* [n_modes] those to tell: a above 0, at rest */
};

/* d by least squares from dW/dt of balanced weights, whatever the start, and s = d a. NaN where a mode's own
 * equation is not met within 10 %, as with weights far from balance or axes that are not shared; where one
 * step between records makes up half of its way; and everywhere with fewer than four records. Errors:
 * RG_ERROR_SYSTEM.                                                                                  */
enum rg_status rg_identify_course(const struct rg_course *course,
                                  struct rg_estimate *estimates) RG_MUST_CHECK;

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
 * 1e-4, the stage that gains most by it is parted in two. Told are those of a misfit below 1e-3 whose ln d has
 * a standard error below 0.02, and of which records show the foot (below 5 %), the middle and the fall. So none
 * is told of lazy learning, where the loss falls from the start, of courses with records too sparse, or of
 * modes that mix as they rise. What it cannot tell is that two modes fall as one: one stage, their energies
 * added. Of four modes, each 0.35 to 0.95 of the last, four in five come out within 5 %, one in fifty is off by
 * a quarter. Errors: RG_ERROR_SYSTEM.                                                               */
enum rg_status rg_identify_stages(int64_t n, const double *times, const double *loss, int64_t n_max,
                                  struct rg_stages *stages) RG_MUST_CHECK;

/* ---- against the truth --------------------------------------------------------------------------------- */

/* match[i] = the found mode that stands for true mode i, or -1: of all assignments that keep the order of
 * s and use as many as there are, the one with the least sum of |ln(found s / true s)|. Among true modes whose
 * s agree within 1 % the same is then done by s/d. True modes with s = 0 and found ones that are not finite or
 * not positive get none. Errors: RG_ERROR_SYSTEM.                                                   */
enum rg_status rg_identify_match(int64_t n_found, const struct rg_estimate *found, int64_t n,
                                 const struct rg_estimate *truth, int64_t *match) RG_MUST_CHECK;

struct rg_directions { /* orthonormal rows */
    int64_t n_modes, n_in;
    const double *true_a;   /* [n_modes] ratios, descending */
    const double *true_vt;  /* [n_modes][n_in] */
    const double *found_vt; /* [][n_in] */
    const int64_t *match;   /* [n_modes] the row of found_vt that stands for a true mode, or -1 */
};

/* angles[i]: the largest principal angle (radians) of the found directions to the true ones of input mode i,
 * taken together with all modes of the same true ratio (relative difference below 1e-6), for ambiguous they
 * are; NaN where none is found. Errors: RG_ERROR_SYSTEM.                                            */
enum rg_status rg_identify_angles(const struct rg_directions *x, double *angles) RG_MUST_CHECK;
