/* Products and transposes: CBLAS on a team of one, PBLAS on a grid. */
#include <assert.h>
#include <cblas.h>

#include "train/dist/element.h"
#include "train/dist/grid.h"
#include "train/dist/scalapack.h"

/* c = alpha op_a(a) op_b(b) + beta c, in the terms of the libraries. */
struct product {
    enum rg_op op_a, op_b;
    const struct rg_matrix *a, *b;
    const struct rg_matrix *c;
    double alpha, beta;
    int rows, cols, depth;
};

static const CBLAS_TRANSPOSE cblas_op[] = {[RG_PLAIN] = CblasNoTrans, [RG_TRANSPOSED] = CblasTrans};
static const char *const pblas_op[] = {[RG_PLAIN] = "N", [RG_TRANSPOSED] = "T"};
static const int one = 1; /* where a matrix begins, as Fortran counts */

static void alone_f4(const struct product *p)
{
    cblas_sgemm(CblasColMajor, cblas_op[p->op_a], cblas_op[p->op_b], p->rows, p->cols, p->depth,
                (float)p->alpha, p->a->values, (int)p->a->lead, p->b->values, (int)p->b->lead,
                (float)p->beta, p->c->values, (int)p->c->lead);
}

static void alone_f8(const struct product *p)
{
    cblas_dgemm(CblasColMajor, cblas_op[p->op_a], cblas_op[p->op_b], p->rows, p->cols, p->depth,
                p->alpha, p->a->values, (int)p->a->lead, p->b->values, (int)p->b->lead, p->beta,
                p->c->values, (int)p->c->lead);
}

static void grid_f4(const struct product *p)
{
    const float alpha = (float)p->alpha, beta = (float)p->beta;
    psgemm_(pblas_op[p->op_a], pblas_op[p->op_b], &p->rows, &p->cols, &p->depth, &alpha,
            p->a->values, &one, &one, p->a->descriptor, p->b->values, &one, &one, p->b->descriptor,
            &beta, p->c->values, &one, &one, p->c->descriptor);
}

static void grid_f8(const struct product *p)
{
    pdgemm_(pblas_op[p->op_a], pblas_op[p->op_b], &p->rows, &p->cols, &p->depth, &p->alpha,
            p->a->values, &one, &one, p->a->descriptor, p->b->values, &one, &one, p->b->descriptor,
            &p->beta, p->c->values, &one, &one, p->c->descriptor);
}

static void (*const multiply[2][2])(const struct product *p) = {
    {[RG_NUMBER_F4] = grid_f4, [RG_NUMBER_F8] = grid_f8},
    {[RG_NUMBER_F4] = alone_f4, [RG_NUMBER_F8] = alone_f8}};

void rg_matrix_multiply(double alpha, enum rg_op op_a, const struct rg_matrix *a, enum rg_op op_b,
                        const struct rg_matrix *b, double beta, struct rg_matrix *c)
{
    const int64_t depth = op_a == RG_PLAIN ? a->cols : a->rows;
    assert(a->number == c->number && b->number == c->number);
    assert((op_a == RG_PLAIN ? a->rows : a->cols) == c->rows);
    assert((op_b == RG_PLAIN ? b->cols : b->rows) == c->cols);
    assert((op_b == RG_PLAIN ? b->rows : b->cols) == depth);
    const struct product product = {op_a,         op_b,         a,         b, c, alpha, beta,
                                    (int)c->rows, (int)c->cols, (int)depth};
    multiply[rg_team_alone(c->team)][c->number](&product);
}

/* ---- transposes ---------------------------------------------------------------------------------- */

static void transpose_alone(const struct rg_matrix *a, struct rg_matrix *b)
{
    enum { TILE = 32 }; /* both tiles stay in the first cache */
    for (int64_t c0 = 0; c0 < a->cols; c0 += TILE)
        for (int64_t r0 = 0; r0 < a->rows; r0 += TILE)
            for (int64_t c = c0; c < a->cols && c < c0 + TILE; c++)
                for (int64_t r = r0; r < a->rows && r < r0 + TILE; r++)
                    rg_element_set(b, c, r, rg_element(a, r, c));
}

static void transpose_grid(const struct rg_matrix *a, struct rg_matrix *b)
{
    const int rows = (int)b->rows, cols = (int)b->cols;
    const double unit = 1, nothing = 0;
    const float unit_f4 = 1, nothing_f4 = 0;
    if (a->number == RG_NUMBER_F4)
        pstran_(&rows, &cols, &unit_f4, a->values, &one, &one, a->descriptor, &nothing_f4,
                b->values, &one, &one, b->descriptor);
    else
        pdtran_(&rows, &cols, &unit, a->values, &one, &one, a->descriptor, &nothing, b->values,
                &one, &one, b->descriptor);
}

void rg_matrix_transpose(const struct rg_matrix *a, struct rg_matrix *b)
{
    assert(a->number == b->number && a->rows == b->cols && a->cols == b->rows);
    if (rg_team_alone(a->team))
        transpose_alone(a, b);
    else
        transpose_grid(a, b);
}
