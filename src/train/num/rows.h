/* Comparing vectors that lie in rows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "train/num/isa.h"

enum { RG_NEAR_PAD = 64 }; /* points that may be read at a time */

struct rg_rows_kernels {
    /* Sum over i < n of a[i] b[i]. */
    double (*dot)(int64_t n, const void *a, const void *b);
    /* y[i] += a x[i], i < n. */
    void (*add)(int64_t n, double a, const void *x, void *y);
    /* y[i] += a[i] x[i], i < n. */
    void (*add_products)(int64_t n, const void *a, const void *x, void *y);
    /* Sum over i < n of (a[i] - b[i])^2, or some part of it that is no less than the limit. NaN if it is NaN. */
    double (*distance)(int64_t n, const void *a, const void *b, double limit);
    /* The first point from `first` on for which the sum over k < n_axes of (points[k][point] - place[k])^2 is below
     * the limit; n if there is none. points: [n_axes][stride], stride a multiple of RG_NEAR_PAD.         */
    int64_t (*near)(int64_t first, int64_t n, int64_t n_axes, int64_t stride, const void *points,
                    const void *place, double limit);
};

RG_KERNEL_DECLARE(struct rg_rows_kernels, rg_rows_kernels);
