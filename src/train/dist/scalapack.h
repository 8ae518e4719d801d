/* The BLACS and ScaLAPACK routines in use: they come without a header. Fortran's take the length of each
 * character argument at the end; PBLAS and those that begin with C are written in C.                  */
#pragma once

#include <mpi.h>
#include <stddef.h>

int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
/* In: *context is the system handle; ranks[cols][lead]. Out: the grid's context. */
void Cblacs_gridmap(int *context, const int *ranks, int lead, int rows, int cols);
void Cblacs_gridexit(int context);

/* The argument triple after each matrix: the row and column, from 1, where it begins, and its descriptor. */
#define DISTRIBUTED(type, name) \
    type *name, const int *name##_row, const int *name##_col, const int *name##_descriptor

/* c = alpha op(a) op(b) + beta c */
void pdgemm_(const char *op_a, const char *op_b, const int *rows, const int *cols, const int *depth,
             const double *alpha, DISTRIBUTED(const double, a), DISTRIBUTED(const double, b),
             const double *beta, DISTRIBUTED(double, c));
void psgemm_(const char *op_a, const char *op_b, const int *rows, const int *cols, const int *depth,
             const float *alpha, DISTRIBUTED(const float, a), DISTRIBUTED(const float, b),
             const float *beta, DISTRIBUTED(float, c));

/* c = alpha a^T + beta c */
void pdtran_(const int *rows, const int *cols, const double *alpha, DISTRIBUTED(const double, a),
             const double *beta, DISTRIBUTED(double, c));
void pstran_(const int *rows, const int *cols, const float *alpha, DISTRIBUTED(const float, a),
             const float *beta, DISTRIBUTED(float, c));

void pdgesvd_(const char *job_u, const char *job_vt, const int *rows, const int *cols,
              DISTRIBUTED(double, a), double *s, DISTRIBUTED(double, u), DISTRIBUTED(double, vt),
              double *work, const int *n_work, int *info, size_t job_u_length,
              size_t job_vt_length);
void pdsyevd_(const char *job, const char *triangle, const int *n, DISTRIBUTED(double, a),
              double *w, DISTRIBUTED(double, v), double *work, const int *n_work, int *integers,
              const int *n_integers, int *info, size_t job_length, size_t triangle_length);
void pdgeqrf_(const int *rows, const int *cols, DISTRIBUTED(double, a), double *tau, double *work,
              const int *n_work, int *info);
void pdorgqr_(const int *rows, const int *cols, const int *n_reflectors, DISTRIBUTED(double, a),
              const double *tau, double *work, const int *n_work, int *info);
