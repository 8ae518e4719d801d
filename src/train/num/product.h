/* Products of small dense matrices of one shape, c = op(a) op(b) or c += op(a) op(b), with a kernel made once.
 * Matrices lie column after column, without gaps.                                                   */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/status.h"
#include "train/num/isa.h"

struct rg_product_shape {
    int64_t rows, cols, depth;       /* c[rows][cols], op(a)[rows][depth], op(b)[depth][cols] */
    bool transposes_a, transposes_b; /* a is stored as [depth][rows], b as [cols][depth] */
    bool adds;
    void (*kernel)(void); /* NULL: too large, or no LIBXSMM: BLAS does it */
};

struct rg_product_kernels {
    /* Fits shape->kernel to the rest. Errors: RG_ERROR_SYSTEM. */
    enum rg_status (*prepare)(struct rg_product_shape *shape);
    /* Where there is a kernel. spare[rows * depth] is needed if a is transposed. No alias. */
    void (*multiply)(const struct rg_product_shape *shape, const void *a, const void *b, void *c,
                     void *spare);
};

RG_KERNEL_DECLARE(struct rg_product_kernels, rg_product_kernels);
