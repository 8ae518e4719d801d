/* Singular values, eigenvalues and orthogonal factors on every grid: they multiply back to the matrix, and
 * values, vectors and signs are those of a team of one.                                               */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "teams.h"
#include "test.h"

const char *const test_suite = "train_dist_spectra";

static const double SAME = 1e-12; /* between grids: values of size 1 to 20, gaps of 1e-2 at least */
static const double BACK = 100 * DBL_EPSILON * 40; /* products of 40 terms of size 1, norms to 20 */
static const int64_t shapes[][2] = {{1, 1}, {3, 2}, {2, 3}, {13, 7}, {40, 33}, {33, 40}};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- naive loops over whole matrices, row-major ---------------------------------------------------- */

/* max |a^T a - 1| for a[rows][cols] */
static double skewness(const double *a, int64_t rows, int64_t cols)
{
    double worst = 0;
    for (int64_t i = 0; i < cols; i++)
        for (int64_t j = 0; j < cols; j++) {
            double sum = i == j ? -1 : 0;
            for (int64_t k = 0; k < rows; k++)
                sum += a[k * cols + i] * a[k * cols + j];
            worst = test_worst(worst, fabs(sum));
        }
    return worst;
}

/* max |u diag(s) v_t - a| for u[rows][n], v_t[n][cols] */
static double residual(const double *u, const double *s, const double *v_t, const double *a,
                       int64_t rows, int64_t cols, int64_t n)
{
    double worst = 0;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++) {
            double sum = -a[i * cols + j];
            for (int64_t k = 0; k < n; k++)
                sum += u[i * n + k] * s[k] * v_t[k * cols + j];
            worst = test_worst(worst, fabs(sum));
        }
    return worst;
}

/* The largest element of each column is positive; it has no rival within 1e-6 in these matrices. */
static bool is_signed(const double *u, int64_t rows, int64_t cols)
{
    bool good = true;
    for (int64_t j = 0; j < cols; j++) {
        double largest = 0;
        for (int64_t i = 0; i < rows; i++)
            if (fabs(u[i * cols + j]) > fabs(largest))
                largest = u[i * cols + j];
        good = good && largest > 0;
    }
    return good;
}

static bool descends(const double *values, int64_t n)
{
    bool good = true;
    for (int64_t i = 1; i < n; i++)
        good = good && values[i] <= values[i - 1];
    return good;
}

/* ---- singular values ----------------------------------------------------------------------------- */

struct spectrum {
    double *values, *left, *right; /* [n], [rows][n], [n][cols] or NULL */
};

static void spectrum_free(struct spectrum *spectrum)
{
    free(spectrum->values);
    free(spectrum->left);
    free(spectrum->right);
}

static struct spectrum svd(const struct rg_team *team, int64_t rows, int64_t cols)
{
    const int64_t n = smaller(rows, cols);
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, rows, cols, 7);
    struct rg_matrix u = matrix_make(team, RG_NUMBER_F8, rows, n);
    struct rg_matrix v_t = matrix_make(team, RG_NUMBER_F8, n, cols);
    struct spectrum out = {.values = calloc((size_t)n, sizeof(double))};
    bool failed = true;
    TEST_OK(rg_matrix_svd(&a, out.values, &u, &v_t, &failed));
    CU_ASSERT(!failed);
    out.left = matrix_whole(&u);
    out.right = matrix_whole(&v_t);
    rg_matrix_free(&a);
    rg_matrix_free(&u);
    rg_matrix_free(&v_t);
    return out;
}

static void check_svd_alone(const struct spectrum *x, const struct rg_team *alone, int64_t rows,
                            int64_t cols)
{
    const int64_t n = smaller(rows, cols);
    struct rg_matrix a = matrix_random(alone, RG_NUMBER_F8, rows, cols, 7);
    double *whole = matrix_whole(&a);
    CU_ASSERT(residual(x->left, x->values, x->right, whole, rows, cols, n) < BACK);
    CU_ASSERT(skewness(x->left, rows, n) < BACK);
    CU_ASSERT(is_signed(x->left, rows, n));
    CU_ASSERT(descends(x->values, n));
    x->values[0] += 1e-6; /* a fault that must show */
    CU_ASSERT(residual(x->left, x->values, x->right, whole, rows, cols, n) > BACK);
    x->values[0] -= 1e-6;
    free(whole);
    rg_matrix_free(&a);
}

