/* Singular values, eigenvalues and orthogonal factors, with the signs that the routines leave open set to
 * one convention. A matrix that is not finite is sent to no routine: it fails at once.                */
#include <assert.h>
#include <limits.h>
#include <math.h>

#include "regime/memory.h"
#include "train/dist/element.h"
#include "train/dist/grid.h"
#include "train/dist/solver.h"

/* ---- calling a routine --------------------------------------------------------------------------- */

static const struct rg_solver *solver(const struct rg_matrix *a)
{
    return rg_team_alone(a->team) ? &rg_solver_alone : &rg_solver_grid;
}

static enum rg_status make_space(const char *name, double n_reals, int n_integers,
                                 struct rg_space *space)
{
    RG_REQUIRE(n_reals <= INT_MAX, RG_ERROR_SYSTEM, "%s: too large a matrix for its work space",
               name);
    space->n_reals = (int)ceil(n_reals);
    space->n_integers = n_integers;
    RG_TRY(rg_alloc(&space->reals, (size_t)space->n_reals, sizeof(double)));
    RG_TRY(rg_alloc(&space->integers, (size_t)n_integers, sizeof(int)));
    return RG_OK;
}

static void free_space(struct rg_space *space)
{
    rg_free(&space->reals);
    rg_free(&space->integers);
}

/* How much space the routine wants. */
static enum rg_status ask(const struct rg_routine *routine, const struct rg_problem *problem,
                          struct rg_space *space)
{
    double n_reals = 0;
    int n_integers = 0;
    const struct rg_space question = {&n_reals, &n_integers, -1, -1};
    RG_TRY(solver(problem->a)->check(routine, routine->solve(problem, &question)));
    RG_TRY(make_space(routine->name, n_reals, n_integers, space));
    return RG_OK;
}

static enum rg_status call(const struct rg_routine *routine, const struct rg_problem *problem,
                           bool *failed)
{
    const struct rg_team *team = problem->a->team;
    struct rg_space space = {0};
    int info = 0;
    enum rg_status code = rg_team_agree(team, ask(routine, problem, &space));
    if (code == RG_OK) {
        info = routine->solve(problem, &space);
        code = rg_team_agree(team, solver(problem->a)->check(routine, info));
    }
    free_space(&space);
    RG_TRY(code);
    double n_failed = info > 0;
    rg_team_sum(team, 1, &n_failed);
    *failed = n_failed > 0;
    return RG_OK;
}

static bool is_finite(const struct rg_matrix *a)
{
    double n_bad = 0;
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            n_bad += !isfinite(rg_element(a, r, c));
    rg_team_sum(a->team, 1, &n_bad);
    return n_bad == 0;
}

/* ---- signs --------------------------------------------------------------------------------------- */

/* least[cols] = -max over i of |u[i][j]| */
static void find_largest(const struct rg_matrix *u, double *least)
{
    for (int64_t j = 0; j < u->cols; j++)
        least[j] = 0;
    for (int64_t c = 0; c < u->local_cols; c++) {
        const int64_t j = rg_global_index(u->team, RG_COLS, c);
        for (int64_t r = 0; r < u->local_rows; r++)
            least[j] = fmin(least[j], -fabs(rg_element(u, r, c)));
    }
    rg_team_min(u->team, u->cols, least);
}

/* places[j] = 2 i for the first of column j's largest elements, and 1 more if it is negative. */
static void find_first(const struct rg_matrix *u, const double *least, double *places)
{
    const double nearly = 1 - 1e-6; /* rounding decides no tie */
    for (int64_t j = 0; j < u->cols; j++)
        places[j] = INFINITY;
    for (int64_t c = 0; c < u->local_cols; c++) {
        const int64_t j = rg_global_index(u->team, RG_COLS, c);
        int64_t r = 0;
        while (r < u->local_rows && fabs(rg_element(u, r, c)) < -nearly * least[j])
            r++;
        if (r < u->local_rows)
            places[j] =
                2 * (double)rg_global_index(u->team, RG_ROWS, r) + (rg_element(u, r, c) < 0);
    }
    rg_team_min(u->team, u->cols, places);
}

