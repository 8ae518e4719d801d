/* What to type to see what a run has made. */
#pragma once

#include "regime/config.h"

/* Prints the command that draws the sweep in the file `path` from any folder; of a single point, which
 * leaves nothing to draw over, that which prints its values.                                        */
void rg_show_print(const struct rg_spec *spec, const char *path);
