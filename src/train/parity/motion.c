/* The rows and columns of the units in question are gathered, so that products are as small as can be. */
#include "train/parity/motion.h"

#include <cblas.h>
#include <string.h>

#include "regime/memory.h"

enum rg_status rg_motion_create(int n, struct rg_motion *motion)
{
    double **const matrices[] = {&motion->square, &motion->cross, &motion->corner,
                                 &motion->rows,   &motion->norm,  &motion->product};
    *motion = (struct rg_motion){0};
    RG_TRY(rg_alloc(&motion->units, (size_t)n, sizeof *motion->units));
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++)
        RG_TRY(rg_alloc(matrices[i], (size_t)n * (size_t)n, sizeof(double)));
    return RG_OK;
}

void rg_motion_free(struct rg_motion *motion)
{
    rg_free(&motion->units);
    rg_free(&motion->square);
    rg_free(&motion->cross);
    rg_free(&motion->corner);
    rg_free(&motion->rows);
    rg_free(&motion->norm);
    rg_free(&motion->product);
}

static void find_units(struct rg_motion *m, int n, const double *z, const bool *switching)
{
    m->n_active = m->n_switching = 0;
    for (int i = 0; i < n; i++)
        if (!switching[i] && z[i] > 0)
            m->units[m->n_active++] = i;
    for (int i = 0; i < n; i++)
        if (switching[i])
            m->units[m->n_active + m->n_switching++] = i;
}

/* rows[units][n] of W_h, norm[units][units] of P. */
static void gather(struct rg_motion *m, const struct rg_weights *w, const double *norm)
{
    const int n = w->n, n_units = m->n_active + m->n_switching;
    for (int i = 0; i < n_units; i++) {
        memcpy(m->rows + i * n, w->w_h + m->units[i] * n, (size_t)n * sizeof *m->rows);
        for (int j = 0; j < n_units; j++)
            m->norm[i * n_units + j] = norm[m->units[i] * n + m->units[j]];
    }
}

void rg_motion_load(struct rg_motion *m, const struct rg_weights *w, const double *z,
                    const bool *switching, const double *multipliers, const double *norm)
{
    const int n = w->n;
    find_units(m, n, z, switching);
    gather(m, w, norm);
    const int n_active = m->n_active, n_units = n_active + m->n_switching;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n_units, n, n_active, 1, m->norm,
                n_units, m->rows, n, 0, m->product, n);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n_active, 1, m->rows, n, m->product,
                n, 0, m->square, n);
    for (int i = 0; i < m->n_switching; i++) {
        const int unit = n_active + i;
        const double multiplier = multipliers[m->units[unit]];
        memcpy(m->cross + i * n, m->product + unit * n, (size_t)n * sizeof *m->cross);
        cblas_daxpy(n, multiplier, m->rows + unit * n, 1, m->cross + i * n, 1);
        for (int j = 0; j < m->n_switching; j++)
            m->corner[i * m->n_switching + j] = -m->norm[unit * n_units + n_active + j];
        m->corner[i * (m->n_switching + 1)] += 2 * multiplier;
    }
}
