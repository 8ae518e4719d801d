/* Chooses, for each product of a step, between a kernel of its shape and the general way. */
#include "train/dist/prepared.h"

#include <assert.h>

static const struct rg_product_kernels *const kernels[2][RG_N_ISAS] =
    RG_KERNEL_TABLE(rg_product_kernels);

static bool is_dense(const struct rg_matrix *a)
{
    return rg_team_alone(a->team) && a->lead == a->rows;
}

enum rg_status rg_prepared_init(struct rg_prepared *product, struct rg_factor left,
                                struct rg_factor right, bool adds, struct rg_matrix *c,
                                const struct rg_matrix *lender)
{
    const struct rg_matrix *a = left.matrix, *b = right.matrix;
    assert(a->number == c->number && b->number == c->number);
    *product = (struct rg_prepared){left.op,
                                    right.op,
                                    a,
                                    b,
                                    c,
                                    .shape = {.rows = c->rows,
                                              .cols = c->cols,
                                              .depth = left.op == RG_PLAIN ? a->cols : a->rows,
                                              .transposes_a = left.op == RG_TRANSPOSED,
                                              .transposes_b = right.op == RG_TRANSPOSED,
                                              .adds = adds},
                                    .kernels = kernels[c->number][rg_isa()]};
    if (!is_dense(a) || !is_dense(b) || !is_dense(c))
        return RG_OK;
    RG_TRY(product->kernels->prepare(&product->shape));
    if (product->shape.kernel && product->shape.transposes_a)
        RG_TRY(rg_matrix_borrow(&product->spare, lender, a->team, a->number, a->cols, a->rows));
    return RG_OK;
}

void rg_prepared_free(struct rg_prepared *product)
{
    rg_matrix_free(&product->spare);
}

void rg_prepared_multiply(const struct rg_prepared *product)
{
    const struct rg_product_shape *shape = &product->shape;
    if (shape->kernel)
        product->kernels->multiply(shape, product->a->values, product->b->values,
                                   product->c->values, product->spare.values);
    else
        rg_matrix_multiply(1, product->op_a, product->a, product->op_b, product->b, shape->adds,
                           product->c);
}
