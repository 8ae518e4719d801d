/* Two strings at the start of training -> the distance of their hidden states later on.
 *
 * The equations of motion (eq 4) are integrated in X, Y / X and W / X: with r = Y / X and s = W / X
 *
 *   X' = -s X / (2 tau_h)
 *   r' = -s X / (2 n tau_y)
 *   s' = -(3 s X - r X + D2) / (4 n tau_y) + s (s - r) / (4 tau_h)
 *
 * so that nothing is divided by a distance that vanishes. Agreeing strings have s = r for ever; that line
 * is unstable, so it is kept by giving both the same slope. CVODE's BDF, Newton steps on its own Jacobian. */
#include "train/parity/theory.h"

#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

enum { DISTANCE, OUTPUT_RATIO, FORCE_RATIO, N_EQUATIONS };
enum { MAX_STEPS = 100000 };
static const double RELATIVE = 1e-10, NEGLIGIBLE = 1e-13;

/* ---- closed forms --------------------------------------------------------------------------------- */

static double stiffness(const struct rg_interaction *p)
{
    return p->n * p->tau_y / p->tau_h;
}

double rg_interaction_high(const struct rg_interaction *p)
{
    return p->x0 - stiffness(p) * p->y0 / p->x0;
}

double rg_interaction_low(const struct rg_interaction *p)
{
    return sqrt(stiffness(p) * p->d2);
}

double rg_interaction_end(const struct rg_interaction *p)
{
    const double high = rg_interaction_high(p), low = rg_interaction_low(p);
    const double root = sqrt(high * high / 4 + low * low);
    return high < 0 ? low * low / (root - high / 2) : high / 2 + root; /* nothing cancels */
}

bool rg_interaction_merges(const struct rg_interaction *p)
{
    return p->d2 == 0 && rg_interaction_high(p) < 0;
}

double rg_interaction_agreeing(const struct rg_interaction *p, double t)
{
    const double high = rg_interaction_high(p), rate = 1 / (2 * p->n * p->tau_y);
    const double gone = high == 0 ? rate * t : -expm1(-high * rate * t) / high;
    return p->x0 / (exp(-high * rate * t) + p->x0 * gone);
}

/* ---- eq 4 ----------------------------------------------------------------------------------------- */

static int flow(sunrealtype t, N_Vector state, N_Vector derivative, void *context)
{
    const struct rg_interaction *p = context;
    const double *u = N_VGetArrayPointer(state);
    const double x = u[DISTANCE], r = u[OUTPUT_RATIO], s = u[FORCE_RATIO];
    const double rate_h = 1 / p->tau_h, rate_y = 1 / (p->n * p->tau_y);
    double *slope = N_VGetArrayPointer(derivative);
    (void)t;
    slope[DISTANCE] = -s * x * rate_h / 2;
    slope[OUTPUT_RATIO] = -s * x * rate_y / 2;
    slope[FORCE_RATIO] = -(3 * s * x - r * x + p->d2) * rate_y / 4 + s * (s - r) * rate_h / 4;
    if (p->d2 == 0)
        slope[FORCE_RATIO] = slope[OUTPUT_RATIO];
    return 0;
}

struct solver {
    struct rg_interaction pair;
    SUNContext context;
    N_Vector state, negligible;
    SUNMatrix jacobian;
    SUNLinearSolver linear;
    void *cvode;
};

static enum rg_status solver_allocate(struct solver *s)
{
    RG_REQUIRE(SUNContext_Create(NULL, &s->context) == 0, RG_ERROR_SYSTEM, "no SUNDIALS context");
    s->state = N_VNew_Serial(N_EQUATIONS, s->context);
    s->negligible = N_VNew_Serial(N_EQUATIONS, s->context);
    s->jacobian = SUNDenseMatrix(N_EQUATIONS, N_EQUATIONS, s->context);
    s->cvode = CVodeCreate(CV_BDF, s->context);
    RG_REQUIRE(s->state && s->negligible && s->jacobian && s->cvode, RG_ERROR_SYSTEM,
               "no memory for CVODE");
    s->linear = SUNLinSol_Dense(s->state, s->jacobian, s->context);
    RG_REQUIRE(s->linear, RG_ERROR_SYSTEM, "no memory for CVODE");
    return RG_OK;
}

static enum rg_status solver_start(struct solver *s)
{
    const struct rg_interaction *p = &s->pair;
    const double scale = (p->y0 + p->d2) / p->x0;
    double *u = N_VGetArrayPointer(s->state), *negligible = N_VGetArrayPointer(s->negligible);
    u[DISTANCE] = p->x0;
    u[OUTPUT_RATIO] = p->y0 / p->x0;
    u[FORCE_RATIO] = p->d2 == 0 ? u[OUTPUT_RATIO] : p->w0 / p->x0;
    negligible[DISTANCE] = NEGLIGIBLE * p->x0;
    negligible[OUTPUT_RATIO] = negligible[FORCE_RATIO] = NEGLIGIBLE * scale;
    RG_REQUIRE(CVodeInit(s->cvode, flow, 0, s->state) == CV_SUCCESS &&
                   CVodeSetErrFile(s->cvode, NULL) == CV_SUCCESS && /* the course says it */
                   CVodeSVtolerances(s->cvode, RELATIVE, s->negligible) == CV_SUCCESS &&
                   CVodeSetLinearSolver(s->cvode, s->linear, s->jacobian) == CV_SUCCESS &&
                   CVodeSetUserData(s->cvode, &s->pair) == CV_SUCCESS &&
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

static void solver_run(struct solver *s, int n_times, const double *times, double *x)
{
    const double *u = N_VGetArrayPointer(s->state);
    bool going = true;
    for (int i = 0; i < n_times; i++) {
        sunrealtype reached;
        if (times[i] > 0 && going)
            going = CVode(s->cvode, times[i], s->state, &reached, CV_NORMAL) >= 0;
        x[i] = going ? u[DISTANCE] : NAN;
    }
}

enum rg_status rg_interaction_course(const struct rg_interaction *p, int n_times,
                                     const double *times, double *x)
{
    struct solver solver = {.pair = *p};
    enum rg_status status = solver_allocate(&solver);
    if (status == RG_OK)
        status = solver_start(&solver);
    if (status == RG_OK)
        solver_run(&solver, n_times, times, x);
    solver_free(&solver);
    RG_TRY(status);
    return RG_OK;
}
