/* Greedy leader clustering, with exactly the result of comparing each row with every leader in turn.
 *
 * A few orthonormal directions are taken from the rows themselves (Gram-Schmidt, each time on the row
 * that is farthest from the span so far). Differences of projections bound the distance from below,
 * so most leaders are ruled out without looking at their vectors: those more than one cell away in a
 * grid over the first three projections, and those whose projections together are too far. Only what is
 * left is measured, and only up to eps. The bounds are widened by far more than the rounding of a
 * projection, so no true match is ever ruled out.                                                   */
#include "train/parity/cluster.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "regime/memory.h"

enum { N_DIRECTIONS = 6, N_GRID = 3, CELLS = 32, CHUNK = 16, ROWS_PER_TICK = 256 };

#define ROUNDING \
    1e-11 /* of a projection, relative to the longest row: thousands of times too wide */

/* Groups whose leaders are in one cell of the grid, in ascending order: NONE ends them. */
struct cell {
    int32_t first, last;
};
#define NONE INT32_MAX

struct rg_cluster {
    int64_t n_rows, n_units;
    const double *rows;  /* [n_rows][n_units] */
    double *projections; /* [n_rows][N_DIRECTIONS], 0 where there are fewer directions */
    double *residual;    /* [n_rows] squared distance to the span so far */
    double *directions;  /* [N_DIRECTIONS][n_units] */
    double *mean;        /* [n_units] */
    double spread, slack;
    double low[N_GRID], high[N_GRID]; /* extent of the first projections */

    double eps, reach;    /* of the present grouping; what projections may differ by */
    double width[N_GRID]; /* of a cell, at least the reach */
    struct cell cells[CELLS * CELLS * CELLS];
    int32_t *next;   /* [n_groups] the group after it in its cell */
    int32_t *leader; /* [n_groups] its row */
};

enum rg_status rg_cluster_create(int64_t n_rows, int64_t n_units, struct rg_cluster **cluster)
{
    struct rg_cluster *c = NULL;
    const size_t rows = (size_t)n_rows, units = (size_t)n_units;
    RG_TRY(rg_alloc(cluster, 1, sizeof **cluster));
    c = *cluster;
    c->n_rows = n_rows;
    c->n_units = n_units;
    RG_TRY(rg_alloc(&c->projections, rows * N_DIRECTIONS, sizeof(double)));
    RG_TRY(rg_alloc(&c->residual, rows, sizeof(double)));
    RG_TRY(rg_alloc(&c->directions, units * N_DIRECTIONS, sizeof(double)));
    RG_TRY(rg_alloc(&c->mean, units, sizeof(double)));
    RG_TRY(rg_alloc(&c->next, rows, sizeof *c->next));
    RG_TRY(rg_alloc(&c->leader, rows, sizeof *c->leader));
    return RG_OK;
}

void rg_cluster_destroy(struct rg_cluster **cluster)
{
    if (!*cluster)
        return;
    rg_free(&(*cluster)->projections);
    rg_free(&(*cluster)->residual);
    rg_free(&(*cluster)->directions);
    rg_free(&(*cluster)->mean);
    rg_free(&(*cluster)->next);
    rg_free(&(*cluster)->leader);
    rg_free(cluster);
}

static double dot(int64_t n, const double *a, const double *b)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void find_mean(struct rg_cluster *c)
{
    memset(c->mean, 0, (size_t)c->n_units * sizeof *c->mean);
    for (int64_t r = 0; r < c->n_rows; r++)
        for (int64_t u = 0; u < c->n_units; u++)
            c->mean[u] += c->rows[r * c->n_units + u];
    for (int64_t u = 0; u < c->n_units; u++)
        c->mean[u] /= (double)c->n_rows;
}

/* Squared distances to the mean: the start of the residuals, and together the spread. */
static void find_spread(struct rg_cluster *c)
{
    double total = 0, longest = 0;
    for (int64_t r = 0; r < c->n_rows; r++) {
        double square = 0;
        const double *row = c->rows + r * c->n_units;
#pragma omp simd reduction(+ : square)
        for (int64_t u = 0; u < c->n_units; u++)
            square += (row[u] - c->mean[u]) * (row[u] - c->mean[u]);
        c->residual[r] = square;
        total += square;
        longest = fmax(longest, dot(c->n_units, row, row));
    }
    c->spread = c->n_rows > 1 ? sqrt(total / (double)(c->n_rows - 1)) : 0.0;
    c->slack = ROUNDING * sqrt(longest);
}

static int64_t farthest_row(const struct rg_cluster *c)
{
    int64_t farthest = 0;
    for (int64_t r = 1; r < c->n_rows; r++)
        if (c->residual[r] > c->residual[farthest])
            farthest = r;
    return farthest;
}

/* The k-th direction: a centred row without its part along the earlier ones, made twice so that
 * rounding leaves it orthogonal. Returns false when the rows have no further extent.              */
static bool make_direction(struct rg_cluster *c, int k, int64_t row)
{
    double *direction = c->directions + k * c->n_units;
    for (int64_t u = 0; u < c->n_units; u++)
        direction[u] = c->rows[row * c->n_units + u] - c->mean[u];
    for (int pass = 0; pass < 2; pass++)
        for (int j = 0; j < k; j++) {
            const double *earlier = c->directions + j * c->n_units;
            const double along = dot(c->n_units, direction, earlier);
            for (int64_t u = 0; u < c->n_units; u++)
                direction[u] -= along * earlier[u];
        }
    const double length = sqrt(dot(c->n_units, direction, direction));
    if (!(length > c->slack))
        return false;
    for (int64_t u = 0; u < c->n_units; u++)
        direction[u] /= length;
    return true;
}

