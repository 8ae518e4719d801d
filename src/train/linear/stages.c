/* A learning curve alone: rg_identify_stages of identify.h. A mode that rises as a logistic curve leaves
 * E q^2 of the loss, q = 1 / (1 + e^x), x = 2s(t - t_half). Valleys of -d ln loss / dt part the stages; the
 * loss that each takes, and time and slope where a quarter of it is left, start a fit of their sum to ln
 * loss, where early and late stages weigh alike. Stages too close for a valley are found by parting. The
 * parameters are ln E, ln s, t_half.                                                                */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/identify.h"
#include "train/num/lapack.h"

enum { PER_STAGE = 3, STEPS_MAX = 200, RECORDS_MIN = 4 };
static const double FLOOR = 1e-5;   /* of the first loss: below it other effects show */
static const double DISTINCT = 0.9; /* a valley is at most this part of the peaks beside it */
static const double DAMPING = 1e-3, DAMPING_MIN = 1e-12, DAMPING_MAX = 1e12;
static const double GAIN = 0.5;    /* of the misfit, that a further stage must leave at most */
static const double GOOD = 1e-4;   /* a misfit that needs no further stage */
static const double MISFIT = 1e-3; /* more than finite steps of descent leave: not made of stages */
static const double DOUBT = 0.02;  /* standard error of ln d, which may be 8 times as far off */
static const double FOOT = 2.944;  /* ln 19: the mode was below 5 % at the first record */
static const double RESOLVED = 1;  /* 1 / s between two records: three see the stage fall */
static const double SETTLED = 1e-13; /* relative gain of a step that ends the fit */

struct rg_estimate rg_stage_estimate(const struct rg_stage *stage)
{
    return (struct rg_estimate){stage->s, stage->s * stage->s / (2 * stage->energy)};
}

/* ---- first guesses ----------------------------------------------------------------------------------- */

struct curve {
    int64_t n;
    const double *times, *loss;
};

static double fall(const struct curve *c, int64_t k)
{
    return (c->loss[k] - c->loss[k + 1]) / (c->times[k + 1] - c->times[k]);
}

static double relative_fall(const struct curve *c, int64_t k)
{
    return fall(c, k) / c->loss[k];
}

/* The stage from one record until the loss is `rest`: at a quarter of its energy the mode is half way. */
static struct rg_stage guess(const struct curve *c, int64_t first, double rest)
{
    const double energy = fmax(c->loss[first] - rest, FLOOR * c->loss[0]);
    int64_t k = first;
    while (k + 2 < c->n && c->loss[k + 1] > rest + energy / 4)
        k++;
    const double s = fmax(2 * fall(c, k) / energy, 1 / c->times[c->n - 1]);
    return (struct rg_stage){energy, s, (c->times[k] + c->times[k + 1]) / 2};
}

/* Adds a stage; of more than n_max those of most energy stay, in their order. */
static void keep(struct rg_stages *stages, int64_t n_max, struct rg_stage stage)
{
    int64_t least = 0;
    if (stages->n == n_max) {
        for (int64_t i = 1; i < stages->n; i++)
            if (stages->stage[i].energy < stages->stage[least].energy)
                least = i;
        if (stages->stage[least].energy >= stage.energy)
            return;
        stages->n--;
        memmove(stages->stage + least, stages->stage + least + 1,
                (size_t)(stages->n - least) * sizeof stage);
    }
    stages->stage[stages->n++] = stage;
}

/* Cuts the curve where its relative fall is least between two stages. What is left where the fall has come
 * down for good is a stage to be, far ahead.                                                        */
