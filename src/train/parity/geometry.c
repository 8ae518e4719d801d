/* Two passes over the states. The first finds the means of disjoint groups, the second what deviates from them,
 * chunk by chunk while it is in the cache; means and scatters of larger sets follow by the law of total variance, the
 * covariance likewise.                                                                               */
#include "train/parity/geometry.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/num/rows.h"
#include "train/parity/automaton.h"
#include "train/parity/strings.h"

/* That of the empty string, those of strings that can be continued by the symbol that they end in, and those of the
 * longest strings likewise.                                                                          */
enum { GROUPS_MAX = 1 + 2 * RG_SYMBOLS_MAX };

enum { CHUNK = 256, BLOCK = RG_GEMM_WIDTH }; /* rows and columns of a product in one go */
static_assert(BLOCK * sizeof(double) % 64 == 0, "vectors may begin where a block does");

enum { N_SQUARINGS = 20 };

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static const struct rg_rows_kernels *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rows_kernels);

struct rg_geometry {
    const struct rg_gemm *gemm;
    const struct rg_rows_kernels *vectors;
    int64_t n_symbols, n_rows, n_units, stride;
    int n_groups;
    uint8_t *group; /* [n_rows] */
    double n[GROUPS_MAX];
    double scatter[GROUPS_MAX]; /* sums of squared distances to the group's mean */
    double *means;              /* [n_groups][n_units] */
    double *mean;               /* [n_units] */
    double *deviations;         /* [CHUNK][stride] */
    double *a, *b;              /* [n_units][stride] */
};

struct set { /* every step-th group from the first on */
    int first, step, n;
};

static int64_t stride_of(int64_t n_units)
{
    return (n_units + RG_GEMM_PAD - 1) / RG_GEMM_PAD * RG_GEMM_PAD;
}

static void find_groups(struct rg_geometry *g, int64_t length)
{
    for (int64_t n = 0; n <= length; n++)
        for (uint32_t string = 0; string < rg_n_strings(g->n_symbols, n); string++) {
            const int64_t last = n > 0 ? 1 + string % g->n_symbols : 0;
            const int64_t group = n < length ? last : g->n_symbols + last;
            g->group[rg_automaton_row(g->n_symbols, length, n, string)] = (uint8_t)group;
            g->n[group]++;
        }
}

enum rg_status rg_geometry_create(int64_t n_symbols, int64_t length, int64_t n_units,
                                  struct rg_geometry **geometry)
{
    struct rg_geometry *g = NULL;
    RG_TRY(rg_alloc(geometry, 1, sizeof **geometry));
    g = *geometry;
    g->gemm = gemms[1][rg_isa()];
    g->vectors = kernels[1][rg_isa()];
    g->n_symbols = n_symbols;
    g->n_rows = rg_automaton_n_rows(n_symbols, length);
    g->n_units = n_units;
    g->stride = stride_of(n_units);
    g->n_groups = (int)(1 + 2 * n_symbols);
    RG_TRY(rg_alloc(&g->group, (size_t)g->n_rows, sizeof *g->group));
    RG_TRY(rg_alloc(&g->means, (size_t)(g->n_groups * n_units), sizeof *g->means));
    RG_TRY(rg_alloc(&g->mean, (size_t)n_units, sizeof *g->mean));
    RG_TRY(rg_alloc(&g->deviations, (size_t)(CHUNK * g->stride), sizeof *g->deviations));
    RG_TRY(rg_alloc(&g->a, (size_t)(n_units * g->stride), sizeof *g->a));
    RG_TRY(rg_alloc(&g->b, (size_t)(n_units * g->stride), sizeof *g->b));
    find_groups(g, length);
    return RG_OK;
}

