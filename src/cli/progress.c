/* Progress on stderr; what a run was, on stdout. The time left is what the points that are not finished should take
 * by what those before them took, for the long points go first and a count of points would promise too long a run. */
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

/* "12m 30s left (11m to 14m)": the interval holds nine times in ten if the points to come are like those before. */
static void print_left(const struct rg_schedule_state *state, const struct rg_costs *costs,
                       char *text, size_t size)
{
    static const double nine_in_ten = 1.645; /* standard deviations */
    const double deviation =
        nine_in_ten * rg_costs_deviation(costs, state->cost_left, state->cost_left_squared);
    const int64_t points = state->n_points - state->finished;
    const double seconds =
        state->cost_left / (double)(points < state->n_teams ? points : state->n_teams);
    char left[32], low[32], high[32];
    snprintf(text, size, "? left");
    if (points == 0 || !rg_costs_known(costs) || isnan(deviation))
        return;
    rg_duration_print(seconds, left, sizeof left);
    rg_duration_print(seconds * exp(-deviation), low, sizeof low);
    rg_duration_print(seconds * exp(deviation), high, sizeof high);
    snprintf(text, size, "%s left (%s to %s)", left, low, high);
}

void rg_progress_show(struct rg_progress *progress, const struct rg_schedule_state *state,
                      const struct rg_costs *costs)
{
    if (progress->interval < 0 || state->elapsed - progress->last < progress->interval)
        return;
    progress->last = state->elapsed;
    const double share =
        state->n_points > 0 ? (double)state->finished / (double)state->n_points : 0;
    char bar[BAR + 1], left[128];
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)floor(share * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    print_left(state, costs, left, sizeof left);
    fprintf(stderr, "%s[%s] %lld of %lld point%s  %.3g points/s  %s  %lld diverged%s",
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
