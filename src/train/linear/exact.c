/* F = [[-lambda/2 I, Syx^T], [Syx, lambda/2 I]] has the eigenvalues +-sqrt(lambda^2/4 + s^2), whose vectors
 * mix a pair (v, u) of Syx's singular vectors, and +-lambda/2 for vectors without partner. With c = P^T Q0
 * in its eigenbasis P, and K = c_n c_p^{-1} of the n_hidden largest (p) and the other (n) eigenvalues x,
 *
 *   QQ^T = P g M^{-1} g^T P^T,  g_p = I, g_mi = K_mi e^{(x_m - x_i)t},
 *   M_ij = (c_p^{-T} c_p^{-1})_ij e^{-(x_i + x_j)t} + delta_ij phi(x_i)
 *          + sum_m K_mi K_mj e^{(2 max(x_m, 0) - x_i - x_j)t} phi(x_m),  phi(x) = (1 - e^{-2|x|t}) / 2|x|.
 *
 * No exponent is positive. M = Z^T Z of three stacked blocks is never formed: Z's triangular factor is
 * enough, and keeps twice the digits. Where Syx lacks rank the eigenvalue |lambda|/2 may lie on both sides
 * of the divide; its vectors are then turned so that c_p is as regular as it can be.                */
#include "train/linear/exact.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/svd.h"
#include "train/num/lapack.h"

static const double SADDLE = 1e-10; /* reciprocal condition of c_p: K has no digits left to trust */

struct rg_exact {
    int64_t n_in, n_out, h, n; /* h units in the hidden layer, n = n_in + n_out */
    int64_t rank, n_tied;      /* of Syx; directions with the eigenvalue |lambda|/2 */
    double lambda;
    enum rg_exact_state state;
    double *x;       /* [n] eigenvalues: rank positive ones, the tied, the others */
    double *basis;   /* [n][n] their vectors, one a row */
    double *k;       /* [n][h] c, then c c_p^{-1} */
    double *inverse; /* [h][h] c_p^{-1} */
    double *z;       /* [n + h][h] Z, then its factor */
    double *y;       /* [n][h] Q0, later g R^{-1} with R the factor */
    double *q;       /* [n][h] a Q of QQ^T(t) */
    double *qqt;     /* [n][n] */
    double *tau;     /* [h] */
    double *work;    /* [4 h] */
    int *integers;   /* [h] */
    int *pivots;     /* [h] */
};

/* c = op(a) b: c[rows][cols], op(a)[rows][depth], b[depth][cols]. */
static void multiply(CBLAS_TRANSPOSE op, int64_t rows, int64_t cols, int64_t depth, const double *a,
                     const double *b, double *c)
{
    const int lead = (int)(op == CblasNoTrans ? depth : rows);
    cblas_dgemm(CblasRowMajor, op, CblasNoTrans, (int)rows, (int)cols, (int)depth, 1, a, lead, b,
                (int)cols, 0, c, (int)cols);
}

/* ---- the eigenbasis of F --------------------------------------------------------------------------- */

struct builder {
    struct rg_exact *exact;
    const struct rg_svd *task;
    int64_t row;
};

/* The next eigenvector: of_in times the k-th right vector above of_out times the k-th left one. */
static void put(struct builder *b, double x, int64_t k, double of_in, double of_out)
{
    struct rg_exact *e = b->exact;
    double *row = e->basis + b->row * e->n;
    if (of_in != 0)
        for (int64_t i = 0; i < e->n_in; i++)
            row[i] = of_in * b->task->vt[k * e->n_in + i];
    if (of_out != 0)
        for (int64_t o = 0; o < e->n_out; o++)
            row[e->n_in + o] = of_out * b->task->u[o * e->n_out + k];
    e->x[b->row++] = x;
}

/* The eigenvectors with x of this sign that come from singular pairs. */
static void put_pairs(struct builder *b, int sign)
{
    const double half = fabs(b->exact->lambda) / 2;
    for (int64_t k = 0; k < b->exact->rank; k++) {
        const double s = b->task->s[k], x = hypot(half, s), length = hypot(s, x + half);
        const double major = (x + half) / length, minor = s / length;
        const bool out_is_major = (b->exact->lambda >= 0) == (sign > 0);
        put(b, sign * x, k, sign * (out_is_major ? minor : major), out_is_major ? major : minor);
    }
}

