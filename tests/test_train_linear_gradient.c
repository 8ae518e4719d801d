/* A step of a linear network against the slope of its own loss, and training against naive loops. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linear.h"

const char *const test_suite = "train_linear_gradient";

static const double TOLERANCE = 1e-6; /* relative, as the differences below can tell */
static const double STEP = 1e-5;      /* its square is the relative error of a central difference */
static const double NOISE = 1e-10;    /* rounding of the loss over STEP, absolute */

/* Widths 7, 5, 8, 6, 9, 4 as far as the depth goes; inputs that are not white, in axes of their own. */
static struct rg_linear_settings uneven(int64_t depth)
{
    static const struct rg_ints widths = {4, {5, 8, 6, 9}};
    struct rg_linear_settings settings = test_linear_settings();
    settings.depth = depth;
    settings.n_in = 7;
    settings.n_out = 4;
    settings.widths = widths;
    settings.widths.n = depth - 1;
    settings.input_spectrum = RG_INPUT_POWER;
    settings.input_basis = RG_BASIS_RANDOM;
    settings.dataset_size = 50;
    settings.noise = 0.3;
    settings.learning_rate = 0.01;
    return settings;
}

/* ---- central differences ---------------------------------------------------------------------------- */

static double loss_with(struct rg_linear *net, double *weight, double value)
{
    const double before = *weight;
    *weight = value;
    const double loss = rg_linear_excess(net, rg_linear_map(net));
    *weight = before;
    return loss;
}

static double slope_at(struct rg_linear *net, double *weight)
{
    const double above = loss_with(net, weight, *weight + STEP);
    const double below = loss_with(net, weight, *weight - STEP);
    return (above - below) / (2 * STEP);
}

/* Number of weights that a step does not move by -learning_rate times the slope; `fault` is added to the
 * movement of one.                                                                                  */
static int64_t n_wrong(const struct rg_linear_settings *settings, double fault)
{
    struct rg_linear *net = test_linear_create(settings, 7),
                     *moved = test_linear_create(settings, 7);
    int64_t wrong = 0;
    test_linear_train(moved, 1);
    ((double *)moved->weights[0].values)[3] += fault;
    for (int64_t l = 0; l < settings->depth; l++) {
        double *before = net->weights[l].values, *after = moved->weights[l].values;
        for (int64_t i = 0; i < net->weights[l].rows * net->weights[l].cols; i++) {
            const double slope = slope_at(net, &before[i]);
            const double taken = (before[i] - after[i]) / settings->learning_rate;
            wrong += !(fabs(taken - slope) <= TOLERANCE * fabs(slope) + NOISE);
        }
    }
    test_linear_destroy(&net);
    test_linear_destroy(&moved);
    return wrong;
}

static void every_weight(void)
{
    static const int64_t depths[] = {1, 2, 3, 5};
    for (int i = 0; i < 4; i++) {
        struct rg_linear_settings settings = uneven(depths[i]);
        CU_ASSERT_EQUAL(n_wrong(&settings, 0), 0);
        settings.whiten = 1;
        CU_ASSERT_EQUAL(n_wrong(&settings, 0), 0);
    }
}

static void a_wrong_step_is_seen(void)
{
    struct rg_linear_settings settings = uneven(3);
    CU_ASSERT_EQUAL(n_wrong(&settings, 1e-7), 1);
}

/* ---- naive loops ------------------------------------------------------------------------------------- */

struct naive {
    int64_t depth;
    struct dense w[RG_DEPTH_MAX], sxx, syx;
    double rate, tr_syy;
};

static struct naive naive_make(struct rg_linear *net)
{
    struct naive naive = {.depth = net->settings->depth,
                          .sxx = test_linear_sxx(&net->task),
                          .syx = dense_of(&net->task.syx),
                          .rate = net->settings->learning_rate,
                          .tr_syy = net->task.tr_syy};
    for (int64_t l = 0; l < naive.depth; l++)
        naive.w[l] = dense_of(&net->weights[l]);
    return naive;
}

static void naive_free(struct naive *naive)
{
    for (int64_t l = 0; l < naive->depth; l++)
        dense_free(&naive->w[l]);
    dense_free(&naive->sxx);
    dense_free(&naive->syx);
}

/* a = b a or a b */
static void into(struct dense *a, const struct dense *b, bool from_left)
{
    struct dense product = from_left ? dense_product(b, a) : dense_product(a, b);
    dense_free(a);
    *a = product;
}

/* W_last ... W_first; the identity of size n if there are none. */
static struct dense naive_chain(const struct naive *naive, int64_t first, int64_t last, int64_t n)
{
    struct dense product = dense_make(n, n);
    for (int64_t i = 0; i < n; i++)
        *dense_at(&product, i, i) = 1;
    for (int64_t l = first; l <= last; l++)
        into(&product, &naive->w[l], true);
    return product;
}