static void find_stages(const struct curve *c, int64_t n_max, struct rg_stages *stages)
{
    int64_t first = 0, peak = 0, valley = 0; /* valley = peak: on the way up */
    for (int64_t k = 1; k + 1 < c->n; k++) {
        const double now = relative_fall(c, k);
        if (valley > peak && relative_fall(c, valley) < DISTINCT * now) {
            keep(stages, n_max, guess(c, first, c->loss[valley]));
            first = valley;
            peak = valley = k;
        } else if (valley == peak && now >= relative_fall(c, peak)) {
            peak = valley = k;
        } else if (now < relative_fall(c, valley) * (valley == peak ? DISTINCT : 1)) {
            valley = k;
        }
    }
    const double end = c->times[c->n - 1];
    const double rest = valley > peak ? c->loss[c->n - 1] : 0;
    keep(stages, n_max, guess(c, first, rest));
    if (rest > 0)
        stages->stage[stages->n++] = (struct rg_stage){rest, 1 / end, 2 * end};
}

/* ---- fit --------------------------------------------------------------------------------------------- */

struct fit {
    const struct curve *curve;
    int n;                          /* parameters */
    struct rg_stage *stage, *trial; /* [n / PER_STAGE] */
    double *row;                    /* [n] derivatives of one record */
    double *normal;                 /* [n][n] sum of their products */
    double *gradient;               /* [n] */
    double *matrix;                 /* [n][n] scratch of the solution */
    double *step;                   /* [n] */
};

/* ln of the stages' sum at time t; row: its derivatives, NULL for none. */
static double log_sum(const struct rg_stage *stage, int n_stages, double t, double *row)
{
    double sum = 0;
    for (int i = 0; i < n_stages; i++) {
        const double x = 2 * stage[i].s * (t - stage[i].t_half);
        const double e = exp(-fabs(x)), large = 1 / (1 + e), small = e * large;
        const double q = x > 0 ? small : large, part = stage[i].energy * q * q;
        sum += part;
        if (row) {
            const double of_x = -2 * part * (x > 0 ? large : small);
            row[PER_STAGE * i] = part;
            row[PER_STAGE * i + 1] = of_x * x;
            row[PER_STAGE * i + 2] = -of_x * 2 * stage[i].s;
        }
    }
    for (int i = 0; row && i < PER_STAGE * n_stages; i++)
        row[i] /= sum;
    return log(sum);
}

/* Sum of squares of ln(fit / loss). */
static double cost(const struct fit *f, const struct rg_stage *stage)
{
    double sum = 0;
    for (int64_t k = 0; k < f->curve->n; k++) {
        const double model = log_sum(stage, f->n / PER_STAGE, f->curve->times[k], NULL);
        sum += pow(model - log(f->curve->loss[k]), 2);
    }
    return sum;
}

static void linearise(struct fit *f)
{
    memset(f->normal, 0, (size_t)(f->n * f->n) * sizeof *f->normal);
    memset(f->gradient, 0, (size_t)f->n * sizeof *f->gradient);
    for (int64_t k = 0; k < f->curve->n; k++) {
        const double model = log_sum(f->stage, f->n / PER_STAGE, f->curve->times[k], f->row);
        const double residual = model - log(f->curve->loss[k]);
        for (int i = 0; i < f->n; i++) {
            f->gradient[i] += residual * f->row[i];
            for (int j = 0; j < f->n; j++)
                f->normal[i * f->n + j] += f->row[i] * f->row[j];
        }
    }
}

/* Takes the damped Gauss-Newton step into trial; false where it cannot be had. */
static enum rg_status try_step(struct fit *f, double damping, bool *solved)
{
    const int one = 1;
    int info = 0;
    memcpy(f->matrix, f->normal, (size_t)(f->n * f->n) * sizeof *f->matrix);
    memcpy(f->step, f->gradient, (size_t)f->n * sizeof *f->step);
    for (int i = 0; i < f->n; i++)
        f->matrix[i * f->n + i] += damping * f->matrix[i * f->n + i];
    dposv_("L", &f->n, &one, f->matrix, &f->n, f->step, &f->n, &info, 1);
    RG_TRY(rg_lapack_info("DPOSV", info));
    *solved = info == 0;
    for (int i = 0; i < f->n / PER_STAGE; i++) {
        const double *step = f->step + PER_STAGE * i;
        f->trial[i] =
            (struct rg_stage){f->stage[i].energy * exp(-step[0]), f->stage[i].s * exp(-step[1]),
                              f->stage[i].t_half - step[2]};
    }
    return RG_OK;
}

