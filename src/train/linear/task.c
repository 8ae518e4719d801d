/* Second moments, exact or of samples, whitened if asked; the best map and its loss; the modes.
 *
 * A whitened input is M x, M = Sxx^(-1/2) of the training set: then Syx M is its own best map, and the
 * population, seen through M, has the covariance M Sxx M and the map W M^(-1).                        */
#include "train/linear/task.h"

#include <float.h>
#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"
#include "train/linear/sample.h"
#include "train/linear/teacher.h"

/* ---- powers of the covariance ---------------------------------------------------------------------- */

struct spectrum { /* Sxx = q diag(w) q^T */
    double *w;    /* [n_in] descending */
    struct rg_matrix q;
};

static void spectrum_free(struct spectrum *spectrum)
{
    rg_free(&spectrum->w);
    rg_matrix_free(&spectrum->q);
}

static enum rg_status decompose(const struct rg_matrix *sxx, struct spectrum *spectrum,
                                bool *failed)
{
    struct rg_matrix copy = {0};
    bool stuck = false;
    RG_TRY(rg_alloc(&spectrum->w, (size_t)sxx->rows, sizeof *spectrum->w));
    RG_TRY(rg_matrix_init(&spectrum->q, sxx->team, RG_NUMBER_F8, sxx->rows, sxx->rows));
    RG_TRY(rg_algebra_clone(sxx, &copy));
    const enum rg_status code = rg_matrix_eigen(&copy, spectrum->w, &spectrum->q, &stuck);
    rg_matrix_free(&copy);
    *failed = *failed || stuck;
    return code;
}

/* out = Sxx^exponent; directions without variance stay out of it. */
static enum rg_status take_power(const struct spectrum *spectrum, double exponent,
                                 struct rg_matrix *out)
{
    const int64_t n = spectrum->q.rows;
    const double least = (double)n * DBL_EPSILON * fmax(spectrum->w[0], 0);
    double *f;
    RG_TRY(rg_alloc(&f, (size_t)n, sizeof *f));
    for (int64_t k = 0; k < n; k++)
        f[k] = spectrum->w[k] > least ? pow(spectrum->w[k], exponent) : 0;
    const enum rg_status code = rg_algebra_spectral(&spectrum->q, f, &spectrum->q, out);
    rg_free(&f);
    return code;
}

/* a becomes a factor. */
static enum rg_status multiply_right(struct rg_matrix *a, const struct rg_matrix *factor)
{
    struct rg_matrix product = {0};
    RG_TRY(rg_matrix_init(&product, a->team, a->number, a->rows, factor->cols));
    rg_matrix_multiply(1, RG_PLAIN, a, RG_PLAIN, factor, 0, &product);
    rg_algebra_move(&product, a);
    return RG_OK;
}

/* ---- fitting and whitening -------------------------------------------------------------------------- */

static enum rg_status fit(struct rg_linear_task *task, const struct spectrum *spectrum)
{
    struct rg_matrix inverse = {0};
    enum rg_status code = take_power(spectrum, -1, &inverse);
    if (code == RG_OK)
        code = rg_algebra_clone(&task->syx, &task->train.best);
    if (code == RG_OK)
        code = multiply_right(&task->train.best, &inverse);
    rg_matrix_free(&inverse);
    return code;
}

/* The population through the eyes of the whitening: M Sxx M (M is symmetric) and W M^(-1). */
static enum rg_status whiten_truth(struct rg_moments *truth, const struct rg_matrix *whitener,
                                   const struct rg_matrix *inverse)
{
    struct rg_matrix half = {0};
    RG_TRY(rg_algebra_clone(whitener, &half));
    rg_matrix_multiply(1, RG_PLAIN, whitener, RG_PLAIN, &truth->sxx, 0, &half);
    enum rg_status code = multiply_right(&half, whitener);
    rg_algebra_move(&half, &truth->sxx);
    truth->variance = 0;
    if (code == RG_OK)
        code = multiply_right(&truth->best, inverse);
    return code;
}

