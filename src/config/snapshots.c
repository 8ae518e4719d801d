/* The points whose snapshots are kept, as the sweep file names them: a list of groups, each of values on
 * axes. Which points those are, the grid knows.                                                     */
#include "config/spec.h"

#include <stdio.h>
#include <string.h>

#include "regime/memory.h"

enum { GROUPS_MAX = 1024 };

static bool has_snapshots(const struct rg_model *model)
{
    for (int c = 0; c < rg_model_n_columns(model); c++)
        if (rg_model_column(model, c)->flags & RG_SNAPSHOT)
            return true;
    return false;
}

static enum rg_status read_pick(const config_setting_t *value, struct rg_pick *pick)
{
    char word[RG_NAME_MAX];
    if (!rg_setting_word(value, word, sizeof word))
        return rg_setting_fail(value, "must be one value of the axis, such as gain = 0.1");
    const int length = snprintf(pick->assignment, sizeof pick->assignment, "%s=%s",
                                config_setting_name(value), word);
    if (length >= (int)sizeof pick->assignment)
        return rg_setting_fail(value, "no axis has so long a name");
    pick->line = (int)config_setting_source_line(value);
    return RG_OK;
}

static enum rg_status read_group(const config_setting_t *group, struct rg_snapshots *snapshots)
{
    if (!config_setting_is_group(group))
        return rg_setting_fail(group, "must be a group of values: { gain = 0.1; }");
    struct rg_picks *picks = &snapshots->groups[snapshots->n++];
    picks->line = (int)config_setting_source_line(group);
    const int n = config_setting_length(group);
    RG_TRY(rg_alloc(&picks->rows, (size_t)n, sizeof *picks->rows));
    for (; picks->n < n; picks->n++)
        RG_TRY(
            read_pick(config_setting_get_elem(group, (unsigned)picks->n), &picks->rows[picks->n]));
    return RG_OK;
}

enum rg_status rg_snapshots_read(const config_setting_t *list, struct rg_spec *spec)
{
    if (!list)
        return RG_OK;
    const int n = config_setting_is_list(list) ? config_setting_length(list) : -1;
    if (n < 1 || n > GROUPS_MAX)
        return rg_setting_fail(list,
                               "must be a list of 1 to %d groups: snapshots = ( { gain = 0.1; "
                               "} ); a group is all points with these values",
                               GROUPS_MAX);
    if (!has_snapshots(spec->model))
        return rg_setting_fail(list, "%s has no columns for snapshots", spec->model->name);
    RG_TRY(rg_alloc(&spec->snapshots.groups, (size_t)n, sizeof *spec->snapshots.groups));
    for (int i = 0; i < n; i++)
        RG_TRY(read_group(config_setting_get_elem(list, (unsigned)i), &spec->snapshots));
    return RG_OK;
}

void rg_snapshots_free(struct rg_snapshots *snapshots)
{
    for (int g = 0; g < snapshots->n; g++)
        rg_free(&snapshots->groups[g].rows);
    rg_free(&snapshots->groups);
    snapshots->n = 0;
}
