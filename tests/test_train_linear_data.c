/* The second moments that a linear network learns from are those of the data that its knobs describe. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "linear.h"
#include "teams.h"

const char *const test_suite = "train_linear_data";

enum { KEY = 5 };
static const double TOLERANCE = 1e-13; /* some hundred roundings of numbers of order 1 */
/* Five standard deviations of a mean of N_SAMPLES, of numbers whose spread is about 4. */
enum { N_SAMPLES = 40000 };
static const double SPREAD = 4 * 5 / 200.0;

static struct rg_linear_settings teacher(void)
{
    struct rg_linear_settings settings = test_linear_settings();
    settings.n_in = 7;
    settings.n_out = 5;
    settings.spectrum = RG_SPECTRUM_LIST;
    settings.singular_values = (struct rg_reals){4, {3, 2, 1.2, 0.6}};
    settings.input_spectrum = RG_INPUT_POWER;
    settings.input_exponent = 0.5;
    return settings;
}

static struct rg_linear_task make(const struct rg_team *team,
                                  const struct rg_linear_settings *settings)
{
    struct rg_linear_task task;
    bool failed = false;
    TEST_OK(rg_linear_check(settings));
    TEST_OK(rg_linear_task_init(&task, team, settings, KEY, &failed));
    CU_ASSERT_FALSE(failed);
    return task;
}

/* ---- identities that hold for every task ------------------------------------------------------------ */

/* max |u^T u - I| */
static double skew(const struct rg_matrix *u)
{
    struct dense a = dense_of(u), a_t = dense_transpose(&a), gram = dense_product(&a_t, &a);
    const double worst = dense_deviation_from_unit(&gram, 1);
    dense_free(&a);
    dense_free(&a_t);
    dense_free(&gram);
    return worst;
}

/* max |Syx - u diag(s) v^T| */
static double modes_miss(const struct rg_linear_task *task)
{
    struct dense u = dense_of(&task->u), v = dense_of(&task->v), syx = dense_of(&task->syx);
    struct dense v_t = dense_transpose(&v);
    for (int64_t i = 0; i < u.rows; i++)
        for (int64_t k = 0; k < u.cols; k++)
            *dense_at(&u, i, k) *= task->s[k];
    struct dense product = dense_product(&u, &v_t);
    const double worst = dense_deviation(&product, &syx);
    dense_free(&u);
    dense_free(&v);
    dense_free(&v_t);
    dense_free(&syx);
    dense_free(&product);
    return worst;
}

/* max |Sxx v - v diag(d)| */
static double shares_miss(const struct rg_linear_task *task)
{
    struct dense sxx = test_linear_sxx(task), v = dense_of(&task->v);
    struct dense seen = dense_product(&sxx, &v);
    for (int64_t i = 0; i < v.rows; i++)
        for (int64_t k = 0; k < v.cols; k++)
            *dense_at(&v, i, k) *= task->d[k];
    const double worst = dense_deviation(&seen, &v);
    dense_free(&sxx);
    dense_free(&v);
    dense_free(&seen);
    return worst;
}

/* max |best Sxx - Syx| */
static double best_misses(const struct rg_linear_task *task)
{
    struct dense best = test_linear_best(task), sxx = test_linear_sxx(task);
    struct dense syx = dense_of(&task->syx), product = dense_product(&best, &sxx);
    const double worst = dense_deviation(&product, &syx);
    dense_free(&best);
    dense_free(&sxx);
    dense_free(&syx);
    dense_free(&product);
    return worst;
}

static double tr_syy_of_best(const struct rg_linear_task *task)
{
    struct dense best = test_linear_best(task), syx = dense_of(&task->syx);
    const double explained = dense_dot(&best, &syx);
    dense_free(&best);
    dense_free(&syx);
    return explained;
}

/* 1/2 tr[(W - best) Sxx (W - best)^T] of the population, W the best map of training. */
static double generalisation(const struct rg_linear_task *task)
{
    struct dense w = test_linear_best(task), truth = dense_of(&task->truth.best);
    struct dense sxx =
        task->truth.variance > 0 ? test_linear_sxx(task) : dense_of(&task->truth.sxx);
    dense_add(&w, -1, &truth);
    if (task->truth.variance > 0) {
        memset(sxx.values, 0, (size_t)(sxx.rows * sxx.cols) * sizeof *sxx.values);
        for (int64_t i = 0; i < sxx.rows; i++)
            *dense_at(&sxx, i, i) = task->truth.variance;
    }
    struct dense product = dense_product(&w, &sxx);
    const double loss = dense_dot(&product, &w) / 2;
    dense_free(&w);
    dense_free(&truth);
    dense_free(&sxx);
    dense_free(&product);
    return loss;
}

