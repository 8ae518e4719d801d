/* Small matrix products: LIBXSMM's run-time kernels, one for every width, or CBLAS where there are
 * none. The kernels are made for this file's instruction set, so that the bits depend on it alone; one
 * that cannot be made is an error, for CBLAS has other bits. They are kept until the process ends, 10 kB
 * each: all sizes to 1024 in both precisions take 1 GB, and fit LIBXSMM's table.                      */
#include "train/num/gemm.h"

#include <cblas.h>
#include <inttypes.h>
#ifdef RG_HAVE_LIBXSMM
#include <libxsmm.h>
#endif

#include "train/num/real.h"

#ifdef RG_REAL_IS_double
#define XSMM(name) libxsmm_dmm##name
#define BLAS(name) cblas_d##name
#else
#define XSMM(name) libxsmm_smm##name
#define BLAS(name) cblas_s##name
#endif

#ifdef RG_HAVE_LIBXSMM
#define ARCHITECTURE_base   LIBXSMM_X86_SSE3
#define ARCHITECTURE_avx2   LIBXSMM_X86_AVX2
#define ARCHITECTURE_avx512 LIBXSMM_X86_AVX512_CORE
#define ARCHITECTURE_(isa)  ARCHITECTURE_##isa
#define ARCHITECTURE(isa)   ARCHITECTURE_(isa)

static enum rg_status check(const struct rg_gemm_shape *shape, void (*kernel)(void))
{
    RG_REQUIRE(kernel, RG_ERROR_SYSTEM,
               "LIBXSMM %s cannot make a kernel for matrices of size %" PRId64
               " (no memory left that may be executed?): with cmake -DREGIME_LIBXSMM=OFF the "
               "products go through CBLAS",
               LIBXSMM_CONFIG_VERSION, shape->n);
    return RG_OK;
}

static enum rg_status make_multiply(struct rg_gemm_shape *shape, int width)
{
    const int n = (int)shape->n, stride = (int)shape->stride;
    const real one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_PREFETCH_NONE;
    shape->multiply[width] = (void (*)(void))XSMM(dispatch)(
        stride, width, n, &stride, &stride, &stride, &one, &zero, &flags, &prefetch);
    return check(shape, shape->multiply[width]);
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
    return check(shape, shape->outer);
}

static enum rg_status make_kernels(struct rg_gemm_shape *shape, int widest)
{
    libxsmm_init();
#ifdef __x86_64__
    libxsmm_set_target_archid(ARCHITECTURE(RG_ISA));
#endif
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
