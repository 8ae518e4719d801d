/* How slowly a network forgets at its slowest. */
#pragma once

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/task.h"
#include "train/parity/weights.h"

/* Each primitive word of up to 6 symbols (fewer over more than two) leads, repeated, to an orbit; a small difference
 * shrinks on it by the spectral radius of the orbit's Jacobian. The largest of these, a symbol's share of it
 * (the k-th root over k symbols): near 1 the past is hardly forgotten.                               */
enum rg_status rg_slow_radius(const struct rg_weights *weights, const struct rg_task *task,
                              const struct rg_tick *tick, double *radius) RG_MUST_CHECK;
