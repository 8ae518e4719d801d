/* Products of small matrices of one fixed shape, with kernels made once for every width.
 *
 * A matrix is a row of vectors: vector i starts at i * stride and its elements are contiguous. stride
 * is a multiple of RG_GEMM_PAD; the elements of a vector beyond its length are 0 and stay 0.        */
#pragma once

#include <stdint.h>

#include "regime/status.h"
#include "train/num/isa.h"

enum {
    RG_GEMM_PAD = 16,   /* elements: one AVX-512 register of floats */
    RG_GEMM_WIDTH = 48, /* most vectors of one product: a multiple of the kernels' own blocks */
    RG_GEMM_DEPTH = 16  /* the vectors of an outer product come in multiples of this */
};

struct rg_gemm_shape {
    int64_t n, stride;                         /* square matrices, n x n, padded to stride */
    void (*multiply[RG_GEMM_WIDTH + 1])(void); /* [n_vectors]; NULL: go through CBLAS */
    void (*outer)(void);                       /* likewise */
};

struct rg_gemm {
    /* Makes the kernels of a shape, or finds those made before. `widest`: most vectors of
     * one product; 0: outer products only. Errors: RG_ERROR_SYSTEM.                                */
    enum rg_status (*prepare)(int64_t n, int64_t stride, int widest, struct rg_gemm_shape *shape);
    /* c_i = sum over j < n of a_j b_i[j], i < n_vectors <= RG_GEMM_WIDTH. No alias. */
    void (*multiply)(const struct rg_gemm_shape *shape, int64_t n_vectors, const void *a,
                     const void *b, void *c);
    /* c_j = sum over i < n_vectors of a_i b_i[j], j < n; n_vectors is a multiple of RG_GEMM_DEPTH. */
    void (*outer)(const struct rg_gemm_shape *shape, int64_t n_vectors, const void *a,
                  const void *b, void *c);
};

RG_KERNEL_DECLARE(struct rg_gemm, rg_gemm);