/* The eigenvectors with x = `half` that have no partner: outputs for half = lambda/2, inputs for
 * half = -lambda/2.                                                                                */
static void put_singles(struct builder *b, double half)
{
    const struct rg_exact *e = b->exact;
    if (half == e->lambda / 2)
        for (int64_t k = e->rank; k < e->n_out; k++)
            put(b, half, k, 0, 1);
    if (half == -e->lambda / 2)
        for (int64_t k = e->rank; k < e->n_in; k++)
            put(b, half, k, 1, 0);
}

static int64_t rank_of(const struct rg_svd *svd)
{
    const int64_t least = svd->rows < svd->cols ? svd->rows : svd->cols;
    const double zero = DBL_EPSILON * (double)(svd->rows + svd->cols) * svd->s[0];
    int64_t rank = 0;
    while (rank < least && svd->s[rank] > zero)
        rank++;
    return rank;
}

static void build_basis(struct rg_exact *e, const struct rg_svd *task)
{
    const double half = fabs(e->lambda) / 2;
    struct builder b = {e, task, 0};
    e->rank = rank_of(task);
    put_pairs(&b, 1);
    put_singles(&b, half);
    e->n_tied = b.row - e->rank;
    put_pairs(&b, -1);
    if (half > 0)
        put_singles(&b, -half);
}

/* Turns the tied vectors so that the first of them hold all of what Q0 has among them beside the rank
 * leading directions: missing = [q][h] spans the part of hidden space that those do not reach.      */
static enum rg_status turn_towards(struct rg_exact *e, int64_t q, const double *missing,
                                   bool *failed)
{
    const int64_t tied = e->n_tied;
    double *vectors = e->basis + e->rank * e->n, *turned = NULL;
    struct rg_svd svd = {0};
    enum rg_status status = rg_svd_init(tied, q, &svd);
    if (status == RG_OK)
        status = rg_alloc(&turned, (size_t)(tied * e->n), sizeof *turned);
    if (status == RG_OK) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)tied, (int)q, (int)e->h, 1,
                    e->k + e->rank * e->h, (int)e->h, missing, (int)e->h, 0, svd.a, (int)q);
        status = rg_svd(&svd, failed);
    }
    if (status == RG_OK && !*failed) {
        multiply(CblasTrans, tied, e->n, tied, svd.u, vectors, turned);
        memcpy(vectors, turned, (size_t)(tied * e->n) * sizeof *turned);
    }
    rg_free(&turned);
    rg_svd_free(&svd);
    return status;
}

static enum rg_status turn_tied(struct rg_exact *e, bool *failed)
{
    struct rg_svd strict = {0};
    const int64_t rows = e->rank > 0 ? e->rank : 1; /* rank 0: a row of zeros reaches nothing */
    enum rg_status status = rg_svd_init(rows, e->h, &strict);
    if (status == RG_OK) {
        memcpy(strict.a, e->k, (size_t)(e->rank * e->h) * sizeof *strict.a);
        status = rg_svd(&strict, failed);
    }
    if (status == RG_OK && !*failed)
        status = turn_towards(e, e->h - e->rank, strict.vt + e->rank * e->h, failed);
    rg_svd_free(&strict);
    return status;
}

/* ---- what the start is made of ----------------------------------------------------------------------- */

/* Q0 = [W1^T; W2] into y. */
static void stack_weights(struct rg_exact *e, const struct rg_exact_start *start)
{
    for (int64_t j = 0; j < e->h; j++)
        for (int64_t i = 0; i < e->n_in; i++)
            e->y[i * e->h + j] = start->W1[j * e->n_in + i];
    memcpy(e->y + e->n_in * e->h, start->W2, (size_t)(e->n_out * e->h) * sizeof *e->y);
}

