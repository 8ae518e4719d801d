/* Greedy leader clustering, with exactly the result of comparing each row with every leader in turn.
 *
 * The rows are kept once more as floats, less their mean and in units of the longest of these: points in the unit
 * ball. A few orthonormal directions are taken from some of them (Gram-Schmidt, each time on the one that is
 * farthest from the span so far). Differences of projections bound the distance from below: leaders lie in buckets
 * along the first direction, and of those in reach most are ruled out by the others. What is left is measured in
 * float, and where that is too near to eps to tell, in double. The bounds are widened by far more than the rounding
 * of floats, so no true match is ever ruled out.                                                     */
#include "train/parity/cluster.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/num/rows.h"

enum { N_DIRECTIONS = RG_GEMM_PAD, N_AXES = 8, SAMPLE = 128, N_BUCKETS = 64, ROWS_PER_TICK = 256 };

/* Of points and their projections, and of squares relative to themselves: many times too wide. */
static const double ROUNDING = 1e-5;

static const struct rg_rows_kernels *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rows_kernels);
static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);

struct bucket {
    int64_t first, n; /* its leaders */
};

struct rg_cluster {
    const struct rg_rows_kernels *floats, *doubles;
    const struct rg_gemm *gemm;
    int64_t n_rows, n_units, width; /* width: of a point, n_units padded with zeros */
    const double *rows;             /* [n_rows][n_units] */
    double *mean;                   /* [n_units] */
    double spread, unit;            /* unit: of the points */
    float slack;                    /* that points and projections may be wrong by */
    float *points;                  /* [n_rows][width] */
    float *residual;                /* [SAMPLE] squared distance to the span so far */
    float *directions;              /* [N_DIRECTIONS][width] */
    float *transposed;              /* [n_units][N_DIRECTIONS] */
    float *places;                  /* [n_rows][N_DIRECTIONS] projections */
    int64_t n_directions;

    int64_t n_buckets, stride; /* stride: of leaders, in points */
    struct bucket buckets[N_BUCKETS];
    float *leaders;    /* [N_AXES][stride] projections, bucket after bucket */
    int32_t *group_of; /* [stride] of a leader, ascending in each bucket */
    int32_t *leader;   /* [n_groups] its row */
};

static int64_t padded(int64_t n, int64_t pad)
{
    return (n + pad - 1) / pad * pad;
}

enum rg_status rg_cluster_create(int64_t n_rows, int64_t n_units, struct rg_cluster **cluster)
{
    struct rg_cluster *c = NULL;
    RG_TRY(rg_alloc(cluster, 1, sizeof **cluster));
    c = *cluster;
    c->floats = kernels[0][rg_isa()];
    c->doubles = kernels[1][rg_isa()];
    c->gemm = gemms[0][rg_isa()];
    c->n_rows = n_rows;
    c->n_units = n_units;
    c->width = padded(n_units, RG_GEMM_PAD);
    c->stride = padded(n_rows, RG_NEAR_PAD) + N_BUCKETS * RG_NEAR_PAD;
    const size_t rows = (size_t)n_rows, width = (size_t)c->width, stride = (size_t)c->stride;
    RG_TRY(rg_alloc(&c->mean, (size_t)n_units, sizeof *c->mean));
    RG_TRY(rg_alloc(&c->points, rows * width, sizeof *c->points));
    RG_TRY(rg_alloc(&c->residual, SAMPLE, sizeof *c->residual));
    RG_TRY(rg_alloc(&c->directions, N_DIRECTIONS * width, sizeof *c->directions));
    RG_TRY(rg_alloc(&c->transposed, (size_t)n_units * N_DIRECTIONS, sizeof *c->transposed));
    RG_TRY(rg_alloc(&c->places, rows * N_DIRECTIONS, sizeof *c->places));
    RG_TRY(rg_alloc(&c->leaders, N_AXES * stride, sizeof *c->leaders));
    RG_TRY(rg_alloc(&c->group_of, stride, sizeof *c->group_of));
    RG_TRY(rg_alloc(&c->leader, rows, sizeof *c->leader));
    return RG_OK;
}

void rg_cluster_destroy(struct rg_cluster **cluster)
{
    struct rg_cluster *c = *cluster;
    if (!c)
        return;
    rg_free(&c->mean);
    rg_free(&c->points);
    rg_free(&c->residual);
    rg_free(&c->directions);
    rg_free(&c->transposed);
    rg_free(&c->places);
    rg_free(&c->leaders);
    rg_free(&c->group_of);
    rg_free(&c->leader);
    rg_free(cluster);
}

/* ---- points ---------------------------------------------------------------------------------------- */

