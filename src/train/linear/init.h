/* The weights that training starts from. */
#pragma once

#include "train/linear/task.h"

/* Makes weights[depth], layer l in weights[l] as [width l + 1][width l], in the point's number type. A
 * function of the settings, the key (of RG_STREAM_INIT) and, where init is aligned or a saddle is to be
 * avoided, of the task. The caller's; free with rg_matrix_free, also after an error. *failed becomes true
 * if a factorisation does not converge. Collective on the team. Errors: RG_ERROR_SYSTEM.            */
enum rg_status rg_linear_init(const struct rg_linear_settings *settings, const struct rg_team *team,
                              uint64_t key, const struct rg_linear_task *task,
                              struct rg_matrix *weights, bool *failed) RG_MUST_CHECK;
