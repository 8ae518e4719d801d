/* Initial weights: gaussian, balanced, aligned.
 *
 * Balanced layers share out a map u diag(a) v^T: W_l = r_l diag(f_l) r_(l-1)^T with r_0 = v, r_depth = u and
 * random orthonormal r_l between. All f_l = a^(1/depth), or, for two layers and lambda,
 * f_1,2^2 = (sqrt(lambda^2 + 4 a^2) -+ lambda) / 2. A hidden layer wider than the narrower end then also has
 * channels of strength a = 0, in which only the wider end's layer is not zero (Domine, Anguita et al.
 * 2024, arXiv 2409.14623, appendix).                                                                */
#include "train/linear/init.h"

#include <assert.h>
#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"
#include "train/linear/closed_forms.h"

/* Sub-streams, one for each layer. */
enum draw { DRAW_WEIGHTS, DRAW_HIDDEN, DRAW_SPARE };

static uint64_t sub_stream(enum draw draw, int64_t layer)
{
    return (uint64_t)draw * (RG_DEPTH_MAX + 1) + (uint64_t)layer;
}

static int64_t fan_in(const struct rg_linear_settings *settings, int64_t layer)
{
    return rg_linear_width(settings, layer - 1);
}

/* Layer 1 ... depth. */
static enum rg_status draw_layer(const struct rg_linear_settings *settings,
                                 const struct rg_team *team, uint64_t key, int64_t layer,
                                 double deviation, struct rg_matrix *w)
{
    RG_TRY(rg_matrix_init(w, team, RG_NUMBER_F8, rg_linear_width(settings, layer),
                          fan_in(settings, layer)));
    rg_matrix_fill_normal(w, key, sub_stream(DRAW_WEIGHTS, layer), deviation);
    return RG_OK;
}

/* What was drawn for the data's own inputs, for those of the task. */
static enum rg_status turn_inputs(const struct rg_linear_task *task, struct rg_matrix *w)
{
    return task->axes.values ? rg_algebra_append(w, RG_PLAIN, &task->axes) : RG_OK;
}

static enum rg_status draw_gaussian(const struct rg_linear_settings *settings,
                                    const struct rg_team *team, uint64_t key,
                                    const struct rg_linear_task *task, struct rg_matrix *weights)
{
    for (int64_t layer = 1; layer <= settings->depth; layer++) {
        const double deviation = settings->gain / sqrt((double)fan_in(settings, layer));
        RG_TRY(draw_layer(settings, team, key, layer, deviation, &weights[layer - 1]));
    }
    return turn_inputs(task, &weights[0]);
}

/* ---- the map of a balanced start ------------------------------------------------------------------- */

struct balanced {
    const struct rg_linear_settings *settings;
    const struct rg_team *team;
    uint64_t key;
    int64_t n_modes, n_channels; /* n_channels of strength 0 beyond the modes */
    double *a;                   /* [n_modes] */
    double *f;                   /* [n_channels] */
    struct rg_matrix u, v;       /* [n_out][n_channels], [n_in][n_channels] */
    bool *failed;
};

/* map = W_depth ... W_1 of normal weights */
static enum rg_status draw_map(const struct balanced *b, struct rg_matrix *map)
{
    const double sigma = b->settings->sigma;
    RG_TRY(draw_layer(b->settings, b->team, b->key, 1, sigma, map));
    for (int64_t layer = 2; layer <= b->settings->depth; layer++) {
        struct rg_matrix w = {0}, product = {0};
        enum rg_status code = draw_layer(b->settings, b->team, b->key, layer, sigma, &w);
        if (code == RG_OK)
            code = rg_matrix_init(&product, b->team, RG_NUMBER_F8, w.rows, map->cols);
        if (code == RG_OK)
            rg_matrix_multiply(1, RG_PLAIN, &w, RG_PLAIN, map, 0, &product);
        rg_matrix_free(&w);
        rg_algebra_move(&product, map);
        RG_TRY(code);
    }
    return RG_OK;
}

static enum rg_status split_map(struct balanced *b, struct rg_matrix *map)
{
    struct rg_matrix v_t = {0};
    bool stuck = false;
    RG_TRY(rg_matrix_init(&b->u, b->team, RG_NUMBER_F8, map->rows, b->n_modes));
    RG_TRY(rg_matrix_init(&b->v, b->team, RG_NUMBER_F8, map->cols, b->n_modes));
    RG_TRY(rg_matrix_init(&v_t, b->team, RG_NUMBER_F8, b->n_modes, map->cols));
    const enum rg_status code = rg_matrix_svd(map, b->a, &b->u, &v_t, &stuck);
    if (code == RG_OK)
        rg_matrix_transpose(&v_t, &b->v);
    rg_matrix_free(&v_t);
    *b->failed = *b->failed || stuck;
    return code;
}

