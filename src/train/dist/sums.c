/* Sums of matrices, element by element, and sums over elements: first over a rank's own columns, in
 * double, then over the ranks. cblas takes an int for a length, hence column after column.            */
#include <assert.h>
#include <cblas.h>

#include "train/dist/element.h"
#include "train/dist/grid.h"

static void assert_alike(const struct rg_matrix *a, const struct rg_matrix *b)
{
    assert(a->team == b->team && a->rows == b->rows && a->cols == b->cols);
    (void)a, (void)b;
}

void rg_matrix_copy(const struct rg_matrix *a, struct rg_matrix *b)
{
    assert_alike(a, b);
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            rg_element_set(b, r, c, rg_element(a, r, c));
}

void rg_matrix_add(double alpha, const struct rg_matrix *a, struct rg_matrix *b)
{
    assert_alike(a, b);
    assert(a->number == b->number);
    for (int64_t c = 0; c < a->local_cols; c++)
        if (a->number == RG_NUMBER_F4)
            cblas_saxpy((int)a->local_rows, (float)alpha, (const float *)a->values + c * a->lead, 1,
                        (float *)b->values + c * b->lead, 1);
        else
            cblas_daxpy((int)a->local_rows, alpha, (const double *)a->values + c * a->lead, 1,
                        (double *)b->values + c * b->lead, 1);
}

void rg_matrix_scale(double alpha, struct rg_matrix *a)
{
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            rg_element_set(a, r, c, alpha * rg_element(a, r, c));
}

void rg_matrix_scale_rows(const double *factors, struct rg_matrix *a)
{
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            rg_element_set(a, r, c,
                           factors[rg_global_index(a->team, RG_ROWS, r)] * rg_element(a, r, c));
}

void rg_matrix_scale_cols(const double *factors, struct rg_matrix *a)
{
    for (int64_t c = 0; c < a->local_cols; c++) {
        const double factor = factors[rg_global_index(a->team, RG_COLS, c)];
        for (int64_t r = 0; r < a->local_rows; r++)
            rg_element_set(a, r, c, factor * rg_element(a, r, c));
    }
}

static double dot_column(const struct rg_matrix *a, const struct rg_matrix *b, int64_t c)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t r = 0; r < a->local_rows; r++)
        sum += rg_element(a, r, c) * rg_element(b, r, c);
    return sum;
}

double rg_matrix_dot(const struct rg_matrix *a, const struct rg_matrix *b)
{
    assert_alike(a, b);
    double sum = 0;
    for (int64_t c = 0; c < a->local_cols; c++)
        sum += dot_column(a, b, c);
    rg_team_sum(a->team, 1, &sum);
    return sum;
}

void rg_matrix_dot_cols(const struct rg_matrix *a, const struct rg_matrix *b, double *sums)
{
    assert_alike(a, b);
    for (int64_t j = 0; j < a->cols; j++)
        sums[j] = 0;
    for (int64_t c = 0; c < a->local_cols; c++)
        sums[rg_global_index(a->team, RG_COLS, c)] = dot_column(a, b, c);
    rg_team_sum(a->team, a->cols, sums);
}
