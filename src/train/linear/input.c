/* The second moments of a file: are they moments, and into matrices. */
#include "train/linear/input.h"

#include <inttypes.h>
#include <math.h>

static const double ROUNDING = 1e-10; /* of a symmetric matrix from another program */

static const double *values_of(const struct rg_data *data, const char *name)
{
    return data->values + rg_data_find(data, name)->first;
}

int64_t rg_linear_input_n_in(const struct rg_data *data)
{
    return rg_data_find(data, "Syx")->dims[1];
}

int64_t rg_linear_input_n_out(const struct rg_data *data)
{
    return rg_data_find(data, "Syx")->dims[0];
}

/* ---- is it usable? --------------------------------------------------------------------------------- */

static enum rg_status check_shapes(const struct rg_data *data)
{
    const struct rg_array *sxx = rg_data_find(data, "Sxx"), *syx = rg_data_find(data, "Syx"),
                          *tr_syy = rg_data_find(data, "tr_Syy");
    RG_REQUIRE(sxx && syx && tr_syy, RG_ERROR_USER, "%s is missing",
               !sxx   ? "Sxx"
               : !syx ? "Syx"
                      : "tr_Syy");
    RG_REQUIRE(sxx->n_dims == 2 && sxx->dims[0] == sxx->dims[1], RG_ERROR_USER,
               "Sxx: must be a square matrix");
    RG_REQUIRE(syx->n_dims == 2 && syx->dims[1] == sxx->dims[0], RG_ERROR_USER,
               "Syx: must be a matrix [output][input] with a column for each of Sxx's %" PRId64
               " inputs",
               sxx->dims[0]);
    RG_REQUIRE(rg_array_size(tr_syy) == 1, RG_ERROR_USER, "tr_Syy: must be one number");
    return RG_OK;
}

static enum rg_status check_covariance(const double *sxx, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        RG_REQUIRE(sxx[i * n + i] >= 0, RG_ERROR_USER,
                   "Sxx[%" PRId64 "][%" PRId64 "] = %g: a variance cannot be negative", i, i,
                   sxx[i * n + i]);
        for (int64_t j = 0; j < i; j++) {
            const double a = sxx[i * n + j], b = sxx[j * n + i];
            RG_REQUIRE(fabs(a - b) <= ROUNDING * (fabs(a) + fabs(b)), RG_ERROR_USER,
                       "Sxx[%" PRId64 "][%" PRId64 "] = %.17g and [%" PRId64 "][%" PRId64
                       "] = %.17g: must be symmetric",
                       i, j, a, j, i, b);
        }
    }
    return RG_OK;
}

static enum rg_status check(const struct rg_data *data, const void *largest)
{
    (void)largest;
    RG_TRY(check_shapes(data));
    return check_covariance(values_of(data, "Sxx"), rg_linear_input_n_in(data));
}

const struct rg_data_form rg_linear_form = {
    .names = "Sxx Syx tr_Syy",
    .doc =
        "Sxx [input][input] = X X^T / P, Syx [output][input] = Y X^T / P and the number tr_Syy, "
        "the "
        "trace of Y Y^T / P, of P samples in the columns of X and Y.",
    .check = check,
};

/* ---- into matrices ----------------------------------------------------------------------------------- */

/* The variance of all inputs if there are no covariances; 0: they differ. */
static double common_variance(const double *sxx, int64_t n)
{
    for (int64_t i = 0; i < n * n; i++)
        if (sxx[i] != (i % (n + 1) == 0 ? sxx[0] : 0))
            return 0;
    return sxx[0];
}

enum rg_status rg_linear_input_read(const struct rg_data *data, const struct rg_team *team,
                                    double scale, struct rg_matrix *sxx, double *variance,
                                    struct rg_matrix *syx, double *tr_syy)
{
    const int64_t n_in = rg_linear_input_n_in(data), n_out = rg_linear_input_n_out(data);
    RG_TRY(rg_matrix_init(sxx, team, RG_NUMBER_F8, n_in, n_in));
    RG_TRY(rg_matrix_init(syx, team, RG_NUMBER_F8, n_out, n_in));
    rg_matrix_write(sxx, values_of(data, "Sxx"));
    rg_matrix_write(syx, values_of(data, "Syx"));
    rg_matrix_scale(scale, syx);
    *variance = common_variance(values_of(data, "Sxx"), n_in);
    *tr_syy = scale * scale * *values_of(data, "tr_Syy");
    return RG_OK;
}
