/* Does every knob that the sweep gives act on some point? */
#pragma once

#include "regime/config.h"

/* Errors: RG_ERROR_USER, with the knob's line and what it needs. Not collective. */
enum rg_status rg_grid_check_needs(const struct rg_spec *spec) RG_MUST_CHECK;
