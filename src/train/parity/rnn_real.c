/* Forward and backward pass of the recurrent network on the prefix tree of a batch (van Rossem and
 * Saxe 2025, section 3). One state per distinct prefix; the children of a node share W_h h, so the
 * products go over the internal nodes alone:
 *   h_child = act(W_h h_node + table[symbol])
 *   sums_node = sum over children of dz_child,  dz_node = act'(h_node) (W_h^T sums_node + W_out^T dy)
 *   dW_h = sum over nodes of sums_node h_node^T, the gradients of W_in and the biases sums of dz.
 * Padding stays 0 throughout: its weights are 0, and act(0) = 0.                                      */
#include "train/num/dense.h"

#include <string.h>

#include "train/num/elementary.h"
#include "train/parity/rnn.h"

static const real *vector(const struct rg_rnn *rnn, const void *matrix, int64_t i)
{
    return (const real *)matrix + i * rnn->stride;
}

static real *vector_of(const struct rg_rnn *rnn, void *matrix, int64_t i)
{
    return (real *)matrix + i * rnn->stride;
}

/* The register of vector i that begins with element `at`. */
static const whole *whole_at(const struct rg_rnn *rnn, const void *matrix, int64_t i, int64_t at)
{
    return (const whole *)(vector(rnn, matrix, i) + at);
}

static whole *whole_of(const struct rg_rnn *rnn, void *matrix, int64_t i, int64_t at)
{
    return (whole *)(vector_of(rnn, matrix, i) + at);
}

static const real *parameter(const struct rg_rnn *rnn, enum rg_tensor_name tensor)
{
    return (const real *)rnn->parameters + rnn->offset[tensor];
}

static real *gradient_of(const struct rg_rnn *rnn, enum rg_tensor_name tensor)
{
    return (real *)rnn->gradient + rnn->offset[tensor];
}

/* ---- activations -------------------------------------------------------------------------------- */

/* The comparison is written so that NaN stays NaN. */
RG_INLINE whole act(int64_t activation, whole z)
{
    const mask negative = 0 > z;
    if (activation != RG_TANH)
        return (whole)((mask)z & ~negative);
    real h[WHOLE];
    memcpy(h, &z, sizeof h);
#pragma omp simd
    for (int i = 0; i < WHOLE; i++)
        h[i] = rg_tanh(h[i]);
    memcpy(&z, h, sizeof h);
    return z;
}

/* act'(h) dh */
RG_INLINE whole act_back(int64_t activation, whole h, whole dh)
{
    const mask positive = h > 0;
    return activation == RG_TANH ? dh * (1 - h * h) : (whole)((mask)dh & positive);
}

/* f(h), what the readout sees of a state; df/dh is taken to be 1. */
RG_INLINE whole seen(int64_t activation, whole h)
{
    if (activation != RG_DISCONTINUITY)
        return h;
    const mask positive = h > 0;
    const whole jumped = h + 1;
    return (whole)(((mask)jumped & positive) | ((mask)h & ~positive));
}

/* ---- derived from the parameters ------------------------------------------------------------------ */

static void refresh(struct rg_rnn *rnn)
{
    const int64_t stride = rnn->stride;
    const real *restrict w_in = parameter(rnn, RG_W_IN);
    const real *restrict b_in = parameter(rnn, RG_B_IN);
    const real *restrict b_h = parameter(rnn, RG_B_H);
    real *restrict table = rnn->table;
    for (int64_t symbol = 0; symbol < rnn->n_symbols; symbol++)
        for (int64_t i = 0; i < stride; i++)
            table[symbol * stride + i] = w_in[symbol * stride + i] + b_in[i] + b_h[i];
    rg_transpose(rnn->hidden, rnn->hidden, stride, stride, parameter(rnn, RG_W_H),
                 rnn->w_h_transposed);
}

/* ---- forward ---------------------------------------------------------------------------------------- */

static void start(const struct rg_rnn *rnn, int64_t n, void *h)
{
    memset(h, 0, (size_t)(n * rnn->stride) * sizeof(real));
    for (int64_t i = 0; i < n; i++)
        for (int64_t unit = 0; unit < rnn->hidden; unit++)
            vector_of(rnn, h, i)[unit] = 1;
}

