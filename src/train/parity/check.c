/* Every claim that a certificate makes, each with its rounding error.
 *
 * A sum of k products, in any order and with or without fused operations, errs by at most g times the sum of their
 * absolute values, g = k u / (1 - k u); `unit` is such a g for sums longer than any here. What LAPACK
 * factors and solves is not trusted: the residual of its result is bounded instead (for the eigenvalues so
 * does S. M. Rump, Verification of positive definiteness, BIT 46, 2006). up() covers the roundings of short
 * expressions of positive numbers. All comparisons fail on NaN.                                     */
#include "train/parity/check.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/lapack.h"
#include "train/parity/motion.h"

struct rg_check {
    const struct rg_certificate *c;
    int n;
    double unit, unit_float;
    double weight;             /* Frobenius norm of W_h, at least */
    double *absolute;          /* [n][n] |W_h| */
    double *directions;        /* [n + 1][n] W_h, then the readout's difference */
    double *solved, *residual; /* [n + 1][n] */
    double *form, *factor;     /* [2 n][2 n] */
    double *reach;             /* [n + 1] */
    double *z, *error, *off;   /* [n] */
    double float_error;        /* of the states and readouts met so far */
    int32_t *depths;           /* [n_nodes] */
    struct rg_motion motion;
};

static double up(double x)
{
    return x * (1 + 1e-12) + 1e-280;
}

static double length(int64_t n, const double *x)
{
    return up(cblas_dnrm2((int)n, x, 1) * (1 + (double)(n + 8) * DBL_EPSILON));
}

static double unit_of(int n_terms, double roundoff)
{
    return up(n_terms * roundoff / (1 - n_terms * roundoff));
}

static enum rg_status allocate(struct rg_check *check)
{
    const size_t n = (size_t)check->n;
    const struct {
        double **at;
        size_t count;
    } arrays[] = {{&check->absolute, n * n},
                  {&check->directions, (n + 1) * n},
                  {&check->solved, (n + 1) * n},
                  {&check->residual, (n + 1) * n},
                  {&check->form, 4 * n * n},
                  {&check->factor, 4 * n * n},
                  {&check->reach, n + 1},
                  {&check->z, n},
                  {&check->error, n},
                  {&check->off, n}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        RG_TRY(rg_alloc(arrays[i].at, arrays[i].count, sizeof(double)));
    RG_TRY(rg_alloc(&check->depths, (size_t)check->c->n_nodes, sizeof *check->depths));
    return rg_motion_create(check->n, &check->motion);
}

enum rg_status rg_check_create(const struct rg_certificate *c, struct rg_check **out)
{
    const struct rg_weights *w = c->weights;
    const int n = w->n;
    RG_TRY(rg_alloc(out, 1, sizeof **out));
    struct rg_check *check = *out;
    check->c = c;
    check->n = n;
    check->unit = unit_of(4 * n + 64, DBL_EPSILON / 2);
    check->unit_float = unit_of(n + 8, (double)FLT_EPSILON / 2);
    RG_TRY(allocate(check));
    for (int i = 0; i < n * n; i++)
        check->absolute[i] = fabs(w->w_h[i]);
    memcpy(check->directions, w->w_h, (size_t)(n * n) * sizeof(double));
    for (int i = 0; i < n; i++)
        check->directions[n * n + i] = w->w_out[n + i] - w->w_out[i];
    check->weight = length((int64_t)n * n, w->w_h);
    return RG_OK;
}

void rg_check_destroy(struct rg_check **out)
{
    struct rg_check *check = *out;
    if (!check)
        return;
    double **const arrays[] = {
        &check->absolute, &check->directions, &check->solved, &check->residual, &check->form,
        &check->factor,   &check->reach,      &check->z,      &check->error,    &check->off};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        rg_free(arrays[i]);
    rg_free(&check->depths);
    rg_motion_free(&check->motion);
    rg_free(out);
}

static const double *norm_of(const struct rg_check *check, int node)
{
    return check->c->norms + (int64_t)node * check->n * check->n;
}

static double size_of(const struct rg_check *check, int node) /* of the norm: Frobenius */
{
    return length((int64_t)check->n * check->n, norm_of(check, node));
}

/* ---- eigenvalues ---------------------------------------------------------------------------------- */

/* Are the eigenvalues of a symmetric matrix at least `least`? Its upper triangle is a[n][n]'s to within `error` in
 * the 2-norm. a - shift = R^T R + E with every number of E at hand.                                 */
static bool is_above(struct rg_check *check, int n, double *a, double least, double error)
{
    const double size = length((int64_t)n * n, a);
    const double slack = 1e-9 * size + 2 * error, shift = least + slack;
    double *r = check->factor, residual = 0;
    int info;
    for (int i = 0; i < n; i++)
        a[i * (n + 1)] -= shift;
    for (int i = 0; i < n; i++) {
        memset(r + i * n, 0, (size_t)i * sizeof *r);
        memcpy(r + i * (n + 1), a + i * (n + 1), (size_t)(n - i) * sizeof *r);
    }
    dpotrf_("L", &n, r, &n, &info, 1); /* its lower triangle by columns is ours by rows */
    if (info != 0)
        return false;
    const double factor = length((int64_t)n * n, r);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, n, n, -1, r, n, 1, a, n);
    for (int i = 0; i < n; i++)
        residual = hypot(residual, length(n - i, a + i * (n + 1)));
    return up(2 * residual + 2 * check->unit * (size + shift + factor * factor) + error) <= slack;
}

