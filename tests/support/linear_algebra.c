#include "linear_algebra.h"

#include <math.h>

void test_rotation(struct rg_rng *rng, int n, double *rows)
{
    for (int i = 0; i < n; i++) {
        double *row = rows + i * n, length = 0;
        for (int k = 0; k < n; k++)
            row[k] = rg_rng_normal(rng);
        for (int pass = 0; pass < 2; pass++)
            for (int j = 0; j < i; j++) {
                double along = 0;
                for (int k = 0; k < n; k++)
                    along += row[k] * rows[j * n + k];
                for (int k = 0; k < n; k++)
                    row[k] -= along * rows[j * n + k];
            }
        for (int k = 0; k < n; k++)
            length += row[k] * row[k];
        for (int k = 0; k < n; k++)
            row[k] /= sqrt(length);
    }
}

void test_compose(int n, const double *factors, int rows, const double *left, int cols,
                  const double *right, double *out)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            out[i * cols + j] = 0;
            for (int k = 0; k < n; k++)
                out[i * cols + j] += left[k * rows + i] * factors[k] * right[k * cols + j];
        }
}

/* Elements of a and b lie so many places apart: to the next row, to the next term of the sum. */
static void multiply(const int size[3], const double *a, const int of_a[2], const double *b,
                     const int of_b[2], double *c)
{
    for (int i = 0; i < size[0]; i++)
        for (int j = 0; j < size[1]; j++) {
            c[i * size[1] + j] = 0;
            for (int k = 0; k < size[2]; k++)
                c[i * size[1] + j] += a[i * of_a[0] + k * of_a[1]] * b[j * of_b[0] + k * of_b[1]];
        }
}

void test_multiply(int rows, int cols, int depth, const double *a, const double *b, double *c)
{
    multiply((int[]){rows, cols, depth}, a, (int[]){depth, 1}, b, (int[]){1, cols}, c);
}

void test_multiply_tn(int rows, int cols, int depth, const double *a, const double *b, double *c)
{
    multiply((int[]){rows, cols, depth}, a, (int[]){1, rows}, b, (int[]){1, cols}, c);
}

void test_multiply_nt(int rows, int cols, int depth, const double *a, const double *b, double *c)
{
    multiply((int[]){rows, cols, depth}, a, (int[]){depth, 1}, b, (int[]){depth, 1}, c);
}
