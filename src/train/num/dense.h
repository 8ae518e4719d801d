/* Loops over vectors and matrices that several kernels share. For kernel files only.                  */
#pragma once

#include "train/num/vector.h"

/* Sum over i < n of a[i] b[i]. */
RG_INLINE real rg_dot(int64_t n, const real *restrict a, const real *restrict b)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* A few lines of a become as many neighbours in each line of out. */
RG_INLINE void rg_transpose_lines(int64_t n_rows, int64_t n_cols, int64_t stride,
                                  int64_t out_stride, const real *restrict a, real *restrict out)
{
    for (int64_t col = 0; col < n_cols; col++)
#pragma omp simd
        for (int64_t row = 0; row < n_rows; row++)
            out[col * out_stride + row] = a[row * stride + col];
}

/* out[col][row] = a[row][col], where a line of a begins after `stride` elements, one of out after out_stride. */
RG_INLINE void rg_transpose(int64_t n_rows, int64_t n_cols, int64_t stride, int64_t out_stride,
                            const real *a, real *out)
{
    enum { LINES = 8 }; /* so many neighbours are written as one register */
    int64_t row = 0;
    for (; row + LINES <= n_rows; row += LINES)
        rg_transpose_lines(LINES, n_cols, stride, out_stride, a + row * stride, out + row);
    rg_transpose_lines(n_rows - row, n_cols, stride, out_stride, a + row * stride, out + row);
}
