/* Plain stochastic gradient descent over one block of parameters. */
#include "train/num/sgd.h"

#include "train/num/real.h"

static void descend(int64_t n, double rate, const void *gradient, void *weights)
{
    const real *restrict g = gradient;
    real *restrict w = weights;
    const real step = (real)rate;
#pragma omp simd
    for (int64_t i = 0; i < n; i++)
        w[i] -= step * g[i];
}

const struct rg_sgd RG_KERNEL(rg_sgd) = {descend};
