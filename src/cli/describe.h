/* One line about a row of a model's tables, as `regime describe` and the man pages have it. Cut at size. */
#pragma once

#include <stddef.h>

#include "regime/model.h"

void rg_knob_summary(const struct rg_knob *knob, char *text,
                     size_t size); /* "gain = 1.0   [training]" */
void rg_column_summary(const struct rg_column *column, char *text, size_t size);
