/* Estimates of s and d from weights, activity and mode strengths, and their comparison with the truth:
 * see identify.h. The principal angles come from what is left of the found directions outside the true
 * ones, whose largest singular value is the sine: small angles keep their digits.                   */
#include "train/linear/identify.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/svd.h"
#include "train/num/lapack.h"

enum { RECORDS_MAX = 128 };        /* of a slope: enough for a median, and a bound on the work */
static const double WINDOW = 0.05; /* nearer to either end the logarithm shows other effects */
static const double SAME_RATIO = 1e-6; /* relative difference of true ratios */
static const double NO_RATIO = 1e-12;  /* relative to the largest: nothing in this mode */

bool rg_identify_has_mode(double ratio, double largest)
{
    return ratio > NO_RATIO * largest;
}

/* ---- activity -------------------------------------------------------------------------------------- */

struct eigen {
    double *vectors; /* [n][n] the matrix, then one eigenvector a row */
    double *values;  /* [n] */
    double *work;
    int *integers;
};

static enum rg_status solve_eigen(int n, struct eigen *eigen, bool *failed)
{
    const int n_work = 1 + 6 * n + 2 * n * n, n_integers = 3 + 5 * n;
    int info = 0;
    RG_TRY(rg_alloc(&eigen->values, (size_t)n, sizeof *eigen->values));
    RG_TRY(rg_alloc(&eigen->work, (size_t)n_work, sizeof *eigen->work));
    RG_TRY(rg_alloc(&eigen->integers, (size_t)n_integers, sizeof *eigen->integers));
    dsyevd_("V", "L", &n, eigen->vectors, &n, eigen->values, eigen->work, &n_work, eigen->integers,
            &n_integers, &info, 1, 1);
    RG_TRY(rg_lapack_info("DSYEVD", info));
    *failed = info > 0;
    return RG_OK;
}

/* overlaps[mode][k] = |e_k . W1 v_mode| */
static void find_overlaps(const struct rg_activity *x, const double *vectors, double *image,
                          double *overlaps)
{
    const int h = (int)x->n_hidden, n_in = (int)x->n_in;
    for (int64_t i = 0; i < x->n_modes; i++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, h, n_in, 1, x->W1, n_in, x->vt + i * n_in, 1, 0,
                    image, 1);
        for (int64_t k = 0; k < h; k++)
            overlaps[i * h + k] = fabs(cblas_ddot(h, vectors + k * h, 1, image, 1));
    }
}

/* Gives the eigenvalue of the largest overlap to its mode, takes both out, and so on. */
static void assign(const struct rg_activity *x, const double *values, double *overlaps,
                   struct rg_estimate *estimates)
{
    const int64_t h = x->n_hidden;
    for (int64_t round = 0; round < x->n_modes; round++) {
        int64_t best = 0;
        for (int64_t i = 1; i < x->n_modes * h; i++)
            if (overlaps[i] > overlaps[best])
                best = i;
        const int64_t mode = best / h, k = best % h;
        estimates[mode] = (struct rg_estimate){values[k], NAN};
        if (rg_identify_has_mode(x->a[mode], x->a[0]))
            estimates[mode].d = values[k] / x->a[mode];
        for (int64_t j = 0; j < h; j++)
            overlaps[mode * h + j] = -1;
        for (int64_t i = 0; i < x->n_modes; i++)
            overlaps[i * h + k] = -1;
    }
}

static enum rg_status find_activity(const struct rg_activity *x, struct eigen *eigen,
                                    double **scratch, struct rg_estimate *estimates)
{
    const size_t h = (size_t)x->n_hidden;
    bool failed = false;
    RG_TRY(rg_alloc(&eigen->vectors, h * h, sizeof *eigen->vectors));
    RG_TRY(rg_alloc(scratch, h * (size_t)(x->n_modes + 1), sizeof **scratch));
    for (size_t i = 0; i < h * h; i++) {
        if (!isfinite(x->covariance[i]))
            return RG_OK;
        eigen->vectors[i] = x->covariance[i];
    }
    RG_TRY(solve_eigen((int)h, eigen, &failed));
    if (failed)
        return RG_OK;
    find_overlaps(x, eigen->vectors, *scratch, *scratch + h);
    assign(x, eigen->values, *scratch + h, estimates);
    return RG_OK;
}

