/* Products of small matrices, of vectors in rows.
 *
 * A matrix is a row of vectors: vector i starts at i * stride and its elements are contiguous. stride
 * is a multiple of RG_GEMM_PAD, and vectors start at whole multiples of 64 bytes; the elements of a vector beyond
 * its length n are 0 and stay 0. Every element of a product is summed in one order, whatever is computed beside
 * it: its bits do not depend on the number of vectors.                                               */
#pragma once

#include <stdint.h>

#include "train/num/isa.h"

enum {
    RG_GEMM_PAD = 16,  /* elements: one AVX-512 register of floats */
    RG_GEMM_WIDTH = 24 /* vectors that are best multiplied at a time */
};

struct rg_gemm {
    /* c_i = sum over j < n of a_j b_i[j], i < n_vectors. No alias. */
    void (*multiply)(int64_t n, int64_t stride, int64_t n_vectors, const void *a, const void *b,
                     void *c);
    /* c_j = sum over i < n_vectors of a_i b_i[j], j < n. No alias. */
    void (*outer)(int64_t n, int64_t stride, int64_t n_vectors, const void *a, const void *b,
                  void *c);
};

RG_KERNEL_DECLARE(struct rg_gemm, rg_gemm);
