/* How far vectors lie apart that are seen once each and not kept: the hidden states of a whole run. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

struct rg_spread;

enum rg_status rg_spread_create(int64_t n_units, struct rg_spread **spread) RG_MUST_CHECK;
void rg_spread_destroy(struct rg_spread **spread);

/* Takes in rows[n_rows][n_units], all of one weight. */
void rg_spread_add(struct rg_spread *spread, int64_t n_rows, const double *rows);

/* 2-norm over the units of the standard deviation (ddof = 1) over all rows so far; 0 of fewer than two. */
double rg_spread_value(const struct rg_spread *spread);

/* For struct rg_model's state, and the bytes that it moves. */
void rg_spread_state(struct rg_spread *spread, const struct rg_mover *mover);
size_t rg_spread_size(int64_t n_units);
