/* Estimates of s and d from weights and activity, and the comparison of any estimates with the truth: see
 * identify.h. The principal angles come from what is left of the found directions outside the true
 * ones, whose largest singular value is the sine: small angles keep their digits.                   */
#include "train/linear/identify.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/svd.h"
#include "train/num/lapack.h"

static const double SAME_RATIO = 1e-6; /* relative difference of true ratios */
static const double NO_RATIO = 1e-12;  /* relative to the largest: nothing in this mode */
static const double TIED = 0.01; /* relative difference of true s, which estimates may reverse */

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
        if (rg_identify_has_mode(x->a[mode], x->a[0]))
            estimates[mode] = (struct rg_estimate){values[k], values[k] / x->a[mode]};
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

/* ---- against the truth ------------------------------------------------------------------------------- */

struct ranked {
    double key; /* above 0 and finite */
    int64_t index;
};

static int descending(const void *a, const void *b)
{
    const double x = ((const struct ranked *)a)->key, y = ((const struct ranked *)b)->key;
    return (x < y) - (x > y);
}

static bool is_key(double key)
{
    return key > 0 && isfinite(key);
}

static int64_t rank_modes(int64_t n, const struct rg_estimate *modes, struct ranked *ranked)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        if (is_key(modes[i].s))
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
                *cost = fmin(cost[-1],
                             cost[-width - 1] + fabs(log(few[i - 1].key) - log(many[j - 1].key)));
        }
    for (int64_t i = n_few, j = n_many; i > 0; j--)
        if (costs[i * width + j] < costs[i * width + j - 1])
            partner[--i] = j - 1;
}

struct alignment {            /* of found modes [0] and true ones [1], n_found and n at most */
    struct ranked *ranked[2]; /* by s */
    struct ranked *tied[2];   /* by s/d, some of them */
    int64_t count[2];         /* of ranked */
    const struct rg_estimate *modes[2];
    double *costs;
    int64_t *partner;
};

static void align_both(const struct alignment *x, struct ranked *const ranked[2],
                       const int64_t count[2], int64_t *match)
{
    const int few = count[0] > count[1], many = !few;
    memset(x->costs, 0, (size_t)(count[many] + 1) * sizeof *x->costs);
    align(count[few], ranked[few], count[many], ranked[many], x->costs, x->partner);
    for (int64_t i = 0; i < count[few]; i++) {
        int64_t index[2];
        index[few] = ranked[few][i].index;
        index[many] = ranked[many][x->partner[i]].index;
        match[index[1]] = index[0];
    }
}

/* Makes a list by s/d; false where there is no such number. */
static bool add_tied(const struct alignment *x, int which, int64_t index, int64_t count[2])
{
    const struct rg_estimate *mode = &x->modes[which][index];
    const double ratio = mode->s / mode->d;
    x->tied[which][count[which]++] = (struct ranked){ratio, index};
    return is_key(ratio);
}

/* Matches true modes first ... end - 1 in the order of s again, with the same found ones, by s/d. */
static void align_tied(const struct alignment *x, int64_t first, int64_t end, int64_t *match)
{
    int64_t count[2] = {0, 0};
    bool ratios = true;
    for (int64_t i = first; i < end; i++) {
        const int64_t mode = x->ranked[1][i].index;
        ratios &= add_tied(x, 1, mode, count);
        if (match[mode] >= 0)
            ratios &= add_tied(x, 0, match[mode], count);
    }
    if (!ratios)
        return;
    for (int which = 0; which < 2; which++)
        qsort(x->tied[which], (size_t)count[which], sizeof **x->tied, descending);
    for (int64_t i = first; i < end; i++)
        match[x->ranked[1][i].index] = -1;
    align_both(x, x->tied, count, match);
}

static void match_modes(struct alignment *x, int64_t *match)
{
    align_both(x, x->ranked, x->count, match);
    for (int64_t first = 0, end = 0; first < x->count[1]; first = end) {
        while (end < x->count[1] && x->ranked[1][end].key >= (1 - TIED) * x->ranked[1][first].key)
            end++;
        if (end > first + 1)
            align_tied(x, first, end, match);
    }
}

static enum rg_status prepare_alignment(const int64_t n[2], struct alignment *x)
{
    for (int which = 0; which < 2; which++) {
        RG_TRY(rg_alloc(&x->ranked[which], (size_t)n[which], sizeof **x->ranked));
        RG_TRY(rg_alloc(&x->tied[which], (size_t)n[which], sizeof **x->tied));
        x->count[which] = rank_modes(n[which], x->modes[which], x->ranked[which]);
    }
    RG_TRY(rg_alloc(&x->costs, (size_t)((x->count[0] + 1) * (x->count[1] + 1)), sizeof *x->costs));
    RG_TRY(rg_alloc(&x->partner, (size_t)(n[0] < n[1] ? n[0] : n[1]), sizeof *x->partner));
    return RG_OK;
}

enum rg_status rg_identify_match(int64_t n_found, const struct rg_estimate *found, int64_t n,
                                 const struct rg_estimate *truth, int64_t *match)
{
    struct alignment x = {.modes = {found, truth}};
    for (int64_t i = 0; i < n; i++)
        match[i] = -1;
    enum rg_status status = prepare_alignment((const int64_t[]){n_found, n}, &x);
    if (status == RG_OK)
        match_modes(&x, match);
    for (int which = 0; which < 2; which++) {
        rg_free(&x.ranked[which]);
        rg_free(&x.tied[which]);
    }
    rg_free(&x.costs);
    rg_free(&x.partner);
    RG_TRY(status);
    return RG_OK;
}

/* What of the found directions lies outside the space of true modes first ... end - 1. */
static void leave_outside(const struct rg_directions *x, int64_t first, int64_t end,
                          double *outside)
{
    const int n_in = (int)x->n_in;
    for (int64_t i = first; i < end; i++) {
        if (x->match[i] < 0)
            continue;
        const double *found = x->found_vt + x->match[i] * x->n_in;
        memcpy(outside, found, (size_t)x->n_in * sizeof *outside);
        for (int64_t j = first; j < end; j++) {
            const double *direction = x->true_vt + j * x->n_in;
            cblas_daxpy(n_in, -cblas_ddot(n_in, found, 1, direction, 1), direction, 1, outside, 1);
        }
        outside += x->n_in;
    }
}

/* The largest principal angle of n_found directions to that space. */
static enum rg_status find_angle(const struct rg_directions *x, int64_t first, int64_t end,
                                 int64_t n_found, double *angle)
{
    struct rg_svd svd = {0};
    bool failed = false;
    enum rg_status status = rg_svd_init(n_found, x->n_in, &svd);
    if (status == RG_OK) {
        leave_outside(x, first, end, svd.a);
        status = rg_svd(&svd, &failed);
    }
    if (status == RG_OK)
        *angle = failed ? NAN : asin(fmin(1, svd.s[0]));
    rg_svd_free(&svd);
    return status;
}

enum rg_status rg_identify_angles(const struct rg_directions *x, double *angles)
{
    for (int64_t first = 0, end = 0; first < x->n_modes; first = end) {
        const double least = (1 - SAME_RATIO) * x->true_a[first];
        int64_t n_found = 0;
        double angle = NAN;
        for (; end < x->n_modes && x->true_a[end] >= least; end++)
            n_found += x->match[end] >= 0;
        if (n_found > 0)
            RG_TRY(find_angle(x, first, end, n_found, &angle));
        for (int64_t i = first; i < end; i++)
            angles[i] = x->match[i] >= 0 ? angle : NAN;
    }
    return RG_OK;
}
