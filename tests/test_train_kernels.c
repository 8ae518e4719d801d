/* Kernels against naive loops: small matrix products through LIBXSMM and through CBLAS, tanh. */
#define RG_REAL double
#define RG_REAL_IS_double
#include "train/num/tanh.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regime/train.h"
#include "test.h"
#include "train/num/gemm.h"

const char *const test_suite = "train_kernels";

enum { N = 37, STRIDE = 48, DEPTH = 3 * RG_GEMM_DEPTH };
static const double PRODUCT_TOLERANCE = 1e-14; /* sums of N or DEPTH terms: n eps */
static const double TANH_TOLERANCE = 1e-15;    /* a few units in the last place */

static const struct rg_gemm *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static double a[DEPTH * STRIDE], b[DEPTH * STRIDE], c[RG_GEMM_WIDTH * STRIDE],
    naive[STRIDE * STRIDE];

static void fill(double *vectors, int n_vectors, int length)
{
    for (int i = 0; i < n_vectors; i++)
        for (int k = 0; k < STRIDE; k++)
            vectors[i * STRIDE + k] = k < length ? sin(1.7 * i + 0.3 * k + length) : 0;
}

static double difference(int n_vectors)
{
    double worst = 0;
    for (int i = 0; i < n_vectors * STRIDE; i++)
        worst = test_worst(worst, fabs(c[i] - naive[i]));
    return worst / N;
}

static void naive_multiply(int n_vectors)
{
    for (int i = 0; i < n_vectors; i++)
        for (int k = 0; k < STRIDE; k++) {
            naive[i * STRIDE + k] = 0;
            for (int j = 0; j < N; j++)
                naive[i * STRIDE + k] += a[j * STRIDE + k] * b[i * STRIDE + j];
        }
}

static void naive_outer(int n_vectors)
{
    for (int j = 0; j < N; j++)
        for (int k = 0; k < STRIDE; k++) {
            naive[j * STRIDE + k] = 0;
            for (int i = 0; i < n_vectors; i++)
                naive[j * STRIDE + k] += a[i * STRIDE + k] * b[i * STRIDE + j];
        }
}

static void check_products(const struct rg_gemm *gemm, const struct rg_gemm_shape *shape)
{
    fill(a, DEPTH, N);
    fill(b, DEPTH, N);
    for (int width = 1; width <= RG_GEMM_WIDTH; width++) {
        naive_multiply(width);
        gemm->multiply(shape, width, a, b, c);
        CU_ASSERT(difference(width) < PRODUCT_TOLERANCE);
    }
    for (int depth = RG_GEMM_DEPTH; depth <= DEPTH; depth += RG_GEMM_DEPTH) {
        naive_outer(depth);
        gemm->outer(shape, depth, a, b, c);
        CU_ASSERT(difference(N) < PRODUCT_TOLERANCE);
    }
    a[5] += 1e-9; /* a fault that must show */
    gemm->outer(shape, DEPTH, a, b, c);
    CU_ASSERT(difference(N) > PRODUCT_TOLERANCE);
}

static void products(void)
{
    const struct rg_gemm *gemm = kernels[1][rg_isa()];
    struct rg_gemm_shape shape;
    TEST_OK(gemm->prepare(N, STRIDE, RG_GEMM_WIDTH, &shape));
    check_products(gemm, &shape);
    shape = (struct rg_gemm_shape){.n = N, .stride = STRIDE}; /* no kernels: CBLAS */
    check_products(gemm, &shape);
}

/* Falling back to CBLAS would change bits in silence. */
static void an_impossible_kernel_is_an_error(void)
{
    struct rg_gemm_shape shape;
    const struct rg_model model = {.libraries = RG_SMALL_GEMM};
    if (!strstr(rg_arithmetic(&model), "libxsmm")) {
        puts(" built without LIBXSMM ...");
        return;
    }
    const struct rg_gemm *gemm = kernels[1][rg_isa()];
    CU_ASSERT_EQUAL(gemm->prepare(STRIDE + 1, STRIDE, 0, &shape), RG_ERROR_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), "16 x 49"));
    rg_error_clear();
}

static void hyperbolic_tangent(void)
{
    double worst = 0;
    for (double x = 1e-300; x < 30; x *= 1.01) {
        const double expected = tanh(x);
        worst = test_worst(worst, fabs(rg_tanh(x) / expected - 1));
        CU_ASSERT_EQUAL(rg_tanh(-x), -rg_tanh(x));
    }
    CU_ASSERT(worst < TANH_TOLERANCE);
    CU_ASSERT_EQUAL(rg_tanh(0), 0);
    CU_ASSERT_EQUAL(rg_tanh(INFINITY), 1);
    CU_ASSERT_EQUAL(rg_tanh(-INFINITY), -1);
    CU_ASSERT(isnan(rg_tanh(NAN)));
}

const struct test_case test_cases[] = {
    {"products of every width, LIBXSMM and CBLAS", products},
    {"a kernel that cannot be made is an error", an_impossible_kernel_is_an_error},
    {"tanh to a few units in the last place", hyperbolic_tangent},
    {0},
};
