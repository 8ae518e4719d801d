/* Parts of a grid, picked by values as a user types them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/knob.h"
#include "regime/text.h"

void rg_slice_all(struct rg_slice *slice)
{
    for (int a = 0; a < RG_AXES_MAX; a++)
        slice->index[a] = -1;
}

bool rg_slice_has(const struct rg_spec *spec, const struct rg_slice *slice, int64_t id)
{
    int64_t index[RG_AXES_MAX];
    rg_grid_index(spec, id, index);
    for (int a = 0; a < spec->n_axes; a++)
        if (slice->index[a] >= 0 && slice->index[a] != index[a])
            return false;
    return true;
}

int64_t rg_slice_points(const struct rg_spec *spec, const struct rg_slice *slice)
{
    int64_t n = 1;
    for (int a = 0; a < spec->n_axes; a++)
        n *= slice->index[a] < 0 ? spec->axes[a].count : 1;
    return n;
}

int64_t rg_slice_id(const struct rg_spec *spec, const struct rg_slice *slice, int64_t k)
{
    int64_t index[RG_AXES_MAX];
    for (int a = spec->n_axes - 1; a >= 0; a--) {
        index[a] = slice->index[a] < 0 ? k % spec->axes[a].count : slice->index[a];
        k /= slice->index[a] < 0 ? spec->axes[a].count : 1;
    }
    return rg_grid_id(spec, index);
}

enum rg_status rg_slice_point(const struct rg_spec *spec, const struct rg_slice *slice, int64_t *id)
{
    for (int a = 0; a < spec->n_axes; a++)
        RG_REQUIRE(slice->index[a] >= 0, RG_ERROR_USER,
                   "%s is open: a point needs a value for every axis (%s=...)", spec->axes[a].name,
                   rg_member_name(spec, &spec->axes[a].members[0]));
    *id = rg_grid_id(spec, slice->index);
    return RG_OK;
}

/* ---- AXIS=VALUE -------------------------------------------------------------------------------- */

/* Knobs that move together are picked by their place too, which counts like replicates do. */
static const struct rg_member place_member = {.knob = RG_REPLICATE, .spacing = RG_LINEAR};

struct line { /* the values of one member along its axis */
    const struct rg_spec *spec;
    const struct rg_axis *axis;
    const struct rg_member *member;
    struct rg_knob knob; /* whose field is at offset 0, and whose range the grid judges */
};

static double real_at(const struct line *line, int64_t i)
{
    return rg_member_value(line->spec, line->axis, line->member, i).real;
}

/* About where a range takes this value. */
static int64_t guess(const struct line *line, double x)
{
    const struct rg_member *range = line->member;
    double part = range->spacing == RG_LOG ? log(x / range->from) / log(range->to / range->from)
                                           : (x - range->from) / (range->to - range->from);
    double last = (double)(line->axis->count - 1);
    return part > 0 ? llround(fmin(part, 1) * last) : 0; /* 0 too where x is no number of the log */
}

static int64_t nearest_between(const struct line *line, double x, int64_t first, int64_t last)
{
    int64_t best = first;
    for (int64_t i = first; i <= last; i++)
        if (fabs(real_at(line, i) - x) < fabs(real_at(line, best) - x))
            best = i;
    return best;
}

static int64_t nearest(const struct line *line, double x)
{
    int64_t last = line->axis->count - 1;
    if (line->member->spacing == RG_LIST)
        return nearest_between(line, x, 0, last);
    int64_t i = guess(line, x);
    return nearest_between(line, x, i > 0 ? i - 1 : 0, i < last ? i + 1 : last);
}

/* Distance to the closest other value; 0 on an axis of one. */
static double step_at(const struct line *line, int64_t at)
{
    int64_t last = line->axis->count - 1;
    bool list = line->member->spacing == RG_LIST;
    int64_t first = list || at == 0 ? 0 : at - 1;
    double step = INFINITY;
    for (int64_t i = first; i <= (list || at == last ? last : at + 1); i++)
        if (real_at(line, i) != real_at(line, at))
            step = fmin(step, fabs(real_at(line, i) - real_at(line, at)));
    return isfinite(step) ? step : 0;
}

static bool has_neighbours_around(const struct line *line, double x)
{
    bool below = false, above = false;
    int64_t last = line->axis->count - 1;
    if (line->member->spacing != RG_LIST)
        return (x - real_at(line, 0)) * (x - real_at(line, last)) <= 0;
    for (int64_t i = 0; i <= last; i++) {
        below = below || real_at(line, i) <= x;
        above = above || real_at(line, i) >= x;
    }
    return below && above;
}

/* Nearest value, which beyond the ends must be within half a step, or agree in the digits that a person
 * copies: six, but three where the axis has no other value; -1: none.                              */
