/* <K, K'> = sum_(l,m) <A_l A_l^T, A'_m A'_m^T> tr(B_l^T B_l Sxx B'_m^T B'_m Sxx), up to a factor P^2.
 *
 * On either side of the network the products form a chain, C_0 = I and one layer more with each link: from
 * the output C_1 = W_L, C_2 = W_L W_(L-1), ...; from the input C_1 = W_1, C_2 = W_2 W_1, ... One kernel's
 * squares of the links, C C^T or C^T C Sxx, are kept, those of the other go by one at a time, as C C^T or
 * Sxx C^T C, so that either term is a plain sum over elements. All terms are positive: nothing cancels. */
#include "train/linear/kernel.h"

#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"

enum end { INPUT, OUTPUT, N_ENDS };

struct rg_linear_kernel {
    int64_t depth;
    struct rg_matrix *start; /* [depth] */
    const double *variances;
    const struct rg_matrix *lenders; /* [depth] or NULL */
    double square;                   /* <K, K> of the start */
};

/* A network's chain from one end. */
struct chain {
    enum end end;
    int64_t depth, n; /* n units at the end */
    const struct rg_matrix *weights;
    const double *variances;         /* NULL at the output */
    struct rg_matrix link;           /* C_k for k > 1 */
    const struct rg_matrix *present; /* C_k for k > 0: the link or a layer */
    struct rg_matrix square;
};

/* ---- links --------------------------------------------------------------------------------------- */

static const struct rg_matrix *lender(const struct rg_linear_kernel *kernel, int64_t i)
{
    return kernel->lenders ? &kernel->lenders[i] : NULL;
}

static enum rg_status chain_start(const struct rg_linear_kernel *kernel,
                                  const struct rg_matrix *weights, enum end end,
                                  struct chain *chain)
{
    const struct rg_matrix *first = &weights[0], *last = &weights[kernel->depth - 1];
    *chain = (struct chain){.end = end,
                            .depth = kernel->depth,
                            .n = end == INPUT ? first->cols : last->rows,
                            .weights = weights,
                            .variances = end == INPUT ? kernel->variances : NULL};
    return rg_matrix_borrow(&chain->square, lender(kernel, kernel->depth - 1), first->team,
                            first->number, chain->n, chain->n);
}

static void chain_free(struct chain *chain)
{
    rg_matrix_free(&chain->link);
    rg_matrix_free(&chain->square);
}

static enum rg_status lengthen(struct chain *chain, const struct rg_matrix *layer)
{
    struct rg_matrix longer = {0};
    const struct rg_matrix *left = chain->end == INPUT ? layer : chain->present;
    const struct rg_matrix *right = chain->end == INPUT ? chain->present : layer;
    RG_TRY(rg_matrix_init(&longer, layer->team, layer->number, left->rows, right->cols));
    rg_matrix_multiply(1, RG_PLAIN, left, RG_PLAIN, right, 0, &longer);
    rg_algebra_move(&longer, &chain->link);
    chain->present = &chain->link;
    return RG_OK;
}

/* Goes on to C_k. */
static enum rg_status chain_go(struct chain *chain, int64_t k)
{
    if (k == 0)
        return RG_OK;
    const struct rg_matrix *layer = &chain->weights[chain->end == INPUT ? k - 1 : chain->depth - k];
    if (k > 1)
        return lengthen(chain, layer);
    chain->present = layer;
    return RG_OK;
}

/* The square of C_k, with Sxx on its left or its right if there is one. */
static const struct rg_matrix *chain_square(struct chain *chain, int64_t k, bool sxx_left)
{
    struct rg_matrix *square = &chain->square;
    const enum rg_op left = chain->end == INPUT ? RG_TRANSPOSED : RG_PLAIN;
    const enum rg_op right = chain->end == INPUT ? RG_PLAIN : RG_TRANSPOSED;
    if (k == 0)
        rg_algebra_identity(square);
    else
        rg_matrix_multiply(1, left, chain->present, right, chain->present, 0, square);
    if (chain->variances && sxx_left)
        rg_matrix_scale_rows(chain->variances, square);
    else if (chain->variances)
        rg_matrix_scale_cols(chain->variances, square);
    return square;
}

/* ---- tables of inner products -------------------------------------------------------------------- */

