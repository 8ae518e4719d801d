/* s and d from the course of the whole map: rg_identify_course of identify.h. Balanced weights (lambda = 0)
 * have W2 W2^T = M = (W W^T)^(1/2) and W1^T W1 = N = (W^T W)^(1/2), so that in units of tau
 * dW/dt = M (Syx - W Sxx) + (Syx - W Sxx) N. Where W ends at Syx Sxx^-1, in the axes of its end and with
 * E = diag(a) - W, X' = diag(d) is all that is unknown, and it enters linearly:
 * dW_kl/dt = (M E)_kl d_l + sum_j E_kj d_j N_jl. Both sides integrated from record to record, the right one
 * by the cubic through four records, give a least-squares problem; no alignment of the start is asked for.
 * Known limit: steps of gradient descent leave an error of about learning rate times s.                */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/identify.h"
#include "train/linear/svd.h"
#include "train/num/lapack.h"

enum { NODES = 4, RECORDS_MIN = 4 };
static const double MISFIT = 0.1;    /* of its equation, relative: s is off by about as much */
static const double LEAP = 0.5;      /* of a mode's whole way, in one step from record to record */
static const double REST_FROM = 0.8; /* of the time: from here on a mode must rest */
static const double REST = 0.01;     /* of its whole way: no more is left to go */

bool rg_identify_rests(int64_t n, const double *times, const double *strengths, double end)
{
    double low = end, high = end, left = 0;
    for (int64_t i = 0; i < n; i++) {
        low = fmin(low, strengths[i]);
        high = fmax(high, strengths[i]);
        const bool late = i + 1 == n || times[i + 1] >= REST_FROM * times[n - 1];
        if (late)
            left = fmax(left, fabs(strengths[i] - end));
    }
    return n > 1 && high > low && left <= REST * (high - low);
}

void rg_mode_strengths(int64_t n_modes, int64_t n_out, int64_t n_in, const double *W,
                       const double *u, const double *vt, double *strengths)
{
    for (int64_t k = 0; k < n_modes; k++) {
        strengths[k] = 0;
        for (int64_t o = 0; o < n_out; o++)
            strengths[k] +=
                u[o * n_out + k] * cblas_ddot((int)n_in, W + o * n_in, 1, vt + k * n_in, 1);
    }
}

/* ---- the terms of a record --------------------------------------------------------------------------- */

struct terms { /* [n_modes][n_modes] each */
    double *X, *E, *N, *ME;
};

struct regression {
    const struct rg_course *course;
    struct rg_svd svd; /* [n_out][n_in] */
    double *scratch;   /* [3][n_out or n_in, the larger]^2 */
    double *terms;     /* [n_records][4][n_modes][n_modes] */
    int64_t *told;     /* [n_told] the modes that are asked for */
    int64_t n_told;
    double *rows, *left;      /* [n_told^2][n_told], [n_told^2] of one step */
    double *normal, *unknown; /* [n_told][n_told], [n_told] */
};

static struct terms terms_of(const struct regression *r, int64_t record)
{
    const int64_t n = r->course->n_modes * r->course->n_modes;
    double *first = r->terms + 4 * n * record;
    return (struct terms){first, first + n, first + 2 * n, first + 3 * n};
}

/* c[m][n] = a b, a transposed from [k][m] where it says so */
static void multiply(enum CBLAS_TRANSPOSE op, int64_t m, int64_t n, int64_t k, const double *a,
                     const double *b, double *c)
{
    cblas_dgemm(CblasRowMajor, op, CblasNoTrans, (int)m, (int)n, (int)k, 1, a,
                op == CblasTrans ? (int)m : (int)k, b, (int)n, 0, c, (int)n);
}

static void scale_rows(int64_t n, int64_t n_cols, const double *by, const double *a, double *out)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n_cols; j++)
            out[i * n_cols + j] = by[i] * a[i * n_cols + j];
}

static void cut(int64_t n, int64_t n_cols, const double *whole, double *corner)
{
    for (int64_t i = 0; i < n; i++)
        memcpy(corner + i * n, whole + i * n_cols, (size_t)n * sizeof *corner);
}

