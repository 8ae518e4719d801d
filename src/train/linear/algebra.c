/* Orthonormal columns, spectral forms, resized matrices: combinations of what train/dist offers. */
#include "train/linear/algebra.h"

static double is_diagonal(void *context, int64_t i, int64_t j)
{
    (void)context;
    return i == j;
}

void rg_algebra_identity(struct rg_matrix *a)
{
    rg_matrix_fill(a, is_diagonal, NULL);
}

enum rg_status rg_algebra_orthonormal(const struct rg_team *team, uint64_t key, uint64_t sub,
                                      int64_t rows, int64_t cols, struct rg_matrix *out,
                                      bool *failed)
{
    struct rg_matrix drawn = {0};
    bool stuck = false;
    RG_TRY(rg_matrix_init(out, team, RG_NUMBER_F8, rows, cols));
    enum rg_status code = rg_matrix_init(&drawn, team, RG_NUMBER_F8, rows, cols);
    if (code == RG_OK) {
        rg_matrix_fill_normal(&drawn, key, sub, 1);
        code = rg_matrix_orthogonalise(&drawn, out, &stuck);
    }
    *failed = *failed || stuck;
    rg_matrix_free(&drawn);
    return code;
}

enum rg_status rg_algebra_columns(const struct rg_matrix *a, int64_t cols, struct rg_matrix *out)
{
    struct rg_matrix chosen = {0};
    RG_TRY(rg_matrix_init(out, a->team, RG_NUMBER_F8, a->rows, cols));
    RG_TRY(rg_matrix_init(&chosen, a->team, RG_NUMBER_F8, a->cols, cols));
    rg_algebra_identity(&chosen);
    rg_matrix_multiply(1, RG_PLAIN, a, RG_PLAIN, &chosen, 0, out);
    rg_matrix_free(&chosen);
    return RG_OK;
}

enum rg_status rg_algebra_spectral(const struct rg_matrix *a, const double *f,
                                   const struct rg_matrix *b, struct rg_matrix *out)
{
    struct rg_matrix scaled = {0};
    RG_TRY(rg_matrix_init(out, a->team, RG_NUMBER_F8, a->rows, b->rows));
    RG_TRY(rg_algebra_clone(a, &scaled));
    rg_matrix_scale_cols(f, &scaled);
    rg_matrix_multiply(1, RG_PLAIN, &scaled, RG_TRANSPOSED, b, 0, out);
    rg_matrix_free(&scaled);
    return RG_OK;
}

enum rg_status rg_algebra_append(struct rg_matrix *a, enum rg_op op, const struct rg_matrix *b)
{
    struct rg_matrix product = {0};
    RG_TRY(rg_matrix_init(&product, a->team, a->number, a->rows, a->cols));
    rg_matrix_multiply(1, RG_PLAIN, a, op, b, 0, &product);
    rg_algebra_move(&product, a);
    return RG_OK;
}

enum rg_status rg_algebra_clone(const struct rg_matrix *a, struct rg_matrix *out)
{
    RG_TRY(rg_matrix_init(out, a->team, a->number, a->rows, a->cols));
    rg_matrix_copy(a, out);
    return RG_OK;
}

enum rg_status rg_algebra_convert(struct rg_matrix *a, enum rg_number number)
{
    struct rg_matrix converted;
    if (a->number == number || !a->values)
        return RG_OK;
    RG_TRY(rg_matrix_init(&converted, a->team, number, a->rows, a->cols));
    rg_matrix_copy(a, &converted);
    rg_algebra_move(&converted, a);
    return RG_OK;
}

void rg_algebra_move(struct rg_matrix *b, struct rg_matrix *a)
{
    rg_matrix_free(a);
    *a = *b;
    *b = (struct rg_matrix){0};
}