static const double *row(const struct rg_cluster *c, int64_t r)
{
    return c->rows + r * c->n_units;
}

static float *point(const struct rg_cluster *c, int64_t r)
{
    return c->points + r * c->width;
}

static void find_mean(struct rg_cluster *c)
{
    memset(c->mean, 0, (size_t)c->n_units * sizeof *c->mean);
    for (int64_t r = 0; r < c->n_rows; r++)
        c->doubles->add(c->n_units, 1, row(c, r), c->mean);
    for (int64_t u = 0; u < c->n_units; u++)
        c->mean[u] /= (double)c->n_rows;
}

/* Points that are not finite tell nothing: then the slack has no end. */
static void find_spread(struct rg_cluster *c)
{
    double total = 0, farthest = 0;
    for (int64_t r = 0; r < c->n_rows; r++) {
        const double square = c->doubles->distance(c->n_units, row(c, r), c->mean, INFINITY);
        total += square;
        farthest = fmax(farthest, square);
    }
    c->spread = c->n_rows > 1 ? sqrt(total / (double)(c->n_rows - 1)) : 0.0;
    c->unit = farthest > 0 ? sqrt(farthest) : 1;
    c->slack = isfinite(total) ? (float)ROUNDING : INFINITY;
}

/* ---- directions ------------------------------------------------------------------------------------ */

static float dot(const struct rg_cluster *c, const float *a, const float *b)
{
    return (float)c->floats->dot(c->width, a, b);
}

static int64_t n_sampled(const struct rg_cluster *c)
{
    return c->n_rows < SAMPLE ? c->n_rows : SAMPLE;
}

static float *sampled(const struct rg_cluster *c, int64_t i)
{
    return point(c, i * c->n_rows / n_sampled(c));
}

static int64_t farthest_sample(const struct rg_cluster *c)
{
    int64_t farthest = 0;
    for (int64_t i = 1; i < n_sampled(c); i++)
        if (c->residual[i] > c->residual[farthest])
            farthest = i;
    return farthest;
}

/* The next direction: a point without its part along the earlier ones, made twice so that rounding
 * leaves it orthogonal. Returns false when the points have no further extent.                     */
static bool add_direction(struct rg_cluster *c, const float *from)
{
    float *direction = c->directions + c->n_directions * c->width;
    memcpy(direction, from, (size_t)c->width * sizeof *direction);
    for (int pass = 0; pass < 2; pass++)
        for (int64_t k = 0; k < c->n_directions; k++) {
            const float *earlier = c->directions + k * c->width;
            c->floats->add(c->width, -dot(c, direction, earlier), earlier, direction);
        }
    const float length = sqrtf(dot(c, direction, direction));
    if (!(length > c->slack))
        return false;
    for (int64_t u = 0; u < c->n_units; u++)
        c->transposed[u * N_DIRECTIONS + c->n_directions] = direction[u] /= length;
    c->n_directions++;
    return true;
}

static void find_directions(struct rg_cluster *c)
{
    c->n_directions = 0;
    for (int64_t i = 0; i < n_sampled(c); i++)
        c->residual[i] = dot(c, sampled(c, i), sampled(c, i));
    while (c->n_directions < N_DIRECTIONS && add_direction(c, sampled(c, farthest_sample(c))))
        for (int64_t i = 0; i < n_sampled(c); i++) {
            const float *last = c->directions + (c->n_directions - 1) * c->width;
            const float place = dot(c, sampled(c, i), last);
            c->residual[i] -= place * place;
        }
}

/* Along no direction all are at 0, those that are not finite too. */
static void project(struct rg_cluster *c)
{
    if (c->n_directions == 0) {
        memset(c->places, 0, (size_t)(c->n_rows * N_DIRECTIONS) * sizeof *c->places);
        return;
    }
    c->gemm->product(&(struct rg_product){.n = N_DIRECTIONS,
                                          .n_vectors = c->n_rows,
                                          .depth = c->n_units,
                                          .a = c->transposed,
                                          .b = c->points,
                                          .c = c->places,
                                          .stride = N_DIRECTIONS,
                                          .b_vector = c->width,
                                          .b_term = 1});
}

void rg_cluster_load(struct rg_cluster *c, const double *rows)
{
    c->rows = rows;
    find_mean(c);
    find_spread(c);
    for (int64_t r = 0; r < c->n_rows; r++)
        c->floats->centre(c->n_units, 1 / c->unit, row(c, r), c->mean, point(c, r));
    memset(c->transposed, 0, (size_t)c->n_units * N_DIRECTIONS * sizeof *c->transposed);
    find_directions(c);
    project(c);
}