static bool is_symmetric(int n, const double *a)
{
    bool symmetric = true;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            symmetric &= a[i * n + j] == a[j * n + i];
    return symmetric;
}

static bool is_norm(struct rg_check *check, int node)
{
    const double *norm = norm_of(check, node);
    memcpy(check->form, norm, (size_t)(check->n * check->n) * sizeof *norm);
    return is_symmetric(check->n, norm) && is_above(check, check->n, check->form, RG_NORM_LEAST, 0);
}

/* ---- parts ------------------------------------------------------------------------------------------ */

/* For any y, with r = w - P y: w^T P^-1 w = y^T w + y^T r + r^T P^-1 r. */
bool rg_check_reach(struct rg_check *check, int node, double *reach)
{
    const int n = check->n, n_directions = n + 1;
    const size_t bytes = (size_t)(n_directions * n) * sizeof(double);
    const double size = size_of(check, node), unit = check->unit;
    int info;
    if (!is_norm(check, node))
        return false;
    memcpy(check->form, norm_of(check, node), (size_t)(n * n) * sizeof(double));
    memcpy(check->solved, check->directions, bytes);
    memcpy(check->residual, check->directions, bytes);
    dposv_("L", &n, &n_directions, check->form, &n, check->solved, &n, &info, 1);
    if (info != 0)
        return false;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n_directions, n, n, -1, check->solved, n,
                norm_of(check, node), n, 1, check->residual, n);
    for (int i = 0; i < n_directions; i++) {
        const double *w = check->directions + i * n, *y = check->solved + i * n;
        const double of_w = length(n, w), of_y = length(n, y);
        const double r = up(length(n, check->residual + i * n) + 2 * unit * (of_w + size * of_y));
        const double square = fabs(cblas_ddot(n, y, 1, w, 1)) + unit * of_y * of_w + of_y * r;
        reach[i] = up(sqrt(up(square + r * r / RG_NORM_LEAST)));
    }
    reach[n] =
        up(reach[n] +
           unit * (length(n, check->c->weights->w_out) + length(n, check->c->weights->w_out + n)) /
               sqrt(RG_NORM_LEAST));
    return true;
}

/* error[i] = sum of the absolute values of what z_i is made of. */
static void add_up(const struct rg_check *check, const double *centre, int symbol, double *error)
{
    const struct rg_weights *w = check->c->weights;
    const int n = check->n;
    for (int i = 0; i < n; i++) {
        error[i] = fabs(w->w_in[i * w->n_symbols + symbol]) + fabs(w->b_in[i]) + fabs(w->b_h[i]);
        check->off[i] = fabs(centre[i]);
    }
    cblas_dgemv(CblasRowMajor, CblasNoTrans, n, n, 1, check->absolute, n, check->off, 1, 1, error,
                1);
}

/* Sums of n terms for n units, of these absolute values. */
static void meet_float_error(struct rg_check *check, double sums)
{
    const double error = up(check->unit_float * sums + check->n * (double)check->n * FLT_MIN);
    if (!(check->float_error >= error))
        check->float_error = error;
}

double rg_check_float_error(const struct rg_check *check)
{
    return check->float_error;
}

double rg_check_offset(struct rg_check *check, int node, int symbol, double *z, double *error)
{
    const struct rg_certificate *c = check->c;
    const int n = check->n, next = c->next[node * c->weights->n_symbols + symbol];
    const double *centre = c->centres + (int64_t)node * n, *to = c->centres + (int64_t)next * n;
    const double size = size_of(check, next), spread = c->radii[node] / sqrt(RG_NORM_LEAST);
    rg_weights_preactivate(c->weights, centre, symbol, z);
    add_up(check, centre, symbol, error);
    meet_float_error(check, length(n, error) + check->weight * spread);
    for (int i = 0; i < n; i++) {
        error[i] = up(check->unit * error[i]);
        check->off[i] = fmax(z[i], 0) - to[i];
    }
    const double far = length(n, check->off);
    cblas_dsymv(CblasRowMajor, CblasUpper, n, 1, norm_of(check, next), n, check->off, 1, 0,
                check->residual, 1);
    const double square = fabs(cblas_ddot(n, check->off, 1, check->residual, 1));
    const double doubt = length(n, error) + DBL_EPSILON * far + c->delta;
    return up(sqrt(up(square + 2 * check->unit * size * far * far)) + sqrt(size) * doubt);
}

