/* See heatmap.h. A cell stands for a rectangle of the grid, of one value or of neighbours. */
#include "cli/heatmap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/text.h"

enum { LABEL_MAX = 16, RANKS_MAX = 1 << 20 };
enum { LINES_AROUND = 3 };              /* its title, the legend, the ranks */
static const char shades[] = ".:-=+*#"; /* none to all */

const struct rg_term rg_heatmap_marks[] = {
    {".", "none done"},     {":-=+*", "some"},   {"#", "all"},
    {"x", "most diverged"}, {"!", "any failed"}, {0},
};

struct cell {
    int64_t points, finished, diverged, failed;
};

struct bins { /* the values of an axis as neighbours; without an axis one of them */
    const struct rg_axis *axis;
    int place; /* of the axis among all */
    int64_t n;
};

struct map {
    struct bins down, across;
    struct cell *cells; /* [down.n][across.n] */
};

struct heatmap {
    const struct rg_spec *spec;
    int n_maps;
    struct map maps[RG_AXES_MAX];
    int32_t *by_rank; /* [RANKS_MAX] points finished */
    double last;      /* when the last one was, since 1970 */
};

/* ---- cells ----------------------------------------------------------------------------------------- */

static struct bins make_bins(const struct rg_spec *spec, int place, int64_t most)
{
    const struct rg_axis *axis = place >= 0 ? &spec->axes[place] : NULL;
    const int64_t count = axis ? axis->count : 1;
    return (struct bins){axis, place, count < most ? count : most};
}

static int64_t count_of(const struct bins *bins)
{
    return bins->axis ? bins->axis->count : 1;
}

static int64_t bin_of(const struct bins *bins, int64_t i)
{
    return i * bins->n / count_of(bins);
}

/* The first value of a bin. */
static int64_t first_of(const struct bins *bins, int64_t bin)
{
    return (bin * count_of(bins) + bins->n - 1) / bins->n;
}

static int64_t width_of(const struct bins *bins, int64_t bin)
{
    return first_of(bins, bin + 1) - first_of(bins, bin);
}

static struct cell *cell_of(const struct map *map, const int64_t *index)
{
    const int64_t row = map->down.axis ? bin_of(&map->down, index[map->down.place]) : 0;
    return &map->cells[row * map->across.n + bin_of(&map->across, index[map->across.place])];
}

/* A cell has as many points as its part of both axes has values, times all other axes. */
static void count_points(const struct rg_spec *spec, struct map *map)
{
    const int64_t others = spec->n_points / count_of(&map->down) / count_of(&map->across);
    for (int64_t row = 0; row < map->down.n; row++)
        for (int64_t k = 0; k < map->across.n; k++)
            map->cells[row * map->across.n + k].points =
                width_of(&map->down, row) * width_of(&map->across, k) * others;
}

static enum rg_status add_map(struct heatmap *heatmap, int down, int across, int columns, int lines)
{
    struct map *map = &heatmap->maps[heatmap->n_maps++];
    map->down = make_bins(heatmap->spec, down, lines);
    map->across = make_bins(heatmap->spec, across, columns);
    RG_TRY(rg_alloc(&map->cells, (size_t)map->down.n * (size_t)map->across.n, sizeof *map->cells));
    count_points(heatmap->spec, map);
    return RG_OK;
}

/* The two outermost axes of more than one value share a map, each other has its own. */
static enum rg_status make_maps(struct heatmap *heatmap, int columns, int lines)
{
    const struct rg_spec *spec = heatmap->spec;
    int varied[RG_AXES_MAX], n = 0;
    for (int a = 0; a < spec->n_axes; a++)
        if (spec->axes[a].count > 1)
            varied[n++] = a;
    const int others = n > 2 ? n - 2 : 0, rows = lines - LINES_AROUND - others;
    for (int i = n > 1 ? 1 : 0; i < n; i++)
        RG_TRY(add_map(heatmap, i == 1 ? varied[0] : -1, varied[i], columns, rows > 1 ? rows : 1));
    return RG_OK;
}

/* ---- points ---------------------------------------------------------------------------------------- */

static void add_point(void *context, const struct rg_stored_time *time)
{
    struct heatmap *heatmap = context;
    int64_t index[RG_AXES_MAX];
    if (time->status == RG_PENDING)
        return;
    rg_grid_index(heatmap->spec, time->id, index);
    for (int m = 0; m < heatmap->n_maps; m++) {
        struct cell *cell = cell_of(&heatmap->maps[m], index);
        cell->finished += time->status != RG_FAILED;
        cell->diverged += time->status == RG_DIVERGED;
        cell->failed += time->status == RG_FAILED;
    }
    if (time->status != RG_FAILED && time->rank >= 0 && time->rank < RANKS_MAX)
        heatmap->by_rank[time->rank]++;
    heatmap->last = fmax(heatmap->last, time->start + time->wall_seconds);
}

