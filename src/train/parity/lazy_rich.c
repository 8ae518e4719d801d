/* Start and end are compared by exchanging the network's parameters with the initial ones for the time
 * of a measurement; no tick then, for whoever it calls must find the network as it is. What is needed
 * once per point is allocated here and freed again.                                                 */
#include "train/parity/lazy_rich.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/dots.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"

static const uint64_t probe_key = 0x70726f6265730000; /* fixed: kernels of all sweeps compare */

static double inner(int64_t n, const double *a, const double *b)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

double rg_relative_change(int64_t n, const double *now, const double *initial)
{
    double change = 0;
#pragma omp simd reduction(+ : change)
    for (int64_t i = 0; i < n; i++)
        change += (now[i] - initial[i]) * (now[i] - initial[i]);
    return sqrt(change / inner(n, initial, initial));
}

double rg_cosine_distance(int64_t n, const double *a, const double *b)
{
    return 1 - inner(n, a, b) / sqrt(inner(n, a, a) * inner(n, b, b));
}

/* ---- representation ------------------------------------------------------------------------------ */

/* columns[n_units][n_rows] of rows[n_rows][n_units], each less its mean. */
static void centre(int64_t n_rows, int64_t n_units, const double *rows, double *columns)
{
    for (int64_t u = 0; u < n_units; u++) {
        double *column = columns + u * n_rows, mean = 0;
        for (int64_t r = 0; r < n_rows; r++)
            mean += rows[r * n_units + u];
        mean /= (double)n_rows;
        for (int64_t r = 0; r < n_rows; r++)
            column[r] = rows[r * n_units + u] - mean;
    }
}

struct cka {
    double *x, *y;    /* [n_units][n_rows] centred */
    double *products; /* [n_units][n_units] */
};

static double product_norm(int64_t n_rows, int64_t n_units, const double *x, const double *y,
                           double *products)
{
    rg_dots_double()->dots(n_units, n_units, n_rows, x, y, products);
    return sqrt(inner(n_units * n_units, products, products));
}

static enum rg_status cka_create(int64_t n_rows, int64_t n_units, struct cka *cka)
{
    RG_TRY(rg_alloc(&cka->x, (size_t)(n_rows * n_units), sizeof *cka->x));
    RG_TRY(rg_alloc(&cka->y, (size_t)(n_rows * n_units), sizeof *cka->y));
    RG_TRY(rg_alloc(&cka->products, (size_t)(n_units * n_units), sizeof *cka->products));
    return RG_OK;
}

enum rg_status rg_cka_distance(int64_t n_rows, int64_t n_units, const double *x, const double *y,
                               double *distance)
{
    struct cka cka = {0};
    enum rg_status status = cka_create(n_rows, n_units, &cka);
    if (status == RG_OK) {
        centre(n_rows, n_units, x, cka.x);
        centre(n_rows, n_units, y, cka.y);
        const double xy = product_norm(n_rows, n_units, cka.x, cka.y, cka.products);
        const double xx = product_norm(n_rows, n_units, cka.x, cka.x, cka.products);
        const double yy = product_norm(n_rows, n_units, cka.y, cka.y, cka.products);
        *distance = 1 - xy * xy / (xx * yy);
    }
    rg_free(&cka.x);
    rg_free(&cka.y);
    rg_free(&cka.products);
    RG_TRY(status);
    return RG_OK;
}

static enum rg_status collect(struct rg_tree *tree, int length, const struct rg_tick *tick,
                              double *rows)
{
    struct rg_collection collection = {length, rows, NULL};
    const struct rg_visitor visitor = rg_collection_visitor(&collection);
    return rg_tree_walk(tree, 1, &visitor, tick);
}

static enum rg_status compare_states(struct rg_parity *net, struct rg_tree *tree, int length,
                                     const struct rg_tick *tick, double *rows[2], double *change)
{
    RG_TRY(collect(tree, length, tick, rows[1]));
    rg_parity_swap(net);
    enum rg_status status = collect(tree, length, NULL, rows[0]);
    rg_parity_swap(net);
    RG_TRY(status);
    const int64_t strings = rg_automaton_n_rows(length) - 1; /* h_0, the last row, never moves */
    RG_TRY(rg_cka_distance(strings, rg_parity_settings(net)->hidden, rows[0], rows[1], change));
    return RG_OK;
}

