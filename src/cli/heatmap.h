/* A sweep's progress over its axes, in characters. */
#pragma once

#include <stdio.h>

#include "cli/cli.h"
#include "regime/config.h"
#include "regime/store.h"

/* What each character of a map says of the points for which it stands. */
extern const struct rg_term rg_heatmap_marks[];

/* Prints how much is done over the two outermost axes that vary, then over each of the others; which ranks have finished
 * how many points. At most so many columns and, but for a line of each map, so many lines in all.
 * Errors: RG_ERROR_DAMAGED.                                                                         */
enum rg_status rg_heatmap_print(FILE *out, const struct rg_store *store, const struct rg_spec *spec,
                                int columns, int lines) RG_MUST_CHECK;
