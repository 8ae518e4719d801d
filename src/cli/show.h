/* What to type to see what a run has made. */
#pragma once

#include "regime/config.h"
#include "regime/schedule.h"

/* Prints the command that draws the sweep in the file `path` from any folder; of a single point, which
 * leaves nothing to draw over, that which prints its values.                                        */
void rg_show_print(const struct rg_spec *spec, const char *path);

struct rg_ending { /* of a run */
    const struct rg_spec *spec;
    const char *path;
    const char *stopped_by; /* NULL: by nothing */
    const struct rg_schedule_state *state;
    int n_ranks;
    bool quiet; /* prints nothing, but looks */
};
/* Prints the last lines, from the file as others will find it. RG_ERROR_DAMAGED: it cannot be read. */
enum rg_status rg_show_end(const struct rg_ending *end) RG_MUST_CHECK;