/* The movement of layer l: rate (W_L ... W_(l+1))^T (Syx - W Sxx) (W_(l-1) ... W_1)^T */
static struct dense naive_move(const struct naive *naive, const struct dense *error, int64_t l)
{
    struct dense after = naive_chain(naive, l + 1, naive->depth - 1, naive->w[l].rows);
    struct dense before = naive_chain(naive, 0, l - 1, naive->sxx.rows);
    struct dense after_t = dense_transpose(&after), before_t = dense_transpose(&before);
    struct dense left = dense_product(&after_t, error), move = dense_product(&left, &before_t);
    dense_free(&after);
    dense_free(&before);
    dense_free(&after_t);
    dense_free(&before_t);
    dense_free(&left);
    return move;
}

/* One step; returns the loss before it, (tr Syy - 2 tr W Syx^T + tr W Sxx W^T) / 2. */
static double naive_step(struct naive *naive)
{
    struct dense map = naive_chain(naive, 0, naive->depth - 1, naive->sxx.rows);
    struct dense seen = dense_product(&map, &naive->sxx), error = dense_make(seen.rows, seen.cols);
    struct dense moves[RG_DEPTH_MAX];
    const double loss =
        (naive->tr_syy - 2 * dense_dot(&map, &naive->syx) + dense_dot(&seen, &map)) / 2;
    dense_add(&error, 1, &naive->syx);
    dense_add(&error, -1, &seen);
    for (int64_t l = 0; l < naive->depth; l++)
        moves[l] = naive_move(naive, &error, l);
    for (int64_t l = 0; l < naive->depth; l++) {
        dense_add(&naive->w[l], naive->rate, &moves[l]);
        dense_free(&moves[l]);
    }
    dense_free(&map);
    dense_free(&seen);
    dense_free(&error);
    return loss;
}

/* Largest deviation of the losses of n steps from the naive ones. */
static double losses_miss(const struct rg_linear_settings *settings, int n)
{
    struct rg_linear *net = test_linear_create(settings, 11);
    struct naive naive = naive_make(net);
    double worst = 0;
    for (int i = 0; i < n; i++)
        worst = test_worst(worst, fabs(test_linear_train(net, 1) - naive_step(&naive)));
    naive_free(&naive);
    test_linear_destroy(&net);
    return worst;
}

static void losses_of_naive_loops(void)
{
    enum { N_STEPS = 100, N_ROUNDINGS = 2000 }; /* a loss of order 10, a hundred steps */
    for (int64_t depth = 1; depth <= 5; depth++) {
        struct rg_linear_settings settings = uneven(depth);
        CU_ASSERT(losses_miss(&settings, N_STEPS) < N_ROUNDINGS * DBL_EPSILON);
        settings.whiten = 1;
        CU_ASSERT(losses_miss(&settings, N_STEPS) < N_ROUNDINGS * DBL_EPSILON);
        settings.precision = RG_NUMBER_F4;
        CU_ASSERT(losses_miss(&settings, N_STEPS) < N_ROUNDINGS * FLT_EPSILON);
    }
}

/* ---- losses ------------------------------------------------------------------------------------------ */

/* The loss above the floor keeps its digits down to the floor, where a difference of traces has none. */
static void the_excess_loss_has_digits(void)
{
    struct rg_linear_settings settings = uneven(2);
    settings.learning_rate = 0.1;
    settings.input_spectrum = RG_INPUT_WHITE;
    struct rg_linear *net = test_linear_create(&settings, 2);
    struct rg_step step = {.stop_loss = 1};
    for (int i = 0; i < 100000 && step.stop_loss > 1e-20; i++)
        TEST_OK(rg_linear_step(net, &step));
    const double before = rg_linear_excess(net, rg_linear_map(net));
    TEST_OK(rg_linear_step(net, &step));
    CU_ASSERT(before < 1e-20 && before > 1e-22);
    CU_ASSERT_DOUBLE_EQUAL(step.stop_loss, before, 1e-4 * before); /* eps / sqrt(1e-22), and room */
    CU_ASSERT_EQUAL(step.train_loss, step.stop_loss + net->task.train.floor);
    test_linear_destroy(&net);
}

const struct test_case test_cases[] = {
    {"central differences, depths 1, 2, 3, 5", every_weight},
    {"a step that is off by 1e-7 is seen", a_wrong_step_is_seen},
    {"losses of naive loops, float and double", losses_of_naive_loops},
    {"the excess loss has digits at the floor", the_excess_loss_has_digits},
    {0},
};