static void check_svd(const struct rg_team *team)
{
    struct rg_team *alone = team_make(1, 1, 8);
    for (int k = 0; k < N_SHAPES; k++) {
        const int64_t rows = shapes[k][0], cols = shapes[k][1], n = smaller(rows, cols);
        struct spectrum x = svd(team, rows, cols), y = svd(alone, rows, cols);
        check_svd_alone(&y, alone, rows, cols);
        CU_ASSERT(deviation(x.values, y.values, n) < SAME);
        CU_ASSERT(deviation(x.left, y.left, rows * n) < SAME);
        CU_ASSERT(deviation(x.right, y.right, n * cols) < SAME);
        spectrum_free(&x);
        spectrum_free(&y);
    }
    rg_team_destroy(&alone);
}

static void singular_values(void)
{
    on_every_grid(check_svd);
}

static void check_values_only(const struct rg_team *team)
{
    for (int k = 0; k < N_SHAPES; k++) {
        const int64_t rows = shapes[k][0], cols = shapes[k][1], n = smaller(rows, cols);
        struct spectrum x = svd(team, rows, cols);
        struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, rows, cols, 7);
        double *s = calloc((size_t)n, sizeof *s);
        bool failed = true;
        TEST_OK(rg_matrix_svd(&a, s, NULL, NULL, &failed));
        CU_ASSERT(!failed);
        CU_ASSERT(deviation(s, x.values, n) < SAME);
        free(s);
        spectrum_free(&x);
        rg_matrix_free(&a);
    }
}

static void values_only(void)
{
    on_every_grid(check_values_only);
}

/* u's column (1, -1, 1, -1) / 2 has four largest elements, which rounding orders otherwise on each grid. */
static double comb(void *context, int64_t i, int64_t j)
{
    (void)context;
    return (i % 2 ? -1 : 1) * (1 + 0.3 * (double)j);
}

static void check_ties(const struct rg_team *team)
{
    enum { ROWS = 12, COLS = 5 };
    struct rg_matrix a = matrix_make(team, RG_NUMBER_F8, ROWS, COLS);
    struct rg_matrix u = matrix_make(team, RG_NUMBER_F8, ROWS, COLS);
    struct rg_matrix v_t = matrix_make(team, RG_NUMBER_F8, COLS, COLS);
    double s[COLS];
    bool failed;
    rg_matrix_fill(&a, comb, NULL);
    TEST_OK(rg_matrix_svd(&a, s, &u, &v_t, &failed));
    double *left = matrix_whole(&u), *right = matrix_whole(&v_t);
    CU_ASSERT_DOUBLE_EQUAL(left[0], 1 / sqrt(ROWS), SAME);
    CU_ASSERT(right[0] > 0);
    CU_ASSERT(s[1] < 1e-14 * s[0]);
    free(left);
    free(right);
    rg_matrix_free(&a);
    rg_matrix_free(&u);
    rg_matrix_free(&v_t);
}

static void ties(void)
{
    on_every_grid(check_ties);
}

/* ---- eigenvalues --------------------------------------------------------------------------------- */

static struct rg_matrix symmetric(const struct rg_team *team, int64_t n)
{
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, n, n, 9);
    struct rg_matrix b = matrix_make(team, RG_NUMBER_F8, n, n);
    rg_matrix_transpose(&a, &b);
    rg_matrix_add(1, &a, &b);
    rg_matrix_free(&a);
    return b;
}

/* In right: v^T. */
static struct spectrum eigen(const struct rg_team *team, int64_t n)
{
    struct rg_matrix a = symmetric(team, n);
    struct rg_matrix v = matrix_make(team, RG_NUMBER_F8, n, n);
    struct rg_matrix v_t = matrix_make(team, RG_NUMBER_F8, n, n);
    struct spectrum out = {.values = calloc((size_t)n, sizeof(double))};
    bool failed = true;
    TEST_OK(rg_matrix_eigen(&a, out.values, &v, &failed));
    CU_ASSERT(!failed);
    rg_matrix_transpose(&v, &v_t);
    out.left = matrix_whole(&v);
    out.right = matrix_whole(&v_t);
    rg_matrix_free(&a);
    rg_matrix_free(&v);
    rg_matrix_free(&v_t);
    return out;
}

static void check_eigen(const struct rg_team *team)
{
    static const int64_t sizes[] = {1, 2, 7, 40};
    struct rg_team *alone = team_make(1, 1, 8);
    for (int k = 0; k < 4; k++) {
        const int64_t n = sizes[k];
        struct spectrum x = eigen(team, n), y = eigen(alone, n);
        struct rg_matrix a = symmetric(team, n);
        double *whole = matrix_whole(&a), *w = calloc((size_t)n, sizeof *w);
        CU_ASSERT(residual(x.left, x.values, x.right, whole, n, n, n) < BACK);
        CU_ASSERT(is_signed(x.left, n, n));
        CU_ASSERT(descends(x.values, n));
        CU_ASSERT(deviation(x.values, y.values, n) < SAME);
        CU_ASSERT(deviation(x.left, y.left, n * n) < SAME);
        bool failed = true;
        TEST_OK(rg_matrix_eigen(&a, w, NULL, &failed));
        CU_ASSERT(!failed);
        CU_ASSERT(deviation(w, y.values, n) < SAME);
        free(whole);
        free(w);
        spectrum_free(&x);
        spectrum_free(&y);
        rg_matrix_free(&a);
    }
    rg_team_destroy(&alone);
}

