/* Greedy leader clustering, with exactly the result of comparing each row with every leader in turn.
 *
 * A few orthonormal directions are taken from some of the rows (Gram-Schmidt, each time on the one that is farthest
 * from the span so far). Differences of projections bound the distance from below, so most leaders are ruled out
 * without looking at their vectors. Only what is left is measured, and only up to eps. The bounds are widened by far
 * more than the rounding of a projection, which is kept as a float, so no true match is ever ruled out. */
#include "train/parity/cluster.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/num/rows.h"

enum { N_DIRECTIONS = RG_GEMM_PAD, SAMPLE = 128, ROWS_PER_TICK = 256 };

/* Of a projection, relative to the longest row, and of its float, relative to the longest distance to the mean: many
 * times too wide.                                                                                    */
static const double ROUNDING = 1e-11, FLOAT_ROUNDING = 1e-5;

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static const struct rg_rows_kernels *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rows_kernels);

struct rg_cluster {
    const struct rg_gemm *gemm;
    const struct rg_rows_kernels *floats, *doubles;
    int64_t n_rows, n_units, stride; /* stride: of leaders, in points */
    const double *rows;              /* [n_rows][n_units] */
    double *mean;                    /* [n_units] */
    double *residual;                /* [n_rows] see sampled */
    double *directions;              /* [N_DIRECTIONS][n_units] */
    double *transposed;              /* [n_units][N_DIRECTIONS] */
    double *places;                  /* [n_rows][N_DIRECTIONS] projections */
    double offset[N_DIRECTIONS];     /* that of the mean */
    int64_t n_directions;
    double spread, slack; /* slack: that projections may be wrong by, all together */
    float *leaders;  /* [N_DIRECTIONS][stride] those of the groups' leaders, as `place` has them */
    int32_t *leader; /* [n_groups] its row */
};

enum rg_status rg_cluster_create(int64_t n_rows, int64_t n_units, struct rg_cluster **cluster)
{
    struct rg_cluster *c = NULL;
    const size_t rows = (size_t)n_rows, units = (size_t)n_units;
    RG_TRY(rg_alloc(cluster, 1, sizeof **cluster));
    c = *cluster;
    c->gemm = gemms[1][rg_isa()];
    c->floats = kernels[0][rg_isa()];
    c->doubles = kernels[1][rg_isa()];
    c->n_rows = n_rows;
    c->n_units = n_units;
    c->stride = (n_rows + RG_NEAR_PAD - 1) / RG_NEAR_PAD * RG_NEAR_PAD;
    RG_TRY(rg_alloc(&c->mean, units, sizeof *c->mean));
    RG_TRY(rg_alloc(&c->residual, rows, sizeof *c->residual));
    RG_TRY(rg_alloc(&c->directions, units * N_DIRECTIONS, sizeof *c->directions));
    RG_TRY(rg_alloc(&c->transposed, units * N_DIRECTIONS, sizeof *c->transposed));
    RG_TRY(rg_alloc(&c->places, rows * N_DIRECTIONS, sizeof *c->places));
    RG_TRY(rg_alloc(&c->leaders, (size_t)c->stride * N_DIRECTIONS, sizeof *c->leaders));
    RG_TRY(rg_alloc(&c->leader, rows, sizeof *c->leader));
    return RG_OK;
}

void rg_cluster_destroy(struct rg_cluster **cluster)
{
    if (!*cluster)
        return;
    rg_free(&(*cluster)->mean);
    rg_free(&(*cluster)->residual);
    rg_free(&(*cluster)->directions);
    rg_free(&(*cluster)->transposed);
    rg_free(&(*cluster)->places);
    rg_free(&(*cluster)->leaders);
    rg_free(&(*cluster)->leader);
    rg_free(cluster);
}

/* ---- directions ------------------------------------------------------------------------------------ */

static double dot(const struct rg_cluster *c, const double *a, const double *b)
{
    return c->doubles->dot(c->n_units, a, b);
}

static void find_mean(struct rg_cluster *c)
{
    memset(c->mean, 0, (size_t)c->n_units * sizeof *c->mean);
    for (int64_t r = 0; r < c->n_rows; r++)
        c->doubles->add(c->n_units, 1, c->rows + r * c->n_units, c->mean);
    for (int64_t u = 0; u < c->n_units; u++)
        c->mean[u] /= (double)c->n_rows;
}

/* Squared distances to the mean: the start of the residuals, and together the spread. */
static void find_spread(struct rg_cluster *c)
{
    double total = 0, longest = 0, farthest = 0;
    for (int64_t r = 0; r < c->n_rows; r++) {
        const double *row = c->rows + r * c->n_units;
        c->residual[r] = c->doubles->distance(c->n_units, row, c->mean, INFINITY);
        total += c->residual[r];
        farthest = fmax(farthest, c->residual[r]);
        longest = fmax(longest, dot(c, row, row));
    }
    c->spread = c->n_rows > 1 ? sqrt(total / (double)(c->n_rows - 1)) : 0.0;
    c->slack = ROUNDING * sqrt(longest) + FLOAT_ROUNDING * sqrt(farthest);
}

