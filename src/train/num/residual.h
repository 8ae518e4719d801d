/* What a linear map still misses, and how much that costs, in one pass over the elements. */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

/* Arrays [cols][rows] of the kernel's number type; variance [cols]. */
struct rg_residual_terms {
    const void *goal, *map;
    void *slope;
    const double *variance;
    double rate;
};

struct rg_residual {
    /* slope = rate e with e = goal - variance[c] map in column c; returns the sum of e^2 / variance[c], in
     * double, over the columns with a variance above 0.                                             */
    double (*take)(int64_t rows, int64_t cols, const struct rg_residual_terms *terms);
};

RG_KERNEL_DECLARE(struct rg_residual, rg_residual);