static void multiply(const struct rg_rnn *rnn, int64_t n, const void *w, const void *h, void *z)
{
    rnn->gemm->product(&(struct rg_product){.n = rnn->hidden,
                                            .n_vectors = n,
                                            .depth = rnn->hidden,
                                            .a = w,
                                            .b = h,
                                            .c = z,
                                            .stride = rnn->stride,
                                            .b_vector = rnn->stride,
                                            .b_term = 1});
}

static int64_t block_end(int64_t first, int64_t end)
{
    return first + RG_GEMM_WIDTH < end ? first + RG_GEMM_WIDTH : end;
}

/* out = act(z + bias) */
RG_INLINE void activate(const struct rg_rnn *rnn, const whole *z, const whole *bias, whole *out)
{
    const int64_t n = rnn->stride / WHOLE, activation = rnn->activation;
    for (int64_t i = 0; i < n; i++)
        out[i] = act(activation, z[i] + bias[i]);
}

/* States of the children of n <= RG_GEMM_WIDTH nodes; child[n][n_symbols] are their places in children, NULL:
 * one after the other.                                                                             */
static void grow(const struct rg_rnn *rnn, int64_t n, const void *parents, const int32_t *child,
                 void *children)
{
    const int64_t n_symbols = rnn->n_symbols;
    multiply(rnn, n, parameter(rnn, RG_W_H), parents, rnn->z);
    for (int64_t i = 0; i < n; i++)
        for (int64_t symbol = 0; symbol < n_symbols; symbol++) {
            const int64_t edge = n_symbols * i + symbol, place = child ? child[edge] : edge;
            if (place >= 0)
                activate(rnn, whole_at(rnn, rnn->z, i, 0), whole_at(rnn, rnn->table, symbol, 0),
                         whole_of(rnn, children, place, 0));
        }
}

static void forward(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass)
{
    start(rnn, 1, pass->h);
    for (int d = 0; d < trie->depth; d++)
        for (int64_t first = trie->first[d], end; first < trie->first[d + 1]; first = end) {
            end = block_end(first, trie->first[d + 1]);
            grow(rnn, end - first, vector(rnn, pass->h, first),
                 trie->child + first * rnn->n_symbols, pass->h);
        }
}

/* Sum of a[i] where b[i] > 0: what the jumps add to a product. */
static real sum_positive(int64_t n, const real *restrict a, const real *restrict b)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += b[i] > 0 ? a[i] : 0;
    return sum;
}

static void read_out(const struct rg_rnn *rnn, const real *h, real y[2])
{
    const real *w = parameter(rnn, RG_W_OUT), *b = parameter(rnn, RG_B_OUT);
    for (int o = 0; o < 2; o++) {
        y[o] = rg_dot(rnn->stride, vector(rnn, w, o), h) + b[o];
        if (rnn->activation == RG_DISCONTINUITY)
            y[o] += sum_positive(rnn->stride, vector(rnn, w, o), h);
    }
}

/* -log softmax(y)[target]; of two classes only the margin between them counts. The outputs give way to the
 * gradients of the mean.                                                                            */
static double cross_entropy(int64_t n, const uint8_t *restrict targets, real *restrict y)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) {
        const real difference = y[2 * i + 1] - y[2 * i];
        const real margin = targets[i] ? difference : -difference;
        const real e = rg_exp(margin > 0 ? -margin : margin);
        const real wrong = (margin > 0 ? e : 1) / (1 + e); /* probability of the other class */
        const real slope = (targets[i] ? wrong : -wrong) / (real)n;
        sum += (double)(rg_log1p(e) + (margin > 0 ? 0 : -margin));
        y[2 * i] = slope;
        y[2 * i + 1] = -slope;
    }
    return sum / (double)n;
}

/* Mean over the two outputs of the squared error to a one-hot target. */
static double mean_square(int64_t n, const uint8_t *restrict targets, real *restrict y)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) {
        const real e0 = y[2 * i] - (real)(targets[i] == 0),
                   e1 = y[2 * i + 1] - (real)(targets[i] == 1);
        sum += (double)(e0 * e0 + e1 * e1);
        y[2 * i] = e0 / (real)n;
        y[2 * i + 1] = e1 / (real)n;
    }
    return sum / 2 / (double)n;
}

static double readout(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass)
{
    for (int64_t i = 0; i < trie->n_strings; i++)
        read_out(rnn, vector(rnn, pass->h, trie->end[i]), (real *)pass->dy + 2 * i);
    return (rnn->loss == RG_MSE ? mean_square : cross_entropy)(trie->n_strings, pass->targets,
                                                               pass->dy);
}

