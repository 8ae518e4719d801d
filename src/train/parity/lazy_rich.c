/* Start and end are compared: the states by exchanging the network's parameters with the initial ones for
 * the time of a walk, the tangent kernels from either set of parameters. What is needed once per point
 * is allocated here and freed again.                                                                */
#include "train/parity/lazy_rich.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/strings.h"

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

static int64_t padded(int64_t n)
{
    return (n + RG_GEMM_PAD - 1) / RG_GEMM_PAD * RG_GEMM_PAD;
}

/* ---- sums of products ---------------------------------------------------------------------------- */

struct gram {
    const struct rg_gemm *gemm;
    int64_t n, stride;
    double *sums; /* [n][stride] */
};

static enum rg_status gram_create(int64_t n, int64_t stride, struct gram *gram)
{
    gram->gemm = gemms[1][rg_isa()];
    gram->n = n;
    gram->stride = stride;
    RG_TRY(rg_alloc(&gram->sums, (size_t)(n * stride), sizeof *gram->sums));
    return RG_OK;
}

static void gram_destroy(struct gram *gram)
{
    rg_free(&gram->sums);
}

static int64_t gram_size(const struct gram *gram)
{
    return gram->n * gram->stride;
}

static void gram_clear(const struct gram *gram)
{
    memset(gram->sums, 0, (size_t)gram_size(gram) * sizeof *gram->sums);
}

/* Adds the products of the elements of vectors a[n_vectors][stride] and b likewise. */
static void gram_add(const struct gram *gram, int64_t n_vectors, const double *a, const double *b)
{
    gram->gemm->product(&(struct rg_product){.n = gram->n,
                                             .n_vectors = gram->n,
                                             .depth = n_vectors,
                                             .a = a,
                                             .b = b,
                                             .c = gram->sums,
                                             .stride = gram->stride,
                                             .b_vector = 1,
                                             .b_term = gram->stride,
                                             .adds = true});
}

/* ---- representation ------------------------------------------------------------------------------ */

struct cka { /* padded with zeros */
    int64_t n_rows, n_units, stride;
    double *x, *y; /* [n_rows][stride] less each unit's mean */
    double *mean;  /* [n_units] */
    struct gram gram;
};

static enum rg_status cka_create(int64_t n_rows, int64_t n_units, struct cka *cka)
{
    *cka = (struct cka){.n_rows = n_rows, .n_units = n_units, .stride = padded(n_units)};
    RG_TRY(rg_alloc(&cka->x, (size_t)(cka->n_rows * cka->stride), sizeof *cka->x));
    RG_TRY(rg_alloc(&cka->y, (size_t)(cka->n_rows * cka->stride), sizeof *cka->y));
    RG_TRY(rg_alloc(&cka->mean, (size_t)cka->n_units, sizeof *cka->mean));
    RG_TRY(gram_create(n_units, cka->stride, &cka->gram));
    return RG_OK;
}

static void cka_destroy(struct cka *cka)
{
    rg_free(&cka->x);
    rg_free(&cka->y);
    rg_free(&cka->mean);
    gram_destroy(&cka->gram);
}

static void centre(const struct cka *cka, const double *rows, double *centred)
{
    double *restrict mean = cka->mean;
    memset(mean, 0, (size_t)cka->n_units * sizeof *mean);
    for (int64_t r = 0; r < cka->n_rows; r++)
        for (int64_t u = 0; u < cka->n_units; u++)
            mean[u] += rows[r * cka->n_units + u];
    for (int64_t u = 0; u < cka->n_units; u++)
        mean[u] /= (double)cka->n_rows;
    for (int64_t r = 0; r < cka->n_rows; r++)
        for (int64_t u = 0; u < cka->n_units; u++)
            centred[r * cka->stride + u] = rows[r * cka->n_units + u] - mean[u];
}

static double product_norm(const struct cka *cka, const double *x, const double *y)
{
    gram_clear(&cka->gram);
    gram_add(&cka->gram, cka->n_rows, x, y);
    return sqrt(inner(gram_size(&cka->gram), cka->gram.sums, cka->gram.sums));
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
    enum rg_status status = collect(tree, length, tick, rows[0]);
    rg_parity_swap(net);
    RG_TRY(status);
    const int64_t strings = rg_automaton_n_rows(rg_parity_settings(net)->n_symbols, length) -
                            1; /* h_0, the last row, never moves */
    RG_TRY(rg_cka_distance(strings, rg_parity_settings(net)->hidden, rows[0], rows[1], change));
    return RG_OK;
}

