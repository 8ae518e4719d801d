/* A decomposition whose iteration does not converge: PDGESVD says nothing of it, and its result must not pass
 * for one. The fault is planted in LAPACK's dbdsqr, in the place of which this program has its own.     */
#include <stdlib.h>

#include "teams.h"
#include "test.h"

const char *const test_suite = "train_dist_stuck";

enum { N = 24 };
static int n_stuck; /* calls */

/* Leaves everything as it is and says that one element has not converged. */
void dbdsqr_(const char *triangle, const int *n, const int *n_vt, const int *n_u, const int *n_c,
             double *d, double *e, double *vt, const int *lead_vt, double *u, const int *lead_u,
             double *c, const int *lead_c, double *work, int *info, size_t length);
void dbdsqr_(const char *triangle, const int *n, const int *n_vt, const int *n_u, const int *n_c,
             double *d, double *e, double *vt, const int *lead_vt, double *u, const int *lead_u,
             double *c, const int *lead_c, double *work, int *info, size_t length)
{
    (void)triangle, (void)n, (void)n_vt, (void)n_u, (void)n_c, (void)d, (void)e, (void)vt;
    (void)lead_vt, (void)u, (void)lead_u, (void)c, (void)lead_c, (void)work, (void)length;
    n_stuck++;
    *info = 1;
}

static void decompose(const struct rg_team *team)
{
    double values[N];
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, N, N, 1);
    struct rg_matrix u = matrix_make(team, RG_NUMBER_F8, N, N);
    struct rg_matrix v_t = matrix_make(team, RG_NUMBER_F8, N, N);
    bool failed = false;
    n_stuck = 0;
    TEST_OK(rg_matrix_svd(&a, values, &u, &v_t, &failed));
    CU_ASSERT_EQUAL(failed, n_stuck > 0);
    CU_ASSERT(rg_team_alone(team) || n_stuck > 0);
    rg_matrix_free(&a);
    rg_matrix_free(&u);
    rg_matrix_free(&v_t);
}

static void no_convergence_is_noticed(void)
{
    on_every_grid(decompose);
}

const struct test_case test_cases[] = {
    {"no convergence is noticed", no_convergence_is_noticed},
    {0},
};
