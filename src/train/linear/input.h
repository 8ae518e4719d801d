/* Second moments from a file: Sxx, Syx, tr_Syy, as an export of linear_net has them. */
#pragma once

#include "regime/data.h"
#include "train/dist/matrix.h"

extern const struct rg_data_form rg_linear_form;

/* Sizes of data that passed the form's check. */
int64_t rg_linear_input_n_in(const struct rg_data *data);
int64_t rg_linear_input_n_out(const struct rg_data *data);

/* sxx[n_in][n_in] and syx[n_out][n_in] are made here, the caller's; targets are multiplied by scale. *variance:
 * Sxx is variance I, or 0. Errors: RG_ERROR_SYSTEM.                                                */
enum rg_status rg_linear_input_read(const struct rg_data *data, const struct rg_team *team,
                                    double scale, struct rg_matrix *sxx, double *variance,
                                    struct rg_matrix *syx, double *tr_syy) RG_MUST_CHECK;