enum rg_status rg_representation_change(struct rg_parity *net, struct rg_tree *tree, int length,
                                        const struct rg_tick *tick, double *change)
{
    const struct rg_parity_settings *settings = rg_parity_settings(net);
    const size_t n = (size_t)(rg_automaton_n_rows(settings->n_symbols, length) * settings->hidden);
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

enum { KERNEL = RG_N_GRADIENTS * RG_N_GRADIENTS };

struct kernels {
    struct rg_tangent *tangent;
    double *parameters;
    double *initial, *now; /* [RG_N_GRADIENTS][RG_N_GRADIENTS] */
};

void rg_probes_draw(int64_t n_symbols, int lengths[RG_N_PROBES], uint32_t strings[RG_N_PROBES])
{
    struct rg_rng rng = rg_rng_make(probe_key, 0, 0);
    for (int i = 0; i < RG_N_PROBES; i++) {
        lengths[i] = 1 + (int)rg_rng_below(&rng, RG_PROBE_LENGTH);
        strings[i] = (uint32_t)rg_rng_below(&rng, (uint64_t)rg_n_strings(n_symbols, lengths[i]));
    }
}

/* The kernels' order is no matter to their distance. */
static void long_ones_first(int lengths[RG_N_PROBES], uint32_t strings[RG_N_PROBES])
{
    for (int i = 1; i < RG_N_PROBES; i++)
        for (int j = i; j > 0 && lengths[j - 1] < lengths[j]; j--) {
            const int length = lengths[j];
            const uint32_t string = strings[j];
            lengths[j] = lengths[j - 1];
            strings[j] = strings[j - 1];
            lengths[j - 1] = length;
            strings[j - 1] = string;
        }
}

static enum rg_status kernels_create(const struct rg_parity *net, struct kernels *k)
{
    int lengths[RG_N_PROBES];
    uint32_t strings[RG_N_PROBES];
    rg_probes_draw(rg_parity_settings(net)->n_symbols, lengths, strings);
    long_ones_first(lengths, strings);
    RG_TRY(rg_tangent_create(net, lengths, strings, &k->tangent));
    RG_TRY(rg_alloc(&k->parameters, (size_t)rg_parity_n_parameters(net), sizeof *k->parameters));
    RG_TRY(rg_alloc(&k->initial, KERNEL, sizeof *k->initial));
    RG_TRY(rg_alloc(&k->now, KERNEL, sizeof *k->now));
    return RG_OK;
}

static void kernels_destroy(struct kernels *k)
{
    rg_tangent_destroy(&k->tangent);
    rg_free(&k->parameters);
    rg_free(&k->initial);
    rg_free(&k->now);
}

size_t rg_kernel_memory(int64_t n_symbols, int64_t hidden, int64_t n_parameters)
{
    return rg_tangent_memory(n_symbols, hidden) +
           sizeof(double) * (2 * KERNEL + (size_t)n_parameters);
}

static enum rg_status find_kernel(const struct kernels *k, const struct rg_tick *tick,
                                  double *kernel)
{
    RG_TRY(rg_tangent_load(k->tangent, k->parameters, tick));
    RG_TRY(rg_tangent_kernel(k->tangent, tick, kernel));
    return RG_OK;
}

static enum rg_status compare_kernels(const struct rg_parity *net, const struct rg_tick *tick,
                                      const struct kernels *k, double *distance)
{
    rg_parity_initial(net, k->parameters);
    RG_TRY(find_kernel(k, tick, k->initial));
    rg_parity_parameters(net, k->parameters);
    RG_TRY(find_kernel(k, tick, k->now));
    *distance = rg_cosine_distance(KERNEL, k->initial, k->now);
    return RG_OK;
}

enum rg_status rg_kernel_distance(const struct rg_parity *net, const struct rg_tick *tick,
                                  double *distance)
{
    struct kernels kernels = {0};
    enum rg_status status = kernels_create(net, &kernels);
    if (status == RG_OK)
        status = compare_kernels(net, tick, &kernels, distance);
    kernels_destroy(&kernels);
    RG_TRY(status);
    return RG_OK;
}