/* ---- text ------------------------------------------------------------------------------------------ */

static char shade(const struct cell *cell)
{
    enum { SHADES = sizeof shades - 1 };
    if (cell->failed > 0)
        return '!';
    if (2 * cell->diverged > cell->points)
        return 'x';
    if (cell->finished == 0)
        return shades[0];
    if (cell->finished >= cell->points)
        return shades[SHADES - 1];
    const double share = (double)cell->finished / (double)cell->points;
    return shades[1 + (int)(share * (SHADES - 2))];
}

static void print_cells(FILE *out, const char *label, const struct map *map, int64_t row)
{
    fprintf(out, "  %*.*s ", LABEL_MAX, LABEL_MAX, label);
    for (int64_t k = 0; k < map->across.n; k++)
        fputc(shade(&map->cells[row * map->across.n + k]), out);
}

/* Short: which value it is, not its last digits. */
static void print_value(const struct rg_spec *spec, const struct rg_axis *axis, int64_t i,
                        char text[RG_NAME_MAX])
{
    const struct rg_member *member = &axis->members[0];
    const bool real =
        member->knob != RG_REPLICATE && rg_model_knob(spec->model, member->knob)->type == RG_REAL;
    if (real)
        snprintf(text, RG_NAME_MAX, "%.6g", rg_member_value(spec, axis, member, i).real);
    else
        rg_member_print(spec, axis, member, i, text, RG_NAME_MAX);
}

/* The first value of each bin stands before its line. */
static void print_map(FILE *out, const struct rg_spec *spec, const struct map *map)
{
    const struct rg_axis *down = map->down.axis, *across = map->across.axis;
    char first[RG_NAME_MAX], last[RG_NAME_MAX];
    print_value(spec, across, 0, first);
    print_value(spec, across, across->count - 1, last);
    if (!down) {
        print_cells(out, across->name, map, 0);
        fprintf(out, "  %s to %s\n", first, last);
        return;
    }
    fprintf(out, "  %*.*s over %s, %s to %s\n", LABEL_MAX, LABEL_MAX, down->name, across->name,
            first, last);
    for (int64_t row = 0; row < map->down.n; row++) {
        print_value(spec, down, first_of(&map->down, row), first);
        print_cells(out, first, map, row);
        fputc('\n', out);
    }
}

static void print_legend(FILE *out)
{
    for (const struct rg_term *mark = rg_heatmap_marks; mark->term; mark++)
        fprintf(out, "%s %s %s", mark == rg_heatmap_marks ? " " : ",", mark->term, mark->text);
    fputc('\n', out);
}

static void print_ranks(FILE *out, const struct heatmap *heatmap)
{
    char ago[64] = "", range[32] = "";
    int64_t n = 0, fewest = INT64_MAX, most = 0;
    for (int rank = 0; rank < RANKS_MAX; rank++) {
        const int64_t points = heatmap->by_rank[rank];
        n += points > 0;
        most = points > most ? points : most;
        fewest = points > 0 && points < fewest ? points : fewest;
    }
    if (n == 0)
        return;
    if (isfinite(heatmap->last))
        rg_ago_print(heatmap->last, ago, sizeof ago);
    if (fewest < most)
        snprintf(range, sizeof range, "%lld to ", (long long)fewest);
    fprintf(out, "  %lld rank%s finished %s%lld point%s each%s%s\n", (long long)n, rg_plural(n),
            range, (long long)most, rg_plural(most), ago[0] ? ", the last one " : "", ago);
}

static enum rg_status print(FILE *out, const struct rg_store *store, struct heatmap *heatmap,
                            int columns, int lines)
{
    RG_TRY(make_maps(heatmap, columns, lines));
    RG_TRY(rg_alloc(&heatmap->by_rank, RANKS_MAX, sizeof *heatmap->by_rank));
    RG_TRY(rg_store_times(store, false, add_point, heatmap));
    for (int m = 0; m < heatmap->n_maps; m++)
        print_map(out, heatmap->spec, &heatmap->maps[m]);
    if (heatmap->n_maps > 0)
        print_legend(out);
    print_ranks(out, heatmap);
    return RG_OK;
}

enum rg_status rg_heatmap_print(FILE *out, const struct rg_store *store, const struct rg_spec *spec,
                                int columns, int lines)
{
    enum { RANGE = 24, NARROWEST = 8 };
    struct heatmap heatmap = {.spec = spec, .last = -INFINITY};
    const int room = columns - LABEL_MAX - 3 - RANGE;
    const enum rg_status code =
        print(out, store, &heatmap, room > NARROWEST ? room : NARROWEST, lines);
    for (int m = 0; m < heatmap.n_maps; m++)
        rg_free(&heatmap.maps[m].cells);
    rg_free(&heatmap.by_rank);
    RG_TRY(code);
    return RG_OK;
}
