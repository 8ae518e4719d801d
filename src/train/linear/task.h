/* What a point learns from, and what its measures compare it with: second moments, in place of samples. */
#pragma once

#include "train/dist/matrix.h"
#include "train/linear/settings.h"

/* The loss of a map W over inputs with covariance Sxx is floor + 1/2 tr[(W - best) Sxx (W - best)^T]. */
struct rg_moments {
    double variance;       /* Sxx = variance I; 0: it is not white */
    struct rg_matrix sxx;  /* [n_in][n_in]; of the population: empty if it is white */
    struct rg_matrix best; /* [n_out][n_in] the map of least loss, W* = Syx Sxx^+ */
    double floor;          /* that loss */
};

/* Matrices have the point's number type; spectra are doubles, the same on all ranks. */
struct rg_linear_task {
    struct rg_moments train;
    struct rg_matrix syx; /* [n_out][n_in] */
    double tr_syy;

    bool exact;              /* training is on the population itself: */
    struct rg_moments truth; /* ... then this is empty */

    /* Syx = u diag(s) v^T. Where Sxx shares v, Sxx v = v diag(d); elsewhere d = diag(v^T Sxx v). */
    bool commutes;
    struct rg_matrix u, v; /* [n_out][n_modes], [n_in][n_modes] */
    double *s, *d;         /* [n_modes] */
};

/* A function of the settings and the key (of RG_STREAM_DATA). Modes stand in the order of the teacher's
 * singular values where its axes are Sxx's, else in descending s. The caller's; free with
 * rg_linear_task_free, also after an error. *failed becomes true if a factorisation does not converge: the
 * task then holds nothing of use. Collective on the team. Errors: RG_ERROR_SYSTEM.                   */
enum rg_status rg_linear_task_init(struct rg_linear_task *task, const struct rg_team *team,
                                   const struct rg_linear_settings *settings, uint64_t key,
                                   bool *failed) RG_MUST_CHECK;
void rg_linear_task_free(struct rg_linear_task *task);