static int64_t n_sampled(const struct rg_cluster *c)
{
    return c->n_rows < SAMPLE ? c->n_rows : SAMPLE;
}

/* The i-th row whose residual is its squared distance to the span so far, and not to the mean alone. */
static int64_t sampled(const struct rg_cluster *c, int64_t i)
{
    return i * c->n_rows / n_sampled(c);
}

static int64_t farthest_row(const struct rg_cluster *c)
{
    int64_t farthest = 0;
    for (int64_t i = 1; i < n_sampled(c); i++)
        if (c->residual[sampled(c, i)] > c->residual[farthest])
            farthest = sampled(c, i);
    return farthest;
}

/* The k-th direction: a centred row without its part along the earlier ones, made twice so that
 * rounding leaves it orthogonal. Returns false when the rows have no further extent.              */
static bool make_direction(struct rg_cluster *c, int64_t k, int64_t row)
{
    double *direction = c->directions + k * c->n_units;
    memcpy(direction, c->rows + row * c->n_units, (size_t)c->n_units * sizeof *direction);
    c->doubles->add(c->n_units, -1, c->mean, direction);
    for (int pass = 0; pass < 2; pass++)
        for (int64_t j = 0; j < k; j++) {
            const double *earlier = c->directions + j * c->n_units;
            c->doubles->add(c->n_units, -dot(c, direction, earlier), earlier, direction);
        }
    const double length = sqrt(dot(c, direction, direction));
    if (!(length > c->slack))
        return false;
    for (int64_t u = 0; u < c->n_units; u++)
        direction[u] /= length;
    return true;
}

static void shorten_residuals(struct rg_cluster *c, int64_t k)
{
    const double *direction = c->directions + k * c->n_units;
    c->offset[k] = dot(c, c->mean, direction);
    for (int64_t i = 0; i < n_sampled(c); i++) {
        const int64_t row = sampled(c, i);
        const double place = dot(c, c->rows + row * c->n_units, direction) - c->offset[k];
        c->residual[row] -= place * place;
    }
}

static void project(struct rg_cluster *c)
{
    for (int64_t u = 0; u < c->n_units; u++)
        for (int64_t k = 0; k < c->n_directions; k++)
            c->transposed[u * N_DIRECTIONS + k] = c->directions[k * c->n_units + u];
    c->gemm->product(&(struct rg_product){.n = c->n_directions,
                                          .n_vectors = c->n_rows,
                                          .depth = c->n_units,
                                          .a = c->transposed,
                                          .b = c->rows,
                                          .c = c->places,
                                          .stride = N_DIRECTIONS,
                                          .b_vector = c->n_units,
                                          .b_term = 1});
}

void rg_cluster_load(struct rg_cluster *c, const double *rows)
{
    c->rows = rows;
    find_mean(c);
    find_spread(c);
    c->n_directions = 0;
    while (c->n_directions < N_DIRECTIONS && make_direction(c, c->n_directions, farthest_row(c)))
        shorten_residuals(c, c->n_directions++);
    project(c);
}

double rg_cluster_spread(const struct rg_cluster *cluster)
{
    return cluster->spread;
}

/* ---- groups ---------------------------------------------------------------------------------------- */

/* Of a row along direction k, from the mean. */
static float place(const struct rg_cluster *c, int64_t row, int64_t k)
{
    return (float)(c->places[row * N_DIRECTIONS + k] - c->offset[k]);
}

/* The first of n groups that the row matches; n if there is none. */
static int32_t find_group(const struct rg_cluster *c, int64_t row, int64_t n, double eps)
{
    const double *vector = c->rows + row * c->n_units;
    const double reach = (eps + c->slack) * (1 + FLOAT_ROUNDING), limit = eps * eps;
    float places[N_DIRECTIONS];
    for (int64_t k = 0; k < c->n_directions; k++)
        places[k] = place(c, row, k);
    for (int64_t group = 0; group < n; group++) {
        group = c->floats->near(group, n, c->n_directions, c->stride, c->leaders, places,
                                reach * reach);
        if (group < n && c->doubles->distance(c->n_units, c->rows + c->leader[group] * c->n_units,
                                              vector, limit) < limit)
            return (int32_t)group;
    }
    return (int32_t)n;
}

static void open_group(struct rg_cluster *c, int32_t group, int64_t row)
{
    c->leader[group] = (int32_t)row;
    for (int64_t k = 0; k < c->n_directions; k++)
        c->leaders[k * c->stride + group] = place(c, row, k);
}

enum rg_status rg_cluster_group(struct rg_cluster *c, double eps, const struct rg_tick *tick,
                                int32_t *group, int64_t *n_groups)
{
    int32_t n = 0;
    for (int64_t r = 0; r < c->n_rows; r++) {
        if (r % ROWS_PER_TICK == 0)
            RG_TRY(rg_tick(tick));
        group[r] = find_group(c, r, n, eps);
        if (group[r] == n)
            open_group(c, n++, r);
    }
    *n_groups = n;
    return RG_OK;
}
