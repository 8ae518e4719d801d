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
    RG_LINEAR_MODE_STRENGTH,
    RG_LINEAR_MODE_THEORY,
    RG_LINEAR_MODE_TIME,
    RG_LINEAR_MODE_TIME_THEORY,
    RG_LINEAR_THEORY_DEVIATION,
    RG_LINEAR_EXACT_DEVIATION,
    RG_LINEAR_EXCESS_LOSS_THEORY,
    RG_LINEAR_BALANCEDNESS,
    RG_LINEAR_KERNEL_DISTANCE,
    RG_LINEAR_EFFECTIVE_RANK,
    RG_LINEAR_WEIGHT_NORM,
    RG_LINEAR_MODE_THEORY_KIND,
    RG_LINEAR_EXACT_KIND,
    RG_LINEAR_RECOVERED_KIND,
    RG_LINEAR_TRUE_S,
    RG_LINEAR_TRUE_D,
    RG_LINEAR_NONCOMMUTING,
    RG_LINEAR_RECOVERED_S,
    RG_LINEAR_RECOVERED_D,
    RG_LINEAR_N_RECOVERED,
    RG_LINEAR_ERROR_S,
    RG_LINEAR_ERROR_D,
    RG_LINEAR_ERROR_V,
    RG_LINEAR_W,
    RG_N_LINEAR_COLUMNS
};

enum { RG_N_LINEAR_DIMENSIONS = 5 };
extern const struct rg_dimension rg_linear_dimensions[RG_N_LINEAR_DIMENSIONS];
