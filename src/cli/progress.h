/* What a run shows of itself: while it goes one live line on a terminal, else a line a minute; then a sum. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/costs.h"
#include "regime/schedule.h"

struct rg_progress {
    double interval; /* seconds between two lines; negative: show nothing */
    bool live;       /* redraw one line instead of adding lines */
    double last;     /* elapsed time when last shown */
    int64_t diverged;
};

/* mode: auto, always (live even without a terminal), never. Errors: RG_ERROR_USER. */
enum rg_status rg_progress_init(struct rg_progress *progress, const char *mode) RG_MUST_CHECK;

/* `costs`: those that the state's sums are made of. */
void rg_progress_show(struct rg_progress *progress, const struct rg_schedule_state *state,
                      const struct rg_costs *costs);
void rg_progress_end(struct rg_progress *progress);

/* One line on a run that is over: points, their rate, and what the time of all `size` ranks went into. */
void rg_progress_sum(const struct rg_schedule_state *state, int size);
