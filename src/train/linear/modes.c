/* Strengths are one product with v and a sum along u. The theory of a mode needs Sxx v = v diag(d), weights
 * balanced and a map u diag(a) v^T at the start: then layers never leave these axes (Saxe, McClelland and
 * Ganguli 2013). One layer needs the first of these alone. With d instead of 1 two layers of any lambda obey
 * da/dt = (s - d a) sqrt(lambda^2 + 4 a^2): the white form with s/d for s and d t for t.             */
#include "train/linear/modes.h"

#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"
#include "train/linear/closed_forms.h"

enum { ALWAYS_TO = 100, DOUBLINGS_MAX = 200, HALVINGS = 60 };

struct rg_modes {
    const struct rg_linear_settings *settings;
    const struct rg_linear_task *task;
    int64_t n;
    enum rg_mode_theory theory;
    double lambda;
    double *start, *now, *target; /* [n] strengths; target s/d, 0 where there is nothing to learn */
    struct rg_matrix image;       /* [n_out][n] map v, in memory of the network */
    double *state;                /* [n + 2] times (-1: not yet), epoch, epoch of the next look */
};

enum { EPOCH, NEXT, N_COUNTERS }; /* behind the times */

static double *counter(const struct rg_modes *modes, int which)
{
    return &modes->state[modes->n + which];
}

/* ---- does a theory hold? ------------------------------------------------------------------------- */

/* Sxx v = v diag(d) */
static enum rg_status shares_axes(const struct rg_modes *modes, double tolerance, bool *shared)
{
    const struct rg_linear_task *task = modes->task;
    struct rg_matrix rest = {0}, scaled = {0};
    double square = 0;
    *shared = true;
    if (!task->variances)
        return RG_OK;
    enum rg_status code = rg_algebra_clone(&task->v, &rest);
    if (code == RG_OK)
        code = rg_algebra_clone(&task->v, &scaled);
    if (code == RG_OK) {
        rg_matrix_scale_cols(task->d, &rest);
        rg_matrix_scale_rows(task->variances, &scaled);
        rg_matrix_add(-1, &scaled, &rest);
        for (int64_t i = 0; i < task->v.rows; i++)
            square += task->variances[i] * task->variances[i];
        *shared = rg_linear_norm(&rest) <= tolerance * sqrt(square);
    }
    rg_matrix_free(&rest);
    rg_matrix_free(&scaled);
    return code;
}

/* map = u diag(start) v^T */
static enum rg_status lies_in_modes(const struct rg_modes *modes, const struct rg_matrix *map,
                                    double tolerance, bool *aligned)
{
    struct rg_matrix rest = {0}, scaled = {0};
    enum rg_status status = rg_algebra_clone(map, &rest);
    if (status == RG_OK)
        status = rg_algebra_clone(&modes->task->u, &scaled);
    if (status == RG_OK) {
        rg_matrix_scale_cols(modes->start, &scaled);
        rg_matrix_multiply(-1, RG_PLAIN, &scaled, RG_TRANSPOSED, &modes->task->v, 1, &rest);
        *aligned = rg_linear_norm(&rest) <= tolerance * rg_linear_norm(map);
    }
    rg_matrix_free(&rest);
    rg_matrix_free(&scaled);
    return status;
}

/* Strengths below 0; what rounding has put there becomes 0. */
static bool lift_signs(const struct rg_modes *modes, double tolerance)
{
    double largest = 0;
    bool below = false;
    for (int64_t k = 0; k < modes->n; k++)
        largest = fmax(largest, fabs(modes->start[k]));
    for (int64_t k = 0; k < modes->n; k++) {
        below = below || modes->start[k] < -tolerance * largest;
        modes->start[k] = fmax(0, modes->start[k]);
    }
    return below;
}

static enum rg_status find_theory(struct rg_modes *modes, const struct rg_balance *balance,
                                  const struct rg_matrix *map)
{
    const double tolerance = rg_linear_tolerance(map->number);
    const int64_t depth = modes->settings->depth;
    bool shared, aligned;
    RG_TRY(shares_axes(modes, tolerance, &shared));
    RG_TRY(lies_in_modes(modes, map, tolerance, &aligned));
    if (!shared)
        modes->theory = RG_THEORY_NOT_COMMUTING;
    else if (depth == 1)
        modes->theory = RG_THEORY_CLOSED;
    else if (!balance->holds)
        modes->theory = RG_THEORY_NOT_BALANCED;
    else if (!aligned)
        modes->theory = RG_THEORY_NOT_ALIGNED;
    else if (lift_signs(modes, tolerance))
        modes->theory = RG_THEORY_WRONG_SIGN;
    else
        modes->theory =
            rg_mode_solution(depth) == RG_SOLUTION_ODE ? RG_THEORY_ODE : RG_THEORY_CLOSED;
    return RG_OK;
}

enum rg_mode_theory rg_modes_theory(const struct rg_modes *modes)
{
    return modes->theory;
}

static bool holds(const struct rg_modes *modes)
{
    return modes->theory == RG_THEORY_CLOSED || modes->theory == RG_THEORY_ODE;
}

/* ---- life ---------------------------------------------------------------------------------------- */

static void find_targets(struct rg_modes *modes)
{
    const struct rg_linear_task *task = modes->task;
    for (int64_t k = 0; k < modes->n; k++)
        if (task->s[k] > 0 && task->d[k] > 0)
            modes->target[k] = task->s[k] / task->d[k];
}

