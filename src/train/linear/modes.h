/* A linear network in the task's modes, Syx = u diag(s) v^T: how strong each is, when it is learnt, and what
 * the theory says of both. Collective on the team unless said otherwise. Errors: RG_ERROR_SYSTEM.    */
#pragma once

#include "train/linear/norms.h"
#include "train/linear/task.h"

/* Does a theory of the mode strengths hold for this start? Found from the numbers, up to rounding. */
enum rg_mode_theory {
    RG_THEORY_NONE, /* not asked: there is no network */
    RG_THEORY_CLOSED,
    RG_THEORY_ODE, /* as an integral that is inverted: depth 3 and more */
    RG_THEORY_NOT_COMMUTING,
    RG_THEORY_NOT_BALANCED,
    RG_THEORY_NOT_ALIGNED,
    RG_THEORY_WRONG_SIGN /* a mode starts below 0: it ends at a saddle, at 0 */
};
#define RG_MODE_THEORIES "none closed ode not_commuting not_balanced not_aligned wrong_sign"

struct rg_modes;

/* At the start: `map` is the whole map of the network. settings and task must outlive the modes, and so must
 * scratch, of the map's shape and numbers: whatever takes strengths overwrites it.                   */
enum rg_status rg_modes_create(const struct rg_linear_settings *settings,
                               const struct rg_linear_task *task, const struct rg_balance *balance,
                               const struct rg_matrix *map, const struct rg_matrix *scratch,
                               struct rg_modes **modes) RG_MUST_CHECK;
void rg_modes_destroy(struct rg_modes **modes);

enum rg_mode_theory rg_modes_theory(const struct rg_modes *modes); /* not collective */

/* diag(u^T map v): a[n_modes]. */
const double *rg_modes_strengths(struct rg_modes *modes, const struct rg_matrix *map);

/* To be called before every step, with the map that it starts from. Looks at each epoch up to 100, later at
 * about one in a hundred, until every mode is learnt. No allocation.                                */
void rg_modes_watch(struct rg_modes *modes, const struct rg_matrix *map);

/* The epoch at which mode k was first seen with half of what it is to become, s/d; -1: not yet, or s = 0.
 * strengths are those of now, after `epoch`. Not collective.                                        */
int64_t rg_modes_time(const struct rg_modes *modes, int64_t k, const double *strengths,
                      int64_t epoch);
/* Likewise by the theory, as a real number; NaN where it does not hold. Not collective. */
double rg_modes_time_theory(const struct rg_modes *modes, int64_t k);

/* The strength of mode k after an epoch by the theory; NaN where it does not hold. Not collective. */
double rg_modes_predict(const struct rg_modes *modes, int64_t k, double epoch);

/* Largest |strengths - theory| / (s/d) after an epoch over the modes with s > 0. Not collective. */
double rg_modes_deviation(const struct rg_modes *modes, const double *strengths, double epoch);

/* What training changes in them: rg_modes_n_state numbers. Not collective. */
int64_t rg_modes_n_state(const struct rg_modes *modes);
double *rg_modes_state(struct rg_modes *modes);
/* At the most, of any point of a sweep with these largest settings. Not collective. */
int64_t rg_modes_state_max(const struct rg_linear_settings *largest);