void rg_geometry_destroy(struct rg_geometry **geometry)
{
    if (!*geometry)
        return;
    rg_free(&(*geometry)->group);
    rg_free(&(*geometry)->means);
    rg_free(&(*geometry)->mean);
    rg_free(&(*geometry)->deviations);
    rg_free(&(*geometry)->a);
    rg_free(&(*geometry)->b);
    rg_free(geometry);
}

size_t rg_geometry_memory(int64_t n_rows, int64_t n_units)
{
    return (size_t)n_rows +
           (size_t)((CHUNK + 2 * n_units) * stride_of(n_units) + (GROUPS_MAX + 1) * n_units) *
               sizeof(double);
}

/* ---- groups -------------------------------------------------------------------------------------- */

static double *mean_of(const struct rg_geometry *g, int64_t group)
{
    return g->means + group * g->n_units;
}

static void find_means(struct rg_geometry *g, const double *rows)
{
    memset(g->means, 0, (size_t)(g->n_groups * g->n_units) * sizeof *g->means);
    for (int64_t r = 0; r < g->n_rows; r++)
        g->vectors->add(g->n_units, 1, rows + r * g->n_units, mean_of(g, g->group[r]));
    for (int group = 0; group < g->n_groups; group++)
        for (int64_t u = 0; g->n[group] > 0 && u < g->n_units; u++)
            mean_of(g, group)[u] /= g->n[group];
}

/* Leaves the mean of a set in g->mean and returns its scatter about it, by the law of total variance: that within
 * the groups, and that of their means. *n: rows.                                                     */
static double find_scatter(struct rg_geometry *g, struct set set, double *n)
{
    const int end = set.first + set.step * set.n;
    double sum = 0;
    *n = 0;
    memset(g->mean, 0, (size_t)g->n_units * sizeof *g->mean);
    for (int group = set.first; group < end; group += set.step) {
        *n += g->n[group];
        g->vectors->add(g->n_units, g->n[group], mean_of(g, group), g->mean);
    }
    for (int64_t u = 0; u < g->n_units; u++)
        g->mean[u] /= *n;
    for (int group = set.first; group < end; group += set.step)
        sum += g->scatter[group] +
               g->n[group] * g->vectors->distance(g->n_units, mean_of(g, group), g->mean, INFINITY);
    return sum;
}

static double variance(struct rg_geometry *g, struct set set)
{
    double n;
    const double scatter = find_scatter(g, set, &n);
    return scatter / n;
}

static double contraction(struct rg_geometry *g)
{
    const int n_symbols = (int)g->n_symbols;
    double after = 0;
    for (int symbol = 0; symbol < n_symbols; symbol++)
        after += variance(g, (struct set){1 + symbol, n_symbols, 2}) / n_symbols;
    return sqrt(after / variance(g, (struct set){0, 1, 1 + n_symbols}));
}

/* ---- products ------------------------------------------------------------------------------------ */

/* Adds the products of the elements of g->deviations' first rows to g->a, which is symmetric: of each block of its
 * rows from the diagonal on.                                                                         */
static void add_products(struct rg_geometry *g, int64_t n_rows, bool adds)
{
    for (int64_t first = 0; first < g->n_units; first += BLOCK) {
        const int64_t rest = g->n_units - first;
        g->gemm->product(&(struct rg_product){.n = rest,
                                              .n_vectors = rest < BLOCK ? rest : BLOCK,
                                              .depth = n_rows,
                                              .a = g->deviations + first,
                                              .b = g->deviations + first,
                                              .c = g->a + first * (g->stride + 1),
                                              .stride = g->stride,
                                              .b_vector = 1,
                                              .b_term = g->stride,
                                              .adds = adds});
    }
}