/* gain P_s - motion, as a form in the differences and the switching units' outcomes, has no direction below 0. */
bool rg_check_gain(struct rg_check *check, int node, int symbol, const double *z)
{
    const struct rg_certificate *c = check->c;
    const int n = check->n, edge = node * c->weights->n_symbols + symbol, next = c->next[edge];
    const double *multipliers = c->multipliers + (int64_t)edge * n, gain = c->gains[edge];
    struct rg_motion *m = &check->motion;
    rg_motion_load(m, c->weights, z, c->switching + (int64_t)edge * n, multipliers,
                   norm_of(check, next));
    const int order = n + m->n_switching;
    double *form = check->form, multiplier = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            form[i * order + j] = gain * norm_of(check, node)[i * n + j] - m->square[i * n + j];
        for (int k = 0; k < m->n_switching; k++)
            form[i * order + n + k] = form[(n + k) * order + i] = -m->cross[k * n + i];
    }
    for (int k = 0; k < m->n_switching; k++) {
        memcpy(form + (n + k) * order + n, m->corner + k * m->n_switching,
               (size_t)m->n_switching * sizeof *form);
        multiplier = hypot(multiplier, multipliers[m->units[m->n_active + k]]);
        if (!(multipliers[m->units[m->n_active + k]] > 0))
            return false;
    }
    const double w = 1 + check->weight, size = size_of(check, next);
    const double error =
        4 * check->unit * (size * w * w + multiplier * w + gain * size_of(check, node));
    return is_above(check, order, form, 0, up(error));
}

double rg_check_margin(struct rg_check *check, int node)
{
    const struct rg_certificate *c = check->c;
    const struct rg_weights *w = c->weights;
    const double *centre = c->centres + (int64_t)node * check->n;
    const double y = rg_weights_output(w, centre), far = length(check->n, centre);
    const double spread = c->radii[node] / sqrt(RG_NORM_LEAST);
    double sums = 0;
    for (int o = 0; o < 2; o++)
        sums += fabs(w->b_out[o]) + length(check->n, w->w_out + o * check->n) * (far + spread);
    meet_float_error(check, sums);
    return (c->task->output[c->states[node]] == 1 ? y : -y) - up(2 * check->unit * sums);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

void rg_certificate_depths(const struct rg_certificate *c, int32_t *depths)
{
    const int n_symbols = c->weights->n_symbols;
    bool changed = true;
    for (int s = 0; s < c->n_nodes; s++)
        depths[s] = s == 0 ? 0 : -1;
    while (changed) {
        changed = false;
        for (int edge = 0; edge < c->n_nodes * n_symbols; edge++) {
            const int32_t before = depths[edge / n_symbols], to = c->next[edge];
            const int32_t depth = before < c->n_nodes ? before + 1 : before;
            if (before < 0 || depth <= depths[to])
                continue;
            depths[to] = depth;
            changed = true;
        }
    }
}

static bool follows_task(const struct rg_certificate *c, int node, int symbol)
{
    const int next = c->next[node * c->weights->n_symbols + symbol];
    return next >= 0 && next < c->n_nodes &&
           c->states[next] == c->task->next[c->states[node]][symbol];
}

static bool starts_rightly(const struct rg_check *check)
{
    const struct rg_certificate *c = check->c;
    bool right = c->states[0] == 0 && c->radii[0] >= 0 && c->delta >= 0;
    for (int i = 0; i < check->n; i++)
        right &= c->centres[i] == 1;
    return right;
}

/* check->reach is that of the node. */
static bool holds_on(struct rg_check *check, int node, int symbol)
{
    const struct rg_certificate *c = check->c;
    const int n = check->n, edge = node * c->weights->n_symbols + symbol;
    const double radius = c->radii[node];
    if (!follows_task(c, node, symbol))
        return false;
    const double off = rg_check_offset(check, node, symbol, check->z, check->error);
    for (int i = 0; i < n; i++)
        if (!c->switching[(int64_t)edge * n + i] &&
            !(fabs(check->z[i]) > up(radius * check->reach[i] + check->error[i])))
            return false;
    return c->radii[c->next[edge]] >= up(up(sqrt(up(c->gains[edge]))) * radius + off) &&
           rg_check_gain(check, node, symbol, check->z);
}

static bool holds_at(struct rg_check *check, int node, bool *right)
{
    const struct rg_certificate *c = check->c;
    if (!(c->radii[node] >= 0) || !rg_check_reach(check, node, check->reach))
        return false;
    const double wanted = up(c->radii[node] * check->reach[check->n] + c->delta);
    *right = rg_check_margin(check, node) > wanted;
    for (int symbol = 0; symbol < c->weights->n_symbols; symbol++)
        if (!holds_on(check, node, symbol))
            return false;
    return true;
}

enum rg_status rg_check_all(struct rg_check *check, const struct rg_tick *tick,
                            struct rg_checked *checked)
{
    const struct rg_certificate *c = check->c;
    *checked = (struct rg_checked){.holds = starts_rightly(check), .from = 1};
    check->float_error = 0;
    rg_certificate_depths(c, check->depths);
    for (int s = 0; s < c->n_nodes && checked->holds; s++) {
        bool right = false;
        checked->holds = holds_at(check, s, &right) && (right || check->depths[s] < c->n_nodes);
        if (!right && check->depths[s] >= checked->from)
            checked->from = check->depths[s] + 1;
        RG_TRY(rg_tick(tick));
    }
    checked->float_error = check->float_error;
    return RG_OK;
}