/* Largest deviation of W2^T W2 - W1 W1^T from lambda I, relative to their size. */
static double imbalance(const struct rg_exact *e)
{
    double worst = 0, size = fabs(e->lambda);
    for (int64_t j = 0; j < e->h; j++)
        for (int64_t k = 0; k < e->h; k++) {
            double first = 0, second = 0;
            for (int64_t i = 0; i < e->n_in; i++)
                first += e->y[i * e->h + j] * e->y[i * e->h + k];
            for (int64_t o = e->n_in; o < e->n; o++)
                second += e->y[o * e->h + j] * e->y[o * e->h + k];
            worst = fmax(worst, fabs(second - first - (j == k ? e->lambda : 0)));
            size = fmax(size, fmax(fabs(first), fabs(second)));
        }
    return size > 0 ? worst / size : 0;
}

static double largest_column_sum(int64_t n, const double *a)
{
    double largest = 0;
    for (int64_t i = 0; i < n; i++)
        largest = fmax(largest, cblas_dasum((int)n, a + i * n, 1));
    return largest;
}

/* k = c c_p^{-1} and inverse = c_p^{-1}, from the factors of c_p's transpose. */
static enum rg_status divide_by_leading(struct rg_exact *e)
{
    const int h = (int)e->h, n = (int)e->n;
    double *leading = e->z, rcond = 0;
    int info = 0;
    memcpy(leading, e->k, (size_t)(h * h) * sizeof *leading);
    const double norm = largest_column_sum(h, leading);
    dgetrf_(&h, &h, leading, &h, e->pivots, &info);
    RG_TRY(rg_lapack_info("DGETRF", info));
    if (info == 0) {
        dgecon_("1", &h, leading, &h, &norm, &rcond, e->work, e->integers, &info, 1);
        RG_TRY(rg_lapack_info("DGECON", info));
    }
    e->state = rcond < SADDLE ? RG_EXACT_SADDLE : RG_EXACT_READY;
    if (e->state == RG_EXACT_SADDLE)
        return RG_OK;
    for (int j = 0; j < h; j++)
        e->inverse[j * h + j] = 1;
    dgetrs_("N", &h, &h, leading, &h, e->pivots, e->inverse, &h, &info, 1);
    RG_TRY(rg_lapack_info("DGETRS", info));
    dgetrs_("N", &h, &n, leading, &h, e->pivots, e->k, &h, &info, 1);
    RG_TRY(rg_lapack_info("DGETRS", info));
    return RG_OK;
}

static enum rg_status solve_start(struct rg_exact *e, struct rg_svd *task)
{
    bool failed = false;
    RG_TRY(rg_svd(task, &failed));
    e->state = RG_EXACT_FAILED;
    if (failed)
        return RG_OK;
    build_basis(e, task);
    multiply(CblasNoTrans, e->n, e->h, e->n, e->basis, e->y, e->k);
    if (e->rank < e->h && e->n_tied > e->h - e->rank) {
        RG_TRY(turn_tied(e, &failed));
        if (failed)
            return RG_OK;
        multiply(CblasNoTrans, e->n, e->h, e->n, e->basis, e->y, e->k);
    }
    RG_TRY(divide_by_leading(e));
    return RG_OK;
}