/* The map in the axes of its end goes to svd.a, and what it lacks to `lack`. */
static void turn(const struct regression *r, int64_t record, double *lack)
{
    const struct rg_course *c = r->course;
    const int64_t n_out = c->n_out, n_in = c->n_in;
    double *part = r->scratch;
    multiply(CblasTrans, n_out, n_in, n_out, c->u, c->W + record * n_out * n_in, part);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n_out, (int)n_in, (int)n_in, 1, part,
                (int)n_in, c->vt, (int)n_in, 0, r->svd.a, (int)n_in);
    for (int64_t i = 0; i < n_out * n_in; i++)
        lack[i] = -r->svd.a[i];
    for (int64_t k = 0; k < c->n_modes; k++)
        lack[k * n_in + k] += c->a[k];
}

static enum rg_status find_terms(struct regression *r, int64_t record, bool *failed)
{
    const struct rg_course *c = r->course;
    const int64_t n_out = c->n_out, n_in = c->n_in, n = c->n_modes;
    const int64_t least = n_out < n_in ? n_out : n_in, most = n_out + n_in - least;
    const struct terms t = terms_of(r, record);
    double *part = r->scratch, *lack = part + most * most, *whole = lack + most * most;
    turn(r, record, lack);
    cut(n, n_in, r->svd.a, t.X);
    cut(n, n_in, lack, t.E);
    RG_TRY(rg_svd(&r->svd, failed));
    if (*failed)
        return RG_OK;
    multiply(CblasTrans, n_out, n_in, n_out, r->svd.u, lack, part);
    scale_rows(least, n_in, r->svd.s, part, part);
    memset(part + least * n_in, 0, (size_t)((n_out - least) * n_in) * sizeof *part);
    multiply(CblasNoTrans, n_out, n_in, n_out, r->svd.u, part, whole);
    cut(n, n_in, whole, t.ME);
    scale_rows(least, n_in, r->svd.s, r->svd.vt, part);
    multiply(CblasTrans, n_in, n_in, least, r->svd.vt, part, whole);
    cut(n, n_in, whole, t.N);
    return RG_OK;
}

/* ---- the equations of a step ------------------------------------------------------------------------- */

/* Weights of the values at the nodes in the integral over a step of the polynomial through them. */
static void quadrature(int n, const double *x, double from, double to, double *weights)
{
    const double half = (to - from) / 2, abscissa = 1 / sqrt(3); /* Gauss, exact for a cubic */
    for (int i = 0; i < n; i++) {
        weights[i] = 0;
        for (int side = -1; side <= 1; side += 2) {
            const double at = from + half * (1 + side * abscissa);
            double value = half;
            for (int j = 0; j < n; j++)
                value *= j == i ? 1 : (at - x[j]) / (x[i] - x[j]);
            weights[i] += value;
        }
    }
}

/* Equation (k, l), relative to the strengths: rows of the told d, and the left side. */
static void add_node(const struct regression *r, double weight, const struct terms *t)
{
    const int64_t n = r->course->n_modes, m = r->n_told;
    for (int64_t k = 0; k < m; k++)
        for (int64_t l = 0; l < m; l++) {
            const int64_t row = r->told[k], col = r->told[l];
            const double scale = weight / sqrt(r->course->a[row] * r->course->a[col]);
            double *out = r->rows + (k * m + l) * m;
            for (int64_t j = 0; j < m; j++)
                out[j] += scale * t->E[row * n + r->told[j]] * t->N[r->told[j] * n + col];
            out[l] += scale * t->ME[row * n + col];
        }
}

static void set_step(const struct regression *r, int64_t step)
{
    const double *times = r->course->times;
    const int64_t n = r->course->n_modes, m = r->n_told, n_records = r->course->n_records;
    const int64_t first = step > 0 ? step - 1 : 0;
    const int nodes = (int)(first + NODES > n_records || step == 0 ? NODES - 1 : NODES);
    double weights[NODES];
    quadrature(nodes, times + first, times[step], times[step + 1], weights);
    memset(r->rows, 0, (size_t)(m * m * m) * sizeof *r->rows);
    for (int i = 0; i < nodes; i++) {
        const struct terms t = terms_of(r, first + i);
        add_node(r, weights[i], &t);
    }
    const struct terms from = terms_of(r, step), to = terms_of(r, step + 1);
    for (int64_t k = 0; k < m; k++)
        for (int64_t l = 0; l < m; l++) {
            const int64_t row = r->told[k], col = r->told[l];
            r->left[k * m + l] = (to.X[row * n + col] - from.X[row * n + col]) /
                                 sqrt(r->course->a[row] * r->course->a[col]);
        }
}

