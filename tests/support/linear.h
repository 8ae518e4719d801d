/* Linear networks for tests, and dense matrices written out: row-major, [rows][cols]. */
#pragma once

#include "test.h"
#include "train/linear/linear.h"
#include "train/linear/network.h"

struct dense {
    int64_t rows, cols;
    double *values;
};

/* The knobs' defaults. */
struct rg_linear_settings test_linear_settings(void);

/* On a team of rows x cols out of MPI_COMM_WORLD, as team_make has it; NULL where a rank is left over. The
 * settings must outlive it. Free with test_linear_destroy.                                          */
struct rg_linear *test_linear_on(const struct rg_linear_settings *settings, int rows, int cols,
                                 uint64_t seed);
struct rg_linear *test_linear_create(const struct rg_linear_settings *settings, uint64_t seed);
void test_linear_destroy(struct rg_linear **net);

/* Of training, as matrices. */
struct dense test_linear_sxx(const struct rg_linear_task *task);
struct dense test_linear_best(const struct rg_linear_task *task);

/* Takes n steps; returns the loss of the last. */
double test_linear_train(struct rg_linear *net, int n);

struct dense dense_make(int64_t rows, int64_t cols); /* zeros */
struct dense dense_of(const struct rg_matrix *a);
struct dense test_linear_weights(const struct rg_linear *net,
                                 int64_t layer); /* as used on the data */
void dense_free(struct dense *a);
double *dense_at(const struct dense *a, int64_t i, int64_t j);
struct dense dense_transpose(const struct dense *a);
/* a b */
struct dense dense_product(const struct dense *a, const struct dense *b);
/* a += alpha b */
void dense_add(struct dense *a, double alpha, const struct dense *b);
/* sum of a[i][j] b[i][j] */
double dense_dot(const struct dense *a, const struct dense *b);
/* max |a[i][j] - b[i][j]| */
double dense_deviation(const struct dense *a, const struct dense *b);
/* max |a[i][j] - alpha (i == j)| */
double dense_deviation_from_unit(const struct dense *a, double alpha);