/* ---- backward --------------------------------------------------------------------------------------- */

/* Registers at one place of many vectors: the readout's weights there, and the gradients that are summed up. */
struct column {
    whole w_out[2], dw_out[2], dw_in[RG_SYMBOLS_MAX];
};

RG_INLINE void column_load(const struct rg_rnn *rnn, int64_t n_symbols, int64_t at,
                           struct column *column)
{
    for (int k = 0; k < 2; k++) {
        column->w_out[k] = *whole_at(rnn, parameter(rnn, RG_W_OUT), k, at);
        column->dw_out[k] = *whole_at(rnn, gradient_of(rnn, RG_W_OUT), k, at);
    }
    for (int64_t k = 0; k < n_symbols; k++)
        column->dw_in[k] = *whole_at(rnn, gradient_of(rnn, RG_W_IN), k, at);
}

RG_INLINE void column_store(const struct rg_rnn *rnn, int64_t n_symbols, int64_t at,
                            const struct column *column)
{
    for (int k = 0; k < 2; k++)
        *whole_of(rnn, gradient_of(rnn, RG_W_OUT), k, at) = column->dw_out[k];
    for (int64_t k = 0; k < n_symbols; k++)
        *whole_of(rnn, gradient_of(rnn, RG_W_IN), k, at) = column->dw_in[k];
}

/* W_out^T dy of a string that ends in state h. */
RG_INLINE whole from_readout(const struct rg_rnn *rnn, const struct rg_pass *pass, int64_t string,
                             whole h, struct column *column)
{
    const real *dy = (const real *)pass->dy + 2 * string;
    const whole f = seen(rnn->activation, h);
    column->dw_out[0] += dy[0] * f;
    column->dw_out[1] += dy[1] * f;
    return dy[0] * column->w_out[0] + dy[1] * column->w_out[1];
}

/* dz of a node's child, which is stored for internal nodes only. */
RG_INLINE whole child_slope(const struct rg_rnn *rnn, const struct rg_trie *trie,
                            const struct rg_pass *pass, int32_t child, int64_t at,
                            struct column *column)
{
    if (child < 0)
        return (whole){0};
    if (child < trie->n_internal)
        return *whole_at(rnn, pass->dz, child, at);
    const whole h = *whole_at(rnn, pass->h, child, at);
    return act_back(rnn->activation, h, from_readout(rnn, pass, trie->string_at[child], h, column));
}

/* Sums over the children of nodes; the sums over all nodes with one symbol are W_in's gradient. */
RG_INLINE void gather_symbols(const struct rg_rnn *rnn, int64_t n_symbols,
                              const struct rg_trie *trie, const struct rg_pass *pass, int64_t first,
                              int64_t end)
{
    for (int64_t at = 0; at < rnn->stride; at += WHOLE) {
        struct column column;
        column_load(rnn, n_symbols, at, &column);
        for (int64_t node = first; node < end; node++) {
            const int32_t *child = trie->child + node * n_symbols;
            whole sum = {0};
            for (int64_t symbol = 0; symbol < n_symbols; symbol++) {
                const whole dz = child_slope(rnn, trie, pass, child[symbol], at, &column);
                column.dw_in[symbol] += dz;
                sum = symbol > 0 ? sum + dz : dz;
            }
            *whole_of(rnn, pass->sums, node, at) = sum;
        }
        column_store(rnn, n_symbols, at, &column);
    }
}

static void gather(const struct rg_rnn *rnn, const struct rg_trie *trie, const struct rg_pass *pass,
                   int64_t first, int64_t end)
{
    if (rnn->n_symbols == 2)
        gather_symbols(rnn, 2, trie, pass, first, end);
    else
        gather_symbols(rnn, rnn->n_symbols, trie, pass, first, end);
}

/* dz = act'(h) (from_children + W_out^T dy) of nodes, where dz holds from_children. */
static void close_nodes(const struct rg_rnn *rnn, const struct rg_trie *trie,
                        const struct rg_pass *pass, int64_t first, int64_t end)
{
    for (int64_t at = 0; at < rnn->stride; at += WHOLE) {
        struct column column;
        column_load(rnn, 0, at, &column);
        for (int64_t node = first; node < end; node++) {
            const int64_t string = trie->string_at[node];
            const whole h = *whole_at(rnn, pass->h, node, at);
            whole *dz = whole_of(rnn, pass->dz, node, at);
            if (string >= 0)
                *dz += from_readout(rnn, pass, string, h, &column);
            *dz = act_back(rnn->activation, h, *dz);
        }
        column_store(rnn, 0, at, &column);
    }
}

