/* Distributed matrices against naive loops over whole ones: elements, sums, products, transposes, on every
 * grid, with blocks larger and smaller than the matrix and ranks that hold nothing.                   */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "regime/memory.h"
#include "teams.h"
#include "test.h"

const char *const test_suite = "train_dist_matrix";

/* In units of eps: 70 terms whose partial sums stay below 30 lose 70 * 15 at the very most. */
static const double TOLERANCE = 512;
static const double eps[] = {[RG_NUMBER_F4] = FLT_EPSILON, [RG_NUMBER_F8] = DBL_EPSILON};
static const int64_t shapes[][3] = {{1, 1, 1}, {3, 2, 4}, {7, 13, 5}, {33, 40, 70}};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

static int64_t count(const struct rg_matrix *a)
{
    return a->rows * a->cols;
}

/* ---- elements ------------------------------------------------------------------------------------ */

static double ramp(void *context, int64_t i, int64_t j)
{
    return *(double *)context * (double)(100 * i + j);
}

static void check_elements(const struct rg_team *team)
{
    double scale = 0.5, sign = -1;
    for (int s = 0; s < N_SHAPES; s++) {
        const int64_t rows = shapes[s][0], cols = shapes[s][1];
        struct rg_matrix a = matrix_make(team, RG_NUMBER_F8, rows, cols);
        struct rg_matrix b = matrix_make(team, RG_NUMBER_F4, rows, cols);
        rg_matrix_fill(&a, ramp, &scale);
        double *whole = matrix_whole(&a);
        int wrong = 0;
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < cols; j++)
                wrong += whole[i * cols + j] != 0.5 * (double)(100 * i + j);
        rg_matrix_fill(&a, ramp, &sign); /* -0 among them */
        double *other = matrix_whole(&a);
        wrong += !signbit(other[0]);
        rg_matrix_write(&a, whole);
        rg_matrix_copy(&a, &b); /* exact in float too */
        rg_matrix_read(&b, other);
        wrong += deviation(whole, other, count(&a)) != 0;
        CU_ASSERT_EQUAL(wrong, 0);
        CU_ASSERT((size_t)(a.local_rows * a.local_cols) * sizeof(double) <=
                  rg_matrix_memory((int[2]){1, 1}, 1, RG_NUMBER_F8, rows, cols));
        free(whole);
        free(other);
        rg_matrix_free(&a);
        rg_matrix_free(&b);
    }
}

static void elements(void)
{
    on_every_grid(check_elements);
}

/* Every element as a team of one has it. */
static void check_fill(const struct rg_team *team)
{
    struct rg_team *alone = team_make(1, 1, 8);
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, 23, 31, 4);
    struct rg_matrix b = matrix_random(alone, RG_NUMBER_F8, 23, 31, 4);
    struct rg_matrix larger = matrix_random(alone, RG_NUMBER_F8, 40, 50, 4);
    double *one = matrix_whole(&a), *two = matrix_whole(&b), *corner = matrix_whole(&larger);
    CU_ASSERT_EQUAL(deviation(one, two, 23 * 31), 0);
    CU_ASSERT_EQUAL(deviation(one, corner, 31), 0); /* whatever the shape */
    CU_ASSERT_EQUAL(one[31], corner[50]);
    free(one);
    free(two);
    free(corner);
    rg_matrix_free(&a);
    rg_matrix_free(&b);
    rg_matrix_free(&larger);
    rg_team_destroy(&alone);
}

static void fill_is_the_same(void)
{
    on_every_grid(check_fill);
}

static void fill_is_normal(void)
{
    enum { SIDE = 200 };
    struct rg_team *team = team_make(1, 1, 8);
    struct rg_matrix a = matrix_make(team, RG_NUMBER_F8, SIDE, SIDE);
    rg_matrix_fill_normal(&a, 1, 2, 3);
    double mean = 0, square = 0, neighbours = 0;
    double *z = matrix_whole(&a);
    for (int i = 0; i < SIDE * SIDE - SIDE; i++) {
        mean += z[i];
        square += z[i] * z[i];
        neighbours += z[i] * z[i + 1] + z[i] * z[i + SIDE];
    }
    const double n = SIDE * SIDE - SIDE, deviations = 5 / sqrt(n);
    CU_ASSERT_DOUBLE_EQUAL(mean / n, 0, 3 * deviations);
    CU_ASSERT_DOUBLE_EQUAL(square / n, 9, 9 * sqrt(2) * deviations);
    CU_ASSERT_DOUBLE_EQUAL(neighbours / n, 0, 9 * sqrt(2) * deviations);
    free(z);
    rg_matrix_free(&a);
    rg_team_destroy(&team);
}

