/* Small matrix products: LIBXSMM's run-time kernels, one for every width, or CBLAS where there are
 * none. Kernels are kept until the process ends, 10 kB each: all sizes to 1024 in both precisions take 1 GB,
 * and fit LIBXSMM's table.                                                                          */
#include "train/num/gemm.h"

#include <cblas.h>

#include "train/num/real.h"
#include "train/num/xsmm.h"

#ifdef RG_HAVE_LIBXSMM
static enum rg_status make_multiply(struct rg_gemm_shape *shape, int width)
{
    const int n = (int)shape->n, stride = (int)shape->stride;
    const real one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_PREFETCH_NONE;
    shape->multiply[width] = (void (*)(void))XSMM(dispatch)(
        stride, width, n, &stride, &stride, &stride, &one, &zero, &flags, &prefetch);
    return rg_xsmm_check(shape->multiply[width], stride, width, n);
}

static enum rg_status make_outer(struct rg_gemm_shape *shape)
{
    const int n = (int)shape->n, stride = (int)shape->stride;
    const int step = (int)sizeof(real) * RG_GEMM_DEPTH * stride;
    const real one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_TRANS_B, prefetch = LIBXSMM_PREFETCH_NONE;
    shape->outer = (void (*)(void))XSMM(dispatch_reducebatch_strd)(stride, n, RG_GEMM_DEPTH, step,
                                                                   step, &stride, &stride, &stride,
                                                                   &one, &zero, &flags, &prefetch);
    return rg_xsmm_check(shape->outer, stride, n, RG_GEMM_DEPTH);
}

static enum rg_status make_kernels(struct rg_gemm_shape *shape, int widest)
{
    rg_xsmm_start();
    for (int width = 1; width <= widest; width++)
        RG_TRY(make_multiply(shape, width));
    return make_outer(shape);
}

static void call_multiply(void (*kernel)(void), const real *a, const real *b, real *c)
{
    ((XSMM(function))kernel)(a, b, c);
}

static void call_outer(void (*kernel)(void), int64_t n_vectors, const real *a, const real *b,
                       real *c)
{
    const unsigned long long n_steps = (unsigned long long)(n_vectors / RG_GEMM_DEPTH);
    ((XSMM(function_reducebatch_strd))kernel)(a, b, c, &n_steps);
}
#else
static enum rg_status make_kernels(struct rg_gemm_shape *shape, int widest)
{
    (void)shape;
    (void)widest;
    return RG_OK;
}
#endif

static enum rg_status prepare(int64_t n, int64_t stride, int widest, struct rg_gemm_shape *shape)
{
    *shape = (struct rg_gemm_shape){.n = n, .stride = stride};
    RG_TRY(make_kernels(shape, widest));
    return RG_OK;
}

static void multiply(const struct rg_gemm_shape *shape, int64_t n_vectors, const void *a,
                     const void *b, void *c)
{
#ifdef RG_HAVE_LIBXSMM
    if (shape->multiply[n_vectors]) {
        call_multiply(shape->multiply[n_vectors], a, b, c);
        return;
    }
#endif
    const int n = (int)shape->n, stride = (int)shape->stride;
    BLAS(gemm)
    (CblasColMajor, CblasNoTrans, CblasNoTrans, stride, (int)n_vectors, n, 1, a, stride, b, stride,
     0, c, stride);
}

static void outer(const struct rg_gemm_shape *shape, int64_t n_vectors, const void *a,
                  const void *b, void *c)
{
#ifdef RG_HAVE_LIBXSMM
    if (shape->outer) {
        call_outer(shape->outer, n_vectors, a, b, c);
        return;
    }
#endif
    const int n = (int)shape->n, stride = (int)shape->stride;
    BLAS(gemm)
    (CblasColMajor, CblasNoTrans, CblasTrans, stride, n, (int)n_vectors, 1, a, stride, b, stride, 0,
     c, stride);
}

const struct rg_gemm RG_KERNEL(rg_gemm) = {prepare, multiply, outer};