static enum rg_status whiten_train(struct rg_linear_task *task, const struct rg_matrix *whitener)
{
    RG_TRY(multiply_right(&task->syx, whitener));
    rg_matrix_free(&task->train.best);
    RG_TRY(rg_algebra_clone(&task->syx, &task->train.best));
    rg_algebra_identity(&task->train.sxx);
    task->train.variance = 1;
    return RG_OK;
}

static enum rg_status whiten(struct rg_linear_task *task, const struct spectrum *spectrum)
{
    struct rg_matrix whitener = {0}, inverse = {0};
    enum rg_status code = take_power(spectrum, -0.5, &whitener);
    if (code == RG_OK)
        code = take_power(spectrum, 0.5, &inverse);
    if (code == RG_OK)
        code = whiten_train(task, &whitener);
    if (code == RG_OK && !task->exact)
        code = whiten_truth(&task->truth, &whitener, &inverse);
    rg_matrix_free(&whitener);
    rg_matrix_free(&inverse);
    return code;
}

/* The best map of samples, and white inputs, come out of the covariance's spectrum. */
static enum rg_status prepare(struct rg_linear_task *task, bool whitening, bool *failed)
{
    struct spectrum spectrum = {0};
    if (task->exact && !whitening)
        return RG_OK;
    enum rg_status code = decompose(&task->train.sxx, &spectrum, failed);
    if (code == RG_OK)
        code = whitening ? whiten(task, &spectrum) : fit(task, &spectrum);
    spectrum_free(&spectrum);
    RG_TRY(code);
    if (!task->exact) /* at most as many samples as inputs: nothing but rounding is left */
        task->train.floor =
            fmax(0, (task->tr_syy - rg_matrix_dot(&task->syx, &task->train.best)) / 2);
    return RG_OK;
}

/* ---- moments --------------------------------------------------------------------------------------- */

static enum rg_status population(const struct rg_teacher *teacher, struct rg_moments *moments)
{
    const double n_out = (double)teacher->settings->n_out;
    RG_TRY(rg_teacher_map(teacher, &moments->best));
    RG_TRY(rg_teacher_covariance(teacher, &moments->sxx));
    moments->variance = teacher->variance;
    moments->floor = n_out * teacher->noise * teacher->noise / 2;
    return RG_OK;
}

static enum rg_status exact_moments(struct rg_linear_task *task, const struct rg_teacher *teacher)
{
    RG_TRY(population(teacher, &task->train));
    RG_TRY(rg_algebra_clone(&task->train.best, &task->syx));
    RG_TRY(multiply_right(&task->syx, &task->train.sxx));
    task->tr_syy = rg_matrix_dot(&task->syx, &task->train.best) + 2 * task->train.floor;
    return RG_OK;
}

static enum rg_status find_moments(struct rg_linear_task *task, const struct rg_teacher *teacher,
                                   uint64_t key)
{
    task->exact = teacher->settings->dataset_size == 0;
    if (task->exact)
        return exact_moments(task, teacher);
    RG_TRY(population(teacher, &task->truth));
    return rg_sample(teacher, &task->truth.best, key, &task->train.sxx, &task->syx, &task->tr_syy);
}

/* ---- modes ----------------------------------------------------------------------------------------- */

static void teacher_modes(struct rg_linear_task *task, struct rg_teacher *teacher)
{
    const bool white = teacher->settings->whiten;
    rg_algebra_move(&teacher->u, &task->u);
    rg_algebra_move(&teacher->v, &task->v);
    for (int64_t k = 0; k < task->u.cols; k++) {
        task->s[k] = teacher->t[k] * (white ? sqrt(teacher->d[k]) : teacher->d[k]);
        task->d[k] = white ? 1 : teacher->d[k];
    }
    task->commutes = true;
}