double rg_cluster_spread(const struct rg_cluster *cluster)
{
    return cluster->spread;
}

/* ---- groups ---------------------------------------------------------------------------------------- */

struct reach {         /* in units of the points */
    float far;         /* two whose projections are farther apart than this do not match */
    float far_square;  /* nor do two whose distance has this square, */
    float near_square; /* but those with a lower one than this do */
    double square;     /* eps^2, of rows */
};

static struct reach reach_of(const struct rg_cluster *c, double eps)
{
    const double near = (eps / c->unit - (double)c->slack) * (1 - ROUNDING);
    const double far = (eps / c->unit + (double)c->slack) * (1 + ROUNDING);
    return (struct reach){(float)far, (float)(far * far), near > 0 ? (float)(near * near) : 0,
                          eps * eps};
}

/* Along the first direction. */
static int64_t bucket_at(const struct rg_cluster *c, float place)
{
    const float last = (float)(c->n_buckets - 1);
    return (int64_t)fminf(fmaxf((place + 1) / 2 * (float)c->n_buckets, 0), last);
}

static const float *place_of(const struct rg_cluster *c, int64_t r)
{
    return c->places + r * N_DIRECTIONS;
}

/* Buckets as wide as the reach, with room for all rows as leaders. */
static void lay_buckets(struct rg_cluster *c, const struct reach *reach)
{
    c->n_buckets = (int64_t)fminf(fmaxf(2 / reach->far, 1), N_BUCKETS);
    memset(c->buckets, 0, sizeof c->buckets);
    for (int64_t r = 0; r < c->n_rows; r++)
        c->buckets[bucket_at(c, *place_of(c, r))].n++;
    for (int64_t b = 0, first = 0; b < c->n_buckets; b++) {
        c->buckets[b].first = first;
        first += padded(c->buckets[b].n, RG_NEAR_PAD);
        c->buckets[b].n = 0;
    }
}

static bool matches(const struct rg_cluster *c, int64_t a, int64_t b, const struct reach *reach)
{
    if (c->floats->distance(N_DIRECTIONS, place_of(c, a), place_of(c, b), reach->far_square) >=
        reach->far_square)
        return false;
    const float square =
        (float)c->floats->distance(c->width, point(c, a), point(c, b), reach->far_square);
    if (square >= reach->far_square)
        return false;
    return square < reach->near_square ||
           c->doubles->distance(c->n_units, row(c, a), row(c, b), reach->square) < reach->square;
}

/* The first group of a bucket that row r matches, if it comes before `other`; else that. */
static int32_t find_in(const struct rg_cluster *c, const struct bucket *bucket, int64_t r,
                       const struct reach *reach, int32_t other)
{
    for (int64_t i = 0; i < bucket->n; i++) {
        i = c->floats->near(i, bucket->n, N_AXES, c->stride, c->leaders + bucket->first,
                            place_of(c, r), reach->far_square);
        if (i == bucket->n || c->group_of[bucket->first + i] > other)
            return other;
        const int32_t group = c->group_of[bucket->first + i];
        if (matches(c, c->leader[group], r, reach))
            return group;
    }
    return other;
}

/* The first of n groups that row r matches; n if there is none. */
static int32_t find_group(const struct rg_cluster *c, int64_t r, int32_t n,
                          const struct reach *reach)
{
    const float place = *place_of(c, r);
    const int64_t last = bucket_at(c, place + reach->far);
    int32_t group = n;
    for (int64_t b = bucket_at(c, place - reach->far); b <= last; b++)
        group = find_in(c, &c->buckets[b], r, reach, group);
    return group;
}

static void open_group(struct rg_cluster *c, int32_t group, int64_t r)
{
    const float *place = place_of(c, r);
    struct bucket *bucket = &c->buckets[bucket_at(c, *place)];
    const int64_t at = bucket->first + bucket->n++;
    c->leader[group] = (int32_t)r;
    c->group_of[at] = group;
    for (int64_t k = 0; k < N_AXES; k++)
        c->leaders[k * c->stride + at] = place[k];
}

enum rg_status rg_cluster_group(struct rg_cluster *c, double eps, const struct rg_tick *tick,
                                int32_t *group, int64_t *n_groups)
{
    const struct reach reach = reach_of(c, eps);
    int32_t n = 0;
    lay_buckets(c, &reach);
    for (int64_t r = 0; r < c->n_rows; r++) {
        if (r % ROWS_PER_TICK == 0)
            RG_TRY(rg_tick(tick));
        group[r] = find_group(c, r, n, &reach);
        if (group[r] == n)
            open_group(c, n++, r);
    }
    *n_groups = n;
    return RG_OK;
}
