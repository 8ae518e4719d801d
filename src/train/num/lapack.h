/* The LAPACK routines in use, as Fortran has them: matrices column after column, arguments by address, and
 * the length of each character argument at the end.                                                  */
#pragma once

#include <stddef.h>

#include "regime/status.h"

/* What a routine reported. info < 0, an argument that it refused, is a bug of ours; info > 0 is about the
 * numbers: an outcome, left to the caller.                                                          */
static inline enum rg_status rg_lapack_info(const char *routine, int info)
{
    RG_REQUIRE(info >= 0, RG_ERROR_SYSTEM, "%s: illegal argument %d", routine, -info);
    return RG_OK;
}

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

/* a = l q: l and the reflectors in the place of a. */
void dgelqf_(const int *rows, const int *cols, double *a, const int *lead, double *tau,
             double *work, const int *n_work, int *info);

/* Square a = p l u in its place; the reciprocal condition of a; the solution x of op(a) x = b. */
void dgetrf_(const int *rows, const int *cols, double *a, const int *lead, int *pivots, int *info);
void dgecon_(const char *norm, const int *n, const double *a, const int *lead,
             const double *norm_of_a, double *rcond, double *work, int *integers, int *info,
             size_t norm_length);
void dgetrs_(const char *op, const int *n, const int *n_right, const double *a, const int *lead,
             const int *pivots, double *b, const int *lead_b, int *info, size_t op_length);

/* Symmetric, positive definite a: the solution x of a x = b in the place of b. info > 0: a is not. */
void dposv_(const char *triangle, const int *n, const int *n_right, double *a, const int *lead,
            double *b, const int *lead_b, int *info, size_t triangle_length);

/* Symmetric, positive definite a = l l^T: l in the place of its triangle. info > 0: a is not. */
void dpotrf_(const char *triangle, const int *n, double *a, const int *lead, int *info,
             size_t triangle_length);
