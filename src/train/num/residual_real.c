/* The slope of the squared error of a linear map, and the error itself. */
#include "train/num/residual.h"

#include "train/num/real.h"

static double take_column(int64_t n, real variance, real rate, const real *restrict goal,
                          const real *restrict map, real *restrict slope)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++) {
        const real e = goal[i] - variance * map[i];
        sum += (double)e * (double)e;
        slope[i] = rate * e;
    }
    return sum;
}

static double take(int64_t rows, int64_t cols, const struct rg_residual_terms *terms)
{
    const real *goal = terms->goal, *map = terms->map;
    real *slope = terms->slope;
    double sum = 0;
    for (int64_t c = 0; c < cols; c++) {
        const double variance = terms->variance[c];
        const int64_t at = c * rows;
        const double square =
            take_column(rows, (real)variance, (real)terms->rate, goal + at, map + at, slope + at);
        sum += variance > 0 ? square / variance : 0;
    }
    return sum;
}

const struct rg_residual RG_KERNEL(rg_residual) = {take};
