/* Which points the snapshots of a sweep are of. */
#include <stdio.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/sort.h"

static enum rg_status complain(const struct rg_spec *spec, int line, const char *message)
{
    char place[512] = "";
    if (spec->path[0])
        snprintf(place, sizeof place, "%s:%d: ", spec->path, line);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__, "%ssnapshots: %s", place, message);
}

static enum rg_status pick(const struct rg_spec *spec, const struct rg_picks *picks,
                           struct rg_slice *slice)
{
    rg_slice_all(slice);
    for (int i = 0; i < picks->n; i++) {
        const enum rg_status code = rg_slice_narrow(spec, slice, picks->rows[i].assignment);
        if (code == RG_ERROR_USER)
            return complain(spec, picks->rows[i].line, rg_error_message());
        RG_TRY(code);
    }
    return RG_OK;
}

/* Sorts ids[n] and leaves one of each; how many are left. */
static int64_t make_distinct(int64_t *ids, int64_t n)
{
    int64_t kept = 0;
    rg_sort_keys((uint64_t *)ids, n);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    return kept;
}

/* Adds a group's points to ids[2 * RG_SNAPSHOTS_MAX], of which no more than the half is used before. */
static enum rg_status add_group(const struct rg_spec *spec, const struct rg_picks *picks,
                                int64_t *ids, int64_t *n)
{
    struct rg_slice slice;
    char message[128];
    const int64_t before = *n;
    RG_TRY(pick(spec, picks, &slice));
    const int64_t more = rg_slice_points(spec, &slice);
    for (int64_t k = 0; k < more && more <= RG_SNAPSHOTS_MAX; k++)
        ids[(*n)++] = rg_slice_id(spec, &slice, k);
    *n = make_distinct(ids, *n);
    if (more <= RG_SNAPSHOTS_MAX && *n == before)
        return complain(spec, picks->line, "the groups before this one have all of its points");
    if (more <= RG_SNAPSHOTS_MAX && *n <= RG_SNAPSHOTS_MAX)
        return RG_OK;
    snprintf(message, sizeof message, "%lld points: at most %d are kept; name values of more axes",
             (long long)(more > *n ? more : *n), RG_SNAPSHOTS_MAX);
    return complain(spec, picks->line, message);
}

enum rg_status rg_grid_snapshots(const struct rg_spec *spec, int64_t **ids, int64_t *n)
{
    const struct rg_snapshots *snapshots = &spec->snapshots;
    *ids = NULL;
    *n = 0;
    if (snapshots->n == 0)
        return RG_OK;
    RG_TRY(rg_alloc(ids, (size_t)2 * RG_SNAPSHOTS_MAX, sizeof **ids));
    enum rg_status code = RG_OK;
    for (int g = 0; g < snapshots->n && code == RG_OK; g++)
        code = add_group(spec, &snapshots->groups[g], *ids, n);
    if (code != RG_OK)
        rg_free(ids);
    return code;
}
