/* Samples are drawn a panel at a time and only their moments kept: their number costs no memory. Every
 * element is a number of its own out of the counter RNG, so that it is the same on any grid.         */
#include "train/linear/sample.h"

#include <math.h>

#include "regime/memory.h"
#include "train/linear/algebra.h"

enum { PANEL = 512 }; /* samples: part of what the draws depend on */

struct sampler {
    const struct rg_teacher *teacher;
    const struct rg_matrix *map;
    uint64_t key;
    struct rg_matrix root; /* [n_in][n_in] axes diag(sqrt(d)); empty: the inputs are white */
    struct rg_matrix *sxx, *syx;
    double tr_syy;
};

struct panel { /* [rows][samples]: normal numbers, inputs, targets */
    struct rg_matrix drawn, x, y;
};

static enum rg_status make_root(struct sampler *sampler)
{
    const struct rg_teacher *teacher = sampler->teacher;
    const int64_t n_in = teacher->settings->n_in;
    double *deviations;
    if (teacher->variance > 0)
        return RG_OK;
    RG_TRY(rg_algebra_clone(&teacher->axes, &sampler->root));
    RG_TRY(rg_alloc(&deviations, (size_t)n_in, sizeof *deviations));
    for (int64_t k = 0; k < n_in; k++)
        deviations[k] = sqrt(teacher->d[k]);
    rg_matrix_scale_cols(deviations, &sampler->root);
    rg_free(&deviations);
    return RG_OK;
}

static enum rg_status make_panel(const struct sampler *sampler, int64_t n, struct panel *panel)
{
    const struct rg_teacher *teacher = sampler->teacher;
    const int64_t n_in = teacher->settings->n_in, n_out = teacher->settings->n_out;
    if (teacher->variance == 0)
        RG_TRY(rg_matrix_init(&panel->drawn, teacher->team, RG_NUMBER_F8, n_in, n));
    RG_TRY(rg_matrix_init(&panel->x, teacher->team, RG_NUMBER_F8, n_in, n));
    RG_TRY(rg_matrix_init(&panel->y, teacher->team, RG_NUMBER_F8, n_out, n));
    return RG_OK;
}

static void draw(const struct sampler *sampler, int64_t index, struct panel *panel)
{
    const struct rg_teacher *teacher = sampler->teacher;
    const uint64_t sub = RG_DRAW_PANELS + 2 * (uint64_t)index;
    if (teacher->variance > 0) {
        rg_matrix_fill_normal(&panel->x, sampler->key, sub, sqrt(teacher->variance));
    } else {
        rg_matrix_fill_normal(&panel->drawn, sampler->key, sub, 1);
        rg_matrix_multiply(1, RG_PLAIN, &sampler->root, RG_PLAIN, &panel->drawn, 0, &panel->x);
    }
    rg_matrix_fill_normal(&panel->y, sampler->key, sub + 1, teacher->noise);
    rg_matrix_multiply(1, RG_PLAIN, sampler->map, RG_PLAIN, &panel->x, 1, &panel->y);
}

static enum rg_status add_panel(struct sampler *sampler, int64_t index, int64_t n)
{
    struct panel panel = {0};
    enum rg_status code = make_panel(sampler, n, &panel);
    if (code == RG_OK) {
        draw(sampler, index, &panel);
        rg_matrix_multiply(1, RG_PLAIN, &panel.x, RG_TRANSPOSED, &panel.x, 1, sampler->sxx);
        rg_matrix_multiply(1, RG_PLAIN, &panel.y, RG_TRANSPOSED, &panel.x, 1, sampler->syx);
        sampler->tr_syy += rg_matrix_dot(&panel.y, &panel.y);
    }
    rg_matrix_free(&panel.drawn);
    rg_matrix_free(&panel.x);
    rg_matrix_free(&panel.y);
    return code;
}

static enum rg_status add_all(struct sampler *sampler)
{
    const int64_t n = sampler->teacher->settings->dataset_size;
    RG_TRY(make_root(sampler));
    for (int64_t first = 0; first < n; first += PANEL)
        RG_TRY(add_panel(sampler, first / PANEL, n - first < PANEL ? n - first : PANEL));
    rg_matrix_scale(1 / (double)n, sampler->sxx);
    rg_matrix_scale(1 / (double)n, sampler->syx);
    sampler->tr_syy /= (double)n;
    return RG_OK;
}

enum rg_status rg_sample(const struct rg_teacher *teacher, const struct rg_matrix *map,
                         uint64_t key, struct rg_matrix *sxx, struct rg_matrix *syx, double *tr_syy)
{
    const int64_t n_in = teacher->settings->n_in, n_out = teacher->settings->n_out;
    struct sampler sampler = {.teacher = teacher, .map = map, .key = key, .sxx = sxx, .syx = syx};
    RG_TRY(rg_matrix_init(sxx, teacher->team, RG_NUMBER_F8, n_in, n_in));
    RG_TRY(rg_matrix_init(syx, teacher->team, RG_NUMBER_F8, n_out, n_in));
    const enum rg_status code = add_all(&sampler);
    rg_matrix_free(&sampler.root);
    *tr_syy = sampler.tr_syy;
    return code;
}