/* Turns u's columns by the convention, and with them the rows of v_t unless it is NULL. */
static enum rg_status fix_signs(struct rg_matrix *u, struct rg_matrix *v_t)
{
    double *least = NULL;
    RG_TRY(rg_team_alloc(u->team, &least, 2 * (size_t)u->cols, sizeof *least));
    double *signs = least + u->cols;
    find_largest(u, least);
    find_first(u, least, signs);
    for (int64_t j = 0; j < u->cols; j++)
        signs[j] = fmod(signs[j], 2) == 1 ? -1 : 1;
    rg_matrix_scale_cols(signs, u);
    if (v_t)
        rg_matrix_scale_rows(signs, v_t);
    rg_free(&least);
    return RG_OK;
}

/* ---- decompositions ------------------------------------------------------------------------------ */

/* PDGESVD forgets that the iteration on the bidiagonal matrix has not converged: what it then returns are
 * orthogonal vectors of another matrix. A vector goes both ways. `ends` and `middle` have one column. */
struct probe {
    struct rg_matrix ends[2], middle; /* x [cols], a x [rows]; [min] */
    double norm;                      /* |a|_F */
};

static void probe_free(struct probe *probe)
{
    rg_matrix_free(&probe->ends[0]);
    rg_matrix_free(&probe->ends[1]);
    rg_matrix_free(&probe->middle);
}

static enum rg_status probe_start(const struct rg_matrix *a, struct probe *probe)
{
    const int64_t n = a->rows < a->cols ? a->rows : a->cols;
    enum rg_status code = rg_matrix_init(&probe->ends[0], a->team, a->number, a->cols, 1);
    if (code == RG_OK)
        code = rg_matrix_init(&probe->ends[1], a->team, a->number, a->rows, 1);
    if (code == RG_OK)
        code = rg_matrix_init(&probe->middle, a->team, a->number, n, 1);
    RG_TRY(rg_team_agree(a->team, code));
    rg_matrix_fill_normal(&probe->ends[0], 0, 0, 1);
    rg_matrix_multiply(1, RG_PLAIN, a, RG_PLAIN, &probe->ends[0], 0, &probe->ends[1]);
    probe->norm = sqrt(rg_matrix_dot(a, a));
    return RG_OK;
}

/* |(a - u diag(s) v_t) x| is about the norm of the difference. */
static bool probe_fits(struct probe *probe, const double *s, const struct rg_matrix *u,
                       const struct rg_matrix *v_t)
{
    const double rounding = 1e-10;
    struct rg_matrix *rest = &probe->ends[1];
    rg_matrix_multiply(1, RG_PLAIN, v_t, RG_PLAIN, &probe->ends[0], 0, &probe->middle);
    rg_matrix_scale_rows(s, &probe->middle);
    rg_matrix_multiply(-1, RG_PLAIN, u, RG_PLAIN, &probe->middle, 1, rest);
    return sqrt(rg_matrix_dot(rest, rest)) <= rounding * probe->norm; /* NaN does not */
}

static enum rg_status svd_with_vectors(const struct rg_problem *problem, bool *failed)
{
    struct rg_matrix *a = problem->a, *u = problem->u, *v_t = problem->v_t;
    struct probe probe = {0};
    enum rg_status code = probe_start(a, &probe);
    if (code == RG_OK)
        code = call(&solver(a)->svd, problem, failed);
    if (code == RG_OK) {
        rg_team_share(a->team, u->cols, problem->values);
        *failed = *failed || !probe_fits(&probe, problem->values, u, v_t);
    }
    probe_free(&probe);
    return code != RG_OK || *failed ? code : fix_signs(u, v_t);
}

enum rg_status rg_matrix_svd(struct rg_matrix *a, double *s, struct rg_matrix *u,
                             struct rg_matrix *v_t, bool *failed)
{
    assert(a->number == RG_NUMBER_F8 && !u == !v_t);
    const struct rg_problem problem = {.a = a, .u = u, .v_t = v_t, .values = s};
    *failed = !is_finite(a);
    if (*failed)
        return RG_OK;
    if (u)
        return svd_with_vectors(&problem, failed);
    RG_TRY(call(&solver(a)->svd, &problem, failed));
    rg_team_share(a->team, a->rows < a->cols ? a->rows : a->cols, s);
    return RG_OK;
}

/* -a has a's vectors, and its values ascend where a's descend. */
static enum rg_status descend(struct rg_matrix *a, double *w, struct rg_matrix *v, bool *failed)
{
    const struct rg_problem problem = {.a = a, .u = v, .values = w};
    rg_matrix_scale(-1, a);
    RG_TRY(call(&solver(a)->eigen, &problem, failed));
    for (int64_t i = 0; i < a->rows; i++)
        w[i] = -w[i];
    rg_team_share(a->team, a->rows, w);
    return *failed || !v ? RG_OK : fix_signs(v, NULL);
}