static enum rg_status fill(struct rg_modes *modes, const struct rg_balance *balance,
                           const struct rg_matrix *map)
{
    const size_t n = (size_t)modes->n;
    double **const lists[] = {&modes->start, &modes->now, &modes->target};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        RG_TRY(rg_alloc(lists[i], n, sizeof **lists[i]));
    RG_TRY(rg_alloc(&modes->state, n + N_COUNTERS, sizeof *modes->state));
    for (size_t k = 0; k < n; k++)
        modes->state[k] = -1;
    find_targets(modes);
    rg_modes_strengths(modes, map);
    for (size_t k = 0; k < n; k++)
        modes->start[k] = modes->now[k];
    RG_TRY(find_theory(modes, balance, map));
    return RG_OK;
}

enum rg_status rg_modes_create(const struct rg_linear_settings *settings,
                               const struct rg_linear_task *task, const struct rg_balance *balance,
                               const struct rg_matrix *map, const struct rg_matrix *scratch,
                               struct rg_modes **out)
{
    struct rg_modes *modes;
    RG_TRY(rg_alloc(&modes, 1, sizeof *modes));
    *out = modes;
    modes->settings = settings;
    modes->task = task;
    modes->n = rg_linear_n_modes(settings);
    modes->lambda = balance->lambda;
    rg_matrix_first_columns(scratch, modes->n, &modes->image);
    RG_TRY(fill(modes, balance, map));
    return RG_OK;
}

void rg_modes_destroy(struct rg_modes **out)
{
    struct rg_modes *modes = *out;
    if (!modes)
        return;
    rg_free(&modes->start);
    rg_free(&modes->now);
    rg_free(&modes->target);
    rg_free(&modes->state);
    rg_free(out);
}

int64_t rg_modes_n_state(const struct rg_modes *modes)
{
    return modes->n + N_COUNTERS;
}

int64_t rg_modes_state_max(const struct rg_linear_settings *largest)
{
    return rg_linear_n_modes(largest) + N_COUNTERS;
}

double *rg_modes_state(struct rg_modes *modes)
{
    return modes->state;
}

/* ---- strengths and times ------------------------------------------------------------------------- */

const double *rg_modes_strengths(struct rg_modes *modes, const struct rg_matrix *map)
{
    rg_matrix_multiply(1, RG_PLAIN, map, RG_PLAIN, &modes->task->v, 0, &modes->image);
    rg_matrix_dot_cols(&modes->task->u, &modes->image, modes->now);
    return modes->now;
}

static bool is_learnt(const struct rg_modes *modes, int64_t k, const double *strengths)
{
    return modes->target[k] > 0 && strengths[k] >= modes->target[k] / 2;
}

/* Returns whether a mode is still to come. */
static bool look(struct rg_modes *modes, const double *strengths, double epoch)
{
    bool waiting = false;
    for (int64_t k = 0; k < modes->n; k++) {
        if (modes->state[k] < 0 && is_learnt(modes, k, strengths))
            modes->state[k] = epoch;
        waiting = waiting || (modes->target[k] > 0 && modes->state[k] < 0);
    }
    return waiting;
}

void rg_modes_watch(struct rg_modes *modes, const struct rg_matrix *map)
{
    double *epoch = counter(modes, EPOCH), *next = counter(modes, NEXT);
    if (*epoch >= *next) {
        const bool waiting = look(modes, rg_modes_strengths(modes, map), *epoch);
        *next = waiting ? *epoch + 1 + floor(*epoch / ALWAYS_TO) : INFINITY;
    }
    ++*epoch;
}

int64_t rg_modes_time(const struct rg_modes *modes, int64_t k, const double *strengths,
                      int64_t epoch)
{
    if (modes->state[k] < 0)
        return is_learnt(modes, k, strengths) ? epoch : -1;
    return (int64_t)modes->state[k];
}

/* ---- theory -------------------------------------------------------------------------------------- */

/* Where mode k is at t, in units of 1 / learning rate. */
static double strength_at(const struct rg_modes *modes, int64_t k, double t)
{
    const double s = modes->task->s[k], d = fmax(0, modes->task->d[k]), a0 = modes->start[k];
    if (modes->lambda != 0)
        return d == 0 ? a0 : rg_mode_lambda_at(modes->lambda, s / d, a0, d * t);
    return rg_mode_at((struct rg_mode){s, d, a0}, modes->settings->depth, t);
}

double rg_modes_predict(const struct rg_modes *modes, int64_t k, double epoch)
{
    return holds(modes) ? strength_at(modes, k, epoch * modes->settings->learning_rate) : NAN;
}

double rg_modes_deviation(const struct rg_modes *modes, const double *strengths, double epoch)
{
    double worst = NAN;
    for (int64_t k = 0; holds(modes) && k < modes->n; k++)
        if (modes->target[k] > 0)
            worst = fmax(worst,
                         fabs(strengths[k] - rg_modes_predict(modes, k, epoch)) / modes->target[k]);
    return worst;
}

/* Strengths below their target only rise: the time is bracketed, then halved. */
double rg_modes_time_theory(const struct rg_modes *modes, int64_t k)
{
    const double half = modes->target[k] / 2;
    double early = 0, late = 1;
    if (!holds(modes) || modes->target[k] == 0 || modes->settings->learning_rate == 0)
        return NAN;
    if (modes->start[k] >= half)
        return 0;
    for (int i = 0; i < DOUBLINGS_MAX && strength_at(modes, k, late) < half; i++)
        late *= 2;
    if (!(strength_at(modes, k, late) >= half))
        return NAN; /* a mode without a start */
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = (early + late) / 2;
        *(strength_at(modes, k, middle) < half ? &early : &late) = middle;
    }
    return late / modes->settings->learning_rate;
}
