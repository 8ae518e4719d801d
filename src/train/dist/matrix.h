/* Matrices that are spread over a team in blocks (block-cyclic, as ScaLAPACK has it). Row i, column j are
 * global and count from 0. Every function is collective on the team that the matrices share, unless it
 * says otherwise, and all matrices of a call have the same team. On a team of one, BLAS and LAPACK are
 * called directly. Sums are taken in an order that the team's shape fixes.                           */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/status.h"
#include "train/dist/team.h"

enum rg_number { RG_NUMBER_F4, RG_NUMBER_F8 };

struct rg_matrix {
    const struct rg_team *team;
    enum rg_number number;
    int64_t rows, cols;             /* of the whole matrix */
    int64_t local_rows, local_cols; /* of this rank's part */
    int64_t lead;                   /* elements from one local column to the next */
    void *values;      /* [local_cols][lead], this rank's blocks, column after column */
    bool borrowed;     /* the memory of another matrix: not freed with this one */
    int descriptor[9]; /* ScaLAPACK's; unused on a team of one */
};

/* ---- life ---------------------------------------------------------------------------------------- */

/* All zero. The caller's; free with rg_matrix_free, which takes a zeroed struct too. Not collective. */
enum rg_status rg_matrix_init(struct rg_matrix *matrix, const struct rg_team *team,
                              enum rg_number number, int64_t rows, int64_t cols) RG_MUST_CHECK;
void rg_matrix_free(struct rg_matrix *matrix);

/* Like rg_matrix_init, in the memory of `lender` where this rank has enough of it there; what that held is
 * then lost, and it must outlive the matrix. Its elements are anything. NULL: no lender.            */
enum rg_status rg_matrix_borrow(struct rg_matrix *matrix, const struct rg_matrix *lender,
                                const struct rg_team *team, enum rg_number number, int64_t rows,
                                int64_t cols) RG_MUST_CHECK;

/* The first columns of a, in a's memory: gone with it. Not collective. */
void rg_matrix_first_columns(const struct rg_matrix *a, int64_t cols, struct rg_matrix *first);
/* Which column of the whole matrix this rank's `local` is. Not collective. */
int64_t rg_matrix_column(const struct rg_matrix *a, int64_t local);

/* Bytes that one rank takes for a matrix, at the most. */
size_t rg_matrix_memory(const int grid[2], int64_t block, enum rg_number number, int64_t rows,
                        int64_t cols);

/* ---- elements ------------------------------------------------------------------------------------ */

/* a[i][j] = value(context, i, j) for this rank's elements. Not collective. */
void rg_matrix_fill(struct rg_matrix *a, double (*value)(void *context, int64_t i, int64_t j),
                    void *context);

/* a[i][j] = scale * z, z standard normal, a function of (key, sub, i, j) alone: the same element on every
 * grid. Not collective.                                                                             */
void rg_matrix_fill_normal(struct rg_matrix *a, uint64_t key, uint64_t sub, double scale);

/* The whole matrix as doubles, out[rows][cols] row-major, on every rank. */
void rg_matrix_read(const struct rg_matrix *a, double *out);
/* This rank's elements from in[rows][cols], which is the same on all ranks. Not collective. */
void rg_matrix_write(struct rg_matrix *a, const double *in);

/* ---- sums of matrices ------------------------------------------------------------------------------ */

/* b = a, converted where the numbers differ. Same shape. Not collective. */
void rg_matrix_copy(const struct rg_matrix *a, struct rg_matrix *b);
/* b = a^T. Same number type. */
void rg_matrix_transpose(const struct rg_matrix *a, struct rg_matrix *b);
/* b += alpha a. Same shape and number type. Not collective. */
void rg_matrix_add(double alpha, const struct rg_matrix *a, struct rg_matrix *b);
void rg_matrix_scale(double alpha, struct rg_matrix *a); /* not collective */
/* Row i (column j) times factors[i] ([j]), the same on all ranks. Not collective. */
void rg_matrix_scale_rows(const double *factors, struct rg_matrix *a);
void rg_matrix_scale_cols(const double *factors, struct rg_matrix *a);
/* sum over i, j of a[i][j] b[i][j], in double. Same shape. The same bits on every rank. */
double rg_matrix_dot(const struct rg_matrix *a, const struct rg_matrix *b);
/* sums[j] = sum over i of a[i][j] b[i][j], j < cols. Likewise. */
void rg_matrix_dot_cols(const struct rg_matrix *a, const struct rg_matrix *b, double *sums);

/* ---- products -------------------------------------------------------------------------------------- */

enum rg_op { RG_PLAIN, RG_TRANSPOSED };

/* c = alpha op_a(a) op_b(b) + beta c. Same number type; c is neither a nor b. */
void rg_matrix_multiply(double alpha, enum rg_op op_a, const struct rg_matrix *a, enum rg_op op_b,
                        const struct rg_matrix *b, double beta, struct rg_matrix *c);

/* ---- spectra: doubles only; the input is destroyed --------------------------------------------------- */

/* a = u diag(s) v_t with s[min(rows, cols)] descending, on every rank; u [rows][min], v_t [min][cols], both
 * NULL for the values alone. Each singular pair has the sign that makes the first of the largest elements
 * of u's column (to 1e-6) positive, on every grid. *failed: no convergence, or a is not finite (an outcome). Errors: RG_ERROR_SYSTEM for
 * an illegal argument (named) or memory.                                                            */
enum rg_status rg_matrix_svd(struct rg_matrix *a, double *s, struct rg_matrix *u,
                             struct rg_matrix *v_t, bool *failed) RG_MUST_CHECK;

/* Symmetric a = v diag(w) v^T, w[n] descending; v may be NULL. Signs, outcome and errors as above. */
enum rg_status rg_matrix_eigen(struct rg_matrix *a, double *w, struct rg_matrix *v,
                               bool *failed) RG_MUST_CHECK;

/* q = the orthogonal factor of a = q r with r's diagonal positive; rows >= cols. A normal a gives a random
 * q with the Haar distribution, the same up to rounding on every grid.                               */
enum rg_status rg_matrix_orthogonalise(struct rg_matrix *a, struct rg_matrix *q,
                                       bool *failed) RG_MUST_CHECK;

/* *sign = 1 or -1, that of the determinant of a, which is square; either if that is zero to rounding. */
enum rg_status rg_matrix_determinant_sign(struct rg_matrix *a, int *sign,
                                          bool *failed) RG_MUST_CHECK;
