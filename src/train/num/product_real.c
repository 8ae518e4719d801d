/* Small products by LIBXSMM's run-time kernels. These transpose b but not a, which is turned round first: 2 to
 * 10 % of the product's time for sizes of 128 to 16.                                                 */
#include "train/num/product.h"

#include <stddef.h>

#include "train/num/dense.h"
#include "train/num/xsmm.h"

#ifdef RG_HAVE_LIBXSMM
/* Beyond, matrices leave the second cache, and packing them pays. */
enum { VOLUME = 256 * 256 * 256 };

static enum rg_status prepare(struct rg_product_shape *shape)
{
    const int rows = (int)shape->rows, cols = (int)shape->cols, depth = (int)shape->depth;
    const int lead_b = shape->transposes_b ? cols : depth;
    const real one = 1, beta = shape->adds ? 1 : 0;
    const int flags = shape->transposes_b ? LIBXSMM_GEMM_FLAG_TRANS_B : LIBXSMM_GEMM_FLAG_NONE;
    const int prefetch = LIBXSMM_PREFETCH_NONE;
    shape->kernel = NULL;
    if (shape->rows * shape->cols * shape->depth > VOLUME)
        return RG_OK;
    rg_xsmm_start();
    shape->kernel = (void (*)(void))XSMM(dispatch)(rows, cols, depth, &rows, &lead_b, &rows, &one,
                                                   &beta, &flags, &prefetch);
    return rg_xsmm_check(shape->kernel, rows, cols, depth);
}

static void multiply(const struct rg_product_shape *shape, const void *a, const void *b, void *c,
                     void *spare)
{
    if (shape->transposes_a)
        rg_transpose(shape->rows, shape->depth, shape->depth, shape->rows, a, spare);
    ((XSMM(function))shape->kernel)(shape->transposes_a ? spare : a, b, c);
}
#else
static enum rg_status prepare(struct rg_product_shape *shape)
{
    shape->kernel = NULL;
    return RG_OK;
}

static void (*const multiply)(const struct rg_product_shape *, const void *, const void *, void *,
                              void *) = NULL;
#endif

const struct rg_product_kernels RG_KERNEL(rg_product_kernels) = {prepare, multiply};
