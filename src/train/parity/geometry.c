#include "train/parity/geometry.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/parity/automaton.h"
#include "train/parity/strings.h"

/* Sets that a row is in, as bits: all rows, those of strings that can be continued, and from SET_ENDS on those of
 * strings that end in each symbol.                                                                  */
enum { SET_ALL = 1, SET_CONTINUED = 2, SET_ENDS = 4 };

enum { N_SQUARINGS = 20 };

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);

struct rg_geometry {
    int64_t n_symbols, n_rows, n_units, stride;
    uint16_t *sets;  /* [n_rows] */
    double *mean;    /* [n_units] */
    double *centred; /* [n_rows][stride] */
    double *a, *b;   /* [n_units][stride] */
};

static int64_t stride_of(int64_t n_units)
{
    return (n_units + RG_GEMM_PAD - 1) / RG_GEMM_PAD * RG_GEMM_PAD;
}

static void find_sets(int64_t n_symbols, int64_t length, uint16_t *sets)
{
    for (int64_t n = 0; n <= length; n++)
        for (uint32_t string = 0; string < rg_n_strings(n_symbols, n); string++)
            sets[rg_automaton_row(n_symbols, length, n, string)] =
                (uint16_t)(SET_ALL | (n < length ? SET_CONTINUED : 0) |
                           (n > 0 ? SET_ENDS << string % n_symbols : 0));
}

enum rg_status rg_geometry_create(int64_t n_symbols, int64_t length, int64_t n_units,
                                  struct rg_geometry **geometry)
{
    struct rg_geometry *g = NULL;
    RG_TRY(rg_alloc(geometry, 1, sizeof **geometry));
    g = *geometry;
    g->n_symbols = n_symbols;
    g->n_rows = rg_automaton_n_rows(n_symbols, length);
    g->n_units = n_units;
    g->stride = stride_of(n_units);
    RG_TRY(rg_alloc(&g->sets, (size_t)g->n_rows, sizeof *g->sets));
    RG_TRY(rg_alloc(&g->mean, (size_t)n_units, sizeof *g->mean));
    RG_TRY(rg_alloc(&g->centred, (size_t)(g->n_rows * g->stride), sizeof *g->centred));
    RG_TRY(rg_alloc(&g->a, (size_t)(n_units * g->stride), sizeof *g->a));
    RG_TRY(rg_alloc(&g->b, (size_t)(n_units * g->stride), sizeof *g->b));
    find_sets(n_symbols, length, g->sets);
    return RG_OK;
}

void rg_geometry_destroy(struct rg_geometry **geometry)
{
    if (!*geometry)
        return;
    rg_free(&(*geometry)->sets);
    rg_free(&(*geometry)->mean);
    rg_free(&(*geometry)->centred);
    rg_free(&(*geometry)->a);
    rg_free(&(*geometry)->b);
    rg_free(geometry);
}

size_t rg_geometry_memory(int64_t n_rows, int64_t n_units)
{
    return (size_t)n_rows * sizeof(uint16_t) +
           (size_t)((n_rows + 2 * n_units) * stride_of(n_units) + n_units) * sizeof(double);
}

/* ---- sums over rows ------------------------------------------------------------------------------ */

static void add(int64_t n, const double *x, double *sum)
{
    for (int64_t i = 0; i < n; i++)
        sum[i] += x[i];
}

static double squares(int64_t n, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

static double squared_distance(int64_t n, const double *x, const double *y)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

/* Leaves the mean of a set's rows in g->mean and returns their number. */
static int64_t find_mean(const struct rg_geometry *g, const double *rows, int set)
{
    int64_t n = 0;
    memset(g->mean, 0, (size_t)g->n_units * sizeof *g->mean);
    for (int64_t r = 0; r < g->n_rows; r++)
        if (g->sets[r] & set) {
            add(g->n_units, rows + r * g->n_units, g->mean);
            n++;
        }
    for (int64_t u = 0; u < g->n_units; u++)
        g->mean[u] /= (double)n;
    return n;
}

/* Sum of squared distances to the mean of a set's rows, over their number less `freedom`. */
static double variance(const struct rg_geometry *g, const double *rows, int set, int freedom)
{
    const int64_t n = find_mean(g, rows, set);
    double sum = 0;
    for (int64_t r = 0; r < g->n_rows; r++)
        if (g->sets[r] & set)
            sum += squared_distance(g->n_units, rows + r * g->n_units, g->mean);
    return sum / (double)(n - freedom);
}

static double contraction(const struct rg_geometry *g, const double *rows)
{
    double after = 0;
    for (int symbol = 0; symbol < g->n_symbols; symbol++)
        after += variance(g, rows, SET_ENDS << symbol, 0) / (double)g->n_symbols;
    return sqrt(after / variance(g, rows, SET_CONTINUED, 0));
}

static bool is_dead(const struct rg_geometry *g, const double *rows, int64_t unit)
{
    for (int64_t r = 0; r < g->n_rows - 1; r++)
        if (rows[r * g->n_units + unit] != 0)
            return false;
    return true;
}

/* ---- products ------------------------------------------------------------------------------------ */

/* With C = X^T X of the centred states: (trace C)^2 / ||C||^2, in which the number of rows cancels. */
static double participation(const struct rg_geometry *g, const double *rows)
{
    double trace = 0;
    find_mean(g, rows, SET_ALL);
    for (int64_t r = 0; r < g->n_rows; r++) {
        double *to = g->centred + r * g->stride;
        for (int64_t u = 0; u < g->n_units; u++)
            to[u] = rows[r * g->n_units + u] - g->mean[u];
        trace += squares(g->n_units, to);
    }
    gemms[1][rg_isa()]->product(&(struct rg_product){.n = g->n_units,
                                                     .n_vectors = g->n_units,
                                                     .depth = g->n_rows,
                                                     .a = g->centred,
                                                     .b = g->centred,
                                                     .c = g->a,
                                                     .stride = g->stride,
                                                     .b_vector = 1,
                                                     .b_term = g->stride});
    return trace * trace / squares(g->n_units * g->stride, g->a);
}

struct rg_geometry_of_states rg_geometry_measure(struct rg_geometry *g, const double *rows)
{
    struct rg_geometry_of_states of = {.hidden_std = sqrt(variance(g, rows, SET_ALL, 1)),
                                       .contraction = contraction(g, rows),
                                       .participation_ratio = participation(g, rows)};
    for (int64_t u = 0; u < g->n_units; u++)
        of.n_dead += is_dead(g, rows, u);
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
        gemms[1][rg_isa()]->product(&(struct rg_product){.n = g->n_units,
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
