/* The tables of linear_net: knobs, columns, dimensions. */
#pragma once

#include "regime/model.h"

extern const struct rg_knobs rg_linear_knobs;
extern const struct rg_columns rg_linear_columns;

/* Indices into rg_linear_columns, in the order of the table. */
enum rg_linear_column {
    RG_LINEAR_EXCESS_LOSS,
    RG_LINEAR_LOSS_FLOOR,
    RG_LINEAR_TEST_LOSS,
    RG_LINEAR_W,
    RG_N_LINEAR_COLUMNS
};

enum { RG_N_LINEAR_DIMENSIONS = 3 };
extern const struct rg_dimension rg_linear_dimensions[RG_N_LINEAR_DIMENSIONS];