static void check_task(const struct rg_linear_task *task)
{
    CU_ASSERT(skew(&task->u) < TOLERANCE);
    CU_ASSERT(skew(&task->v) < TOLERANCE);
    CU_ASSERT(modes_miss(task) < TOLERANCE);
    CU_ASSERT(best_misses(task) < TOLERANCE);
    CU_ASSERT_EQUAL(task->commutes, shares_miss(task) < TOLERANCE);
    CU_ASSERT_DOUBLE_EQUAL(tr_syy_of_best(task) + 2 * task->train.floor, task->tr_syy,
                           TOLERANCE * task->tr_syy);
}

/* ---- exact statistics ------------------------------------------------------------------------------ */

static void check_exact(const struct rg_team *team)
{
    struct rg_linear_settings settings = teacher();
    settings.noise = 0.5;
    settings.target_scale = 2;
    settings.input_scale = 3;
    struct rg_linear_task task = make(team, &settings);
    check_task(&task);
    CU_ASSERT(task.commutes && task.exact);
    for (int k = 0; k < 5; k++) {
        const double t = k < 4 ? settings.singular_values.values[k] : 0;
        CU_ASSERT_DOUBLE_EQUAL(task.d[k], 3 / sqrt(k + 1), TOLERANCE);
        CU_ASSERT_DOUBLE_EQUAL(task.s[k], 2 * t * task.d[k], TOLERANCE);
    }
    CU_ASSERT_DOUBLE_EQUAL(task.train.floor, 5 * 0.5, TOLERANCE); /* n_out (2 noise)^2 / 2 */
    rg_linear_task_free(&task);
}

static void exact_moments(void)
{
    on_every_grid(check_exact);
}

/* Largest element of Sxx^2 Syx^T Syx - Syx^T Syx Sxx^2 and the like: how far from commuting. */
static double commutator(const struct rg_linear_task *task)
{
    struct dense a = test_linear_sxx(task), y = dense_of(&task->syx);
    struct dense y_t = dense_transpose(&y), b = dense_product(&y_t, &y);
    struct dense ab = dense_product(&a, &b), ba = dense_product(&b, &a);
    const double worst = dense_deviation(&ab, &ba);
    dense_free(&a);
    dense_free(&y);
    dense_free(&y_t);
    dense_free(&b);
    dense_free(&ab);
    dense_free(&ba);
    return worst;
}

static void an_angle_breaks_commuting(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    double before = 0;
    for (int degrees = 0; degrees <= 30; degrees += 10) {
        struct rg_linear_settings settings = teacher();
        settings.input_angle = degrees;
        struct rg_linear_task task = make(team, &settings);
        check_task(&task);
        CU_ASSERT_EQUAL(task.commutes, degrees == 0);
        CU_ASSERT(degrees == 0 ? commutator(&task) < TOLERANCE : commutator(&task) > before + 0.05);
        before = commutator(&task);
        rg_linear_task_free(&task);
    }
    struct rg_linear_settings settings = teacher();
    settings.input_basis = RG_BASIS_RANDOM;
    struct rg_linear_task task = make(team, &settings);
    check_task(&task);
    CU_ASSERT(!task.commutes && commutator(&task) > 0.1);
    rg_linear_task_free(&task);
    rg_team_destroy(&team);
}

