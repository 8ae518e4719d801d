/* All scalar products between two sets of long vectors. */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

struct rg_dots {
    /* out[i][j] = a_i . b_j for a[n_a][length], b[n_b][length], both of the kernel's number type. */
    void (*dots)(int64_t n_a, int64_t n_b, int64_t length, const void *a, const void *b, void *out);
};

RG_KERNEL_DECLARE(struct rg_dots, rg_dots);

/* The kernels in double for this machine. */
const struct rg_dots *rg_dots_double(void);
