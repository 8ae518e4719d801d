/* Second moments, exact or of samples, whitened if asked; the best map and its loss; the modes.
 *
 * The inputs of a point are those of its data turned to the principal axes of the training set: Sxx is then
 * diagonal, and a step needs no product with it.
 *
 * A whitened input is M x, M = Sxx^(-1/2) of the training set: then Syx M is its own best map, and the
 * population, seen through M, has the covariance M Sxx M and the map W M^(-1).                        */
#include "train/linear/task.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"
#include "train/linear/input.h"
#include "train/linear/sample.h"
#include "train/linear/teacher.h"

/* ---- the covariance's spectrum --------------------------------------------------------------------- */

struct spectrum {      /* Sxx = axes diag(variances) axes^T */
    double *variances; /* [n_in] descending; 0: too small to tell from rounding */
    struct rg_matrix axes;
};

static void spectrum_free(struct spectrum *spectrum)
{
    rg_free(&spectrum->variances);
    rg_matrix_free(&spectrum->axes);
}

/* Variances up to this are none. */
static double least_variance(const double *variances, int64_t n)
{
    return (double)n * DBL_EPSILON * variances[0];
}

static enum rg_status drop_rounding(double *variances, int64_t n)
{
    const double least = least_variance(variances, n), rounding = 1e-8;
    RG_REQUIRE(variances[n - 1] >= -rounding * variances[0], RG_ERROR_USER,
               "data: Sxx has the eigenvalue %g, and a covariance has none below 0",
               variances[n - 1]);
    for (int64_t k = 0; k < n; k++)
        variances[k] = variances[k] > least ? variances[k] : 0;
    return RG_OK;
}

static enum rg_status decompose(const struct rg_matrix *sxx, struct spectrum *spectrum,
                                bool *failed)
{
    const int64_t n = sxx->rows;
    struct rg_matrix copy = {0};
    bool stuck = false;
    RG_TRY(rg_alloc(&spectrum->variances, (size_t)n, sizeof *spectrum->variances));
    RG_TRY(rg_matrix_init(&spectrum->axes, sxx->team, RG_NUMBER_F8, n, n));
    RG_TRY(rg_algebra_clone(sxx, &copy));
    const enum rg_status code =
        rg_matrix_eigen(&copy, spectrum->variances, &spectrum->axes, &stuck);
    rg_matrix_free(&copy);
    *failed = *failed || stuck;
    if (code != RG_OK || stuck)
        return code;
    return drop_rounding(spectrum->variances, n);
}

/* The teacher's own: its inputs are not white. */
static enum rg_status take_spectrum(struct rg_teacher *teacher, struct spectrum *spectrum)
{
    const size_t n = (size_t)teacher->settings->n_in;
    assert(teacher->d);
    RG_TRY(rg_alloc(&spectrum->variances, n, sizeof *spectrum->variances));
    memcpy(spectrum->variances, teacher->d, n * sizeof *spectrum->variances);
    rg_algebra_move(&teacher->axes, &spectrum->axes);
    return RG_OK;
}

/* f[k] = variances[k]^exponent; directions without variance stay out of it. */
static enum rg_status take_powers(const double *variances, int64_t n, double exponent, double **f)
{
    RG_TRY(rg_alloc(f, (size_t)n, sizeof **f));
    for (int64_t k = 0; k < n; k++)
        (*f)[k] = variances[k] > 0 ? pow(variances[k], exponent) : 0;
    return RG_OK;
}

/* ---- whitening --------------------------------------------------------------------------------------- */

/* out = Sxx^exponent */
static enum rg_status take_power(const struct spectrum *spectrum, double exponent,
                                 struct rg_matrix *out)
{
    double *f = NULL;
    RG_TRY(take_powers(spectrum->variances, spectrum->axes.cols, exponent, &f));
    const enum rg_status code = rg_algebra_spectral(&spectrum->axes, f, &spectrum->axes, out);
    rg_free(&f);
    return code;
}

