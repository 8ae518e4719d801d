/* Progress on stderr; what a run was, on stdout. The time left is the cost left over the cost done so far, for
 * the long points go first and a count of points would promise too long a run.                       */
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "regime/text.h"

enum { BAR = 24 };

enum rg_status rg_progress_init(struct rg_progress *progress, const char *mode)
{
    bool terminal = isatty(STDERR_FILENO);
    const struct rg_progress modes[] = {
        {.interval = terminal ? 0.2 : 60, .live = terminal},
        {.interval = 0.2, .live = true},
        {.interval = -1},
    };
    const char *names = "auto always never";
    int64_t index = rg_choice_find(names, mode);
    RG_REQUIRE(index >= 0, RG_ERROR_USER, "--progress %s: it takes auto, always or never", mode);
    *progress = modes[index];
    return RG_OK;
}

void rg_progress_show(struct rg_progress *progress, const struct rg_schedule_state *state)
{
    if (progress->interval < 0 || state->elapsed - progress->last < progress->interval)
        return;
    progress->last = state->elapsed;
    double share = state->cost > 0 ? state->cost_finished / state->cost : 0;
    char bar[BAR + 1], left[32] = "?";
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)floor(share * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    if (share > 0)
        rg_duration_print(state->elapsed * (1 - share) / share, left, sizeof left);
    fprintf(stderr, "%s[%s] %lld of %lld point%s  %.3g points/s  %s left  %lld diverged%s",
            progress->live ? "\r\033[K" : "", bar, (long long)state->finished,
            (long long)state->n_points, rg_plural(state->n_points),
            (double)state->finished / fmax(state->elapsed, 1e-9), left,
            (long long)progress->diverged, progress->live ? "" : "\n");
    fflush(stderr);
}

void rg_progress_end(struct rg_progress *progress)
{
    if (progress->live && progress->last > 0)
        fputs("\r\033[K", stderr);
}

void rg_progress_sum(const struct rg_schedule_state *state, int size)
{
    double total = fmax(state->elapsed * size, 1e-9);
    char elapsed[32];
    rg_duration_print(state->elapsed, elapsed, sizeof elapsed);
    printf(
        "  %lld point%s in %s, %.3g points/s; training %.1f %%, waiting %.1f %%, writing %.1f %% "
        "of %d rank%s time\n",
        (long long)state->finished, rg_plural(state->finished), elapsed,
        (double)state->finished / fmax(state->elapsed, 1e-9), 100 * state->working / total,
        100 * state->waiting / total, 100 * state->flushing / total, size, size == 1 ? "'s" : "s'");
}
