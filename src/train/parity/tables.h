/* The tables of parity_rnn: knobs, columns, dimensions. */
#pragma once

#include "regime/model.h"

extern const struct rg_knobs rg_parity_knobs;
extern const struct rg_columns rg_parity_columns;

/* Indices into rg_parity_columns, in the order of the table. */
enum rg_parity_column {
    RG_COL_N_TRAIN,
    RG_COL_TRAIN_ACCURACY,
    RG_COL_HELDOUT_ACCURACY,
    RG_COL_HELDOUT_LOSS,
    RG_COL_N_TRAIN_BY_LENGTH,
    RG_COL_TRAIN_LOSS_BY_LENGTH,
    RG_COL_TRAIN_ACCURACY_BY_LENGTH,
    RG_COL_HELDOUT_ACCURACY_BY_LENGTH,
    RG_COL_N_STATES,
    RG_COL_IS_FINITE,
    RG_COL_N_EXIT,
    RG_COL_N_CONFLICTS,
    RG_COL_LEARNED_TASK,
    RG_COL_N_MERGERS,
    RG_COL_N_SPLITS,
    RG_COL_N_REDUCED,
    RG_COL_AUTOMATON_OVERFLOW,
    RG_COL_TRANSITION,
    RG_COL_STATE_OUTPUT,
    RG_COL_STATE_LENGTH,
    RG_COL_STATE_STRING,
    RG_COL_REDUCED_TRANSITION,
    RG_COL_REDUCED_OUTPUT,
    RG_COL_HIDDEN_STD,
    RG_COL_CONTRACTION,
    RG_COL_PARTICIPATION_RATIO,
    RG_COL_N_DEAD_UNITS,
    RG_COL_VALIDATION_LOSS,
    RG_COL_VALIDATION_ACCURACY,
    RG_COL_TEST_ACCURACY,
    RG_COL_STRUCTURED_ACCURACY,
    RG_COL_SPECTRAL_RADIUS,
    RG_COL_WEIGHT_CHANGE_IN,
    RG_COL_WEIGHT_CHANGE_H,
    RG_COL_WEIGHT_CHANGE_OUT,
    RG_COL_KERNEL_DISTANCE,
    RG_COL_REPRESENTATION_CHANGE,
    RG_COL_W_IN, /* the weights stand in the order of enum rg_tensor_name */
    RG_COL_W_H,
    RG_COL_B_IN,
    RG_COL_B_H,
    RG_COL_W_OUT,
    RG_COL_B_OUT,
    RG_N_PARITY_COLUMNS
};

enum { RG_N_PARITY_DIMENSIONS = 8 };
extern const struct rg_dimension rg_parity_dimensions[RG_N_PARITY_DIMENSIONS];
