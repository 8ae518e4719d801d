/* The model linear_net: deep linear networks (Saxe, McClelland and Ganguli 2013, arXiv 1312.6120; Domine,
 * Anguita et al. 2024, arXiv 2409.14623). This file joins its tables and functions.                 */
#include "train/linear/linear.h"

#include "train/linear/input.h"
#include "train/linear/tables.h"

const struct rg_model rg_linear_model = {
    .name = "linear_net",
    .doc =
        "A deep linear network, y = W_L ... W_1 x, trained by full-batch gradient descent on the "
        "second moments of its data: learning that is understood in closed form, as in Saxe, "
        "McClelland and Ganguli 2013 and Domine, Anguita et al. 2024.",
    .draw = "modes",
    .libraries = RG_SMALL_GEMM | RG_BLAS,
    .settings_size = sizeof(struct rg_linear_settings),
    .knobs = {&rg_loop_knobs, &rg_linear_knobs},
    .columns = {&rg_loop_columns, &rg_linear_columns},
    .dimensions = rg_linear_dimensions,
    .n_dimensions = RG_N_LINEAR_DIMENSIONS,
    .teams = true,
    .form = &rg_linear_form,
    .checked =
        "depth n_in n_hidden n_out dataset dataset_size whiten noise spectrum teacher_rank "
        "input_spectrum init lambda",
    .check = rg_linear_check,
    .cost = rg_linear_cost,
    .memory = rg_linear_memory,
    .wide = rg_linear_wide,
    .create = rg_linear_create,
    .step = rg_linear_step,
    .measure = rg_linear_measure,
    .validation_loss = rg_linear_validation_loss,
    .export = rg_linear_export,
    .export_doc = rg_linear_export_doc,
    .state = rg_linear_state,
    .state_max = rg_linear_state_max,
    .destroy = rg_linear_destroy,
};
