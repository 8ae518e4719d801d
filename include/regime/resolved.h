/* What two resolved sweeps, as rg_spec_resolved prints them, differ in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "regime/model.h"
#include "regime/status.h"

/* The lines in which they differ, "-" the first, "+" the second. Free with rg_free. */
enum rg_status rg_resolved_diff(const char *first, const char *second, char **diff) RG_MUST_CHECK;

/* Has the second but knobs of measures more, as that of a program that measures more has? Their names, separated by
 * spaces, are then added to names[size].                                                            */
bool rg_resolved_adds_measures(const struct rg_model *model, const char *diff, char *names,
                               size_t size);
