/* Plain stochastic gradient descent. */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

struct rg_sgd {
    /* weights[n] -= rate * gradient[n], both of the kernel's number type. */
    void (*descend)(int64_t n, double rate, const void *gradient, void *weights);
};

RG_KERNEL_DECLARE(struct rg_sgd, rg_sgd);