enum rg_status rg_identify_activity(const struct rg_activity *activity,
                                    struct rg_estimate *estimates)
{
    struct eigen eigen = {0};
    double *scratch = NULL;
    for (int64_t i = 0; i < activity->n_modes; i++)
        estimates[i] = (struct rg_estimate){NAN, NAN};
    enum rg_status status = find_activity(activity, &eigen, &scratch, estimates);
    rg_free(&eigen.vectors);
    rg_free(&eigen.values);
    rg_free(&eigen.work);
    rg_free(&eigen.integers);
    rg_free(&scratch);
    RG_TRY(status);
    return RG_OK;
}

/* ---- strengths over time ----------------------------------------------------------------------------- */

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

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(int n, double *values)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return (values[n / 2] + values[(n - 1) / 2]) / 2;
}

/* The median of the slopes of all pairs (Theil-Sen): a few records off the line do not move it. */
static double median_slope(int n, const double *x, const double *y)
{
    double slopes[RECORDS_MAX * (RECORDS_MAX - 1) / 2];
    int n_slopes = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            slopes[n_slopes++] = (y[i] - y[j]) / (x[i] - x[j]);
    return median(n_slopes, slopes);
}

static bool inside(double a, double a_end)
{
    return a > WINDOW * a_end && a < (1 - WINDOW) * a_end;
}

static double log_odds(double a, double a_end)
{
    return log(a / (a_end - a));
}

static double speed_by_slope(int64_t n, const double *times, const double *a, double a_end)
{
    double x[RECORDS_MAX], y[RECORDS_MAX];
    int64_t n_inside = 0, seen = 0;
    int taken = 0;
    for (int64_t k = 0; k < n; k++)
        n_inside += inside(a[k], a_end);
    const int64_t every = (n_inside + RECORDS_MAX - 1) / RECORDS_MAX;
    for (int64_t k = 0; k < n; k++)
        if (inside(a[k], a_end) && seen++ % every == 0) {
            x[taken] = times[k];
            y[taken++] = log_odds(a[k], a_end);
        }
    return taken < 3 ? NAN : median_slope(taken, x, y) / 2;
}

static double speed_by_half(int64_t n, const double *times, const double *a, double a_end)
{
    if (!(n > 0 && a[0] > 0 && a[0] < a_end / 2))
        return NAN;
    for (int64_t k = 1; k < n; k++)
        if (a[k] >= a_end / 2) {
            const bool logistic = a[k] < a_end && a[k - 1] > 0;
            const double low = logistic ? -log_odds(a[k - 1], a_end) : a_end / 2 - a[k - 1];
            const double high = logistic ? log_odds(a[k], a_end) : a[k] - a_end / 2;
            const double half = times[k - 1] + (times[k] - times[k - 1]) * low / (low + high);
            return -log_odds(a[0], a_end) / (2 * half);
        }
    return NAN;
}

struct rg_speed rg_identify_speed(int64_t n, const double *times, const double *strengths,
                                  double a_end)
{
    return (struct rg_speed){speed_by_slope(n, times, strengths, a_end),
                             speed_by_half(n, times, strengths, a_end)};
}

/* ---- against the truth ------------------------------------------------------------------------------- */

struct ranked {
    double s;
    int64_t index;
};

static int descending(const void *a, const void *b)
{
    const double x = ((const struct ranked *)a)->s, y = ((const struct ranked *)b)->s;
    return (x < y) - (x > y);
}

/* Those with s > 0, largest first. */
static int64_t rank_modes(int64_t n, const struct rg_estimate *modes, struct ranked *ranked)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        if (modes[i].s > 0 && isfinite(modes[i].s))
            ranked[count++] = (struct ranked){modes[i].s, i};
    qsort(ranked, (size_t)count, sizeof *ranked, descending);
    return count;
}

/* costs[i][j]: the least sum for the first i of the few among the first j of the many. partner[i]: the
 * place of the i-th few among the many.                                                             */
