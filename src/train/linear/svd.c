#include "train/linear/svd.h"

#include <math.h>

#include "regime/memory.h"
#include "train/num/lapack.h"

/* Of the transpose, which is what Fortran sees: its left vectors are our right ones. */
static int decompose(struct rg_svd *svd, double *work, int n_work)
{
    const int rows = (int)svd->rows, cols = (int)svd->cols;
    int info = 0;
    dgesdd_("A", &cols, &rows, svd->a, &cols, svd->s, svd->vt, &cols, svd->u, &rows, work, &n_work,
            svd->integers, &info, 1);
    return info;
}

enum rg_status rg_svd_init(int64_t rows, int64_t cols, struct rg_svd *svd)
{
    const size_t m = (size_t)rows, n = (size_t)cols, least = m < n ? m : n;
    double best_size = 0;
    *svd = (struct rg_svd){.rows = rows, .cols = cols};
    RG_TRY(rg_alloc(&svd->a, m * n, sizeof *svd->a));
    RG_TRY(rg_alloc(&svd->s, least, sizeof *svd->s));
    RG_TRY(rg_alloc(&svd->u, m * m, sizeof *svd->u));
    RG_TRY(rg_alloc(&svd->vt, n * n, sizeof *svd->vt));
    RG_TRY(rg_alloc(&svd->integers, 8 * least, sizeof *svd->integers));
    RG_TRY(rg_lapack_info("DGESDD", decompose(svd, &best_size, -1)));
    svd->n_work = (int)best_size;
    RG_TRY(rg_alloc(&svd->work, (size_t)best_size, sizeof *svd->work));
    return RG_OK;
}

void rg_svd_free(struct rg_svd *svd)
{
    rg_free(&svd->a);
    rg_free(&svd->s);
    rg_free(&svd->u);
    rg_free(&svd->vt);
    rg_free(&svd->integers);
    rg_free(&svd->work);
}

enum rg_status rg_svd(struct rg_svd *svd, bool *failed)
{
    *failed = true;
    for (int64_t i = 0; i < svd->rows * svd->cols; i++)
        if (!isfinite(svd->a[i]))
            return RG_OK;
    const int info = decompose(svd, svd->work, svd->n_work);
    RG_TRY(rg_lapack_info("DGESDD", info));
    *failed = info > 0;
    return RG_OK;
}
