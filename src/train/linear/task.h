/* What a point learns from, and what its measures compare it with: second moments, in place of samples.
 *
 * Inputs that are not white are turned to the principal axes of the training set, x -> axes^T x, so that
 * Sxx is diagonal: matrices of a task and the first weights of its network are in these coordinates.
 * Nothing that training does or a measure asks depends on them.                                     */
#pragma once

#include "train/dist/matrix.h"
#include "train/linear/settings.h"

/* The loss of a map W over inputs with covariance Sxx is floor + 1/2 tr[(W - best) Sxx (W - best)^T]. */
struct rg_moments {
    double variance; /* Sxx = variance I; 0: it is not white */
    double floor;    /* the least loss */
    /* Of the population; of training they are empty, and follow from what the task holds. */
    struct rg_matrix sxx;  /* [n_in][n_in], empty if white */
    struct rg_matrix best; /* [n_out][n_in] the map of least loss, W* = Syx Sxx^+ */
};

/* Matrices have the point's number type, but for the axes; spectra are doubles, the same on all ranks. */
struct rg_linear_task {
    struct rg_matrix axes; /* [n_in][n_in] in doubles, as columns; empty: the inputs are white */
    double *variances;     /* [n_in] along them, Sxx's diagonal; NULL: the inputs are white */

    struct rg_moments train;
    struct rg_matrix syx; /* [n_out][n_in] */
    double tr_syy;

    bool exact; /* training is on the population itself, or on the moments of a file: */
    struct rg_moments truth; /* ... then this is empty */
    bool given;              /* the map of least loss is the teacher's, and so are the axes */

    /* Syx = u diag(s) v^T. Where Sxx shares v, Sxx v = v diag(d); elsewhere d = diag(v^T Sxx v). */
    bool commutes;
    struct rg_matrix u, v; /* [n_out][n_modes], [n_in][n_modes] */
    double *s, *d;         /* [n_modes]; s is 0 where it is only rounding */
    bool found;            /* by a decomposition, and not given by a teacher */
};

/* A function of the settings and the key (of RG_STREAM_DATA). Modes stand in the order of the teacher's
 * singular values where its axes are Sxx's, else in descending s. The caller's; free with
 * rg_linear_task_free, also after an error. *failed becomes true if a factorisation does not converge: the
 * task then holds nothing of use. Collective on the team. Errors: RG_ERROR_SYSTEM.                   */
enum rg_status rg_linear_task_init(struct rg_linear_task *task, const struct rg_team *team,
                                   const struct rg_linear_settings *settings, uint64_t key,
                                   bool *failed) RG_MUST_CHECK;
void rg_linear_task_free(struct rg_linear_task *task);

/* Has mode k axes of its own? Those of a found mode with s = 0 are any that are left. Not collective. */
bool rg_linear_task_has_axis(const struct rg_linear_task *task, int64_t k);

/* Sxx of training, [n_in][n_in] and diagonal, and W* of training, [n_out][n_in]: made here, the caller's, also
 * after an error. Not collective. Errors: RG_ERROR_SYSTEM.                                           */
enum rg_status rg_linear_task_sxx(const struct rg_linear_task *task,
                                  struct rg_matrix *sxx) RG_MUST_CHECK;
enum rg_status rg_linear_task_best(const struct rg_linear_task *task,
                                   struct rg_matrix *best) RG_MUST_CHECK;

/* a[rows][n_in] for the data's own inputs, out[rows][n_in] row-major, on every rank. Likewise Sxx of training,
 * out[n_in][n_in]. Collective on the team. Errors: RG_ERROR_SYSTEM.                                  */
enum rg_status rg_linear_task_read(const struct rg_linear_task *task, const struct rg_matrix *a,
                                   double *out) RG_MUST_CHECK;
enum rg_status rg_linear_task_read_sxx(const struct rg_linear_task *task,
                                       double *out) RG_MUST_CHECK;