/* Has u diag(a) v^T a determinant of another sign than Syx, which no balanced path at lambda = 0 leaves? */
static enum rg_status is_opposite(const struct balanced *b, const struct rg_matrix *syx,
                                  bool *opposite)
{
    struct rg_matrix map = {0}, task = {0}, both = {0};
    bool stuck = false;
    int sign = 1;
    enum rg_status code = rg_algebra_spectral(&b->u, b->a, &b->v, &map);
    if (code == RG_OK)
        code = rg_algebra_clone(syx, &task);
    if (code == RG_OK)
        code = rg_algebra_convert(&task, RG_NUMBER_F8);
    if (code == RG_OK)
        code = rg_algebra_clone(&task, &both);
    if (code == RG_OK) {
        rg_matrix_multiply(1, RG_TRANSPOSED, &task, RG_PLAIN, &map, 0, &both);
        code = rg_matrix_determinant_sign(&both, &sign, &stuck);
    }
    rg_matrix_free(&map);
    rg_matrix_free(&task);
    rg_matrix_free(&both);
    *b->failed = *b->failed || stuck;
    *opposite = sign < 0;
    return code;
}

/* The determinant of data without some mode is rounding: it has no sign, and they no such saddle. */
static bool lacks_mode(const struct rg_linear_task *task)
{
    bool lacks = false;
    for (int64_t k = 0; k < task->u.cols; k++)
        lacks = lacks || task->s[k] == 0;
    return lacks;
}

static enum rg_status avoid_saddle(struct balanced *b, const struct rg_linear_task *task)
{
    const struct rg_linear_settings *s = b->settings;
    bool opposite;
    if (s->depth == 1 || s->lambda != 0 || s->n_in != s->n_out || s->allow_saddle ||
        lacks_mode(task))
        return RG_OK;
    RG_TRY(is_opposite(b, &task->syx, &opposite));
    for (int64_t k = 0; k < b->n_modes; k++)
        b->f[k] = opposite && k == b->n_modes - 1 ? -1 : 1;
    rg_matrix_scale_cols(b->f, &b->u);
    return RG_OK;
}

static enum rg_status draw_balanced(struct balanced *b, const struct rg_linear_task *task)
{
    const double given = b->settings->init_singular_value;
    struct rg_matrix map = {0};
    enum rg_status code = draw_map(b, &map);
    if (code == RG_OK)
        code = turn_inputs(task, &map);
    if (code == RG_OK)
        code = split_map(b, &map);
    rg_matrix_free(&map);
    if (code != RG_OK || *b->failed)
        return code;
    for (int64_t k = 0; given > 0 && k < b->n_modes; k++)
        b->a[k] = given;
    return avoid_saddle(b, task);
}

/* Where the data ask for nothing, and no teacher does, there is nothing to be aligned with. */
static enum rg_status align(struct balanced *b, const struct rg_linear_task *task)
{
    for (int64_t k = 0; k < b->n_modes; k++)
        b->a[k] = rg_linear_task_has_axis(task, k) ? b->settings->a0 : 0;
    RG_TRY(rg_algebra_clone(&task->u, &b->u));
    RG_TRY(rg_algebra_clone(&task->v, &b->v));
    RG_TRY(rg_algebra_convert(&b->u, RG_NUMBER_F8));
    RG_TRY(rg_algebra_convert(&b->v, RG_NUMBER_F8));
    return RG_OK;
}

/* ---- sharing it out -------------------------------------------------------------------------------- */

static double factor(const struct balanced *b, int64_t layer, int64_t channel)
{
    const struct rg_linear_settings *s = b->settings;
    const double a = channel < b->n_modes ? b->a[channel] : 0;
    if (s->lambda == 0)
        return pow(a, 1 / (double)s->depth);
    const struct rg_squares squares = rg_mode_squares(s->lambda, a);
    return sqrt(layer == 1 ? squares.first : squares.second);
}