/* The population's covariance through a change of coordinates of the inputs, x -> change^T x. */
static enum rg_status change_covariance(struct rg_moments *truth, const struct rg_matrix *change)
{
    struct rg_matrix half = {0};
    RG_TRY(rg_algebra_clone(change, &half));
    rg_matrix_multiply(1, RG_TRANSPOSED, change, RG_PLAIN, &truth->sxx, 0, &half);
    rg_algebra_move(&half, &truth->sxx);
    return rg_algebra_append(&truth->sxx, RG_PLAIN, change);
}

static enum rg_status whiten_train(struct rg_linear_task *task, const struct rg_matrix *whitener)
{
    RG_TRY(rg_algebra_append(&task->syx, RG_PLAIN, whitener));
    rg_matrix_free(&task->train.best);
    RG_TRY(rg_algebra_clone(&task->syx, &task->train.best));
    task->train.variance = 1;
    return RG_OK;
}

static enum rg_status whiten_truth(struct rg_moments *truth, const struct rg_matrix *whitener,
                                   const struct rg_matrix *inverse)
{
    truth->variance = 0;
    RG_TRY(change_covariance(truth, whitener));
    RG_TRY(rg_algebra_append(&truth->best, RG_PLAIN, inverse));
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

/* ---- turning ----------------------------------------------------------------------------------------- */

enum rg_status rg_linear_task_sxx(const struct rg_linear_task *task, struct rg_matrix *sxx)
{
    const int64_t n = task->syx.cols;
    RG_TRY(rg_matrix_init(sxx, task->syx.team, task->syx.number, n, n));
    rg_algebra_identity(sxx);
    if (task->train.variance > 0)
        rg_matrix_scale(task->train.variance, sxx);
    else
        rg_matrix_scale_cols(task->variances, sxx);
    return RG_OK;
}

enum rg_status rg_linear_task_best(const struct rg_linear_task *task, struct rg_matrix *best)
{
    double *f = NULL;
    RG_TRY(rg_algebra_clone(&task->syx, best));
    if (task->train.variance > 0) {
        rg_matrix_scale(1 / task->train.variance, best);
        return RG_OK;
    }
    RG_TRY(take_powers(task->variances, task->syx.cols, -1, &f));
    rg_matrix_scale_cols(f, best);
    rg_free(&f);
    return RG_OK;
}

static enum rg_status turn(struct rg_linear_task *task, struct spectrum *spectrum)
{
    rg_algebra_move(&spectrum->axes, &task->axes);
    task->variances = spectrum->variances;
    spectrum->variances = NULL;
    if (task->given) { /* with no more than the rounding of each column's own size */
        RG_TRY(rg_algebra_append(&task->train.best, RG_PLAIN, &task->axes));
        rg_matrix_copy(&task->train.best, &task->syx);
        rg_matrix_scale_cols(task->variances, &task->syx);
        return RG_OK;
    }
    RG_TRY(rg_algebra_append(&task->syx, RG_PLAIN, &task->axes));
    if (!task->exact)
        RG_TRY(rg_algebra_append(&task->truth.best, RG_PLAIN, &task->axes));
    if (!task->exact && task->truth.variance == 0)
        RG_TRY(change_covariance(&task->truth, &task->axes));
    return rg_linear_task_best(task, &task->train.best);
}

/* Of samples, |Y X^T / P| <= |Y| |X| / P along any directions of the inputs: next to nothing where their
 * variance is. The loss of other moments falls without end.                                         */
static enum rg_status check_range(const struct rg_linear_task *task,
                                  const struct spectrum *spectrum)
{
    const int64_t n = task->syx.cols;
    const double *variances = spectrum->variances, rounding = 4;
    struct rg_matrix turned = {0};
    double *squares = NULL, outside = 0;
    enum rg_status code = rg_algebra_clone(&task->syx, &turned);
    if (code == RG_OK)
        code = rg_algebra_append(&turned, RG_PLAIN, &spectrum->axes);
    if (code == RG_OK)
        code = rg_alloc(&squares, (size_t)n, sizeof *squares);
    if (code == RG_OK) {
        rg_matrix_dot_cols(&turned, &turned, squares);
        for (int64_t k = 0; k < n; k++)
            outside += variances[k] > 0 ? 0 : squares[k];
    }
    rg_free(&squares);
    rg_matrix_free(&turned);
    RG_TRY(code);
    RG_REQUIRE(outside <= rounding * least_variance(variances, n) * task->tr_syy, RG_ERROR_USER,
               "data: Syx has a part of norm %g along inputs to which Sxx gives no variance: no "
               "samples have such moments, and the loss no minimum",
               sqrt(outside));
    return RG_OK;
}

static enum rg_status choose_inputs(struct rg_linear_task *task, struct rg_teacher *teacher,
                                    bool *failed)
{
    const bool whitening = teacher->settings->whiten;
    struct spectrum spectrum = {0};
    if (task->train.variance > 0 && !whitening)
        return task->given ? RG_OK : rg_linear_task_best(task, &task->train.best);
    enum rg_status code = task->given && !whitening
                              ? take_spectrum(teacher, &spectrum)
                              : decompose(&task->train.sxx, &spectrum, failed);
    if (code == RG_OK && !*failed && task->exact && !task->given)
        code = check_range(task, &spectrum);
    if (code == RG_OK)
        code = whitening ? whiten(task, &spectrum) : turn(task, &spectrum);
    spectrum_free(&spectrum);
    return code;
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
    RG_TRY(rg_algebra_append(&task->syx, RG_PLAIN, &task->train.sxx));
    task->tr_syy = rg_matrix_dot(&task->syx, &task->train.best) + 2 * task->train.floor;
    return RG_OK;
}

/* With no more samples than inputs, nothing but rounding is left. */
static enum rg_status find_floor(struct rg_linear_task *task)
{
    const double rounding = 1e-8, explained = rg_matrix_dot(&task->syx, &task->train.best);
    if (task->given)
        return RG_OK;
    RG_REQUIRE(task->tr_syy >= explained * (1 - rounding), RG_ERROR_USER,
               "data: tr_Syy = %g is less than the %g that Syx and Sxx alone explain", task->tr_syy,
               explained);
    task->train.floor = fmax(0, (task->tr_syy - explained) / 2);
    return RG_OK;
}

static enum rg_status find_moments(struct rg_linear_task *task, const struct rg_teacher *teacher,
                                   uint64_t key)
{
    const struct rg_linear_settings *s = teacher->settings;
    task->exact = s->dataset_size == 0;
    task->given = task->exact && !s->data.data;
    if (task->given)
        return exact_moments(task, teacher);
    if (task->exact)
        return rg_linear_input_read(s->data.data, teacher->team, s->target_scale, &task->train.sxx,
                                    &task->train.variance, &task->syx, &task->tr_syy);
    RG_TRY(population(teacher, &task->truth));
    return rg_sample(teacher, &task->truth.best, key, &task->train.sxx, &task->syx, &task->tr_syy);
}

/* ---- modes ----------------------------------------------------------------------------------------- */

static enum rg_status teacher_modes(struct rg_linear_task *task, struct rg_teacher *teacher)
{
    const bool white = teacher->settings->whiten;
    rg_algebra_move(&teacher->u, &task->u);
    RG_TRY(rg_algebra_clone(&teacher->v, &task->v));
    if (task->axes.values)
        rg_matrix_multiply(1, RG_TRANSPOSED, &task->axes, RG_PLAIN, &teacher->v, 0, &task->v);
    for (int64_t k = 0; k < task->u.cols; k++) {
        task->s[k] = teacher->t[k] * (white ? sqrt(teacher->d[k]) : teacher->d[k]);
        task->d[k] = white ? 1 : teacher->d[k];
    }
    task->commutes = true;
    return RG_OK;
}

/* Beside the largest, a singular value of this size is rounding: the data ask for no such mode. */
static void silence_rounding(int64_t n, double *s)
{
    const double rounding = 1e-12 * s[0];
    for (int64_t k = 0; k < n; k++)
        if (s[k] < rounding)
            s[k] = 0;
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
    if (code == RG_OK) {
        silence_rounding(n_modes, task->s);
        rg_matrix_transpose(&v_t, &task->v);
    }
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
    if (task->train.variance > 0)
        rg_matrix_scale(task->train.variance, &seen);
    else
        rg_matrix_scale_rows(task->variances, &seen);
    rg_matrix_dot_cols(&task->v, &seen, task->d);
    rg_matrix_free(&seen);
    task->found = true;
    task->commutes = task->train.variance > 0;
    return RG_OK;
}

static enum rg_status find_modes(struct rg_linear_task *task, struct rg_teacher *teacher,
                                 bool *failed)
{
    const int64_t n_modes = rg_linear_n_modes(teacher->settings);
    RG_TRY(rg_alloc(&task->s, (size_t)n_modes, sizeof *task->s));
    RG_TRY(rg_alloc(&task->d, (size_t)n_modes, sizeof *task->d));
    if (!task->given || !teacher->shares_axes)
        return data_modes(task, n_modes, failed);
    return teacher_modes(task, teacher);
}

bool rg_linear_task_has_axis(const struct rg_linear_task *task, int64_t k)
{
    return !task->found || task->s[k] > 0;
}

/* ---- life ------------------------------------------------------------------------------------------ */

static enum rg_status convert(struct rg_linear_task *task, enum rg_number number)
{
    struct rg_matrix *const all[] = {
        &task->syx, &task->truth.sxx, &task->truth.best, &task->u, &task->v,
    };
    rg_matrix_free(&task->train.sxx);
    rg_matrix_free(&task->train.best);
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
    RG_TRY(choose_inputs(task, teacher, failed));
    if (*failed)
        return RG_OK;
    RG_TRY(find_floor(task));
    RG_TRY(find_modes(task, teacher, failed));
    RG_TRY(convert(task, (enum rg_number)settings->precision));
    return RG_OK;
}

enum rg_status rg_linear_task_init(struct rg_linear_task *task, const struct rg_team *team,
                                   const struct rg_linear_settings *settings, uint64_t key,
                                   bool *failed)
{
    struct rg_teacher teacher = {.settings = settings, .team = team};
    *task = (struct rg_linear_task){0};
    enum rg_status code = RG_OK;
    if (!settings->data.data)
        code = rg_teacher_init(&teacher, team, settings, key, failed);
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
    rg_matrix_free(&task->axes);
    rg_free(&task->variances);
    rg_free(&task->s);
    rg_free(&task->d);
}

/* ---- for a reader of the data ------------------------------------------------------------------------ */

enum rg_status rg_linear_task_read(const struct rg_linear_task *task, const struct rg_matrix *a,
                                   double *out)
{
    struct rg_matrix turned = {0};
    enum rg_status code = rg_algebra_clone(a, &turned);
    if (code == RG_OK)
        code = rg_algebra_convert(&turned, RG_NUMBER_F8);
    if (code == RG_OK && task->axes.values)
        code = rg_algebra_append(&turned, RG_TRANSPOSED, &task->axes);
    if (code == RG_OK)
        rg_matrix_read(&turned, out);
    rg_matrix_free(&turned);
    return code;
}

enum rg_status rg_linear_task_read_sxx(const struct rg_linear_task *task, double *out)
{
    struct rg_matrix sxx = {0};
    enum rg_status code = task->axes.values
                              ? rg_algebra_spectral(&task->axes, task->variances, &task->axes, &sxx)
                              : rg_linear_task_sxx(task, &sxx);
    if (code == RG_OK)
        rg_matrix_read(&sxx, out);
    rg_matrix_free(&sxx);
    return code;
}
