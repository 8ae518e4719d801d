/* The LAPACK routines in use, as Fortran has them: matrices column after column, arguments by address, and
 * the length of each character argument at the end.                                                  */
#pragma once

#include <stddef.h>

/* a = u diag(s) vt */
void dgesdd_(const char *job, const int *rows, const int *cols, double *a, const int *lead,
             double *s, double *u, const int *lead_u, double *vt, const int *lead_vt, double *work,
             const int *n_work, int *integers, int *info, size_t job_length);

/* Symmetric a = v diag(w) v^T, v in the place of a. */
void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *lead,
             double *w, double *work, const int *n_work, int *integers, const int *n_integers,
             int *info, size_t job_length, size_t triangle_length);

/* a = q r: r and the reflectors in the place of a; then q from the reflectors. */
void dgeqrf_(const int *rows, const int *cols, double *a, const int *lead, double *tau,
             double *work, const int *n_work, int *info);
void dorgqr_(const int *rows, const int *cols, const int *n_reflectors, double *a, const int *lead,
             const double *tau, double *work, const int *n_work, int *info);