/* ScaLAPACK has no values without vectors. */
static enum rg_status descend_values(struct rg_matrix *a, double *w, bool *failed)
{
    struct rg_matrix v = {0};
    enum rg_status code = rg_matrix_init(&v, a->team, a->number, a->rows, a->cols);
    code = rg_team_agree(a->team, code);
    if (code == RG_OK)
        code = descend(a, w, &v, failed);
    rg_matrix_free(&v);
    return code;
}

enum rg_status rg_matrix_eigen(struct rg_matrix *a, double *w, struct rg_matrix *v, bool *failed)
{
    assert(a->number == RG_NUMBER_F8 && a->rows == a->cols);
    *failed = !is_finite(a);
    if (*failed)
        return RG_OK;
    return v || rg_team_alone(a->team) ? descend(a, w, v, failed) : descend_values(a, w, failed);
}

/* ---- orthogonal factor --------------------------------------------------------------------------- */

/* signs[j] = -1 where r[j][j] < 0, else 1; r is what factorise left in a. */
static void find_signs(const struct rg_matrix *a, double *signs)
{
    for (int64_t j = 0; j < a->cols; j++)
        signs[j] = 0;
    for (int64_t c = 0; c < a->local_cols; c++) {
        const int64_t j = rg_global_index(a->team, RG_COLS, c);
        for (int64_t r = 0; r < a->local_rows; r++)
            if (rg_global_index(a->team, RG_ROWS, r) == j)
                signs[j] = rg_element(a, r, c) < 0;
    }
    rg_team_sum(a->team, a->cols, signs);
    for (int64_t j = 0; j < a->cols; j++)
        signs[j] = 1 - 2 * signs[j];
}

static enum rg_status factorise(struct rg_matrix *a, struct rg_matrix *q, double *tau,
                                double *signs, bool *failed)
{
    RG_TRY(call(&solver(a)->factorise, &(struct rg_problem){.a = a, .tau = tau}, failed));
    find_signs(a, signs);
    rg_matrix_copy(a, q);
    RG_TRY(call(&solver(a)->form, &(struct rg_problem){.a = q, .tau = tau}, failed));
    rg_matrix_scale_cols(signs, q);
    return RG_OK;
}

enum rg_status rg_matrix_orthogonalise(struct rg_matrix *a, struct rg_matrix *q, bool *failed)
{
    assert(a->number == RG_NUMBER_F8 && a->rows >= a->cols);
    double *tau = NULL;
    *failed = !is_finite(a);
    if (*failed)
        return RG_OK;
    RG_TRY(rg_team_alloc(a->team, &tau, (size_t)(a->local_cols + a->cols), sizeof *tau));
    enum rg_status code = factorise(a, q, tau, tau + a->local_cols, failed);
    rg_free(&tau);
    return code;
}

/* a = q r: each reflector in q turns the sign, and so does each negative element of r's diagonal. */
static enum rg_status count_turns(struct rg_matrix *a, double *tau, double *signs, double *n_turns,
                                  bool *failed)
{
    RG_TRY(call(&solver(a)->factorise, &(struct rg_problem){.a = a, .tau = tau}, failed));
    find_signs(a, signs);
    *n_turns = 0;
    if (a->team->at[RG_ROWS] == 0) /* every row of the grid has the scalars of its columns */
        for (int64_t c = 0; c < a->local_cols; c++)
            *n_turns += tau[c] != 0;
    rg_team_sum(a->team, 1, n_turns);
    for (int64_t j = 0; j < a->cols; j++)
        *n_turns += signs[j] < 0;
    return RG_OK;
}

enum rg_status rg_matrix_determinant_sign(struct rg_matrix *a, int *sign, bool *failed)
{
    assert(a->number == RG_NUMBER_F8 && a->rows == a->cols);
    double *tau = NULL, n_turns = 0;
    *failed = !is_finite(a);
    if (*failed)
        return RG_OK;
    RG_TRY(rg_team_alloc(a->team, &tau, (size_t)(a->local_cols + a->cols), sizeof *tau));
    enum rg_status code = count_turns(a, tau, tau + a->local_cols, &n_turns, failed);
    *sign = fmod(n_turns, 2) == 0 ? 1 : -1;
    rg_free(&tau);
    return code;
}
