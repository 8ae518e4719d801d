/* Products of small matrices, of vectors in rows.
 *
 * A matrix is a row of vectors: vector i starts at i * stride and its elements are contiguous. stride
 * is a multiple of RG_GEMM_PAD, and vectors start at whole multiples of 64 bytes; the elements of a vector beyond
 * its length n are 0 and stay 0. Every element of a product is summed in one order, whatever is computed beside
 * it: its bits do not depend on the number of vectors.                                               */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "train/num/isa.h"

enum {
    RG_GEMM_PAD = 16,  /* elements: one AVX-512 register of floats */
    RG_GEMM_WIDTH = 24 /* vectors that are best multiplied at a time */
};

/* c_i[m] = sum over j < depth of a_j[m] b(i, j), m < n, i < n_vectors. */
struct rg_product {
    int64_t n, n_vectors, depth;
    const void *a, *b;
    void *c;                  /* no alias of a or b */
    int64_t stride;           /* of a and of c */
    int64_t b_vector, b_term; /* elements of b from one i to the next, and from one j */
    bool adds;                /* to c */
};

struct rg_gemm {
    void (*product)(const struct rg_product *product);
};

RG_KERNEL_DECLARE(struct rg_gemm, rg_gemm);