enum rg_status rg_representation_change(struct rg_parity *net, struct rg_tree *tree, int length,
                                        const struct rg_tick *tick, double *change)
{
    const size_t n = (size_t)(rg_automaton_n_rows(length) * rg_parity_settings(net)->hidden);
    double *rows[2] = {NULL, NULL};
    enum rg_status status = rg_alloc(&rows[0], n, sizeof *rows[0]);
    if (status == RG_OK)
        status = rg_alloc(&rows[1], n, sizeof *rows[1]);
    if (status == RG_OK)
        status = compare_states(net, tree, length, tick, rows, change);
    rg_free(&rows[0]);
    rg_free(&rows[1]);
    RG_TRY(status);
    return RG_OK;
}

/* ---- tangent kernel ------------------------------------------------------------------------------ */

enum { N_GRADIENTS = 2 * RG_N_PROBES };

struct tangent {
    int64_t n_parameters;
    double *gradients; /* [N_GRADIENTS][n_parameters] */
    double *scratch;
    double *kernels[2]; /* [N_GRADIENTS][N_GRADIENTS] at the start and now */
    int lengths[RG_N_PROBES];
    uint32_t strings[RG_N_PROBES];
};

static enum rg_status tangent_create(const struct rg_parity *net, struct tangent *t)
{
    const size_t hidden = (size_t)rg_parity_settings(net)->hidden;
    t->n_parameters = rg_parity_n_parameters(net);
    const size_t n = (size_t)t->n_parameters;
    RG_TRY(rg_alloc(&t->gradients, N_GRADIENTS * n, sizeof *t->gradients));
    RG_TRY(rg_alloc(&t->scratch, (RG_LENGTH_MAX + 3) * hidden + n, sizeof *t->scratch));
    for (int i = 0; i < 2; i++)
        RG_TRY(rg_alloc(&t->kernels[i], N_GRADIENTS * N_GRADIENTS, sizeof *t->kernels[i]));
    return RG_OK;
}

static void tangent_destroy(struct tangent *t)
{
    rg_free(&t->gradients);
    rg_free(&t->scratch);
    rg_free(&t->kernels[0]);
    rg_free(&t->kernels[1]);
}

void rg_probes_draw(int lengths[RG_N_PROBES], uint32_t strings[RG_N_PROBES])
{
    struct rg_rng rng = rg_rng_make(probe_key, 0, 0);
    for (int i = 0; i < RG_N_PROBES; i++) {
        lengths[i] = 1 + (int)rg_rng_below(&rng, RG_PROBE_LENGTH);
        strings[i] = (uint32_t)rg_rng_below(&rng, 1ULL << lengths[i]);
    }
}

static enum rg_status find_kernel(const struct rg_parity *net, const struct rg_tick *tick,
                                  struct tangent *t, double *kernel)
{
    for (int i = 0; i < RG_N_PROBES; i++) {
        rg_parity_jacobian(net, 1, &t->lengths[i], &t->strings[i], t->scratch,
                           t->gradients + 2 * i * t->n_parameters);
        RG_TRY(rg_tick(tick));
    }
    rg_dots_double()->dots(N_GRADIENTS, N_GRADIENTS, t->n_parameters, t->gradients, t->gradients,
                           kernel);
    return RG_OK;
}

static enum rg_status compare_kernels(struct rg_parity *net, const struct rg_tick *tick,
                                      struct tangent *t, double *distance)
{
    rg_probes_draw(t->lengths, t->strings);
    RG_TRY(find_kernel(net, tick, t, t->kernels[1]));
    rg_parity_swap(net);
    enum rg_status status = find_kernel(net, NULL, t, t->kernels[0]);
    rg_parity_swap(net);
    RG_TRY(status);
    *distance = rg_cosine_distance(N_GRADIENTS * N_GRADIENTS, t->kernels[0], t->kernels[1]);
    return RG_OK;
}

enum rg_status rg_kernel_distance(struct rg_parity *net, const struct rg_tick *tick,
                                  double *distance)
{
    struct tangent tangent = {0};
    enum rg_status status = tangent_create(net, &tangent);
    if (status == RG_OK)
        status = compare_kernels(net, tick, &tangent, distance);
    tangent_destroy(&tangent);
    RG_TRY(status);
    return RG_OK;
}
