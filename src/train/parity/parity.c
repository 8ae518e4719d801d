/* The model parity_rnn: a recurrent network that learns the parity of binary strings (van Rossem and
 * Saxe 2025, arXiv 2507.09897), or another regular task. This file joins its tables and functions.   */
#include "train/parity/parity.h"

#include "train/parity/input.h"
#include "train/parity/measure.h"
#include "train/parity/network.h"
#include "train/parity/tables.h"

const struct rg_model rg_parity_model = {
    .name = "parity_rnn",
    .doc =
        "A recurrent network that learns to track a finite automaton (the parity of the ones, or "
        "another) from strings of two symbols or more, as in van Rossem and Saxe 2025.",
    .draw = "phase",
    .libraries = RG_SMALL_GEMM | RG_BLAS,
    .settings_size = sizeof(struct rg_parity_settings),
    .knobs = {&rg_loop_knobs, &rg_parity_knobs},
    .columns = {&rg_loop_columns, &rg_parity_state_columns, &rg_parity_columns},
    .dimensions = rg_parity_dimensions,
    .n_dimensions = RG_N_PARITY_DIMENSIONS,
    .form = &rg_parity_form,
    .checked = "fraction dataset_size n_symbols min_length max_length task",
    .check = rg_parity_check,
    .cost = rg_parity_cost,
    .memory = rg_parity_memory,
    .wide = rg_parity_wide,
    .create = rg_parity_create,
    .step = rg_parity_step,
    .measure = rg_parity_measure,
    .validation_loss = rg_parity_validation_loss,
    .export = rg_parity_export,
    .export_doc = rg_parity_export_doc,
    .restore = rg_parity_restore,
    .of_course = rg_parity_of_course,
    .state = rg_parity_state,
    .resumed = rg_parity_resumed,
    .state_max = rg_parity_state_max,
    .destroy = rg_parity_destroy,
};
