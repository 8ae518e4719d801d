/* Rank 0's work on PATH.inflight at the start of a run. */
#pragma once

#include "regime/inflight.h"
#include "write/slot.h"

/* Makes the file anew: the states of an old one that hold and are of points not done, one for each, in the first
 * units, and room for n_teams more behind them. ids[*n_kept], by unit, is made here; free with rg_free. Not
 * collective. Errors: RG_ERROR_SPACE, RG_ERROR_USER, RG_ERROR_SYSTEM.                                */
enum rg_status rg_salvage(const struct rg_inflight_plan *plan, int n_teams, struct rg_slots *slots,
                          int64_t **ids, int64_t *n_kept) RG_MUST_CHECK;

/* Makes the file at `path` anew that rg_salvage made and somebody removed. Its n_kept states are carried over from
 * `old`, where it is still open. Not collective. Errors: RG_ERROR_SPACE, RG_ERROR_SYSTEM.           */
enum rg_status rg_salvage_again(const char *path, int old, const struct rg_slots *slots,
                                int64_t n_kept) RG_MUST_CHECK;