/* ---- sums ---------------------------------------------------------------------------------------- */

static void check_sums_of(const struct rg_team *team, enum rg_number number, int64_t rows,
                          int64_t cols)
{
    struct rg_matrix a = matrix_random(team, number, rows, cols, 1);
    struct rg_matrix b = matrix_random(team, number, rows, cols, 2);
    double *x = matrix_whole(&a), *y = matrix_whole(&b), dot = 0, *dots = calloc((size_t)cols, 8),
           *sums = calloc((size_t)cols, 8), *by_row = calloc((size_t)rows, 8),
           *by_col = calloc((size_t)cols, 8);
    for (int64_t i = 0; i < rows; i++)
        by_row[i] = 1 + 0.25 * (double)i;
    for (int64_t j = 0; j < cols; j++)
        by_col[j] = 2 - 0.5 * (double)j;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++) {
            dots[j] += x[i * cols + j] * y[i * cols + j];
            dot += x[i * cols + j] * y[i * cols + j];
        }
    const double n = (double)(rows * cols), close = TOLERANCE * eps[number];
    CU_ASSERT_DOUBLE_EQUAL(rg_matrix_dot(&a, &b), dot, n * DBL_EPSILON);
    CU_ASSERT_EQUAL(rg_matrix_dot(&a, &b), rg_matrix_dot(&a, &b));
    rg_matrix_dot_cols(&a, &b, sums);
    CU_ASSERT(deviation(sums, dots, cols) < n * DBL_EPSILON);
    rg_matrix_add(-0.75, &a, &b);
    rg_matrix_scale(3, &b);
    rg_matrix_scale_rows(by_row, &b);
    rg_matrix_scale_cols(by_col, &b);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            y[i * cols + j] =
                by_col[j] * by_row[i] * 3 * (y[i * cols + j] - 0.75 * x[i * cols + j]);
    rg_matrix_read(&b, x);
    const double largest =
        60 * 20 * 10; /* of y: |by_row| < 10, |by_col| < 20, 3 |y - 0.75 x| < 60 */
    CU_ASSERT(deviation(x, y, rows * cols) < close * largest);
    free(x);
    free(y);
    free(dots);
    free(sums);
    free(by_row);
    free(by_col);
    rg_matrix_free(&a);
    rg_matrix_free(&b);
}

static void check_sums(const struct rg_team *team)
{
    for (int s = 0; s < N_SHAPES; s++) {
        check_sums_of(team, RG_NUMBER_F8, shapes[s][0], shapes[s][1]);
        check_sums_of(team, RG_NUMBER_F4, shapes[s][0], shapes[s][1]);
    }
}

static void sums(void)
{
    on_every_grid(check_sums);
}

/* ---- products ------------------------------------------------------------------------------------ */

struct operand {
    struct rg_matrix matrix;
    enum rg_op op;
    double *whole;
};

/* op(matrix) is rows x cols. */
static struct operand operand(const struct rg_team *team, enum rg_number number, enum rg_op op,
                              int64_t rows, int64_t cols, uint64_t sub)
{
    struct operand x = {.op = op};
    x.matrix = op == RG_PLAIN ? matrix_random(team, number, rows, cols, sub)
                              : matrix_random(team, number, cols, rows, sub);
    x.whole = matrix_whole(&x.matrix);
    return x;
}

static double element(const struct operand *x, int64_t i, int64_t j)
{
    return x->op == RG_PLAIN ? x->whole[i * x->matrix.cols + j] : x->whole[j * x->matrix.cols + i];
}

static void operand_free(struct operand *x)
{
    free(x->whole);
    rg_matrix_free(&x->matrix);
}

