/* ScaLAPACK's decompositions. */
#include <stdio.h>

#include "train/dist/grid.h"
#include "train/dist/scalapack.h"
#include "train/dist/solver.h"

static const int one = 1; /* where a matrix begins, as Fortran counts */

/* ---- illegal arguments --------------------------------------------------------------------------- */

/* In the place of the library's own, to which every routine tells its illegal arguments. That one only prints
 * them; and a routine that calls another without a look at its info goes on with wrong numbers.       */
static struct {
    char routine[16];
    int argument; /* 0: none was illegal */
} complaint;

void pxerbla_(const int *context, const char *routine, const int *argument, size_t length);
void pxerbla_(const int *context, const char *routine, const int *argument, size_t length)
{
    (void)context;
    snprintf(complaint.routine, sizeof complaint.routine, "%.*s", (int)length, routine);
    complaint.argument = *argument;
}

/* Entry j of argument i, a descriptor, is 100 i + j. */
static enum rg_status check(const struct rg_routine *routine, int info)
{
    (void)routine, (void)info;
    const int argument = complaint.argument;
    complaint.argument = 0;
    RG_REQUIRE(argument < 100, RG_ERROR_SYSTEM, "%s: illegal entry %d of argument %d, a descriptor",
               complaint.routine, argument % 100, argument / 100);
    RG_REQUIRE(argument == 0, RG_ERROR_SYSTEM, "%s: illegal argument %d", complaint.routine,
               argument);
    return RG_OK;
}

/* ---- decompositions ------------------------------------------------------------------------------ */

/* Does some rank hold no row and no column when the routine deals them one by one? It then finds its values by
 * another method, and the routine reports min(rows, cols) + 1: values that differ by rounding. Where
 * every rank holds some, such a difference makes the vectors worthless.                             */
static bool deals_nothing(const struct rg_matrix *a)
{
    return a->rows < a->team->size && a->cols < a->team->size;
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
    const int differs = (rows < cols ? rows : cols) + 1;
    return info == differs && deals_nothing(p->a) ? 0 : info;
}

/* Its answer on space forgets what two routines that it calls take, PDORMTR and PDLASRT. */
static int eigen(const struct rg_problem *p, const struct rg_space *space)
{
    const int n = (int)p->a->rows;
    const int64_t block = p->a->team->block;
    int info;
    pdsyevd_("V", "L", &n, p->a->values, &one, &one, p->a->descriptor, p->values, p->u->values,
             &one, &one, p->u->descriptor, space->reals, &space->n_reals, space->integers,
             &space->n_integers, &info, 1, 1);
    if (space->n_reals < 0)
        *space->reals += (double)(block * (2 * p->a->local_rows + p->a->local_cols + 3 * block));
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

const struct rg_solver rg_solver_grid = {.check = check,
                                         .svd = {"PDGESVD", svd},
                                         .eigen = {"PDSYEVD", eigen},
                                         .factorise = {"PDGEQRF", factorise},
                                         .form = {"PDORGQR", form}};