/* squares[depth] of one network at one end. The last lender has the chain's own. */
static enum rg_status keep_squares(const struct rg_linear_kernel *kernel, struct chain *chain,
                                   struct rg_matrix *squares, const struct rg_tick *tick)
{
    for (int64_t k = 0; k < chain->depth; k++) {
        RG_TRY(chain_go(chain, k));
        const struct rg_matrix *square = chain_square(chain, k, false);
        RG_TRY(rg_matrix_borrow(&squares[k], k > 0 ? lender(kernel, k - 1) : NULL, square->team,
                                square->number, chain->n, chain->n));
        rg_matrix_copy(square, &squares[k]);
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

/* table[k][i] = sum over elements of square i of the kept and square k of the passing network */
static enum rg_status pass_squares(struct chain *chain, const struct rg_matrix *squares,
                                   const struct rg_tick *tick, double *table)
{
    for (int64_t k = 0; k < chain->depth; k++) {
        RG_TRY(chain_go(chain, k));
        const struct rg_matrix *square = chain_square(chain, k, true);
        for (int64_t i = 0; i < chain->depth; i++)
            table[k * chain->depth + i] = rg_matrix_dot(&squares[i], square);
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

static enum rg_status keep(const struct rg_linear_kernel *kernel, const struct rg_matrix *weights,
                           enum end end, struct rg_matrix *squares, const struct rg_tick *tick)
{
    struct chain chain;
    enum rg_status status = chain_start(kernel, weights, end, &chain);
    if (status == RG_OK)
        status = keep_squares(kernel, &chain, squares, tick);
    chain_free(&chain);
    return status;
}

static enum rg_status pass(const struct rg_linear_kernel *kernel, const struct rg_matrix *weights,
                           enum end end, const struct rg_matrix *squares,
                           const struct rg_tick *tick, double *table)
{
    struct chain chain;
    enum rg_status status = chain_start(kernel, weights, end, &chain);
    if (status == RG_OK)
        status = pass_squares(&chain, squares, tick, table);
    chain_free(&chain);
    return status;
}

/* Tables of one network, kept, against each of others[n], passing: tables[n][depth][depth]. */
static enum rg_status tabulate_end(const struct rg_linear_kernel *kernel, enum end end,
                                   const struct rg_matrix *weights, int n,
                                   const struct rg_matrix *const *others,
                                   const struct rg_tick *tick, double *tables)
{
    const int64_t depth = kernel->depth;
    struct rg_matrix *squares;
    RG_TRY(rg_alloc(&squares, (size_t)depth, sizeof *squares));
    enum rg_status status = keep(kernel, weights, end, squares, tick);
    for (int i = 0; i < n && status == RG_OK; i++)
        status = pass(kernel, others[i], end, squares, tick, tables + i * depth * depth);
    for (int64_t k = 0; k < depth; k++)
        rg_matrix_free(&squares[k]);
    rg_free(&squares);
    return status;
}

/* Layer l has l links at the input and depth - 1 - l at the output. */
static double contract(int64_t depth, const double *in, const double *out)
{
    double sum = 0;
    for (int64_t l = 0; l < depth; l++)
        for (int64_t m = 0; m < depth; m++)
            sum += in[l * depth + m] * out[(depth - 1 - l) * depth + (depth - 1 - m)];
    return sum;
}

/* products[i] = <K, K of others[i]> */
static enum rg_status multiply(const struct rg_linear_kernel *kernel,
                               const struct rg_matrix *weights, int n,
                               const struct rg_matrix *const *others, const struct rg_tick *tick,
                               double *products)
{
    const int64_t square = kernel->depth * kernel->depth;
    double *tables;
    RG_TRY(rg_alloc(&tables, (size_t)(N_ENDS * n * square), sizeof *tables));
    enum rg_status status = RG_OK;
    for (int end = 0; end < N_ENDS && status == RG_OK; end++)
        status = tabulate_end(kernel, (enum end)end, weights, n, others, tick,
                              tables + end * n * square);
    for (int i = 0; i < n; i++)
        products[i] = contract(kernel->depth, tables + i * square,
                               tables + ((int64_t)OUTPUT * n + i) * square);
    rg_free(&tables);
    return status;
}

/* ---- life, distance ------------------------------------------------------------------------------ */

static enum rg_status fill(struct rg_linear_kernel *kernel, const struct rg_matrix *weights)
{
    RG_TRY(rg_alloc(&kernel->start, (size_t)kernel->depth, sizeof *kernel->start));
    for (int64_t l = 0; l < kernel->depth; l++)
        RG_TRY(rg_algebra_clone(&weights[l], &kernel->start[l]));
    const struct rg_matrix *const itself[] = {kernel->start};
    return multiply(kernel, kernel->start, 1, itself, NULL, &kernel->square);
}

enum rg_status rg_linear_kernel_create(int64_t depth, const struct rg_matrix *weights,
                                       const double *variances, const struct rg_matrix *lenders,
                                       struct rg_linear_kernel **out)
{
    struct rg_linear_kernel *kernel;
    RG_TRY(rg_alloc(&kernel, 1, sizeof *kernel));
    *out = kernel;
    kernel->depth = depth;
    kernel->variances = variances;
    kernel->lenders = lenders;
    RG_TRY(fill(kernel, weights));
    return RG_OK;
}

void rg_linear_kernel_destroy(struct rg_linear_kernel **out)
{
    struct rg_linear_kernel *kernel = *out;
    if (!kernel)
        return;
    for (int64_t l = 0; kernel->start && l < kernel->depth; l++)
        rg_matrix_free(&kernel->start[l]);
    rg_free(&kernel->start);
    rg_free(out);
}

enum rg_status rg_linear_kernel_distance(const struct rg_linear_kernel *kernel,
                                         const struct rg_matrix *weights,
                                         const struct rg_tick *tick, double *distance)
{
    const struct rg_matrix *const others[] = {weights, kernel->start};
    double products[2];
    RG_TRY(multiply(kernel, weights, 2, others, tick, products));
    /* as a ratio of ratios: the start itself is at exactly 0, and no product overflows */
    const double along = products[1] / kernel->square, square = products[0] / kernel->square;
    *distance = fmax(0, 1 - along / sqrt(square));
    return RG_OK;
}