/* end[rows][n_modes] gets more orthonormal columns as far as its rows allow, then columns of zeros. */
static enum rg_status extend(struct balanced *b, int64_t layer, struct rg_matrix *end)
{
    struct rg_matrix wide = {0}, extra = {0};
    bool stuck = false;
    if (b->n_channels == end->cols)
        return RG_OK;
    enum rg_status code = rg_algebra_columns(end, b->n_channels, &wide);
    if (code == RG_OK && end->rows >= b->n_channels) {
        code = rg_algebra_clone(&wide, &extra);
        if (code == RG_OK) {
            for (int64_t k = 0; k < b->n_channels; k++)
                b->f[k] = k >= b->n_modes;
            rg_matrix_fill_normal(&extra, b->key, sub_stream(DRAW_SPARE, layer), 1);
            rg_matrix_scale_cols(b->f, &extra);
            rg_matrix_add(1, &extra, &wide);
            code = rg_matrix_orthogonalise(&wide, &extra, &stuck);
        }
        rg_algebra_move(&extra, &wide);
    }
    rg_algebra_move(&wide, end);
    *b->failed = *b->failed || stuck;
    return code;
}

/* out = r_layer for a layer between the ends */
static enum rg_status draw_hidden(struct balanced *b, int64_t layer, struct rg_matrix *out)
{
    return rg_algebra_orthonormal(b->team, b->key, sub_stream(DRAW_HIDDEN, layer),
                                  rg_linear_width(b->settings, layer), b->n_channels, out,
                                  b->failed);
}

static enum rg_status share_out(struct balanced *b, struct rg_matrix *weights)
{
    const int64_t depth = b->settings->depth;
    struct rg_matrix below = {0}, above = {0};
    enum rg_status code = RG_OK;
    rg_algebra_move(&b->v, &below);
    for (int64_t layer = 1; layer <= depth && code == RG_OK; layer++) {
        if (layer == depth)
            rg_algebra_move(&b->u, &above);
        else
            code = draw_hidden(b, layer, &above);
        for (int64_t k = 0; k < b->n_channels; k++)
            b->f[k] = factor(b, layer, k);
        if (code == RG_OK)
            code = rg_algebra_spectral(&above, b->f, &below, &weights[layer - 1]);
        rg_algebra_move(&above, &below);
    }
    rg_matrix_free(&below);
    rg_matrix_free(&above);
    return code;
}

static enum rg_status make_balanced(struct balanced *b, const struct rg_linear_task *task,
                                    struct rg_matrix *weights)
{
    const size_t n_channels = (size_t)b->n_channels;
    RG_TRY(rg_alloc(&b->a, n_channels, sizeof *b->a));
    RG_TRY(rg_alloc(&b->f, n_channels, sizeof *b->f));
    RG_TRY(b->settings->init == RG_INIT_ALIGNED ? align(b, task) : draw_balanced(b, task));
    if (*b->failed)
        return RG_OK;
    RG_TRY(extend(b, 0, &b->v));
    RG_TRY(extend(b, b->settings->depth, &b->u));
    RG_TRY(share_out(b, weights));
    return RG_OK;
}

static enum rg_status init_balanced(const struct rg_linear_settings *settings,
                                    const struct rg_team *team, uint64_t key,
                                    const struct rg_linear_task *task, struct rg_matrix *weights,
                                    bool *failed)
{
    const int64_t n_modes = rg_linear_n_modes(settings);
    struct balanced b = {
        .settings = settings,
        .team = team,
        .key = key,
        .n_modes = n_modes,
        .n_channels = settings->lambda == 0 ? n_modes : rg_linear_width(settings, 1),
        .failed = failed};
    const enum rg_status code = make_balanced(&b, task, weights);
    rg_free(&b.a);
    rg_free(&b.f);
    rg_matrix_free(&b.u);
    rg_matrix_free(&b.v);
    return code;
}

enum rg_status rg_linear_init(const struct rg_linear_settings *settings, const struct rg_team *team,
                              uint64_t key, const struct rg_linear_task *task,
                              struct rg_matrix *weights, bool *failed)
{
    if (settings->init == RG_INIT_GAUSSIAN)
        RG_TRY(draw_gaussian(settings, team, key, task, weights));
    else
        RG_TRY(init_balanced(settings, team, key, task, weights, failed));
    for (int64_t layer = 0; layer < settings->depth; layer++)
        RG_TRY(rg_algebra_convert(&weights[layer], (enum rg_number)settings->precision));
    return RG_OK;
}
