/* ScaLAPACK's decompositions, and the block of its products. */
#include "train/dist/scalapack.h"
#include "train/dist/solver.h"

static const int one = 1; /* where a matrix begins, as Fortran counts */

/* PBLAS cuts its products into panels of this width, whatever the blocks of the matrices. The library's own
 * answer is 32, too thin for today's cores; this definition is found before it.                       */
enum { PANEL = 128 };
int pilaenv_(const int *context, const char *precision);
int pilaenv_(const int *context, const char *precision)
{
    (void)context, (void)precision;
    return PANEL;
}

static int svd(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols;
    const char *job = p->u ? "V" : "N";
    const struct rg_matrix *u = p->u ? p->u : p->a, *v_t = p->u ? p->v_t : p->a;
    int info;
    pdgesvd_(job, job, &rows, &cols, p->a->values, &one, &one, p->a->descriptor, p->values,
             u->values, &one, &one, u->descriptor, v_t->values, &one, &one, v_t->descriptor,
             space->reals, &space->n_reals, &info, 1, 1);
    return info;
}

static int eigen(const struct rg_problem *p, const struct rg_space *space)
{
    const int n = (int)p->a->rows;
    int info;
    pdsyevd_("V", "L", &n, p->a->values, &one, &one, p->a->descriptor, p->values, p->u->values,
             &one, &one, p->u->descriptor, space->reals, &space->n_reals, space->integers,
             &space->n_integers, &info, 1, 1);
    return info;
}

static int factorise(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols;
    int info;
    pdgeqrf_(&rows, &cols, p->a->values, &one, &one, p->a->descriptor, p->tau, space->reals,
             &space->n_reals, &info);
    return info;
}

static int form(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols;
    int info;
    pdorgqr_(&rows, &cols, &cols, p->a->values, &one, &one, p->a->descriptor, p->tau, space->reals,
             &space->n_reals, &info);
    return info;
}

const struct rg_solver rg_solver_grid = {.svd = {"PDGESVD", svd},
                                         .eigen = {"PDSYEVD", eigen},
                                         .factorise = {"PDGEQRF", factorise},
                                         .form = {"PDORGQR", form}};
