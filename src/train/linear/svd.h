/* Full singular value decompositions of plain matrices. Not collective. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/status.h"

/* a = u diag(s) vt, all row-major. */
struct rg_svd {
    int64_t rows, cols;
    double *a;  /* [rows][cols], the caller's to fill; destroyed by rg_svd */
    double *s;  /* [min(rows, cols)] descending */
    double *u;  /* [rows][rows] */
    double *vt; /* [cols][cols] */
    double *work;
    int n_work, *integers;
};

/* Room for matrices of rows x cols, both at least 1. Free with rg_svd_free, which takes a zeroed struct
 * too. Errors: RG_ERROR_SYSTEM.                                                                     */
enum rg_status rg_svd_init(int64_t rows, int64_t cols, struct rg_svd *svd) RG_MUST_CHECK;
void rg_svd_free(struct rg_svd *svd);

/* Decomposes svd->a. *failed: it is not finite, or there was no convergence; u, s, vt are then undefined. */
enum rg_status rg_svd(struct rg_svd *svd, bool *failed) RG_MUST_CHECK;