static enum rg_status allocate(struct rg_exact *e)
{
    const size_t n = (size_t)e->n, h = (size_t)e->h;
    const struct {
        double **place;
        size_t size;
    } parts[] = {{&e->x, n},           {&e->basis, n * n}, {&e->k, n * h}, {&e->inverse, h * h},
                 {&e->z, (n + h) * h}, {&e->y, n * h},     {&e->q, n * h}, {&e->qqt, n * n},
                 {&e->tau, h},         {&e->work, 4 * h}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        RG_TRY(rg_alloc(parts[i].place, parts[i].size, sizeof(double)));
    RG_TRY(rg_alloc(&e->integers, h, sizeof *e->integers));
    RG_TRY(rg_alloc(&e->pivots, h, sizeof *e->pivots));
    return RG_OK;
}

enum rg_status rg_exact_create(const struct rg_exact_start *start, struct rg_exact **exact)
{
    struct rg_svd task = {0};
    RG_TRY(rg_alloc(exact, 1, sizeof **exact));
    struct rg_exact *e = *exact;
    e->n_in = start->n_in;
    e->n_out = start->n_out;
    e->h = start->n_in < start->n_out ? start->n_in : start->n_out;
    e->n = start->n_in + start->n_out;
    e->lambda = start->lambda;
    RG_TRY(allocate(e));
    stack_weights(e, start);
    if (!(imbalance(e) <= start->tolerance)) {
        e->state = RG_EXACT_UNBALANCED;
        return RG_OK;
    }
    enum rg_status status = rg_svd_init(e->n_out, e->n_in, &task);
    if (status == RG_OK) {
        memcpy(task.a, start->Syx, (size_t)(e->n_out * e->n_in) * sizeof *task.a);
        status = solve_start(e, &task);
    }
    rg_svd_free(&task);
    RG_TRY(status);
    return RG_OK;
}

void rg_exact_destroy(struct rg_exact **exact)
{
    struct rg_exact *e = *exact;
    if (!e)
        return;
    double **const parts[] = {&e->x, &e->basis, &e->k,   &e->inverse, &e->z,
                              &e->y, &e->q,     &e->qqt, &e->tau,     &e->work};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        rg_free(parts[i]);
    rg_free(&e->integers);
    rg_free(&e->pivots);
    rg_free(exact);
}

enum rg_exact_state rg_exact_state(const struct rg_exact *exact)
{
    return exact->state;
}

/* ---- at a time ------------------------------------------------------------------------------------- */

static double phi(double x, double t)
{
    return x == 0 ? t : -expm1(-2 * fabs(x) * t) / (2 * fabs(x));
}

static void fill_z(struct rg_exact *e, double t)
{
    const int64_t h = e->h;
    double *decaying = e->z, *diagonal = e->z + h * h, *others = e->z + 2 * h * h;
    memset(diagonal, 0, (size_t)(h * h) * sizeof *diagonal);
    for (int64_t j = 0; j < h; j++) {
        const double factor = exp(-e->x[j] * t);
        for (int64_t i = 0; i < h; i++)
            decaying[i * h + j] = e->inverse[i * h + j] * factor;
        diagonal[j * h + j] = sqrt(phi(e->x[j], t));
    }
    for (int64_t m = h; m < e->n; m++) {
        const double weight = sqrt(phi(e->x[m], t)), growth = fmax(e->x[m], 0);
        for (int64_t j = 0; j < h; j++)
            others[(m - h) * h + j] = weight * e->k[m * h + j] * exp((growth - e->x[j]) * t);
    }
}

static void fill_g(struct rg_exact *e, double t)
{
    const int64_t h = e->h;
    memset(e->y, 0, (size_t)(h * h) * sizeof *e->y);
    for (int64_t j = 0; j < h; j++)
        e->y[j * h + j] = 1;
    for (int64_t m = h; m < e->n; m++)
        for (int64_t j = 0; j < h; j++)
            e->y[m * h + j] = e->k[m * h + j] * exp((e->x[m] - e->x[j]) * t);
}

static enum rg_status solve_at(struct rg_exact *e, double t)
{
    const int h = (int)e->h, n = (int)e->n, rows = n + h, n_work = 4 * h;
    int info = 0;
    fill_z(e, t);
    dgelqf_(&h, &rows, e->z, &h, e->tau, e->work, &n_work, &info);
    RG_TRY(rg_lapack_info("DGELQF", info));
    fill_g(e, t);
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, n, h, 1, e->z, h,
                e->y, h);
    multiply(CblasTrans, n, h, n, e->basis, e->y, e->q);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, n, h, 1, e->q, h, 0, e->qqt, n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            e->qqt[i * n + j] = e->qqt[j * n + i];
    return RG_OK;
}

enum rg_status rg_exact_at(struct rg_exact *e, double t, double *qqt, double *product)
{
    if (e->state == RG_EXACT_READY && t >= 0)
        RG_TRY(solve_at(e, t));
    else
        for (int64_t i = 0; i < e->n * e->n; i++)
            e->qqt[i] = NAN;
    if (qqt)
        memcpy(qqt, e->qqt, (size_t)(e->n * e->n) * sizeof *qqt);
    for (int64_t o = 0; product && o < e->n_out; o++)
        memcpy(product + o * e->n_in, e->qqt + (e->n_in + o) * e->n,
               (size_t)e->n_in * sizeof *product);
    return RG_OK;
}