static enum rg_status refine(struct fit *f, double *misfit)
{
    double least = cost(f, f->stage), damping = DAMPING;
    bool settled = false;
    linearise(f);
    for (int i = 0; i < STEPS_MAX && !settled && damping < DAMPING_MAX; i++) {
        bool solved = false;
        RG_TRY(try_step(f, damping, &solved));
        const double now = solved ? cost(f, f->trial) : INFINITY;
        if (!(now < least)) {
            damping *= 10;
            continue;
        }
        settled = least - now < SETTLED * least;
        least = now;
        damping = fmax(damping / 10, DAMPING_MIN);
        memcpy(f->stage, f->trial, (size_t)(f->n / PER_STAGE) * sizeof *f->stage);
        linearise(f);
    }
    *misfit = sqrt(least / (double)f->curve->n);
    return RG_OK;
}

static enum rg_status make_fit(const struct curve *curve, struct rg_stages *stages, struct fit *fit)
{
    const size_t n = (size_t)stages->n * PER_STAGE;
    *fit = (struct fit){.curve = curve, .n = (int)n, .stage = stages->stage};
    RG_TRY(rg_alloc(&fit->row, n * (2 * n + 3), sizeof *fit->row));
    RG_TRY(rg_alloc(&fit->trial, (size_t)stages->n, sizeof *fit->trial));
    fit->gradient = fit->row + n;
    fit->step = fit->gradient + n;
    fit->normal = fit->step + n;
    fit->matrix = fit->normal + n * n;
    return RG_OK;
}

static void free_fit(struct fit *fit)
{
    rg_free(&fit->row);
    rg_free(&fit->trial);
}

static enum rg_status fit_stages(const struct curve *curve, struct rg_stages *stages)
{
    struct fit fit = {0};
    enum rg_status status = make_fit(curve, stages, &fit);
    if (status == RG_OK)
        status = refine(&fit, &stages->misfit);
    free_fit(&fit);
    return status;
}

/* Standard errors of ln d = 2 ln s - ln E, with the misfit for noise; infinite where the records do not fix
 * the parameters.                                                                                   */
static enum rg_status find_doubts(struct fit *f, double misfit, double *doubts)
{
    const int one = 1;
    const double records = (double)f->curve->n;
    linearise(f);
    for (int i = 0; i < f->n / PER_STAGE; i++) {
        int info = 0;
        memcpy(f->matrix, f->normal, (size_t)(f->n * f->n) * sizeof *f->matrix);
        memset(f->step, 0, (size_t)f->n * sizeof *f->step);
        f->step[PER_STAGE * i] = -1;
        f->step[PER_STAGE * i + 1] = 2;
        dposv_("L", &f->n, &one, f->matrix, &f->n, f->step, &f->n, &info, 1);
        RG_TRY(rg_lapack_info("DPOSV", info));
        const double variance = 2 * f->step[PER_STAGE * i + 1] - f->step[PER_STAGE * i];
        doubts[i] = info == 0 && records > f->n
                        ? misfit * sqrt(variance * records / (records - f->n))
                        : INFINITY;
    }
    return RG_OK;
}

/* ---- stages that hide in others ---------------------------------------------------------------------- */

static void copy(const struct rg_stages *from, struct rg_stages *to)
{
    memcpy(to->stage, from->stage, (size_t)from->n * sizeof *to->stage);
    to->n = from->n;
    to->misfit = from->misfit;
}

/* Stage i becomes an earlier and a later half of it. */
static void part(const struct rg_stages *from, int64_t i, struct rg_stages *to)
{
    copy(from, to);
    struct rg_stage *stage = to->stage + i;
    memmove(stage + 1, stage, (size_t)(to->n++ - i) * sizeof *stage);
    for (int k = 0; k < 2; k++) {
        stage[k].energy /= 2;
        stage[k].t_half += (k ? 0.5 : -0.5) / stage[k].s;
    }
}

