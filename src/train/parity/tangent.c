/* Plain back-propagation through time of all strings side by side: column 2 i + o of every array belongs
 * to output o of string i. It leaves the inputs and the deltas of each step, from which any parameter's
 * gradient is a sum over steps of one delta times one input: memory grows with the units and not with
 * the parameters, and products of gradients are sums over pairs of steps of a product of deltas times one
 * of inputs. The strings end together; before a string begins it has no symbol, its state h_0 and
 * its delta 0.                                                                                      */
#include "train/parity/tangent.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/num/rows.h"
#include "train/parity/strings.h"

enum { N = RG_N_GRADIENTS, STEPS = RG_PROBE_LENGTH, READOUT = STEPS, N_BIASES = 2 };

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static const struct rg_rows_kernels *const rows[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rows_kernels);

struct rg_tangent {
    const struct rg_parity *net;
    const struct rg_gemm *gemm;
    const struct rg_rows_kernels *rows;
    int64_t n_symbols, hidden;
    int64_t ones,
        n_inputs; /* of a step: the states before it, its symbols (one-hot), from `ones` on 1s */
    const double *parameters;
    double *inputs;       /* [STEPS + 1][n_inputs][N], the last those of the readout */
    double *deltas;       /* [STEPS + 1][hidden + 1][N] likewise, of which the readout uses two */
    double *back;         /* [hidden][N] gradients with respect to the states after a step */
    double *products[2];  /* [N][N] of deltas, and of inputs, of two steps */
    int width[STEPS + 1]; /* columns up to the last string that has begun */
};

static double *input(const struct rg_tangent *t, int step, int64_t i)
{
    return t->inputs + (step * t->n_inputs + i) * N;
}

static double *delta(const struct rg_tangent *t, int step, int64_t i)
{
    return t->deltas + (step * (t->hidden + 1) + i) * N;
}

static const double *tensor(const struct rg_tangent *t, enum rg_tensor_name name)
{
    return t->parameters + rg_parity_tensor(t->net, name)->offset;
}

/* ---- what does not depend on the parameters -------------------------------------------------------- */

static void load_symbols(struct rg_tangent *t, const int *lengths, const uint32_t *codes)
{
    for (int column = 0; column < N; column++) {
        const int length = lengths[column / 2];
        uint8_t symbols[STEPS];
        rg_string_symbols(t->n_symbols, length, codes[column / 2], symbols);
        for (int i = 0; i < length; i++) {
            input(t, STEPS - length + i, t->hidden + symbols[i])[column] = 1;
            t->width[STEPS - length + i] = column + 1;
        }
    }
}

static void load_constants(const struct rg_tangent *t)
{
    for (int column = 0; column < N; column++) {
        for (int64_t i = 0; i < t->hidden; i++)
            input(t, 0, i)[column] = 1; /* h_0 */
        for (int step = 0; step <= STEPS; step++)
            for (int bias = 0; bias < (step == READOUT ? 1 : N_BIASES); bias++)
                input(t, step, t->ones + bias)[column] = 1;
        delta(t, READOUT, column % 2)[column] = 1;
    }
}

enum rg_status rg_tangent_create(const struct rg_parity *net, const int lengths[RG_N_PROBES],
                                 const uint32_t codes[RG_N_PROBES], struct rg_tangent **tangent)
{
    const size_t hidden = (size_t)rg_parity_settings(net)->hidden;
    RG_TRY(rg_alloc(tangent, 1, sizeof **tangent));
    struct rg_tangent *t = *tangent;
    t->net = net;
    t->n_symbols = rg_parity_settings(net)->n_symbols;
    t->hidden = (int64_t)hidden;
    t->ones = t->hidden + t->n_symbols;
    t->n_inputs = t->ones + N_BIASES;
    t->gemm = gemms[1][rg_isa()];
    t->rows = rows[1][rg_isa()];
    RG_TRY(rg_alloc(&t->inputs, (STEPS + 1) * (size_t)t->n_inputs * N, sizeof *t->inputs));
    RG_TRY(rg_alloc(&t->deltas, (STEPS + 1) * (hidden + 1) * N, sizeof *t->deltas));
    RG_TRY(rg_alloc(&t->back, hidden * N, sizeof *t->back));
    for (int i = 0; i < 2; i++)
        RG_TRY(rg_alloc(&t->products[i], N * N, sizeof **t->products));
    load_symbols(t, lengths, codes);
    t->width[READOUT] = N;
    load_constants(t);
    return RG_OK;
}

void rg_tangent_destroy(struct rg_tangent **tangent)
{
    if (!*tangent)
        return;
    rg_free(&(*tangent)->inputs);
    rg_free(&(*tangent)->deltas);
    rg_free(&(*tangent)->back);
    rg_free(&(*tangent)->products[0]);
    rg_free(&(*tangent)->products[1]);
    rg_free(tangent);
}

size_t rg_tangent_memory(int64_t n_symbols, int64_t hidden)
{
    const size_t n = (size_t)hidden;
    return sizeof(double) * N *
           ((STEPS + 1) * (2 * n + (size_t)n_symbols + N_BIASES + 1) + n + 2 * N);
}

/* ---- forward and backward -------------------------------------------------------------------------- */

static bool is_running(const struct rg_tangent *t, int step, int column)
{
    for (int64_t i = t->hidden; i < t->ones; i++)
        if (input(t, step, i)[column] > 0)
            return true;
    return false;
}

