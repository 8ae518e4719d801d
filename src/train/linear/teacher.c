/* The population behind a point's data: spectra from the knobs, singular vectors and axes from the counter
 * RNG, so that they are the same on any grid.
 *
 * The hierarchy (Saxe, McClelland and Ganguli 2013, 2019): 8 items, one-hot, so d = 1/8; the targets of
 * item i are the 7 branchings of the binary tree above the items. The rows of this map are orthogonal, with
 * norms sqrt(8), 2 (twice) and sqrt(2) (four times): these are t, the rows themselves v, and u = I. Hence
 * Syx = map / 8 has s = sqrt(8)/8, 1/4, sqrt(2)/8: broad distinctions are learnt before fine ones.     */
#include "train/linear/teacher.h"

#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"

/* ---- spectra ------------------------------------------------------------------------------------- */

static double power_law(double exponent, int64_t k)
{
    return pow((double)(k + 1), -exponent);
}

/* Root of the tree, its two children, their four. */
static int64_t split_level(int64_t split)
{
    return split < 1 ? 0 : split < 3 ? 1 : 2;
}

static int64_t items_below(int64_t split)
{
    return RG_HIERARCHY_ITEMS >> split_level(split);
}

static double list_value(const struct rg_reals *list, int64_t k)
{
    return k < list->n ? list->values[k] : 0;
}

static double singular_value(const struct rg_linear_settings *s, int64_t k)
{
    if (s->dataset == RG_DATASET_RANDOM)
        return 0;
    if (s->dataset == RG_DATASET_HIERARCHY)
        return sqrt((double)items_below(k));
    if (s->teacher_rank > 0 && k >= s->teacher_rank)
        return 0;
    if (s->spectrum == RG_SPECTRUM_LIST)
        return list_value(&s->singular_values, k);
    return s->spectrum_scale *
           (s->spectrum == RG_SPECTRUM_POWER ? power_law(s->spectrum_exponent, k) : 1);
}

static double input_variance(const struct rg_linear_settings *s, int64_t k)
{
    if (s->dataset == RG_DATASET_HIERARCHY)
        return s->input_scale / RG_HIERARCHY_ITEMS;
    if (s->input_spectrum == RG_INPUT_LIST)
        return s->input_scale * list_value(&s->input_variances, k);
    return s->input_scale *
           (s->input_spectrum == RG_INPUT_POWER ? power_law(s->input_exponent, k) : 1);
}

static enum rg_status choose_spectra(struct rg_teacher *teacher)
{
    const struct rg_linear_settings *s = teacher->settings;
    const int64_t n_modes = rg_linear_n_modes(s);
    RG_TRY(rg_alloc(&teacher->t, (size_t)n_modes, sizeof *teacher->t));
    RG_TRY(rg_alloc(&teacher->d, (size_t)s->n_in, sizeof *teacher->d));
    for (int64_t k = 0; k < n_modes; k++)
        teacher->t[k] = s->target_scale * singular_value(s, k);
    for (int64_t k = 0; k < s->n_in; k++)
        teacher->d[k] = input_variance(s, k);
    teacher->noise = s->target_scale * (s->dataset == RG_DATASET_RANDOM ? 1 : s->noise);
    teacher->variance = s->input_spectrum == RG_INPUT_WHITE ? teacher->d[0] : 0;
    teacher->shares_axes =
        teacher->variance > 0 || (s->input_basis == RG_BASIS_TEACHER && s->input_angle == 0);
    return RG_OK;
}

/* ---- vectors ------------------------------------------------------------------------------------- */

/* Element (item, split) of the hierarchy's v. */
static double hierarchy_value(void *context, int64_t item, int64_t split)
{
    (void)context;
    const int64_t below = items_below(split);
    const int64_t first = (split + 1 - ((int64_t)1 << split_level(split))) * below;
    if (item < first || item >= first + below)
        return 0;
    return (item < first + below / 2 ? 1 : -1) / sqrt((double)below);
}

static enum rg_status make_hierarchy(struct rg_teacher *teacher)
{
    RG_TRY(rg_matrix_init(&teacher->u, teacher->team, RG_NUMBER_F8, RG_HIERARCHY_SPLITS,
                          RG_HIERARCHY_SPLITS));
    RG_TRY(rg_matrix_init(&teacher->v, teacher->team, RG_NUMBER_F8, RG_HIERARCHY_ITEMS,
                          RG_HIERARCHY_SPLITS));
    rg_algebra_identity(&teacher->u);
    rg_matrix_fill(&teacher->v, hierarchy_value, NULL);
    return RG_OK;
}