static enum rg_status find_vectors(struct rg_linear_task *task, int64_t n_modes, bool *failed)
{
    const struct rg_team *team = task->syx.team;
    struct rg_matrix copy = {0}, v_t = {0};
    bool stuck = false;
    RG_TRY(rg_matrix_init(&task->u, team, RG_NUMBER_F8, task->syx.rows, n_modes));
    RG_TRY(rg_matrix_init(&task->v, team, RG_NUMBER_F8, task->syx.cols, n_modes));
    RG_TRY(rg_matrix_init(&v_t, team, RG_NUMBER_F8, n_modes, task->syx.cols));
    enum rg_status code = rg_algebra_clone(&task->syx, &copy);
    if (code == RG_OK)
        code = rg_matrix_svd(&copy, task->s, &task->u, &v_t, &stuck);
    if (code == RG_OK)
        rg_matrix_transpose(&v_t, &task->v);
    rg_matrix_free(&copy);
    rg_matrix_free(&v_t);
    *failed = *failed || stuck;
    return code;
}

static enum rg_status data_modes(struct rg_linear_task *task, int64_t n_modes, bool *failed)
{
    struct rg_matrix seen = {0};
    RG_TRY(find_vectors(task, n_modes, failed));
    RG_TRY(rg_algebra_clone(&task->v, &seen));
    rg_matrix_multiply(1, RG_PLAIN, &task->train.sxx, RG_PLAIN, &task->v, 0, &seen);
    rg_matrix_dot_cols(&task->v, &seen, task->d);
    rg_matrix_free(&seen);
    task->commutes = task->train.variance > 0;
    return RG_OK;
}

static enum rg_status find_modes(struct rg_linear_task *task, struct rg_teacher *teacher,
                                 bool *failed)
{
    const int64_t n_modes = rg_linear_n_modes(teacher->settings);
    RG_TRY(rg_alloc(&task->s, (size_t)n_modes, sizeof *task->s));
    RG_TRY(rg_alloc(&task->d, (size_t)n_modes, sizeof *task->d));
    if (!task->exact || !teacher->shares_axes)
        return data_modes(task, n_modes, failed);
    teacher_modes(task, teacher);
    return RG_OK;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static enum rg_status convert(struct rg_linear_task *task, enum rg_number number)
{
    struct rg_matrix *const all[] = {
        &task->train.sxx,  &task->train.best, &task->syx, &task->truth.sxx,
        &task->truth.best, &task->u,          &task->v,
    };
    if (task->truth.variance > 0)
        rg_matrix_free(&task->truth.sxx);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        RG_TRY(rg_algebra_convert(all[i], number));
    return RG_OK;
}

static enum rg_status fill(struct rg_linear_task *task, struct rg_teacher *teacher, uint64_t key,
                           bool *failed)
{
    const struct rg_linear_settings *settings = teacher->settings;
    RG_TRY(find_moments(task, teacher, key));
    RG_TRY(prepare(task, settings->whiten, failed));
    RG_TRY(find_modes(task, teacher, failed));
    RG_TRY(convert(task, (enum rg_number)settings->precision));
    return RG_OK;
}

enum rg_status rg_linear_task_init(struct rg_linear_task *task, const struct rg_team *team,
                                   const struct rg_linear_settings *settings, uint64_t key,
                                   bool *failed)
{
    struct rg_teacher teacher = {0};
    *task = (struct rg_linear_task){0};
    enum rg_status code = rg_teacher_init(&teacher, team, settings, key, failed);
    if (code == RG_OK && !*failed)
        code = fill(task, &teacher, key, failed);
    rg_teacher_free(&teacher);
    return code;
}

void rg_linear_task_free(struct rg_linear_task *task)
{
    rg_matrix_free(&task->train.sxx);
    rg_matrix_free(&task->train.best);
    rg_matrix_free(&task->truth.sxx);
    rg_matrix_free(&task->truth.best);
    rg_matrix_free(&task->syx);
    rg_matrix_free(&task->u);
    rg_matrix_free(&task->v);
    rg_free(&task->s);
    rg_free(&task->d);
}
