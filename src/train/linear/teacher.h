/* Where the data come from: y = map x + noise, x normal with a covariance of its own spectrum and axes.
 * The hierarchy and the random targets are teachers too, of a given map and of none.                 */
#pragma once

#include "train/dist/matrix.h"
#include "train/linear/settings.h"

struct rg_teacher {
    const struct rg_linear_settings *settings;
    const struct rg_team *team;
    double *t;             /* [n_modes] singular values of the map, target_scale included */
    double *d;             /* [n_in] variances of the inputs along their axes */
    struct rg_matrix u, v; /* [n_out][n_modes], [n_in][n_modes] its singular vectors */
    double variance;       /* the covariance is variance I; 0: it is not white, and ... */
    struct rg_matrix axes; /* [n_in][n_in] the inputs' axes, as columns */
    bool shares_axes;      /* the first of them are v, or any, for the inputs are white */
    double noise;          /* standard deviation on each target, target_scale included */
};

/* What the numbers of the stream RG_STREAM_DATA are for: sub-streams. Samples are drawn in panels, and take
 * two new ones for each.                                                                             */
enum { RG_DRAW_U, RG_DRAW_V, RG_DRAW_AXES, RG_DRAW_PANELS };

/* The teacher in doubles. It keeps team and settings. The caller's; free with rg_teacher_free, also after
 * an error. *failed is set if a factorisation does not converge. Collective on the team.             */
enum rg_status rg_teacher_init(struct rg_teacher *teacher, const struct rg_team *team,
                               const struct rg_linear_settings *settings, uint64_t key,
                               bool *failed) RG_MUST_CHECK;
void rg_teacher_free(struct rg_teacher *teacher);

/* out[n_out][n_in], out[n_in][n_in]: made here, the caller's. Collective on the team. */
enum rg_status rg_teacher_map(const struct rg_teacher *teacher,
                              struct rg_matrix *out) RG_MUST_CHECK;
enum rg_status rg_teacher_covariance(const struct rg_teacher *teacher,
                                     struct rg_matrix *out) RG_MUST_CHECK;