struct turn { /* in the planes of axes 0 and 1, 2 and 3, ...; a last odd one stays */
    double cosine, sine;
    int64_t n;
};

static double turn_value(void *context, int64_t i, int64_t j)
{
    const struct turn *turn = context;
    if ((i | 1) >= turn->n)
        return i == j;
    if (i / 2 != j / 2)
        return 0;
    return i == j ? turn->cosine : i > j ? turn->sine : -turn->sine;
}

static enum rg_status turn_axes(struct rg_teacher *teacher)
{
    const double degree = 3.14159265358979323846 / 180;
    const double angle = teacher->settings->input_angle * degree;
    struct turn turn = {cos(angle), sin(angle), teacher->settings->n_in};
    struct rg_matrix rotation = {0}, turned = {0};
    enum rg_status code = rg_algebra_clone(&teacher->axes, &rotation);
    if (code == RG_OK)
        code = rg_algebra_clone(&teacher->axes, &turned);
    if (code == RG_OK) {
        rg_matrix_fill(&rotation, turn_value, &turn);
        rg_matrix_multiply(1, RG_PLAIN, &teacher->axes, RG_PLAIN, &rotation, 0, &turned);
        rg_algebra_move(&turned, &teacher->axes);
    }
    rg_matrix_free(&rotation);
    rg_matrix_free(&turned);
    return code;
}

/* Inputs that are not white: axes first, and the teacher's vectors are n_modes of them. */
static enum rg_status make_axes(struct rg_teacher *teacher, uint64_t key, bool *failed)
{
    const struct rg_linear_settings *s = teacher->settings;
    RG_TRY(rg_algebra_orthonormal(teacher->team, key, RG_DRAW_V, s->n_in, s->n_in, &teacher->axes,
                                  failed));
    RG_TRY(rg_algebra_columns(&teacher->axes, rg_linear_n_modes(s), &teacher->v));
    if (s->input_basis == RG_BASIS_TEACHER)
        return s->input_angle == 0 ? RG_OK : turn_axes(teacher);
    rg_matrix_free(&teacher->axes);
    return rg_algebra_orthonormal(teacher->team, key, RG_DRAW_AXES, s->n_in, s->n_in,
                                  &teacher->axes, failed);
}

static enum rg_status make_vectors(struct rg_teacher *teacher, uint64_t key, bool *failed)
{
    const struct rg_linear_settings *s = teacher->settings;
    const int64_t n_modes = rg_linear_n_modes(s);
    if (s->dataset == RG_DATASET_HIERARCHY)
        return make_hierarchy(teacher);
    RG_TRY(rg_algebra_orthonormal(teacher->team, key, RG_DRAW_U, s->n_out, n_modes, &teacher->u,
                                  failed));
    if (teacher->variance > 0)
        return rg_algebra_orthonormal(teacher->team, key, RG_DRAW_V, s->n_in, n_modes, &teacher->v,
                                      failed);
    return make_axes(teacher, key, failed);
}

/* ---- life ---------------------------------------------------------------------------------------- */

enum rg_status rg_teacher_init(struct rg_teacher *teacher, const struct rg_team *team,
                               const struct rg_linear_settings *settings, uint64_t key,
                               bool *failed)
{
    *teacher = (struct rg_teacher){.settings = settings, .team = team};
    RG_TRY(choose_spectra(teacher));
    RG_TRY(make_vectors(teacher, key, failed));
    return RG_OK;
}

void rg_teacher_free(struct rg_teacher *teacher)
{
    rg_matrix_free(&teacher->u);
    rg_matrix_free(&teacher->v);
    rg_matrix_free(&teacher->axes);
    rg_free(&teacher->t);
    rg_free(&teacher->d);
}

enum rg_status rg_teacher_map(const struct rg_teacher *teacher, struct rg_matrix *out)
{
    return rg_algebra_spectral(&teacher->u, teacher->t, &teacher->v, out);
}

enum rg_status rg_teacher_covariance(const struct rg_teacher *teacher, struct rg_matrix *out)
{
    const int64_t n_in = teacher->settings->n_in;
    if (teacher->variance == 0)
        return rg_algebra_spectral(&teacher->axes, teacher->d, &teacher->axes, out);
    RG_TRY(rg_matrix_init(out, teacher->team, RG_NUMBER_F8, n_in, n_in));
    rg_algebra_identity(out);
    rg_matrix_scale(teacher->variance, out);
    return RG_OK;
}
