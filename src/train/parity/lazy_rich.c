/* Start and end are compared by exchanging the network's parameters with the initial ones for the time
 * of a measurement; no tick then, for whoever it calls must find the network as it is. What is needed
 * once per point is allocated here and freed again.                                                 */
#include "train/parity/lazy_rich.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"

enum { PART = 8 * RG_GEMM_DEPTH };

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
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

static int64_t padded(int64_t n, int64_t multiple)
{
    return (n + multiple - 1) / multiple * multiple;
}

/* Sums of products of the elements of vectors: sums[n][stride] of a[n_vectors][stride] and b likewise,
 * n_vectors a multiple of RG_GEMM_DEPTH. Part by part, each small enough to stay in the cache.
 * part[n][stride] is scratch.                                                                       */
static void correlate(int64_t n_vectors, int64_t n, int64_t stride, const double *a,
                      const double *b, double *part, double *sums)
{
    const struct rg_gemm *gemm = gemms[1][rg_isa()];
    struct rg_gemm_shape shape;
    gemm->prepare(n, stride, &shape);
    memset(sums, 0, (size_t)(n * stride) * sizeof *sums);
    for (int64_t first = 0; first < n_vectors; first += PART) {
        const int64_t n_part = n_vectors - first < PART ? n_vectors - first : PART;
        gemm->outer(&shape, n_part, a + first * stride, b + first * stride, part);
        for (int64_t i = 0; i < n * stride; i++)
            sums[i] += part[i];
    }
}

/* ---- representation ------------------------------------------------------------------------------ */

struct cka { /* padded with zeros */
    int64_t n_rows, n_units, depth, stride;
    double *x, *y;           /* [depth][stride] less each unit's mean */
    double *products, *part; /* [n_units][stride] */
};

static enum rg_status cka_create(int64_t n_rows, int64_t n_units, struct cka *cka)
{
    *cka = (struct cka){.n_rows = n_rows,
                        .n_units = n_units,
                        .depth = padded(n_rows, RG_GEMM_DEPTH),
                        .stride = padded(n_units, RG_GEMM_PAD)};
    RG_TRY(rg_alloc(&cka->x, (size_t)(cka->depth * cka->stride), sizeof *cka->x));
    RG_TRY(rg_alloc(&cka->y, (size_t)(cka->depth * cka->stride), sizeof *cka->y));
    RG_TRY(rg_alloc(&cka->products, (size_t)(n_units * cka->stride), sizeof *cka->products));
    RG_TRY(rg_alloc(&cka->part, (size_t)(n_units * cka->stride), sizeof *cka->part));
    return RG_OK;
}

static void cka_destroy(struct cka *cka)
{
    rg_free(&cka->x);
    rg_free(&cka->y);
    rg_free(&cka->products);
    rg_free(&cka->part);
}

static void centre(const struct cka *cka, const double *rows, double *centred)
{
    for (int64_t r = 0; r < cka->n_rows; r++)
        memcpy(centred + r * cka->stride, rows + r * cka->n_units,
               (size_t)cka->n_units * sizeof *rows);
    for (int64_t u = 0; u < cka->n_units; u++) {
        double mean = 0;
        for (int64_t r = 0; r < cka->n_rows; r++)
            mean += centred[r * cka->stride + u];
        mean /= (double)cka->n_rows;
        for (int64_t r = 0; r < cka->n_rows; r++)
            centred[r * cka->stride + u] -= mean;
    }
}

static double product_norm(const struct cka *cka, const double *x, const double *y)
{
    correlate(cka->depth, cka->n_units, cka->stride, x, y, cka->part, cka->products);
    return sqrt(inner(cka->n_units * cka->stride, cka->products, cka->products));
}

enum rg_status rg_cka_distance(int64_t n_rows, int64_t n_units, const double *x, const double *y,
                               double *distance)
{
    struct cka cka;
    enum rg_status status = cka_create(n_rows, n_units, &cka);
    if (status == RG_OK) {
        centre(&cka, x, cka.x);
        centre(&cka, y, cka.y);
        const double xy = product_norm(&cka, cka.x, cka.y);
        *distance =
            1 - xy * xy / (product_norm(&cka, cka.x, cka.x) * product_norm(&cka, cka.y, cka.y));
    }
    cka_destroy(&cka);
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

enum { N_GRADIENTS = 2 * RG_N_PROBES, N_KERNEL = N_GRADIENTS * N_GRADIENTS, AT_ONCE = 8 };

struct tangent {
    int64_t n_parameters, depth;
    double *rows;      /* [AT_ONCE][n_parameters] some gradients */
    double *gradients; /* [depth][N_GRADIENTS] all of them, padded with zeros */
    double *scratch;
    double *kernels[2]; /* [N_GRADIENTS][N_GRADIENTS] at the start and now */
    double *part;       /* likewise */
    int lengths[RG_N_PROBES];
    uint32_t strings[RG_N_PROBES];
};

static enum rg_status tangent_create(const struct rg_parity *net, struct tangent *t)
{
    const size_t hidden = (size_t)rg_parity_settings(net)->hidden;
    t->n_parameters = rg_parity_n_parameters(net);
    t->depth = padded(t->n_parameters, RG_GEMM_DEPTH);
    const size_t n = (size_t)t->n_parameters;
    RG_TRY(rg_alloc(&t->rows, AT_ONCE * n, sizeof *t->rows));
    RG_TRY(rg_alloc(&t->gradients, N_GRADIENTS * (size_t)t->depth, sizeof *t->gradients));
    RG_TRY(rg_alloc(&t->scratch, (RG_LENGTH_MAX + 3) * hidden + n, sizeof *t->scratch));
    RG_TRY(rg_alloc(&t->part, N_KERNEL, sizeof *t->part));
    for (int i = 0; i < 2; i++)
        RG_TRY(rg_alloc(&t->kernels[i], N_KERNEL, sizeof *t->kernels[i]));
    return RG_OK;
}

static void tangent_destroy(struct tangent *t)
{
    rg_free(&t->rows);
    rg_free(&t->gradients);
    rg_free(&t->scratch);
    rg_free(&t->part);
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

/* Rows become columns first, first + 1, ... of the gradients: whole cache lines at a time. */
static void turn_rows(const struct tangent *t, int first)
{
    for (int64_t p = 0; p < t->n_parameters; p++)
        for (int i = 0; i < AT_ONCE; i++)
            t->gradients[p * N_GRADIENTS + first + i] = t->rows[i * t->n_parameters + p];
}

static enum rg_status find_kernel(const struct rg_parity *net, const struct rg_tick *tick,
                                  const struct tangent *t, double *kernel)
{
    for (int first = 0; first < N_GRADIENTS; first += AT_ONCE) {
        const int probe = first / 2;
        rg_parity_jacobian(net, AT_ONCE / 2, t->lengths + probe, t->strings + probe, t->scratch,
                           t->rows);
        turn_rows(t, first);
        RG_TRY(rg_tick(tick));
    }
    correlate(t->depth, N_GRADIENTS, N_GRADIENTS, t->gradients, t->gradients, t->part, kernel);
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
    *distance = rg_cosine_distance(N_KERNEL, t->kernels[0], t->kernels[1]);
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
