/* The product of the axes as points: id <-> places on the axes <-> settings. Nothing is stored per
 * point or per value of a range.                                                                   */
#include "regime/grid.h"
#include "regime/knob.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "grid/keys.h"
#include "grid/place.h"

void rg_grid_index(const struct rg_spec *spec, int64_t id, int64_t *index)
{
    for (int a = spec->n_axes - 1; a >= 0; a--) {
        index[a] = id % spec->axes[a].count;
        id /= spec->axes[a].count;
    }
}

int64_t rg_grid_id(const struct rg_spec *spec, const int64_t *index)
{
    int64_t id = 0;
    for (int a = 0; a < spec->n_axes; a++)
        id = id * spec->axes[a].count + index[a];
    return id;
}

union rg_value rg_member_value(const struct rg_spec *spec, const struct rg_axis *axis,
                               const struct rg_member *member, int64_t i)
{
    if (member->knob == RG_REPLICATE)
        return (union rg_value){.integer = i + (int64_t)member->from};
    if (member->spacing == RG_LIST)
        return member->values[i];
    double value = rg_range_value(member, axis->count, i);
    if (rg_model_knob(spec->model, member->knob)->type == RG_REAL)
        return (union rg_value){.real = value};
    return (union rg_value){.integer = llround(value)};
}

void rg_place_axis(const struct rg_spec *spec, const struct rg_axis *axis, int64_t i,
                   void *settings)
{
    for (int m = 0; m < axis->n_members; m++) {
        const struct rg_member *member = &axis->members[m];
        if (member->knob != RG_REPLICATE)
            rg_knob_set(rg_model_knob(spec->model, member->knob), settings,
                        rg_member_value(spec, axis, member, i));
    }
}

static void fill_settings(const struct rg_spec *spec, const int64_t *index, void *settings)
{
    memcpy(settings, spec->settings, spec->model->settings_size);
    for (int a = 0; a < spec->n_axes; a++)
        rg_place_axis(spec, &spec->axes[a], index[a], settings);
}

static int64_t replicate_of(const struct rg_spec *spec, const int64_t *index)
{
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        if (axis->members[0].knob == RG_REPLICATE)
            return rg_member_value(spec, axis, &axis->members[0], index[a]).integer;
    }
    return 0;
}

void rg_grid_point(const struct rg_spec *spec, int64_t id, void *settings, struct rg_point *point)
{
    int64_t index[RG_AXES_MAX];
    rg_grid_index(spec, id, index);
    fill_settings(spec, index, settings);
    *point = (struct rg_point){.id = id,
                               .replicate = replicate_of(spec, index),
                               .model = spec->model,
                               .settings = settings,
                               .team = {spec->team[0], spec->team[1]}};
    rg_point_keys(spec, point);
}

double rg_grid_cost(const struct rg_spec *spec, int64_t id, void *settings)
{
    int64_t index[RG_AXES_MAX];
    rg_grid_index(spec, id, index);
    fill_settings(spec, index, settings);
    return spec->model->cost(settings);
}

/* ---- text -------------------------------------------------------------------------------------- */

const char *rg_member_name(const struct rg_spec *spec, const struct rg_member *member)
{
    return member->knob == RG_REPLICATE ? "replicate"
                                        : rg_model_knob(spec->model, member->knob)->name;
}

void rg_member_print(const struct rg_spec *spec, const struct rg_axis *axis,
                     const struct rg_member *member, int64_t i, char *text, size_t size)
{
    const union rg_value value = rg_member_value(spec, axis, member, i);
    if (member->knob == RG_REPLICATE)
        snprintf(text, size, "%lld", (long long)value.integer);
    else
        rg_value_print(rg_model_knob(spec->model, member->knob), value, text, size);
}

size_t rg_place_print(const struct rg_spec *spec, const struct rg_axis *axis, int64_t i, char *text,
                      size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int m = 0; m < axis->n_members && used < size; m++) {
        char value[RG_NAME_MAX];
        rg_member_print(spec, axis, &axis->members[m], i, value, sizeof value);
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", m ? " " : "",
                                 rg_member_name(spec, &axis->members[m]), value);
    }
    return used;
}

void rg_slice_print(const struct rg_spec *spec, const struct rg_slice *slice, char *text,
                    size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int a = 0; a < spec->n_axes && used + 1 < size; a++) {
        if (slice->index[a] < 0)
            continue;
        if (used > 0)
            text[used++] = ' ';
        used += rg_place_print(spec, &spec->axes[a], slice->index[a], text + used, size - used);
    }
}

void rg_grid_print(const struct rg_spec *spec, int64_t id, char *text, size_t size)
{
    struct rg_slice point;
    rg_grid_index(spec, id, point.index);
    rg_slice_print(spec, &point, text, size);
}
