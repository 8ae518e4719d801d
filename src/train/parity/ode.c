/* Equations of motion and their start -> the course: CVODE's BDF, Newton steps on its own Jacobian. */
#include "train/parity/ode.h"

#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdbool.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

enum { MAX_STEPS = 100000 };
static const double RELATIVE = 1e-10;

struct solver {
    struct rg_ode ode;
    SUNContext context;
    N_Vector state, negligible;
    SUNMatrix jacobian;
    SUNLinearSolver linear;
    void *cvode;
};

static int flow(sunrealtype t, N_Vector state, N_Vector slope, void *context)
{
    const struct rg_ode *ode = context;
    (void)t;
    ode->flow(N_VGetArrayPointer(state), N_VGetArrayPointer(slope), ode->context);
    return 0;
}

static enum rg_status solver_allocate(struct solver *s)
{
    const int n = s->ode.n;
    RG_REQUIRE(SUNContext_Create(NULL, &s->context) == 0, RG_ERROR_SYSTEM, "no SUNDIALS context");
    s->state = N_VNew_Serial(n, s->context);
    s->negligible = N_VNew_Serial(n, s->context);
    s->jacobian = SUNDenseMatrix(n, n, s->context);
    s->cvode = CVodeCreate(CV_BDF, s->context);
    RG_REQUIRE(s->state && s->negligible && s->jacobian && s->cvode, RG_ERROR_SYSTEM,
               "no memory for CVODE");
    s->linear = SUNLinSol_Dense(s->state, s->jacobian, s->context);
    RG_REQUIRE(s->linear, RG_ERROR_SYSTEM, "no memory for CVODE");
    return RG_OK;
}

static enum rg_status solver_start(struct solver *s)
{
    const size_t size = (size_t)s->ode.n * sizeof(double);
    memcpy(N_VGetArrayPointer(s->state), s->ode.start, size);
    memcpy(N_VGetArrayPointer(s->negligible), s->ode.negligible, size);
    RG_REQUIRE(CVodeInit(s->cvode, flow, 0, s->state) == CV_SUCCESS &&
                   CVodeSetErrFile(s->cvode, NULL) == CV_SUCCESS && /* the course says it */
                   CVodeSVtolerances(s->cvode, RELATIVE, s->negligible) == CV_SUCCESS &&
                   CVodeSetLinearSolver(s->cvode, s->linear, s->jacobian) == CV_SUCCESS &&
                   CVodeSetUserData(s->cvode, &s->ode) == CV_SUCCESS &&
                   CVodeSetMaxNumSteps(s->cvode, MAX_STEPS) == CV_SUCCESS,
               RG_ERROR_SYSTEM, "CVODE cannot be set up");
    return RG_OK;
}

static void solver_free(struct solver *s)
{
    CVodeFree(&s->cvode);
    SUNLinSolFree(s->linear);
    SUNMatDestroy(s->jacobian);
    N_VDestroy(s->negligible);
    N_VDestroy(s->state);
    SUNContext_Free(&s->context);
}

static void solver_run(struct solver *s, int n_times, const double *times, double *first)
{
    const double *u = N_VGetArrayPointer(s->state);
    bool going = true;
    for (int i = 0; i < n_times; i++) {
        sunrealtype reached;
        if (times[i] > 0 && going)
            going = CVode(s->cvode, times[i], s->state, &reached, CV_NORMAL) >= 0;
        first[i] = going ? u[0] : NAN;
    }
}

enum rg_status rg_ode_course(const struct rg_ode *ode, int n_times, const double *times,
                             double *first)
{
    struct solver solver = {.ode = *ode};
    enum rg_status status = solver_allocate(&solver);
    if (status == RG_OK)
        status = solver_start(&solver);
    if (status == RG_OK)
        solver_run(&solver, n_times, times, first);
    solver_free(&solver);
    RG_TRY(status);
    return RG_OK;
}