/* The items' features as one would write them down. */
static void the_hierarchy_is_a_tree(void)
{
    enum { N = RG_HIERARCHY_SPLITS * RG_HIERARCHY_ITEMS };
    static const double features[N] = {
        1, 1, 1, 1,  -1, -1, -1, -1, 1, 1, -1, -1, 0, 0, 0, 0, 0,  0,  0,
        0, 1, 1, -1, -1, 1,  -1, 0,  0, 0, 0,  0,  0, 0, 0, 1, -1, 0,  0,
        0, 0, 0, 0,  0,  0,  1,  -1, 0, 0, 0,  0,  0, 0, 0, 0, 1,  -1,
    };
    const double r = sqrt(2), s[] = {sqrt(8), 2, 2, r, r, r, r};
    struct rg_team *team = team_make(1, 1, 64);
    struct rg_linear_settings settings = test_linear_settings();
    settings.dataset = RG_DATASET_HIERARCHY;
    settings.n_in = RG_HIERARCHY_ITEMS;
    settings.n_out = RG_HIERARCHY_SPLITS;
    struct rg_linear_task task = make(team, &settings);
    check_task(&task);
    double syx[N];
    rg_matrix_read(&task.syx, syx);
    for (int i = 0; i < N; i++)
        CU_ASSERT_DOUBLE_EQUAL(syx[i], features[i] / RG_HIERARCHY_ITEMS, TOLERANCE);
    for (int k = 0; k < RG_HIERARCHY_SPLITS; k++)
        CU_ASSERT_DOUBLE_EQUAL(task.s[k], s[k] / RG_HIERARCHY_ITEMS, TOLERANCE);
    CU_ASSERT_EQUAL(task.train.variance, 1.0 / RG_HIERARCHY_ITEMS);
    rg_linear_task_free(&task);
    rg_team_destroy(&team);
}

/* ---- samples ----------------------------------------------------------------------------------------- */

static struct rg_linear_settings sampled(int64_t n)
{
    struct rg_linear_settings settings = teacher();
    settings.dataset_size = n;
    settings.noise = 0.5;
    settings.input_angle = 20;
    return settings;
}

static void check_samples(const struct rg_team *team)
{
    const int64_t sizes[] = {3, 7, 600}; /* fewer than inputs, as many, more than a panel */
    for (int i = 0; i < 3; i++) {
        struct rg_linear_settings settings = sampled(sizes[i]);
        struct rg_linear_task task = make(team, &settings);
        check_task(&task);
        CU_ASSERT_FALSE(task.exact);
        CU_ASSERT(sizes[i] <= 7 ? task.train.floor < TOLERANCE : task.train.floor > 0.4);
        CU_ASSERT_DOUBLE_EQUAL(task.truth.floor, 5 * 0.25 / 2, TOLERANCE);
        rg_linear_task_free(&task);
    }
}

static void samples(void)
{
    on_every_grid(check_samples);
}

/* In the data's own inputs. */
static struct dense read_sxx(const struct rg_linear_task *task)
{
    struct dense a = dense_make(task->syx.cols, task->syx.cols);
    TEST_OK(rg_linear_task_read_sxx(task, a.values));
    return a;
}

static struct dense read_map(const struct rg_linear_task *task, const struct rg_matrix *map)
{
    struct dense a = dense_make(map->rows, map->cols);
    TEST_OK(rg_linear_task_read(task, map, a.values));
    return a;
}

static struct dense read_best(const struct rg_linear_task *task)
{
    struct rg_matrix best = {0};
    TEST_OK(rg_linear_task_best(task, &best));
    struct dense map = read_map(task, &best);
    rg_matrix_free(&best);
    return map;
}

static void many_samples_come_near_the_exact_moments(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    struct rg_linear_settings finite = sampled(N_SAMPLES), infinite = sampled(0);
    struct rg_linear_task task = make(team, &finite), exact = make(team, &infinite);
    struct dense a = read_map(&task, &task.syx), b = read_map(&exact, &exact.syx);
    CU_ASSERT(dense_deviation(&a, &b) < SPREAD);
    CU_ASSERT_DOUBLE_EQUAL(task.tr_syy, exact.tr_syy, SPREAD * exact.tr_syy);
    CU_ASSERT_DOUBLE_EQUAL(task.train.floor, exact.train.floor, SPREAD);
    dense_free(&a);
    dense_free(&b);
    a = read_sxx(&task);
    b = read_sxx(&exact);
    CU_ASSERT(dense_deviation(&a, &b) < SPREAD);
    dense_free(&a);
    dense_free(&b);
    rg_linear_task_free(&task);
    rg_linear_task_free(&exact);
    rg_team_destroy(&team);
}

/* Every sample is the same on any grid, and so is what follows from all of them. */
static void check_same_as_alone(const struct rg_team *team)
{
    struct rg_linear_settings settings = sampled(600);
    struct rg_team *one = team_make(1, 1, 64);
    struct rg_linear_task task = make(team, &settings), alone = make(one, &settings);
    struct dense a = read_best(&task), b = read_best(&alone);
    CU_ASSERT(dense_deviation(&a, &b) < 100 * TOLERANCE); /* an inverse of condition 10 */
    CU_ASSERT_DOUBLE_EQUAL(task.tr_syy, alone.tr_syy, 100 * TOLERANCE);
    dense_free(&a);
    dense_free(&b);
    rg_linear_task_free(&task);
    rg_linear_task_free(&alone);
    rg_team_destroy(&one);
}

