/* LAPACK's decompositions. Divide and conquer: the same accuracy as its older routines, in less time. */
#include "train/dist/solver.h"
#include "train/num/lapack.h"

static int smaller(const struct rg_matrix *a)
{
    return (int)(a->rows < a->cols ? a->rows : a->cols);
}

static enum rg_status check(const struct rg_routine *routine, int info)
{
    RG_REQUIRE(info >= 0, RG_ERROR_SYSTEM, "%s: illegal argument %d", routine->name, -info);
    return RG_OK;
}

static int svd(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols, lead = (int)p->a->lead;
    const int lead_u = p->u ? (int)p->u->lead : 1, lead_vt = p->u ? (int)p->v_t->lead : 1;
    int info;
    dgesdd_(p->u ? "S" : "N", &rows, &cols, p->a->values, &lead, p->values,
            p->u ? p->u->values : NULL, &lead_u, p->u ? p->v_t->values : NULL, &lead_vt,
            space->reals, &space->n_reals, space->integers, &info, 1);
    if (space->n_reals < 0)
        *space->integers = 8 * smaller(p->a);
    return info;
}

static int eigen(const struct rg_problem *p, const struct rg_space *space)
{
    const int n = (int)p->a->rows, lead = (int)p->a->lead;
    int info;
    dsyevd_(p->u ? "V" : "N", "L", &n, p->a->values, &lead, p->values, space->reals,
            &space->n_reals, space->integers, &space->n_integers, &info, 1, 1);
    if (p->u && space->n_reals >= 0)
        rg_matrix_copy(p->a, p->u);
    return info;
}

static int factorise(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols, lead = (int)p->a->lead;
    int info;
    dgeqrf_(&rows, &cols, p->a->values, &lead, p->tau, space->reals, &space->n_reals, &info);
    return info;
}

static int form(const struct rg_problem *p, const struct rg_space *space)
{
    const int rows = (int)p->a->rows, cols = (int)p->a->cols, lead = (int)p->a->lead;
    int info;
    dorgqr_(&rows, &cols, &cols, p->a->values, &lead, p->tau, space->reals, &space->n_reals, &info);
    return info;
}

const struct rg_solver rg_solver_alone = {.check = check,
                                          .svd = {"DGESDD", svd},
                                          .eigen = {"DSYEVD", eigen},
                                          .factorise = {"DGEQRF", factorise},
                                          .form = {"DORGQR", form}};
