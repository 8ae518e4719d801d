/* Second moments of finitely many samples of a teacher. */
#pragma once

#include "train/linear/teacher.h"

/* sxx[n_in][n_in] and syx[n_out][n_in] are made here, the caller's; map is the teacher's. Collective on
 * the team. Errors: RG_ERROR_SYSTEM.                                                                */
enum rg_status rg_sample(const struct rg_teacher *teacher, const struct rg_matrix *map,
                         uint64_t key, struct rg_matrix *sxx, struct rg_matrix *syx,
                         double *tr_syy) RG_MUST_CHECK;
