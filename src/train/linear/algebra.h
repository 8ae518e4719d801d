/* Pieces that the data and the initial weights of linear_net are put together from. All are doubles,
 * collective on the team; `out` is made here and the caller's to free, also after an error. *failed becomes
 * true where a factorisation does not converge, and stays as it is otherwise. Errors: RG_ERROR_SYSTEM.  */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "train/dist/matrix.h"

/* Ones where row = column, zeros elsewhere. */
void rg_algebra_identity(struct rg_matrix *a);

/* out[rows][cols], rows >= cols: orthonormal columns, Haar distributed, out of the sub-stream (key, sub). */
enum rg_status rg_algebra_orthonormal(const struct rg_team *team, uint64_t key, uint64_t sub,
                                      int64_t rows, int64_t cols, struct rg_matrix *out,
                                      bool *failed) RG_MUST_CHECK;

/* out[a.rows][cols]: the first columns of a, followed by columns of zeros where it has fewer. */
enum rg_status rg_algebra_columns(const struct rg_matrix *a, int64_t cols,
                                  struct rg_matrix *out) RG_MUST_CHECK;

/* out[a.rows][b.rows] = a diag(f) b^T; f[cols of both], the same on all ranks. */
enum rg_status rg_algebra_spectral(const struct rg_matrix *a, const double *f,
                                   const struct rg_matrix *b, struct rg_matrix *out) RG_MUST_CHECK;

/* a becomes a op(b); b is square. */
enum rg_status rg_algebra_append(struct rg_matrix *a, enum rg_op op,
                                 const struct rg_matrix *b) RG_MUST_CHECK;

/* A new matrix of the same shape and numbers in `out`. */
enum rg_status rg_algebra_clone(const struct rg_matrix *a, struct rg_matrix *out) RG_MUST_CHECK;

/* a becomes floats, if that is asked for. */
enum rg_status rg_algebra_convert(struct rg_matrix *a, enum rg_number number) RG_MUST_CHECK;

/* In place of a: what `b` holds, which is left empty. */
void rg_algebra_move(struct rg_matrix *b, struct rg_matrix *a);
