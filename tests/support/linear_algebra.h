/* Matrices for tests, by naive loops; all row-major. */
#pragma once

#include "regime/rng.h"

/* rows[n][n]: orthonormal rows in random directions. */
void test_rotation(struct rg_rng *rng, int n, double *rows);

/* out[rows][cols] = sum over k < n of left[k][row] factors[k] right[k][col]. */
void test_compose(int n, const double *factors, int rows, const double *left, int cols,
                  const double *right, double *out);

/* c[rows][cols] = a[rows][depth] b[depth][cols]; with the transpose of a[depth][rows]; of b[cols][depth]. */
void test_multiply(int rows, int cols, int depth, const double *a, const double *b, double *c);
void test_multiply_tn(int rows, int cols, int depth, const double *a, const double *b, double *c);
void test_multiply_nt(int rows, int cols, int depth, const double *a, const double *b, double *c);