static void align(int64_t n_few, const struct ranked *few, int64_t n_many,
                  const struct ranked *many, double *costs, int64_t *partner)
{
    const int64_t width = n_many + 1;
    for (int64_t i = 1; i <= n_few; i++)
        for (int64_t j = 0; j <= n_many; j++) {
            double *cost = costs + i * width + j;
            *cost = INFINITY;
            if (j > 0)
                *cost =
                    fmin(cost[-1], cost[-width - 1] + fabs(log(few[i - 1].s) - log(many[j - 1].s)));
        }
    for (int64_t i = n_few, j = n_many; i > 0; j--)
        if (costs[i * width + j] < costs[i * width + j - 1])
            partner[--i] = j - 1;
}

struct alignment { /* of found modes [0] and true ones [1] */
    struct ranked *ranked[2];
    int64_t count[2];
    double *costs;
    int64_t *partner;
};

static enum rg_status align_both(struct alignment *x, int64_t *match)
{
    const int few = x->count[0] > x->count[1], many = !few;
    RG_TRY(rg_alloc(&x->costs, (size_t)((x->count[0] + 1) * (x->count[1] + 1)), sizeof *x->costs));
    RG_TRY(rg_alloc(&x->partner, (size_t)x->count[few], sizeof *x->partner));
    align(x->count[few], x->ranked[few], x->count[many], x->ranked[many], x->costs, x->partner);
    for (int64_t i = 0; i < x->count[few]; i++) {
        int64_t index[2];
        index[few] = x->ranked[few][i].index;
        index[many] = x->ranked[many][x->partner[i]].index;
        match[index[1]] = index[0];
    }
    return RG_OK;
}

enum rg_status rg_identify_match(int64_t n_found, const struct rg_estimate *found, int64_t n,
                                 const struct rg_estimate *truth, int64_t *match)
{
    struct alignment x = {0};
    for (int64_t i = 0; i < n; i++)
        match[i] = -1;
    enum rg_status status = rg_alloc(&x.ranked[0], (size_t)n_found, sizeof **x.ranked);
    if (status == RG_OK)
        status = rg_alloc(&x.ranked[1], (size_t)n, sizeof **x.ranked);
    if (status == RG_OK) {
        x.count[0] = rank_modes(n_found, found, x.ranked[0]);
        x.count[1] = rank_modes(n, truth, x.ranked[1]);
        status = align_both(&x, match);
    }
    rg_free(&x.ranked[0]);
    rg_free(&x.ranked[1]);
    rg_free(&x.costs);
    rg_free(&x.partner);
    RG_TRY(status);
    return RG_OK;
}

/* Between the spaces of two sets of n orthonormal rows. */
static enum rg_status find_angle(int64_t n, int64_t n_in, const double *a, const double *b,
                                 struct rg_svd *svd, double *angle)
{
    bool failed = false;
    RG_TRY(rg_svd_init(n, n_in, svd));
    memcpy(svd->a, b, (size_t)(n * n_in) * sizeof *b);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            cblas_daxpy((int)n_in, -cblas_ddot((int)n_in, b + i * n_in, 1, a + j * n_in, 1),
                        a + j * n_in, 1, svd->a + i * n_in, 1);
    RG_TRY(rg_svd(svd, &failed));
    *angle = failed ? NAN : asin(fmin(1, svd->s[0]));
    return RG_OK;
}

enum rg_status rg_identify_angles(int64_t n_modes, int64_t n_in, const double *true_a,
                                  const double *true_vt, const double *found_vt, double *angles)
{
    for (int64_t first = 0, end = 0; first < n_modes; first = end) {
        double angle = NAN;
        while (end < n_modes && true_a[first] - true_a[end] <= SAME_RATIO * true_a[first])
            end++;
        if (rg_identify_has_mode(true_a[first], true_a[0])) {
            struct rg_svd svd = {0};
            enum rg_status status = find_angle(end - first, n_in, true_vt + first * n_in,
                                               found_vt + first * n_in, &svd, &angle);
            rg_svd_free(&svd);
            RG_TRY(status);
        }
        for (int64_t i = first; i < end; i++)
            angles[i] = angle;
    }
    return RG_OK;
}
