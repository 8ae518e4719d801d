/* What a linear map still misses, and how much that costs, in one pass over the elements. */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

/* Arrays of the kernel's number type. product may be slope. */
struct rg_residual_terms {
    const void *goal, *product, *best, *map;
    void *slope;
    double factor, rate;
};

struct rg_residual {
    /* slope[i] = rate e[i], e[i] = goal[i] - factor product[i]; returns the sum of e[i] (best[i] - map[i]),
     * in double. i < n.                                                                             */
    double (*take)(int64_t n, const struct rg_residual_terms *terms);
};

RG_KERNEL_DECLARE(struct rg_residual, rg_residual);
