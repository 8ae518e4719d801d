/* The slope of the squared error of a linear map, and the error itself. */
#include "train/num/residual.h"

#include "train/num/real.h"

static double take(int64_t n, const struct rg_residual_terms *terms)
{
    const real *goal = terms->goal, *variance = terms->variance, *best = terms->best,
               *map = terms->map;
    real *slope = terms->slope;
    const real rate = (real)terms->rate;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) {
        const real e = goal[i] - variance[i] * map[i];
        sum += (double)e * ((double)best[i] - (double)map[i]);
        slope[i] = rate * e;
    }
    return sum;
}

const struct rg_residual RG_KERNEL(rg_residual) = {take};
