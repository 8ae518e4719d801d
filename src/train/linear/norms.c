/* Norms of products. The sum of s^4 is the square of |a a^T|_F or |a^T a|_F, whichever is smaller; the
 * commutator of symmetric matrices is their product less its transpose.                              */
#include "train/linear/norms.h"

#include <math.h>

double rg_linear_norm(const struct rg_matrix *a)
{
    return sqrt(rg_matrix_dot(a, a));
}

enum rg_status rg_linear_effective_rank(const struct rg_matrix *a, double *rank)
{
    const bool wide = a->cols > a->rows;
    const int64_t n = wide ? a->rows : a->cols;
    struct rg_matrix square = {0};
    RG_TRY(rg_matrix_init(&square, a->team, a->number, n, n));
    rg_matrix_multiply(1, wide ? RG_PLAIN : RG_TRANSPOSED, a, wide ? RG_TRANSPOSED : RG_PLAIN, a, 0,
                       &square);
    const double ratio = rg_matrix_dot(a, a) / rg_linear_norm(&square);
    *rank = ratio * ratio;
    rg_matrix_free(&square);
    return RG_OK;
}

static double on_diagonal(void *context, int64_t i, int64_t j)
{
    return i == j ? *(double *)context : 0;
}

enum rg_status rg_linear_imbalance(const struct rg_matrix *upper, const struct rg_matrix *lower,
                                   double lambda, double *residual)
{
    struct rg_matrix rest = {0};
    RG_TRY(rg_matrix_init(&rest, upper->team, upper->number, upper->cols, upper->cols));
    rg_matrix_fill(&rest, on_diagonal, &lambda);
    rg_matrix_multiply(1, RG_TRANSPOSED, upper, RG_PLAIN, upper, -1, &rest);
    rg_matrix_multiply(-1, RG_PLAIN, lower, RG_TRANSPOSED, lower, 1, &rest);
    *residual = rg_linear_norm(&rest);
    rg_matrix_free(&rest);
    return RG_OK;
}

/* Sxx square becomes other, square Sxx square itself. */
static double compare(const double *variances, struct rg_matrix *square, struct rg_matrix *other)
{
    double norm = 0;
    for (int64_t k = 0; k < square->cols; k++)
        norm += variances[k] * variances[k];
    norm = sqrt(norm) * rg_linear_norm(square);
    rg_matrix_copy(square, other);
    rg_matrix_scale_rows(variances, other);
    rg_matrix_scale_cols(variances, square);
    rg_matrix_add(-1, square, other);
    return rg_linear_norm(other) / norm;
}

enum rg_status rg_linear_noncommuting(const double *variances, const struct rg_matrix *syx,
                                      const struct rg_matrix *lenders, double *ratio)
{
    const int64_t n = syx->cols;
    struct rg_matrix made[2] = {0};
    enum rg_status status = RG_OK;
    for (int i = 0; i < 2 && status == RG_OK; i++)
        status =
            rg_matrix_borrow(&made[i], lenders ? &lenders[i] : NULL, syx->team, syx->number, n, n);
    if (status == RG_OK) {
        rg_matrix_multiply(1, RG_TRANSPOSED, syx, RG_PLAIN, syx, 0, &made[0]);
        *ratio = compare(variances, &made[0], &made[1]);
    }
    for (int i = 0; i < 2; i++)
        rg_matrix_free(&made[i]);
    return status;
}

/* ---- balance ------------------------------------------------------------------------------------- */

double rg_linear_tolerance(enum rg_number number)
{
    return number == RG_NUMBER_F8 ? 1e-9 : 1e-4;
}

/* The lambda of two layers, if they have one: that of the traces. */
static double find_lambda(const struct rg_matrix *weights)
{
    const double upper = rg_matrix_dot(&weights[1], &weights[1]);
    const double lower = rg_matrix_dot(&weights[0], &weights[0]);
    const bool rounding =
        fabs(upper - lower) <= rg_linear_tolerance(weights->number) * (upper + lower);
    return rounding ? 0 : (upper - lower) / (double)weights[0].rows;
}

enum rg_status rg_linear_balance(int64_t depth, const struct rg_matrix *weights,
                                 struct rg_balance *balance)
{
    const double lambda = depth == 2 ? find_lambda(weights) : 0;
    *balance = (struct rg_balance){.holds = true, .lambda = lambda};
    for (int64_t l = 0; l + 1 < depth && balance->holds; l++) {
        const struct rg_matrix *lower = &weights[l], *upper = &weights[l + 1];
        double residual;
        RG_TRY(rg_linear_imbalance(upper, lower, lambda, &residual));
        balance->holds =
            residual <= rg_linear_tolerance(lower->number) *
                            (rg_matrix_dot(upper, upper) + rg_matrix_dot(lower, lower));
    }
    if (!balance->holds)
        balance->lambda = 0;
    return RG_OK;
}