static void the_same_samples_on_every_grid(void)
{
    on_every_grid(check_same_as_alone);
}

/* The map of the truth is the teacher's, whatever the axes: drawn by the same key, so the same in all. */
static void turned_back_the_teacher_is_the_same(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    struct rg_linear_settings exact = teacher(), finite = sampled(600);
    struct rg_linear_task a = make(team, &exact), b = make(team, &finite);
    struct dense map = read_best(&a), other = read_map(&b, &b.truth.best);
    struct dense turned = dense_of(&b.truth.best);
    CU_ASSERT(dense_deviation(&map, &other) < TOLERANCE);
    CU_ASSERT(dense_deviation(&turned, &other) > 0.1);
    dense_free(&map);
    dense_free(&other);
    dense_free(&turned);
    rg_linear_task_free(&a);
    rg_linear_task_free(&b);
    rg_team_destroy(&team);
}

/* ---- whitening ---------------------------------------------------------------------------------------- */

/* Whitening changes coordinates: the best map and its losses stay what they are. */
static void check_whitening(const struct rg_team *team)
{
    const int64_t sizes[] = {0, 7, 600};
    for (int i = 0; i < 3; i++) {
        struct rg_linear_settings settings = sampled(sizes[i]);
        struct rg_linear_task raw = make(team, &settings);
        settings.whiten = 1;
        struct rg_linear_task white = make(team, &settings);
        check_task(&white);
        struct dense sxx = test_linear_sxx(&white);
        CU_ASSERT_EQUAL(dense_deviation_from_unit(&sxx, 1), 0);
        CU_ASSERT(white.commutes);
        CU_ASSERT_DOUBLE_EQUAL(white.train.floor, raw.train.floor, 100 * TOLERANCE);
        CU_ASSERT_EQUAL(white.tr_syy, raw.tr_syy);
        if (sizes[i] > 7) /* seven samples have an inverse with a condition of its own */
            CU_ASSERT_DOUBLE_EQUAL(generalisation(&white), generalisation(&raw), 100 * TOLERANCE);
        dense_free(&sxx);
        rg_linear_task_free(&raw);
        rg_linear_task_free(&white);
    }
}

static void whitening_changes_coordinates(void)
{
    on_every_grid(check_whitening);
}

/* ---- random targets, and a fault ------------------------------------------------------------------------ */

static void random_targets(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    struct rg_linear_settings settings = test_linear_settings();
    settings.dataset = RG_DATASET_RANDOM;
    settings.dataset_size = 100;
    settings.target_scale = 0.5;
    struct rg_linear_task task = make(team, &settings);
    check_task(&task);
    CU_ASSERT_EQUAL(task.truth.floor, 16 * 0.25 / 2); /* the best guess is 0 */
    CU_ASSERT(task.tr_syy > 3 && task.tr_syy < 5);    /* 16 targets of variance 1/4 */
    CU_ASSERT(generalisation(&task) > 0.01);
    rg_linear_task_free(&task);
    rg_team_destroy(&team);
}

static void a_wrong_mode_is_seen(void)
{
    struct rg_team *team = team_make(1, 1, 64);
    struct rg_linear_settings settings = teacher();
    struct rg_linear_task task = make(team, &settings);
    task.d[1] *= 1 + 1e-9;
    CU_ASSERT(shares_miss(&task) > TOLERANCE);
    rg_linear_task_free(&task);
    rg_team_destroy(&team);
}

const struct test_case test_cases[] = {
    {"exact moments have the given spectra", exact_moments},
    {"an angle breaks commuting, the more the larger", an_angle_breaks_commuting},
    {"the hierarchy is a tree of features", the_hierarchy_is_a_tree},
    {"samples: modes, best map, floor", samples},
    {"many samples come near the exact moments", many_samples_come_near_the_exact_moments},
    {"the same samples on every grid", the_same_samples_on_every_grid},
    {"turned back, the teacher is the same", turned_back_the_teacher_is_the_same},
    {"whitening changes coordinates, no loss", whitening_changes_coordinates},
    {"random targets hold nothing to generalise", random_targets},
    {"a mode that is off by 1e-9 is seen", a_wrong_mode_is_seen},
    {0},
};