/* ---- solution ---------------------------------------------------------------------------------------- */

static enum rg_status solve(const struct regression *r, bool *failed)
{
    const int m = (int)r->n_told, one = 1;
    int info = 0;
    for (int64_t step = 0; step + 1 < r->course->n_records; step++) {
        set_step(r, step);
        cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, m, m * m, 1, r->rows, m, 1, r->normal,
                    m);
        cblas_dgemv(CblasRowMajor, CblasTrans, m * m, m, 1, r->rows, m, r->left, 1, 1, r->unknown,
                    1);
    }
    dposv_("L", &m, &one, r->normal, &m, r->unknown, &m, &info, 1); /* by columns: the lower one */
    RG_TRY(rg_lapack_info("DPOSV", info));
    *failed = info > 0;
    return RG_OK;
}

/* Tells the modes whose own equation is met, and whose way no single step makes up. */
static enum rg_status tell(const struct regression *r, struct rg_estimate *estimates)
{
    const int64_t m = r->n_told;
    double *sums;
    RG_TRY(rg_alloc(&sums, (size_t)(4 * m), sizeof *sums));
    double *misfit = sums, *square = sums + m, *way = square + m, *leap = way + m;
    for (int64_t step = 0; step + 1 < r->course->n_records; step++) {
        set_step(r, step);
        for (int64_t k = 0; k < m; k++) {
            const int64_t row = k * m + k;
            const double change = r->left[row];
            misfit[k] += pow(cblas_ddot((int)m, r->rows + row * m, 1, r->unknown, 1) - change, 2);
            square[k] += change * change;
            way[k] += fabs(change);
            leap[k] = fmax(leap[k], fabs(change));
        }
    }
    for (int64_t k = 0; k < m; k++) {
        const double d = r->unknown[k];
        if (d > 0 && misfit[k] < MISFIT * MISFIT * square[k] && leap[k] < LEAP * way[k])
            estimates[r->told[k]] = (struct rg_estimate){d * r->course->a[r->told[k]], d};
    }
    rg_free(&sums);
    return RG_OK;
}

static enum rg_status prepare(struct regression *r)
{
    const struct rg_course *c = r->course;
    const size_t n = (size_t)c->n_modes, most = (size_t)(c->n_out > c->n_in ? c->n_out : c->n_in);
    RG_TRY(rg_alloc(&r->told, n, sizeof *r->told));
    for (int64_t k = 0; k < c->n_modes; k++)
        if (c->told[k])
            r->told[r->n_told++] = k;
    const size_t m = (size_t)r->n_told;
    RG_TRY(rg_svd_init(c->n_out, c->n_in, &r->svd));
    RG_TRY(rg_alloc(&r->scratch, 3 * most * most, sizeof *r->scratch));
    RG_TRY(rg_alloc(&r->terms, 4 * n * n * (size_t)c->n_records, sizeof *r->terms));
    RG_TRY(rg_alloc(&r->rows, m * m * (m + 1), sizeof *r->rows));
    RG_TRY(rg_alloc(&r->normal, m * (m + 1), sizeof *r->normal));
    r->left = r->rows + m * m * m;
    r->unknown = r->normal + m * m;
    return RG_OK;
}

static enum rg_status regress(struct regression *r, struct rg_estimate *estimates)
{
    bool failed = false;
    RG_TRY(prepare(r));
    if (r->n_told == 0)
        return RG_OK;
    for (int64_t i = 0; i < r->course->n_records && !failed; i++)
        RG_TRY(find_terms(r, i, &failed));
    if (!failed)
        RG_TRY(solve(r, &failed));
    if (!failed)
        RG_TRY(tell(r, estimates));
    return RG_OK;
}

enum rg_status rg_identify_course(const struct rg_course *course, struct rg_estimate *estimates)
{
    struct regression r = {.course = course};
    for (int64_t k = 0; k < course->n_modes; k++)
        estimates[k] = (struct rg_estimate){NAN, NAN};
    if (course->n_records < RECORDS_MIN)
        return RG_OK;
    enum rg_status status = regress(&r, estimates);
    rg_svd_free(&r.svd);
    rg_free(&r.scratch);
    rg_free(&r.terms);
    rg_free(&r.told);
    rg_free(&r.rows);
    rg_free(&r.normal);
    RG_TRY(status);
    return RG_OK;
}
