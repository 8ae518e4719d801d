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

enum { PART = 128 }; /* parameters whose gradients are multiplied at a time */

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

/* Adds the products of the elements of vectors a[n_vectors][stride] and b likewise: n columns from `first` on, from
 * the diagonal down.                                                                                */
static void add_block(const struct gram *gram, int64_t n_vectors, const double *a, const double *b,
                      int64_t first, int64_t n)
{
    gram->gemm->product(&(struct rg_product){.n = gram->n - first,
                                             .n_vectors = n,
                                             .depth = n_vectors,
                                             .a = a + first,
                                             .b = b + first,
                                             .c = gram->sums + first * (gram->stride + 1),
                                             .stride = gram->stride,
                                             .b_vector = 1,
                                             .b_term = gram->stride,
                                             .adds = true});
}

static void gram_add(const struct gram *gram, int64_t n_vectors, const double *a, const double *b)
{
    add_block(gram, n_vectors, a, b, 0, gram->n);
}

/* Of vectors with themselves: about half of the products. gram_mirror then copies them to the other half. */
static void gram_add_own(const struct gram *gram, int64_t n_vectors, const double *a)
{
    for (int64_t first = 0; first < gram->n; first += RG_GEMM_PAD) {
        const int64_t left = gram->n - first;
        add_block(gram, n_vectors, a, a, first, left < RG_GEMM_PAD ? left : RG_GEMM_PAD);
    }
}

static void gram_mirror(const struct gram *gram)
{
    for (int64_t i = 0; i < gram->n; i++)
        for (int64_t j = 0; j < i; j++)
            gram->sums[i * gram->stride + j] = gram->sums[j * gram->stride + i];
}

/* ---- representation ------------------------------------------------------------------------------ */

struct cka { /* padded with zeros */
    int64_t n_rows, n_units, stride;
    double *x, *y; /* [n_rows][stride] less each unit's mean */
    struct gram gram;
};

static enum rg_status cka_create(int64_t n_rows, int64_t n_units, struct cka *cka)
{
    *cka = (struct cka){.n_rows = n_rows, .n_units = n_units, .stride = padded(n_units)};
    RG_TRY(rg_alloc(&cka->x, (size_t)(cka->n_rows * cka->stride), sizeof *cka->x));
    RG_TRY(rg_alloc(&cka->y, (size_t)(cka->n_rows * cka->stride), sizeof *cka->y));
    RG_TRY(gram_create(n_units, cka->stride, &cka->gram));
    return RG_OK;
}

static void cka_destroy(struct cka *cka)
{
    rg_free(&cka->x);
    rg_free(&cka->y);
    gram_destroy(&cka->gram);
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

struct kernel {
    int64_t n_parameters;
    struct rg_tangent *tangent;
    double *parameters;
    double *block;   /* [PART][RG_N_GRADIENTS] gradients with respect to some parameters */
    double *initial; /* [RG_N_GRADIENTS][RG_N_GRADIENTS] the kernel at the start */
    struct gram gram;
};

void rg_probes_draw(int64_t n_symbols, int lengths[RG_N_PROBES], uint32_t strings[RG_N_PROBES])
{
    struct rg_rng rng = rg_rng_make(probe_key, 0, 0);
    for (int i = 0; i < RG_N_PROBES; i++) {
        lengths[i] = 1 + (int)rg_rng_below(&rng, RG_PROBE_LENGTH);
        strings[i] = (uint32_t)rg_rng_below(&rng, (uint64_t)rg_n_strings(n_symbols, lengths[i]));
    }
}

static enum rg_status kernel_create(const struct rg_parity *net, struct kernel *k)
{
    int lengths[RG_N_PROBES];
    uint32_t strings[RG_N_PROBES];
    rg_probes_draw(rg_parity_settings(net)->n_symbols, lengths, strings);
    k->n_parameters = rg_parity_n_parameters(net);
    RG_TRY(rg_tangent_create(net, lengths, strings, &k->tangent));
    RG_TRY(rg_alloc(&k->parameters, (size_t)k->n_parameters, sizeof *k->parameters));
    RG_TRY(rg_alloc(&k->block, PART * RG_N_GRADIENTS, sizeof *k->block));
    RG_TRY(rg_alloc(&k->initial, RG_N_GRADIENTS * RG_N_GRADIENTS, sizeof *k->initial));
    return gram_create(RG_N_GRADIENTS, RG_N_GRADIENTS, &k->gram);
}

static void kernel_destroy(struct kernel *k)
{
    rg_tangent_destroy(&k->tangent);
    rg_free(&k->parameters);
    rg_free(&k->block);
    rg_free(&k->initial);
    gram_destroy(&k->gram);
}

size_t rg_kernel_memory(int64_t n_symbols, int64_t hidden, int64_t n_parameters)
{
    const size_t blocks = (PART + 2 * RG_N_GRADIENTS) * RG_N_GRADIENTS;
    return rg_tangent_memory(n_symbols, hidden) + sizeof(double) * (blocks + (size_t)n_parameters);
}

/* Leaves the kernel in the sums. */
static enum rg_status find_kernel(const struct kernel *k, const struct rg_tick *tick)
{
    RG_TRY(rg_tangent_load(k->tangent, k->parameters, tick));
    gram_clear(&k->gram);
    for (int64_t first = 0; first < k->n_parameters; first += PART) {
        const int64_t n = k->n_parameters - first < PART ? k->n_parameters - first : PART;
        for (int64_t i = 0; i < n; i++)
            rg_tangent_gradient(k->tangent, first + i, k->block + i * RG_N_GRADIENTS);
        gram_add_own(&k->gram, n, k->block);
        RG_TRY(rg_tick(tick));
    }
    gram_mirror(&k->gram);
    return RG_OK;
}

static enum rg_status compare_kernels(const struct rg_parity *net, const struct rg_tick *tick,
                                      const struct kernel *k, double *distance)
{
    rg_parity_initial(net, k->parameters);
    RG_TRY(find_kernel(k, tick));
    memcpy(k->initial, k->gram.sums, (size_t)gram_size(&k->gram) * sizeof *k->initial);
    rg_parity_parameters(net, k->parameters);
    RG_TRY(find_kernel(k, tick));
    *distance = rg_cosine_distance(gram_size(&k->gram), k->initial, k->gram.sums);
    return RG_OK;
}

enum rg_status rg_kernel_distance(const struct rg_parity *net, const struct rg_tick *tick,
                                  double *distance)
{
    struct kernel kernel = {0};
    enum rg_status status = kernel_create(net, &kernel);
    if (status == RG_OK)
        status = compare_kernels(net, tick, &kernel, distance);
    kernel_destroy(&kernel);
    RG_TRY(status);
    return RG_OK;
}