static int64_t find_real(const struct line *line, double x)
{
    int64_t i = nearest(line, x);
    double off = fabs(real_at(line, i) - x), step = step_at(line, i);
    bool close = off <= fmax(step / 2, (step > 0 ? 1e-6 : 1e-3) * fabs(x));
    return close || has_neighbours_around(line, x) ? i : -1;
}

/* Integers, flags and choices are met exactly; -1: none. */
static int64_t find_exact(const struct line *line, int64_t wanted)
{
    if (line->member->knob == RG_REPLICATE) {
        const int64_t i = wanted - (int64_t)line->member->from;
        return i >= 0 && i < line->axis->count ? i : -1;
    }
    bool list = line->member->spacing == RG_LIST;
    int64_t near = list ? 0 : guess(line, (double)wanted);
    int64_t first = list || near == 0 ? 0 : near - 1;
    int64_t last = list || near + 1 >= line->axis->count ? line->axis->count - 1 : near + 1;
    for (int64_t i = first; i <= last; i++)
        if (rg_member_value(line->spec, line->axis, line->member, i).integer == wanted)
            return i;
    return -1;
}

/* "0.1 0.2 0.3 ... 1.0" */
static void print_values(const struct line *line, char *text, size_t size)
{
    enum { SHOWN = 24 };
    int64_t count = line->axis->count;
    size_t used = 0;
    for (int64_t i = 0; i < count && used < size; i++) {
        if (count > SHOWN && i == SHOWN / 2) {
            used += (size_t)snprintf(text + used, size - used, " ...");
            i = count - SHOWN / 2;
            continue;
        }
        char value[RG_NAME_MAX];
        rg_member_print(line->spec, line->axis, line->member, i, value, sizeof value);
        used += (size_t)snprintf(text + used, size - used, " %s", value);
    }
}

static enum rg_status find_value(const struct line *line, const char *text, int64_t *index)
{
    union rg_value value;
    RG_TRY(rg_knob_parse(&line->knob, text, &value));
    *index =
        line->knob.type == RG_REAL ? find_real(line, value.real) : find_exact(line, value.integer);
    if (*index >= 0)
        return RG_OK;
    char values[1024];
    print_values(line, values, sizeof values);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s=%s: not on the axis; its values:%s",
                   line->knob.name, text, values);
}

static struct line make_line(const struct rg_spec *spec, const struct rg_axis *axis,
                             const struct rg_member *member, const char *name)
{
    struct line line = {spec, axis, member, {.type = RG_INT}};
    if (member->knob != RG_REPLICATE)
        line.knob = *rg_model_knob(spec->model, member->knob);
    line.knob.name = name;
    line.knob.offset = 0;
    line.knob.min = -INFINITY;
    line.knob.max = INFINITY;
    return line;
}

static bool is_named(const char *known, const char *name, size_t length)
{
    return strlen(known) == length && strncmp(known, name, length) == 0;
}

static bool find_line(const struct rg_spec *spec, const char *name, size_t length,
                      struct line *line)
{
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        for (int m = 0; m < axis->n_members; m++) {
            const char *known = rg_member_name(spec, &axis->members[m]);
            if (!is_named(known, name, length))
                continue;
            *line = make_line(spec, axis, &axis->members[m], known);
            return true;
        }
        if (is_named(axis->name, name, length)) {
            *line = make_line(spec, axis, axis->n_members > 1 ? &place_member : &axis->members[0],
                              axis->name);
            return true;
        }
    }
    return false;
}

static enum rg_status no_such_axis(const struct rg_spec *spec, const char *assignment)
{
    char names[2048] = "", word[RG_NAME_MAX];
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        if (axis->n_members > 1)
            rg_choice_add(names, sizeof names, axis->name);
        for (int m = 0; m < axis->n_members; m++)
            rg_choice_add(names, sizeof names, rg_member_name(spec, &axis->members[m]));
    }
    snprintf(word, sizeof word, "%.*s", (int)strcspn(assignment, "="), assignment);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%s: no such axis%s; the axes of %s: %s",
                   assignment, rg_hint(word, names), spec->name, names[0] ? names : "none");
}

enum rg_status rg_slice_narrow(const struct rg_spec *spec, struct rg_slice *slice,
                               const char *assignment)
{
    size_t length = strcspn(assignment, "=");
    RG_REQUIRE(assignment[length], RG_ERROR_USER, "%s: write AXIS=VALUE", assignment);
    struct line line;
    if (!find_line(spec, assignment, length, &line))
        return no_such_axis(spec, assignment);
    int64_t index = -1, *place = &slice->index[line.axis - spec->axes];
    RG_TRY(find_value(&line, assignment + length + 1, &index));
    RG_REQUIRE(*place < 0 || *place == index, RG_ERROR_USER,
               "%s: another value of this axis is picked already", assignment);
    *place = index;
    return RG_OK;
}