/* Parts the stage that gains most by it, if it gains enough: one more then. */
static enum rg_status part_one(const struct curve *curve, struct rg_stages *all,
                               struct rg_stages *trial, struct rg_stages *best)
{
    copy(all, best);
    best->misfit *= GAIN;
    for (int64_t i = 0; i < all->n; i++) {
        part(all, i, trial);
        RG_TRY(fit_stages(curve, trial));
        if (trial->misfit < best->misfit)
            copy(trial, best);
    }
    if (best->n > all->n)
        copy(best, all);
    return RG_OK;
}

static enum rg_status part_all(const struct curve *curve, int64_t n_max, struct rg_stages *all)
{
    struct rg_stages trial = {0}, best = {0};
    enum rg_status status = rg_alloc(&trial.stage, (size_t)n_max + 1, sizeof *trial.stage);
    if (status == RG_OK)
        status = rg_alloc(&best.stage, (size_t)n_max + 1, sizeof *best.stage);
    for (int64_t before = 0;
         status == RG_OK && before < all->n && all->n < n_max && all->misfit > GOOD;) {
        before = all->n;
        status = part_one(curve, all, &trial, &best);
    }
    rg_free(&trial.stage);
    rg_free(&best.stage);
    return status;
}

/* ---- all together ------------------------------------------------------------------------------------ */

static int in_time(const void *a, const void *b)
{
    const double x = ((const struct rg_stage *)a)->t_half, y = ((const struct rg_stage *)b)->t_half;
    return (x > y) - (x < y);
}

/* Without its foot and its middle on record, or between two records, the numbers of a stage are not its
 * own.                                                                                              */
static bool is_seen(const struct curve *curve, const struct rg_stage *stage)
{
    int64_t k = 0;
    if (!(2 * stage->s * (stage->t_half - curve->times[0]) > FOOT &&
          stage->t_half < curve->times[curve->n - 1]))
        return false;
    while (curve->times[k + 1] < stage->t_half)
        k++;
    return stage->s * (curve->times[k + 1] - curve->times[k]) < RESOLVED;
}

/* Keeps the stages that the curve tells. */
static enum rg_status tell(const struct curve *curve, int64_t n_max, struct rg_stages *all,
                           struct rg_stages *stages)
{
    struct fit fit = {0};
    double *doubts = NULL;
    stages->misfit = all->misfit;
    if (!(all->misfit < MISFIT))
        return RG_OK;
    enum rg_status status = make_fit(curve, all, &fit);
    if (status == RG_OK)
        status = rg_alloc(&doubts, (size_t)all->n, sizeof *doubts);
    if (status == RG_OK)
        status = find_doubts(&fit, all->misfit, doubts);
    for (int64_t i = 0; i < all->n && status == RG_OK; i++)
        if (doubts[i] < DOUBT && is_seen(curve, &all->stage[i]))
            keep(stages, n_max, all->stage[i]);
    free_fit(&fit);
    rg_free(&doubts);
    return status;
}

static enum rg_status find_and_fit(const struct curve *curve, int64_t n_max,
                                   struct rg_stages *stages)
{
    struct rg_stages all = {0};
    RG_TRY(rg_alloc(&all.stage, (size_t)n_max + 1, sizeof *all.stage));
    find_stages(curve, n_max, &all);
    enum rg_status status = fit_stages(curve, &all);
    if (status == RG_OK)
        status = part_all(curve, n_max, &all);
    if (status == RG_OK)
        status = tell(curve, n_max, &all, stages);
    qsort(stages->stage, (size_t)stages->n, sizeof *stages->stage, in_time);
    rg_free(&all.stage);
    return status;
}

enum rg_status rg_identify_stages(int64_t n, const double *times, const double *loss, int64_t n_max,
                                  struct rg_stages *stages)
{
    struct curve curve = {0, times, loss};
    stages->n = 0;
    stages->misfit = NAN;
    while (curve.n < n && loss[curve.n] > FLOOR * loss[0] && isfinite(loss[curve.n]))
        curve.n++;
    if (curve.n >= RECORDS_MIN && n_max > 0)
        RG_TRY(find_and_fit(&curve, n_max, stages));
    return RG_OK;
}
