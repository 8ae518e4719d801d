/* Do the axes' values make sense together? The model's own check is asked of each combination of those
 * axes on which its verdict depends; the others stay at their first value.                         */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "grid/needs.h"
#include "grid/place.h"
#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/text.h"

enum { COMBINATIONS_MAX = 1000000, LISTED = 10 };

struct walk { /* an odometer over the checked axes */
    const struct rg_spec *spec;
    void *settings;
    int n;                                        /* checked axes */
    const struct rg_axis *axes[RG_AXES_MAX];      /* [n] */
    int64_t places[RG_AXES_MAX], at[RG_AXES_MAX]; /* [n] places looked at, and the present one */
    int n_bad;                                    /* different verdicts */
    char last[1024], list[3500];
};

static bool is_checked(const struct rg_spec *spec, const struct rg_axis *axis)
{
    for (int m = 0; m < axis->n_members; m++)
        if (axis->members[m].knob != RG_REPLICATE && spec->model->checked &&
            rg_choice_find(spec->model->checked, rg_member_name(spec, &axis->members[m])) >= 0)
            return true;
    return false;
}

/* The k-th of the places looked at along an axis, spread evenly from the first to the last. */
static int64_t place(const struct walk *walk, int i)
{
    int64_t last = walk->axes[i]->count - 1;
    if (walk->places[i] == last + 1)
        return walk->at[i];
    return llround((double)walk->at[i] / (double)(walk->places[i] - 1) * (double)last);
}

static double combinations(const struct walk *walk)
{
    double product = 1;
    for (int i = 0; i < walk->n; i++)
        product *= (double)walk->places[i];
    return product;
}

/* Halves the longest axes until there are few enough combinations. */
static void thin(struct walk *walk)
{
    while (combinations(walk) > COMBINATIONS_MAX) {
        int longest = 0;
        for (int i = 1; i < walk->n; i++)
            longest = walk->places[i] > walk->places[longest] ? i : longest;
        walk->places[longest] = (walk->places[longest] + 1) / 2;
    }
}

static void start(struct walk *walk)
{
    const struct rg_spec *spec = walk->spec;
    memcpy(walk->settings, spec->settings, spec->model->settings_size);
    for (int a = 0; a < spec->n_axes; a++) {
        rg_place_axis(spec, &spec->axes[a], 0, walk->settings);
        if (is_checked(spec, &spec->axes[a])) {
            walk->places[walk->n] = spec->axes[a].count;
            walk->axes[walk->n++] = &spec->axes[a];
        }
    }
    thin(walk);
}

/* Turns to the next combination; false after the last. */
static bool turn(struct walk *walk)
{
    for (int i = walk->n - 1; i >= 0; i--) {
        walk->at[i] = walk->at[i] + 1 < walk->places[i] ? walk->at[i] + 1 : 0;
        rg_place_axis(walk->spec, walk->axes[i], place(walk, i), walk->settings);
        if (walk->at[i] > 0)
            return true;
    }
    return false;
}

/* A line for it, unless it is the line before once more. */
static void note_bad(struct walk *walk)
{
    const char *message = rg_error_message();
    if (strncmp(walk->last, message, sizeof walk->last - 1) == 0 || walk->n_bad++ >= LISTED)
        return;
    snprintf(walk->last, sizeof walk->last, "%s", message);
    char where[256] = "", line[512];
    size_t length = 0, used = strlen(walk->list);
    for (int i = 0; i < walk->n && length + 1 < sizeof where; i++) {
        where[length++] = ' ';
        length += rg_place_print(walk->spec, walk->axes[i], place(walk, i), where + length,
                                 sizeof where - length);
    }
    rg_spec_place(walk->spec, message, line, sizeof line);
    snprintf(walk->list + used, sizeof walk->list - used, "%s%s:%s%s %s", used ? "\n" : "", line,
             where, where[0] ? ":" : "", message);
}

static enum rg_status visit_all(struct walk *walk)
{
    start(walk);
    do {
        enum rg_status code = walk->spec->model->check(walk->settings);
        if (code == RG_ERROR_USER)
            note_bad(walk);
        else
            RG_TRY(code);
    } while (turn(walk));
    RG_REQUIRE(walk->n_bad == 0, RG_ERROR_USER, "%s%s", walk->list,
               walk->n_bad > LISTED ? "\n... and more" : "");
    return RG_OK;
}

static enum rg_status check_snapshots(const struct rg_spec *spec)
{
    int64_t *ids = NULL, n = 0;
    const enum rg_status code = rg_grid_snapshots(spec, &ids, &n);
    rg_free(&ids);
    return code;
}

enum rg_status rg_grid_check(const struct rg_spec *spec)
{
    struct walk walk = {.spec = spec};
    RG_TRY(rg_grid_check_needs(spec));
    RG_TRY(check_snapshots(spec));
    RG_TRY(rg_alloc(&walk.settings, 1, spec->model->settings_size));
    enum rg_status code = visit_all(&walk);
    rg_free(&walk.settings);
    return code;
}