static void eigenvalues(void)
{
    on_every_grid(check_eigen);
}

/* ---- orthogonal factor --------------------------------------------------------------------------- */

static double *orthogonal(const struct rg_team *team, int64_t rows, int64_t cols)
{
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, rows, cols, 3);
    struct rg_matrix q = matrix_make(team, RG_NUMBER_F8, rows, cols);
    bool failed = true;
    TEST_OK(rg_matrix_orthogonalise(&a, &q, &failed));
    CU_ASSERT(!failed);
    double *whole = matrix_whole(&q);
    rg_matrix_free(&a);
    rg_matrix_free(&q);
    return whole;
}

/* r = q^T a must be upper triangular with a positive diagonal. */
static bool is_factor(const double *q, const double *a, int64_t rows, int64_t cols)
{
    bool good = true;
    for (int64_t i = 0; i < cols; i++)
        for (int64_t j = 0; j <= i; j++) {
            double r = 0;
            for (int64_t k = 0; k < rows; k++)
                r += q[k * cols + i] * a[k * cols + j];
            good = good && (i == j ? r > 0 : fabs(r) < BACK);
        }
    return good;
}

static void check_orthogonal(const struct rg_team *team)
{
    struct rg_team *alone = team_make(1, 1, 8);
    for (int k = 0; k < N_SHAPES; k++) {
        const int64_t rows = shapes[k][0], cols = shapes[k][1];
        if (rows < cols)
            continue;
        struct rg_matrix a = matrix_random(alone, RG_NUMBER_F8, rows, cols, 3);
        double *x = orthogonal(team, rows, cols), *y = orthogonal(alone, rows, cols);
        double *whole = matrix_whole(&a);
        CU_ASSERT(skewness(x, rows, cols) < BACK);
        CU_ASSERT(is_factor(x, whole, rows, cols));
        CU_ASSERT(deviation(x, y, rows * cols) < SAME);
        free(x);
        free(y);
        free(whole);
        rg_matrix_free(&a);
    }
    rg_team_destroy(&alone);
}

static void orthogonal_factor(void)
{
    on_every_grid(check_orthogonal);
}

/* ---- what goes wrong ----------------------------------------------------------------------------- */

/* One element on one rank is not a number: an outcome, on all ranks. */
static void check_outcome(const struct rg_team *team)
{
    enum { N = 6 };
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, N, N, 1);
    struct rg_matrix q = matrix_make(team, RG_NUMBER_F8, N, N);
    double values[N];
    bool failed[3] = {false, false, false};
    if (rg_team_rank(team) == 0)
        ((double *)a.values)[0] = NAN;
    TEST_OK(rg_matrix_svd(&a, values, NULL, NULL, &failed[0]));
    TEST_OK(rg_matrix_eigen(&a, values, NULL, &failed[1]));
    TEST_OK(rg_matrix_orthogonalise(&a, &q, &failed[2]));
    CU_ASSERT(failed[0] && failed[1] && failed[2]);
    rg_matrix_free(&a);
    rg_matrix_free(&q);
}

static void outcomes(void)
{
    on_every_grid(check_outcome);
}

/* A leading dimension that no matrix can have. */
static void check_illegal(const struct rg_team *team)
{
    const bool alone = rg_team_alone(team);
    const char *expected = alone ? "DGESDD: illegal argument 5"
                                 : "PDGESVD: illegal entry 9 of argument 8, a descriptor";
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, 40, 40, 1);
    double s[40];
    bool failed = true;
    a.lead = 0;
    a.descriptor[8] = 0;
    CU_ASSERT_EQUAL(rg_matrix_svd(&a, s, NULL, NULL, &failed), RG_ERROR_SYSTEM);
    CU_ASSERT(strstr(rg_error_message(), expected) != NULL);
    CU_ASSERT(!failed); /* no outcome of the point */
    rg_error_clear();
    rg_matrix_free(&a);
}

static void illegal_arguments(void)
{
    on_every_grid(check_illegal);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"singular values and vectors", singular_values},
    {"singular values alone", values_only},
    {"ties do not turn signs", ties},
    {"eigenvalues and eigenvectors", eigenvalues},
    {"orthogonal factor", orthogonal_factor},
    {"a matrix that is not finite is an outcome", outcomes},
    {"an illegal argument is an error that names it", illegal_arguments},
    {NULL, NULL},
};