static void project(struct rg_cluster *c, int k)
{
    const double *direction = c->directions + k * c->n_units;
    const double offset = dot(c->n_units, c->mean, direction);
    for (int64_t r = 0; r < c->n_rows; r++) {
        const double place = dot(c->n_units, c->rows + r * c->n_units, direction);
        c->projections[r * N_DIRECTIONS + k] = place;
        c->residual[r] -= (place - offset) * (place - offset);
    }
}

static void find_extent(struct rg_cluster *c, int k)
{
    c->low[k] = INFINITY;
    c->high[k] = -INFINITY;
    for (int64_t r = 0; r < c->n_rows; r++) {
        c->low[k] = fmin(c->low[k], c->projections[r * N_DIRECTIONS + k]);
        c->high[k] = fmax(c->high[k], c->projections[r * N_DIRECTIONS + k]);
    }
}

void rg_cluster_load(struct rg_cluster *c, const double *rows)
{
    c->rows = rows;
    find_mean(c);
    find_spread(c);
    memset(c->projections, 0, (size_t)(c->n_rows * N_DIRECTIONS) * sizeof *c->projections);
    for (int k = 0; k < N_DIRECTIONS && make_direction(c, k, farthest_row(c)); k++)
        project(c, k);
    for (int k = 0; k < N_GRID; k++)
        find_extent(c, k);
}

double rg_cluster_spread(const struct rg_cluster *cluster)
{
    return cluster->spread;
}

/* Is the squared distance below the limit? Sums of squares only grow, so a part may decide. */
static bool closer(int64_t n, const double *a, const double *b, double limit)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i += CHUNK) {
        const int64_t end = i + CHUNK < n ? i + CHUNK : n;
        double part = 0;
#pragma omp simd reduction(+ : part)
        for (int64_t j = i; j < end; j++)
            part += (a[j] - b[j]) * (a[j] - b[j]);
        sum += part;
        if (!(sum < limit))
            return false;
    }
    return true;
}

static bool may_match(const struct rg_cluster *c, int64_t row, int64_t leader)
{
    const double *a = c->projections + row * N_DIRECTIONS;
    const double *b = c->projections + leader * N_DIRECTIONS;
    double sum = 0;
    for (int k = 0; k < N_DIRECTIONS; k++)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sum < c->reach * c->reach;
}

/* Place of a row along one side of the grid; 0 for what is no number. */
static int cell_of(const struct rg_cluster *c, int64_t row, int k)
{
    const double place = (c->projections[row * N_DIRECTIONS + k] - c->low[k]) / c->width[k];
    if (place >= CELLS)
        return CELLS - 1;
    return place > 0 ? (int)place : 0;
}

/* The earliest group from `group` on in its cell that the row matches, or `best` if that is earlier. */
static int32_t search_cell(const struct rg_cluster *c, int32_t group, int64_t row, int32_t best)
{
    for (; group < best; group = c->next[group]) {
        const int64_t leader = c->leader[group];
        if (may_match(c, row, leader) && closer(c->n_units, c->rows + leader * c->n_units,
                                                c->rows + row * c->n_units, c->eps * c->eps))
            return group;
    }
    return best;
}

static void find_cell(const struct rg_cluster *c, int64_t row, int cell[N_GRID])
{
    for (int k = 0; k < N_GRID; k++)
        cell[k] = cell_of(c, row, k);
}

static int index_of(const int cell[N_GRID])
{
    return (cell[0] * CELLS + cell[1]) * CELLS + cell[2];
}

/* The group that the row joins, or NONE. */
static int32_t find_group(const struct rg_cluster *c, int64_t row)
{
    int32_t best = NONE;
    int cell[N_GRID], low[N_GRID], high[N_GRID];
    find_cell(c, row, cell);
    for (int k = 0; k < N_GRID; k++) {
        low[k] = cell[k] > 0 ? cell[k] - 1 : 0;
        high[k] = cell[k] < CELLS - 1 ? cell[k] + 1 : CELLS - 1;
    }
    for (cell[0] = low[0]; cell[0] <= high[0]; cell[0]++)
        for (cell[1] = low[1]; cell[1] <= high[1]; cell[1]++)
            for (cell[2] = low[2]; cell[2] <= high[2]; cell[2]++)
                best = search_cell(c, c->cells[index_of(cell)].first, row, best);
    return best;
}

static void open_group(struct rg_cluster *c, int32_t group, int64_t row)
{
    int cell[N_GRID];
    find_cell(c, row, cell);
    struct cell *home = &c->cells[index_of(cell)];
    c->leader[group] = (int32_t)row;
    c->next[group] = NONE;
    if (home->first == NONE)
        home->first = group;
    else
        c->next[home->last] = group;
    home->last = group;
}

static void clear_grid(struct rg_cluster *c, double eps)
{
    c->eps = eps;
    c->reach = eps * (1 + ROUNDING) + c->slack;
    for (int k = 0; k < N_GRID; k++)
        c->width[k] = fmax(c->reach, (c->high[k] - c->low[k]) / CELLS);
    for (size_t i = 0; i < sizeof c->cells / sizeof *c->cells; i++)
        c->cells[i].first = NONE;
}

enum rg_status rg_cluster_group(struct rg_cluster *c, double eps, const struct rg_tick *tick,
                                int32_t *group, int64_t *n_groups)
{
    int32_t n = 0;
    clear_grid(c, eps);
    for (int64_t r = 0; r < c->n_rows; r++) {
        if (r % ROWS_PER_TICK == 0)
            RG_TRY(rg_tick(tick));
        group[r] = find_group(c, r);
        if (group[r] != NONE)
            continue;
        open_group(c, n, r);
        group[r] = n++;
    }
    *n_groups = n;
    return RG_OK;
}
