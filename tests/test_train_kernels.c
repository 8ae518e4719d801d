/* Kernels against naive loops, of every instruction set that this machine has: small matrix products; and
 * elementary functions.                                                                             */
#define RG_REAL double
#define RG_REAL_IS_double
#include "train/num/elementary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "test.h"
#include "train/num/gemm.h"

const char *const test_suite = "train_kernels";

enum { STRIDE = 112, DEPTH = 600, N_MAX = 100 };
static const double PRODUCT_TOLERANCE = 1e-15;  /* of a sum of n terms: times n^1.5 */
static const double FUNCTION_TOLERANCE = 1e-15; /* a few units in the last place */

static const struct rg_gemm *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);

/* ---- products: vectors as doubles, and as the kernel's numbers -------------------------------------- */

static double a[DEPTH * STRIDE], b[DEPTH * STRIDE], c[DEPTH * STRIDE], naive[DEPTH * STRIDE];

static void fill(double *vectors, int n_vectors, int length)
{
    for (int i = 0; i < n_vectors; i++)
        for (int k = 0; k < STRIDE; k++)
            vectors[i * STRIDE + k] = k < length ? (float)sin(1.7 * i + 0.3 * k + length) : 0;
}

static void naive_multiply(int n, int n_vectors)
{
    memset(naive, 0, sizeof naive);
    for (int i = 0; i < n_vectors; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < STRIDE; k++)
                naive[i * STRIDE + k] += a[j * STRIDE + k] * b[i * STRIDE + j];
}

static void naive_outer(int n, int n_vectors)
{
    memset(naive, 0, sizeof naive);
    for (int i = 0; i < n_vectors; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < STRIDE; k++)
                naive[j * STRIDE + k] += a[i * STRIDE + k] * b[i * STRIDE + j];
}

static double difference(int n_vectors, int n_terms)
{
    double worst = 0;
    for (int i = 0; i < n_vectors * STRIDE; i++)
        worst = test_worst(worst, fabs(c[i] - naive[i]));
    return worst / (n_terms * sqrt(n_terms));
}

static void narrow(const double *from, float *to)
{
    for (int i = 0; i < DEPTH * STRIDE; i++)
        to[i] = (float)from[i];
}

/* The kernel's product of a and b in c. */
static void run(int precision, int isa, bool outer, int n, int n_vectors)
{
    const struct rg_gemm *gemm = kernels[precision][isa];
    const size_t size = precision ? sizeof(double) : sizeof(float);
    void *x[3];
    for (int i = 0; i < 3; i++)
        TEST_OK(rg_alloc(&x[i], DEPTH * STRIDE, size));
    if (precision) {
        memcpy(x[0], a, sizeof a);
        memcpy(x[1], b, sizeof b);
    } else {
        narrow(a, x[0]);
        narrow(b, x[1]);
    }
    gemm->product(&(struct rg_product){.n = n,
                                       .n_vectors = outer ? n : n_vectors,
                                       .depth = outer ? n_vectors : n,
                                       .a = x[0],
                                       .b = x[1],
                                       .c = x[2],
                                       .stride = STRIDE,
                                       .b_vector = outer ? 1 : STRIDE,
                                       .b_term = outer ? STRIDE : 1});
    for (int i = 0; i < DEPTH * STRIDE; i++)
        c[i] = precision ? ((double *)x[2])[i] : (double)((float *)x[2])[i];
    for (int i = 0; i < 3; i++)
        rg_free(&x[i]);
}

static void check_products(int precision, int isa)
{
    static const int sizes[] = {1, 4, 7, 16, 24, 37, 64, 65, 100};
    static const int depths[] = {1, 5, 255, 256, 257, DEPTH};
    const double tolerance = precision ? PRODUCT_TOLERANCE : PRODUCT_TOLERANCE * 0x1p29;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int n = sizes[s];
        fill(a, DEPTH, n);
        fill(b, DEPTH, n);
        for (int width = 1; width <= 27; width++) {
            naive_multiply(n, width);
            run(precision, isa, false, n, width);
            CU_ASSERT(difference(width, n) < tolerance);
        }
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
            naive_outer(n, depths[d]);
            run(precision, isa, true, n, depths[d]);
            CU_ASSERT(difference(n, depths[d]) < tolerance);
        }
        a[0] += 1e-4; /* a fault that must show */
        run(precision, isa, true, n, 1);
        naive_outer(n, 1);
        a[0] -= 1e-4;
        naive[0] -= 1e-4 * b[0];
        CU_ASSERT(difference(n, 1) > tolerance);
    }
}

static void products(void)
{
    for (int precision = 0; precision < 2; precision++)
        for (int isa = 0; isa <= (int)rg_isa(); isa++)
            check_products(precision, isa);
}

/* A vector's product has the same bits in whatever company it is. */
static void bits_of_a_vector(void)
{
    static double alone[STRIDE];
    fill(a, DEPTH, N_MAX);
    fill(b, DEPTH, N_MAX);
    for (int precision = 0; precision < 2; precision++)
        for (int isa = 0; isa <= (int)rg_isa(); isa++) {
            run(precision, isa, false, N_MAX, 1);
            memcpy(alone, c, sizeof alone);
            for (int width = 2; width <= 30; width++) {
                run(precision, isa, false, N_MAX, width);
                CU_ASSERT(memcmp(alone, c, sizeof alone) == 0);
            }
        }
}

/* ---- functions -------------------------------------------------------------------------------------- */

static void exponential_and_logarithm(void)
{
    double worst = 0;
    for (double x = 1e-300; x < 700; x *= 1.01) {
        worst = test_worst(worst, fabs(rg_exp(-x) / exp(-x) - 1));
        if (x <= 1)
            worst = test_worst(worst, fabs(rg_log1p(x) / log1p(x) - 1));
    }
    CU_ASSERT(worst < FUNCTION_TOLERANCE);
    CU_ASSERT_EQUAL(rg_exp(0), 1);
    CU_ASSERT(rg_exp(-1e300) < 1e-300);
    CU_ASSERT(rg_exp(-INFINITY) < 1e-300);
    CU_ASSERT_EQUAL(rg_log1p(0), 0);
    CU_ASSERT(isnan(rg_exp(NAN)) && isnan(rg_log1p(NAN)));
}

static void hyperbolic_tangent(void)
{
    double worst = 0;
    for (double x = 1e-300; x < 30; x *= 1.01) {
        const double expected = tanh(x);
        worst = test_worst(worst, fabs(rg_tanh(x) / expected - 1));
        CU_ASSERT_EQUAL(rg_tanh(-x), -rg_tanh(x));
    }
    CU_ASSERT(worst < FUNCTION_TOLERANCE);
    CU_ASSERT_EQUAL(rg_tanh(0), 0);
    CU_ASSERT_EQUAL(rg_tanh(INFINITY), 1);
    CU_ASSERT_EQUAL(rg_tanh(-INFINITY), -1);
    CU_ASSERT(isnan(rg_tanh(NAN)));
}

const struct test_case test_cases[] = {
    {"products of every width", products},
    {"a vector's product has the same bits in any company", bits_of_a_vector},
    {"exp and log1p to a few units in the last place", exponential_and_logarithm},
    {"tanh to a few units in the last place", hyperbolic_tangent},
    {0},
};