static void activate(const struct rg_tangent *t, int step, double *z)
{
    const bool is_tanh = rg_parity_settings(t->net)->activation == RG_TANH;
    for (int column = 0; column < N; column++) {
        const double h = is_tanh ? tanh(z[column]) : fmax(z[column], 0);
        z[column] = is_running(t, step, column) ? h : 1;
    }
}

/* The readout's inputs, h of the last step, become f(h): what is above 0 stays there, so that the slopes of
 * the step can still be told from them.                                                             */
static void jump(const struct rg_tangent *t)
{
    if (rg_parity_settings(t->net)->activation != RG_DISCONTINUITY)
        return;
    for (int64_t i = 0; i < t->hidden; i++)
        for (int column = 0; column < N; column++)
            input(t, READOUT, i)[column] += input(t, READOUT, i)[column] > 0;
}

static void step_on(const struct rg_tangent *t, int step)
{
    const int64_t n = t->hidden;
    const double *w_in = tensor(t, RG_W_IN);
    const double *b_in = tensor(t, RG_B_IN), *b_h = tensor(t, RG_B_H);
    for (int64_t i = 0; i < n; i++) {
        double *z = input(t, step + 1, i);
        for (int column = 0; column < N; column++)
            z[column] = b_in[i] + b_h[i];
        for (int64_t symbol = 0; symbol < t->n_symbols; symbol++)
            t->rows->add(N, w_in[t->n_symbols * i + symbol], input(t, step, n + symbol), z);
    }
    t->gemm->product(&(struct rg_product){.n = N,
                                          .n_vectors = n,
                                          .depth = n,
                                          .a = input(t, step, 0),
                                          .b = tensor(t, RG_W_H),
                                          .c = input(t, step + 1, 0),
                                          .stride = N,
                                          .b_vector = n,
                                          .b_term = 1,
                                          .adds = true});
    for (int64_t i = 0; i < n; i++)
        activate(t, step, input(t, step + 1, i));
}

static void close_unit(const struct rg_tangent *t, int step, int64_t i)
{
    const bool is_tanh = rg_parity_settings(t->net)->activation == RG_TANH;
    const double *after = input(t, step + 1, i), *back = t->back + i * N;
    double *dz = delta(t, step, i);
    for (int column = 0; column < N; column++) {
        const double h = after[column], slope = is_tanh ? 1 - h * h : h > 0;
        dz[column] = is_running(t, step, column) ? back[column] * slope : 0;
    }
}

static void step_back(const struct rg_tangent *t, int step)
{
    const int64_t n = t->hidden;
    for (int64_t i = 0; i < n; i++)
        close_unit(t, step, i);
    t->gemm->product(&(struct rg_product){.n = N,
                                          .n_vectors = n,
                                          .depth = n,
                                          .a = delta(t, step, 0),
                                          .b = tensor(t, RG_W_H),
                                          .c = t->back,
                                          .stride = N,
                                          .b_vector = 1,
                                          .b_term = n});
}

static void start_back(const struct rg_tangent *t)
{
    const double *w_out = tensor(t, RG_W_OUT);
    for (int64_t i = 0; i < t->hidden; i++)
        for (int column = 0; column < N; column++)
            t->back[i * N + column] = w_out[column % 2 * t->hidden + i];
}

enum rg_status rg_tangent_load(struct rg_tangent *t, const double *parameters,
                               const struct rg_tick *tick)
{
    t->parameters = parameters;
    for (int step = 0; step < STEPS; step++) {
        step_on(t, step);
        RG_TRY(rg_tick(tick));
    }
    jump(t);
    start_back(t);
    for (int step = STEPS - 1; step >= 0; step--) {
        step_back(t, step);
        RG_TRY(rg_tick(tick));
    }
    return RG_OK;
}

/* ---- products of gradients ------------------------------------------------------------------------- */

/* c[j][i] = sum over k < depth of a[k][i] b[k][j]. */
static void multiply(const struct rg_tangent *t, int n_a, int n_b, int64_t depth, const double *a,
                     const double *b, double *c)
{
    t->gemm->product(&(struct rg_product){.n = n_a,
                                          .n_vectors = n_b,
                                          .depth = depth,
                                          .a = a,
                                          .b = b,
                                          .c = c,
                                          .stride = N,
                                          .b_vector = 1,
                                          .b_term = N});
}

/* What step a of one string and step b of another have to do with each other, for all pairs of strings. */
static void add_steps(const struct rg_tangent *t, int a, int b, double *kernel)
{
    const int64_t n_deltas = a == READOUT ? 2 : t->hidden;
    multiply(t, t->width[a], t->width[b], n_deltas, delta(t, a, 0), delta(t, b, 0), t->products[0]);
    multiply(t, t->width[a], t->width[b], t->n_inputs, input(t, a, 0), input(t, b, 0),
             t->products[1]);
    for (int j = 0; j < t->width[b]; j++)
        t->rows->add_products(t->width[a], t->products[0] + j * N, t->products[1] + j * N,
                              kernel + j * N);
}

static void add_transpose(double *kernel)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++)
            kernel[i * N + j] = kernel[j * N + i] = kernel[i * N + j] + kernel[j * N + i];
}

enum rg_status rg_tangent_kernel(const struct rg_tangent *t, const struct rg_tick *tick,
                                 double *kernel)
{
    memset(kernel, 0, N * N * sizeof *kernel);
    for (int a = 0; a < STEPS; a++) {
        for (int b = 0; b < a; b++)
            add_steps(t, a, b, kernel);
        RG_TRY(rg_tick(tick));
    }
    add_transpose(kernel);
    for (int a = 0; a <= READOUT; a++)
        add_steps(t, a, a, kernel);
    return RG_OK;
}