static void backward_depth(const struct rg_rnn *rnn, const struct rg_trie *trie,
                           const struct rg_pass *pass, int depth)
{
    const int64_t end = trie->first[depth + 1];
    for (int64_t first = trie->first[depth], stop; first < end; first = stop) {
        stop = block_end(first, end);
        gather(rnn, trie, pass, first, stop);
        if (depth == 0)
            continue; /* h_0 is fixed */
        multiply(rnn, stop - first, rnn->w_h_transposed, vector(rnn, pass->sums, first),
                 vector_of(rnn, pass->dz, first));
        close_nodes(rnn, trie, pass, first, stop);
    }
}

/* dW_h as one product over all internal nodes. */
static void outer(const struct rg_rnn *rnn, const struct rg_trie *trie, const struct rg_pass *pass)
{
    rnn->gemm->product(&(struct rg_product){.n = rnn->hidden,
                                            .n_vectors = rnn->hidden,
                                            .depth = trie->n_internal,
                                            .a = pass->sums,
                                            .b = pass->h,
                                            .c = gradient_of(rnn, RG_W_H),
                                            .stride = rnn->stride,
                                            .b_vector = 1,
                                            .b_term = rnn->stride});
}

static void bias_back(const struct rg_rnn *rnn)
{
    const int64_t n = rnn->stride;
    const real *restrict dw = gradient_of(rnn, RG_W_IN);
    real *restrict db_in = gradient_of(rnn, RG_B_IN);
    real *restrict db_h = gradient_of(rnn, RG_B_H);
    for (int64_t unit = 0; unit < n; unit++) {
        real sum = dw[unit];
        for (int64_t symbol = 1; symbol < rnn->n_symbols; symbol++)
            sum += dw[symbol * n + unit];
        db_in[unit] = db_h[unit] = sum;
    }
}

static void backward(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass)
{
    memset(gradient_of(rnn, RG_W_IN), 0, (size_t)(rnn->n_symbols * rnn->stride) * sizeof(real));
    memset(gradient_of(rnn, RG_W_OUT), 0, (size_t)(2 * rnn->stride) * sizeof(real));
    memset(gradient_of(rnn, RG_B_OUT), 0, 2 * sizeof(real));
    for (int64_t i = 0; i < 2 * trie->n_strings; i++)
        gradient_of(rnn, RG_B_OUT)[i % 2] += ((const real *)pass->dy)[i];
    for (int depth = trie->depth - 1; depth >= 0; depth--)
        backward_depth(rnn, trie, pass, depth);
    outer(rnn, trie, pass);
    bias_back(rnn);
}

/* ---- blocks of states, for the measures --------------------------------------------------------------- */

static void advance(const struct rg_rnn *rnn, int64_t n, const uint8_t *symbols, void *h)
{
    for (int64_t first = 0, end; first < n; first = end) {
        end = block_end(first, n);
        multiply(rnn, end - first, parameter(rnn, RG_W_H), vector(rnn, h, first), rnn->z);
        for (int64_t i = first; i < end; i++)
            activate(rnn, whole_at(rnn, rnn->z, i - first, 0),
                     whole_at(rnn, rnn->table, symbols[i], 0), whole_of(rnn, h, i, 0));
    }
}

static void expand(const struct rg_rnn *rnn, int64_t n, const void *parents, void *children)
{
    for (int64_t first = 0, end; first < n; first = end) {
        end = block_end(first, n);
        grow(rnn, end - first, vector(rnn, parents, first), NULL,
             vector_of(rnn, children, rnn->n_symbols * first));
    }
}

static void outputs(const struct rg_rnn *rnn, int64_t n, const void *h, double *y)
{
    for (int64_t i = 0; i < n; i++) {
        real pair[2];
        read_out(rnn, vector(rnn, h, i), pair);
        y[2 * i] = (double)pair[0];
        y[2 * i + 1] = (double)pair[1];
    }
}

const struct rg_rnn_kernels RG_KERNEL(rg_rnn) = {refresh, forward, readout, backward,
                                                 start,   advance, expand,  outputs};
