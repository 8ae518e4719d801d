/* Products of given matrices, made ready once and taken many times: what a training step consists of. */
#pragma once

#include "train/dist/matrix.h"
#include "train/num/product.h"

struct rg_factor {
    enum rg_op op;
    const struct rg_matrix *matrix;
};

struct rg_prepared {
    enum rg_op op_a, op_b;
    const struct rg_matrix *a, *b;
    struct rg_matrix *c;
    struct rg_product_shape shape;
    const struct rg_product_kernels *kernels;
    struct rg_matrix spare; /* a transposed, where the kernel asks for it */
};

/* c = op_a(a) op_b(b), or c += where `adds`; the matrices must outlive it, and keep their memory. Small ones
 * of a team of one go to a kernel of their shape, others through rg_matrix_multiply. What a kernel needs
 * beside them may be taken from the lender, as by rg_matrix_borrow, at every product. The caller's; free with
 * rg_prepared_free, which takes a zeroed struct too. Not collective. Errors: RG_ERROR_SYSTEM.         */
enum rg_status rg_prepared_init(struct rg_prepared *product, struct rg_factor a, struct rg_factor b,
                                bool adds, struct rg_matrix *c,
                                const struct rg_matrix *lender) RG_MUST_CHECK;
void rg_prepared_free(struct rg_prepared *product);

/* Takes the product of the matrices' present values. No allocation. Collective on their team. */
void rg_prepared_multiply(const struct rg_prepared *product);