/* What is left of the rows when their groups' means are taken off. */
static void find_deviations(struct rg_geometry *g, const double *rows)
{
    memset(g->scatter, 0, sizeof g->scatter);
    for (int64_t first = 0, n; first < g->n_rows; first += n) {
        n = g->n_rows - first < CHUNK ? g->n_rows - first : CHUNK;
        for (int64_t i = 0; i < n; i++) {
            const int group = g->group[first + i];
            double *deviation = g->deviations + i * g->stride;
            memcpy(deviation, rows + (first + i) * g->n_units, (size_t)g->n_units * sizeof *rows);
            g->vectors->add(g->n_units, -1, mean_of(g, group), deviation);
            g->scatter[group] += g->vectors->dot(g->n_units, deviation, deviation);
        }
        add_products(g, n, first > 0);
    }
}

/* Where nothing deviates within a group, and strings are 0 in the mean. */
static int64_t count_dead(const struct rg_geometry *g)
{
    int64_t n = 0;
    for (int64_t u = 0; u < g->n_units; u++) {
        bool dead = g->a[u * (g->stride + 1)] == 0;
        for (int group = 1; group < g->n_groups; group++)
            dead &= mean_of(g, group)[u] == 0;
        n += dead;
    }
    return n;
}

/* Those of the groups' means from that of all rows, which is in g->mean. */
static void add_means(struct rg_geometry *g)
{
    for (int group = 0; group < g->n_groups; group++)
        for (int64_t u = 0; u < g->n_units; u++)
            g->deviations[group * g->stride + u] =
                sqrt(g->n[group]) * (mean_of(g, group)[u] - g->mean[u]);
    add_products(g, g->n_groups, true);
}

static double squares(int64_t n, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

/* Of g->a: the elements beyond the diagonal blocks stand for two. */
static double squared_norm(const struct rg_geometry *g)
{
    double sum = 0;
    for (int64_t u = 0; u < g->n_units; u++) {
        const int64_t first = u / BLOCK * BLOCK, rest = g->n_units - first,
                      n = rest < BLOCK ? rest : BLOCK;
        const double *row = g->a + u * g->stride + first;
        sum += squares(n, row) + 2 * squares(rest - n, row + n);
    }
    return sum;
}

/* With C = X^T X of the centred rows X the participation ratio is (trace C)^2 / ||C||^2, in which their number
 * cancels.                                                                                           */
struct rg_geometry_of_states rg_geometry_measure(struct rg_geometry *g, const double *rows)
{
    struct rg_geometry_of_states of;
    double n;
    find_means(g, rows);
    find_deviations(g, rows);
    of.contraction = contraction(g);
    of.n_dead = count_dead(g);
    const double trace = find_scatter(g, (struct set){0, 1, g->n_groups}, &n);
    add_means(g);
    of.hidden_std = sqrt(trace / (n - 1));
    of.participation_ratio = trace * trace / squared_norm(g);
    return of;
}

/* Gelfand's formula: the norm of w^m grows as the m-th power of the radius. m doubles with each squaring, and the
 * norm is taken out each time, for the powers would leave the range of numbers.                       */
double rg_spectral_radius(struct rg_geometry *g, const double *w)
{
    double log_radius = 0;
    for (int64_t i = 0; i < g->n_units; i++)
        memcpy(g->a + i * g->stride, w + i * g->n_units, (size_t)g->n_units * sizeof *w);
    for (int k = 0; k <= N_SQUARINGS; k++) {
        const double norm = sqrt(squares(g->n_units * g->stride, g->a));
        if (!(norm > 0))
            return norm; /* nilpotent, or not finite */
        log_radius += log(norm) * ldexp(1, -k);
        for (int64_t i = 0; i < g->n_units * g->stride; i++)
            g->a[i] /= norm;
        g->gemm->product(&(struct rg_product){.n = g->n_units,
                                              .n_vectors = g->n_units,
                                              .depth = g->n_units,
                                              .a = g->a,
                                              .b = g->a,
                                              .c = g->b,
                                              .stride = g->stride,
                                              .b_vector = g->stride,
                                              .b_term = 1});
        double *const product = g->b;
        g->b = g->a;
        g->a = product;
    }
    return exp(log_radius);
}