static void naive(double alpha, const struct operand *a, const struct operand *b, double beta,
                  int64_t depth, const struct operand *c, double *out)
{
    for (int64_t i = 0; i < c->matrix.rows; i++)
        for (int64_t j = 0; j < c->matrix.cols; j++) {
            double sum = 0;
            for (int64_t k = 0; k < depth; k++)
                sum += element(a, i, k) * element(b, k, j);
            out[i * c->matrix.cols + j] = alpha * sum + (beta == 0 ? 0 : beta * element(c, i, j));
        }
}

static void check_product(const struct rg_team *team, enum rg_number number, enum rg_op op_a,
                          enum rg_op op_b, const int64_t n[3])
{
    static const double betas[] = {0, 1, -0.5};
    const double close = TOLERANCE * eps[number];
    for (int k = 0; k < 3; k++) {
        struct operand a = operand(team, number, op_a, n[0], n[2], 1);
        struct operand b = operand(team, number, op_b, n[2], n[1], 2);
        struct operand c = operand(team, number, RG_PLAIN, n[0], n[1], 3);
        double *expected = malloc((size_t)count(&c.matrix) * sizeof *expected);
        naive(1.5, &a, &b, betas[k], n[2], &c, expected);
        if (betas[k] == 0)
            rg_matrix_scale(NAN, &c.matrix); /* must not be read */
        rg_matrix_multiply(1.5, op_a, &a.matrix, op_b, &b.matrix, betas[k], &c.matrix);
        double *result = matrix_whole(&c.matrix);
        CU_ASSERT(deviation(result, expected, count(&c.matrix)) < close);
        result[0] += 4 * close; /* a fault that must show */
        CU_ASSERT(deviation(result, expected, count(&c.matrix)) > close);
        free(result);
        free(expected);
        operand_free(&a);
        operand_free(&b);
        operand_free(&c);
    }
}

static void check_products(const struct rg_team *team)
{
    for (int s = 0; s < N_SHAPES; s++)
        for (int number = RG_NUMBER_F4; number <= RG_NUMBER_F8; number++)
            for (int ops = 0; ops < 4; ops++)
                check_product(team, (enum rg_number)number, (enum rg_op)(ops % 2),
                              (enum rg_op)(ops / 2), shapes[s]);
}

static void products(void)
{
    on_every_grid(check_products);
}

static void check_transpose(const struct rg_team *team)
{
    for (int s = 0; s < 2 * N_SHAPES; s++) {
        const int64_t rows = shapes[s / 2][0], cols = shapes[s / 2][1];
        const enum rg_number number = s % 2 ? RG_NUMBER_F4 : RG_NUMBER_F8;
        struct rg_matrix a = matrix_random(team, number, rows, cols, 5);
        struct rg_matrix b = matrix_make(team, number, cols, rows);
        rg_matrix_transpose(&a, &b);
        double *x = matrix_whole(&a), *y = matrix_whole(&b);
        int wrong = 0;
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < cols; j++)
                wrong += x[i * cols + j] != y[j * rows + i];
        CU_ASSERT_EQUAL(wrong, 0);
        free(x);
        free(y);
        rg_matrix_free(&a);
        rg_matrix_free(&b);
    }
}

static void transposes(void)
{
    on_every_grid(check_transpose);
}

/* The same team, the same bits; and every rank of it has them. */
static void check_repeats(const struct rg_team *team)
{
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, 70, 70, 1);
    struct rg_matrix b = matrix_make(team, RG_NUMBER_F8, 70, 70);
    double first[2];
    for (int run = 0; run < 2; run++) {
        rg_matrix_multiply(1, RG_PLAIN, &a, RG_TRANSPOSED, &a, 0, &b);
        first[run] = rg_matrix_dot(&b, &a);
    }
    double ranks = 1, bits = first[0];
    rg_team_sum(team, 1, &ranks);
    rg_team_sum(team, 1, &bits); /* 2 or 4 times the same number is exact */
    CU_ASSERT_EQUAL(first[0], first[1]);
    CU_ASSERT_EQUAL(bits, ranks * first[0]);
    rg_matrix_free(&a);
    rg_matrix_free(&b);
}

static void repeats(void)
{
    on_every_grid(check_repeats);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"each element has its place", elements},
    {"random numbers are the same on every grid", fill_is_the_same},
    {"and normal", fill_is_normal},
    {"sums", sums},
    {"products", products},
    {"transposes", transposes},
    {"the same bits again", repeats},
    {NULL, NULL},
};
