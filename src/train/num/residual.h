/* What a linear map still misses, and how much that costs, in one pass over the elements. */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

/* Arrays of the kernel's number type. */
struct rg_residual_terms {
    const void *goal, *variance, *best, *map;
    void *slope;
    double rate;
};

struct rg_residual {
    /* slope[i] = rate e[i], e[i] = goal[i] - variance[i] map[i]; returns the sum of e[i] (best[i] - map[i]),
     * in double. i < n.                                                                             */
    double (*take)(int64_t n, const struct rg_residual_terms *terms);
};

RG_KERNEL_DECLARE(struct rg_residual, rg_residual);
