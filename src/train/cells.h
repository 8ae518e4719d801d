/* Where a model's measures go. A column is named by its index in the model's own table, for the loop's
 * columns come before.                                                                              */
#pragma once

#include "regime/model.h"

/* Does the row keep one of the columns first ... last? */
bool rg_row_wants(const struct rg_row *row, int first, int last);

/* Element i of a column, if the row keeps it; converted to the column's type. */
void rg_row_put(const struct rg_row *row, int column, int64_t i, double value);

/* Element i of a column that the row keeps. */
double rg_row_get(const struct rg_row *row, int column, int64_t i);

/* Element (i, j) of the first two dimensions of a column, likewise. */
void rg_row_put_at(const struct rg_row *row, int column, int64_t i, int64_t j, double value);

/* The sizes of a column's dimensions, as stored. */
const int64_t *rg_row_sizes(const struct rg_row *row, int column);
