/* The exact solution of lambda-balanced two-layer networks against a naive integration of their weights. */
#include "train/linear/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "integrate.h"
#include "linear_algebra.h"
#include "regime/memory.h"
#include "regime/rng.h"
#include "test.h"
#include "train/linear/closed_forms.h"

const char *const test_suite = "train_exact";

static const double INTEGRATED = 1e-9; /* what the steps of the integration leave */
static const double CONVERGED = 1e-12; /* rounding of some hundred operations */
static const double BALANCED = 1e-8;   /* rounding, in the weights' squares */

enum { SIZE = 20, STEPS = 3000, TIMES = 5 };

struct net {
    int n_in, n_out, h;
    double lambda;
    double Syx[SIZE * SIZE], W1[SIZE * SIZE], W2[SIZE * SIZE];
};

/* Weights of a balanced start in random directions, with singular values of about `scale`. */
static struct net make_net(uint64_t key, int n_in, int n_out, double lambda, double scale)
{
    struct net net = {n_in, n_out, n_in < n_out ? n_in : n_out, lambda, {0}, {0}, {0}};
    struct rg_rng rng = rg_rng_make(key, 0, 0);
    double u[SIZE * SIZE], v[SIZE * SIZE], r[SIZE * SIZE], first[SIZE], second[SIZE];
    for (int i = 0; i < n_in * n_out; i++)
        net.Syx[i] = rg_rng_normal(&rng);
    test_rotation(&rng, n_out, u);
    test_rotation(&rng, n_in, v);
    test_rotation(&rng, net.h, r);
    for (int k = 0; k < net.h; k++) {
        const struct rg_squares x = rg_mode_squares(lambda, scale * (0.5 + rg_rng_uniform(&rng)));
        first[k] = sqrt(x.first);
        second[k] = sqrt(x.second);
    }
    test_compose(net.h, first, net.h, r, n_in, v, net.W1);
    test_compose(net.h, second, n_out, u, net.h, r, net.W2);
    return net;
}

static struct rg_exact *solve(const struct net *net)
{
    struct rg_exact *exact = NULL;
    const struct rg_exact_start start = {net->n_in, net->n_out, net->lambda, net->Syx,
                                         net->W1,   net->W2,    BALANCED};
    TEST_OK(rg_exact_create(&start, &exact));
    return exact;
}

/* ---- naive ----------------------------------------------------------------------------------------- */

static double determinant(int n, const double *matrix)
{
    double a[SIZE * SIZE], product = 1;
    memcpy(a, matrix, (size_t)(n * n) * sizeof *a);
    for (int k = 0; k < n; k++) {
        product *= a[k * n + k];
        for (int i = k + 1; i < n; i++)
            for (int j = n - 1; j >= k; j--)
                a[i * n + j] -= a[i * n + k] / a[k * n + k] * a[k * n + j];
    }
    return product;
}

static void naive_product(const struct net *net, const double *W1, const double *W2,
                          double *product)
{
    for (int o = 0; o < net->n_out; o++)
        for (int i = 0; i < net->n_in; i++) {
            product[o * net->n_in + i] = 0;
            for (int j = 0; j < net->h; j++)
                product[o * net->n_in + i] += W2[o * net->h + j] * W1[j * net->n_in + i];
        }
}

static void gradient_flow(double t, const double *weights, double *derivative, void *context)
{
    const struct net *net = context;
    const double *W1 = weights, *W2 = weights + net->h * net->n_in;
    double *d1 = derivative, *d2 = derivative + net->h * net->n_in, error[SIZE * SIZE];
    (void)t;
    naive_product(net, W1, W2, error);
    for (int i = 0; i < net->n_in * net->n_out; i++)
        error[i] = net->Syx[i] - error[i];
    memset(derivative, 0, (size_t)(net->h * (net->n_in + net->n_out)) * sizeof *derivative);
    for (int o = 0; o < net->n_out; o++)
        for (int i = 0; i < net->n_in; i++)
            for (int j = 0; j < net->h; j++) {
                d1[j * net->n_in + i] += W2[o * net->h + j] * error[o * net->n_in + i];
                d2[o * net->h + j] += error[o * net->n_in + i] * W1[j * net->n_in + i];
            }
}

static double element(const struct net *net, const double *weights, int i, int j)
{
    return i < net->n_in ? weights[j * net->n_in + i]
                         : weights[net->h * net->n_in + (i - net->n_in) * net->h + j];
}

/* Largest difference between QQ^T of these weights and the given one, and of their products. */
static double deviation(const struct net *net, const double *weights, const double *qqt,
                        const double *product)
{
    const int n = net->n_in + net->n_out;
    double worst = 0, naive[SIZE * SIZE];
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double sum = 0;
            for (int j = 0; j < net->h; j++)
                sum += element(net, weights, i, j) * element(net, weights, k, j);
            worst = test_worst(worst, fabs(sum - qqt[i * n + k]));
        }
    naive_product(net, weights, weights + net->h * net->n_in, naive);
    for (int i = 0; i < net->n_in * net->n_out; i++)
        worst = test_worst(worst, fabs(naive[i] - product[i]));
    return worst;
}

static double worst_against_integration(struct net *net, double interval)
{
    double weights[2 * SIZE * SIZE], qqt[4 * SIZE * SIZE], product[SIZE * SIZE], worst = 0;
    const int n_first = net->h * net->n_in, n = net->h * (net->n_in + net->n_out);
    struct rg_exact *exact = solve(net);
    CU_ASSERT_EQUAL(rg_exact_state(exact), RG_EXACT_READY);
    memcpy(weights, net->W1, (size_t)n_first * sizeof *weights);
    memcpy(weights + n_first, net->W2, (size_t)(n - n_first) * sizeof *weights);
    for (int k = 0; k < TIMES; k++) {
        TEST_OK(rg_exact_at(exact, k * interval, qqt, product));
        worst = test_worst(worst, deviation(net, weights, qqt, product));
        test_integrate(gradient_flow, net, n, interval, STEPS, weights);
    }
    rg_exact_destroy(&exact);
    return worst;
}

/* Largest deviation of W2 W1 from the task. */
static double worst_at(const struct net *net, double t)
{
    const int n = net->n_in + net->n_out;
    double qqt[4 * SIZE * SIZE], product[SIZE * SIZE], worst = 0;
    struct rg_exact *exact = solve(net);
    TEST_OK(rg_exact_at(exact, t, qqt, product));
    rg_exact_destroy(&exact);
    for (int i = 0; i < net->n_in * net->n_out; i++)
        worst = test_worst(worst, fabs(product[i] - net->Syx[i]));
    for (int i = 0; i < n * n; i++)
        if (!isfinite(qqt[i]))
            return INFINITY;
    return worst;
}

/* ---- claims ---------------------------------------------------------------------------------------- */

static const double lambdas[] = {-5, -0.5, 0, 0.5, 5};
static const int shapes[][2] = {{3, 3}, {2, 2}, {2, 4}, {4, 2}, {5, 3}, {1, 4}, {4, 1}, {1, 1}};
enum {
    N_LAMBDAS = sizeof lambdas / sizeof *lambdas,
    N_SHAPES = sizeof shapes / sizeof *shapes,
};

static bool ends_at_saddle(const struct net *net)
{
    double product[SIZE * SIZE];
    naive_product(net, net->W1, net->W2, product);
    return net->lambda == 0 && net->n_in == net->n_out &&
           determinant(net->h, product) * determinant(net->h, net->Syx) < 0;
}

/* With one output's weights mirrored a start that leads to a saddle leads to the task. */
static struct net make_solvable(uint64_t key, int n_in, int n_out, double lambda)
{
    struct net net = make_net(key, n_in, n_out, lambda, 0.3);
    if (ends_at_saddle(&net))
        for (int j = 0; j < net.h; j++)
            net.W2[j] = -net.W2[j];
    return net;
}

static void every_shape(void)
{
    double worst = 0;
    for (int i = 0; i < N_SHAPES * N_LAMBDAS; i++)
        for (uint64_t key = 0; key < 3; key++) {
            const int *shape = shapes[i / N_LAMBDAS];
            struct net net = make_solvable(key, shape[0], shape[1], lambdas[i % N_LAMBDAS]);
            worst = test_worst(worst, worst_against_integration(&net, 0.9));
        }
    printf(" %.1e ...", worst);
    CU_ASSERT(worst < INTEGRATED);
}

static void very_late(void)
{
    for (int i = 0; i < N_SHAPES * N_LAMBDAS; i++)
        for (uint64_t key = 0; key < 20; key++) {
            const int *shape = shapes[i / N_LAMBDAS];
            const struct net net = make_solvable(key, shape[0], shape[1], lambdas[i % N_LAMBDAS]);
            CU_ASSERT(worst_at(&net, 1e4) < CONVERGED);
            CU_ASSERT(worst_at(&net, 1e300) < CONVERGED);
        }
}

static void layers_at_convergence(void)
{
    struct net net = make_net(4, 4, 3, 1.5, 0.1);
    double qqt[4 * SIZE * SIZE], trace = 0, expected = 0, product[SIZE * SIZE];
    const double s[3] = {2, 1, 0.5}; /* Syx = diag(s) beside a column of zeros */
    memset(net.Syx, 0, sizeof net.Syx);
    for (int k = 0; k < 3; k++)
        net.Syx[k * 4 + k] = s[k];
    struct rg_exact *exact = solve(&net);
    TEST_OK(rg_exact_at(exact, 1e3, qqt, product));
    for (int k = 0; k < 3; k++) {
        const struct rg_squares x = rg_mode_squares(1.5, s[k]);
        CU_ASSERT_DOUBLE_EQUAL(qqt[k * 7 + k], x.first, CONVERGED);
        CU_ASSERT_DOUBLE_EQUAL(qqt[(4 + k) * 7 + 4 + k], x.second, CONVERGED);
        expected += x.first + x.second;
    }
    for (int i = 0; i < 7; i++)
        trace += qqt[i * 7 + i];
    CU_ASSERT_DOUBLE_EQUAL(trace, expected, 10 * CONVERGED);
    rg_exact_destroy(&exact);
}

static void saddles(void)
{
    int n_saddles = 0;
    double product[SIZE * SIZE];
    for (uint64_t key = 0; key < 200; key++) {
        const int n = 2 + (int)(key % 4);
        const struct net net = make_net(key, n, n, 0, 0.3);
        struct rg_exact *exact = solve(&net);
        const bool saddle = ends_at_saddle(&net);
        n_saddles += saddle;
        CU_ASSERT_EQUAL(rg_exact_state(exact), saddle ? RG_EXACT_SADDLE : RG_EXACT_READY);
        TEST_OK(rg_exact_at(exact, 1, NULL, product));
        CU_ASSERT_EQUAL(!isnan(product[0]), !saddle);
        rg_exact_destroy(&exact);
    }
    printf(" %d of 200 draws end at one ...", n_saddles);
    CU_ASSERT(n_saddles > 60 && n_saddles < 140);
}

/* A task of which `rank` singular values are left; the others are exactly 0 or what rounding makes of it. */
static void reduce_rank(struct net *net, int rank)
{
    struct rg_rng rng = rg_rng_make(77, 0, 0);
    double left[SIZE * SIZE], right[SIZE * SIZE], factors[SIZE];
    test_rotation(&rng, net->n_out, left);
    test_rotation(&rng, net->n_in, right);
    for (int k = 0; k < rank; k++)
        factors[k] = 2 - 0.4 * k;
    test_compose(rank, factors, net->n_out, left, net->n_in, right, net->Syx);
}

static void tasks_without_full_rank(void)
{
    double worst = 0;
    for (int i = 0; i < N_SHAPES * N_LAMBDAS; i++) {
        struct net net = make_net(5, shapes[i / N_LAMBDAS][0], shapes[i / N_LAMBDAS][1],
                                  lambdas[i % N_LAMBDAS], 0.3);
        for (int rank = 0; rank < net.h; rank++) {
            reduce_rank(&net, rank);
            worst = test_worst(worst, worst_against_integration(&net, 0.9));
        }
    }
    printf(" %.1e ...", worst);
    CU_ASSERT(worst < INTEGRATED);
}

/* Every vector without a partner among the task's is as good as another, but the start holds one only. */
static void start_in_one_of_many_directions(void)
{
    for (int last = 1; last < 4; last++)
        for (int i = 0; i < 2; i++) {
            const struct rg_squares x = rg_mode_squares(0.5 * i, 0.3);
            const double large = sqrt(x.second), small = sqrt(x.first);
            struct net widening = {2, 4, 2, 0.5 * i, {1}, {small, 0, 0, small}, {large}};
            struct net narrowing = {4, 2, 2, -0.5 * i, {1}, {large}, {small, 0, 0, small}};
            widening.W2[2 * last + 1] = large;
            narrowing.W1[4 + last] = large;
            CU_ASSERT(worst_against_integration(&widening, 0.9) < INTEGRATED);
            CU_ASSERT(worst_against_integration(&narrowing, 0.9) < INTEGRATED);
        }
}

static void equal_and_tiny_singular_values(void)
{
    double worst = 0;
    for (int i = 0; i < N_LAMBDAS; i++)
        for (int power = 0; power <= 16; power += 2) {
            struct net net = make_net(6, 3, 3, lambdas[i], 0.3);
            memset(net.Syx, 0, sizeof net.Syx);
            net.Syx[0] = net.Syx[4] = 1;
            net.Syx[8] = pow(10, -power);
            if (ends_at_saddle(&net))
                net.Syx[8] *= -1;
            worst = test_worst(worst, worst_against_integration(&net, 0.9));
        }
    printf(" %.1e ...", worst);
    CU_ASSERT(worst < INTEGRATED);
}

/* As c_p comes to singular, digits are lost in proportion; before all are, it is called a saddle. */
static void near_a_saddle(void)
{
    for (double part = 1e-2; part > 1e-13; part *= 0.1) {
        struct net net = {2, 2, 2, 0, {1, 0, 0, 1}, {1, 0, 0, 0}, {1, 0, 0, 0}};
        net.W1[3] = net.W2[3] = part; /* the second mode has all but no start */
        double product[SIZE * SIZE];
        struct rg_exact *exact = solve(&net);
        const bool ready = rg_exact_state(exact) == RG_EXACT_READY;
        CU_ASSERT_EQUAL(ready, part > 1e-10);
        for (double t = 0; ready && t < 50; t += 1.7) {
            TEST_OK(rg_exact_at(exact, t, NULL, product));
            const double a = rg_mode_at((struct rg_mode){1, 1, part * part}, 2, t);
            CU_ASSERT_DOUBLE_EQUAL(product[3], a, CONVERGED / part);
        }
        rg_exact_destroy(&exact);
    }
}

static void other_outcomes(void)
{
    double product[SIZE * SIZE];
    struct net net = make_net(8, 3, 4, 1, 0.3);
    net.lambda = 1.001;
    struct rg_exact *exact = solve(&net);
    CU_ASSERT_EQUAL(rg_exact_state(exact), RG_EXACT_UNBALANCED);
    TEST_OK(rg_exact_at(exact, 1, NULL, product));
    CU_ASSERT(isnan(product[0]));
    rg_exact_destroy(&exact);
    net.lambda = 1;
    net.Syx[2] = NAN;
    exact = solve(&net);
    CU_ASSERT_EQUAL(rg_exact_state(exact), RG_EXACT_FAILED);
    rg_exact_destroy(&exact);
    net.Syx[2] = 0;
    exact = solve(&net);
    TEST_OK(rg_exact_at(exact, -1, NULL, product));
    CU_ASSERT(isnan(product[0]));
    rg_exact_destroy(&exact);
    CU_ASSERT_PTR_NULL(exact);
    const int64_t live = rg_alloc_live();
    net = make_net(9, 4, 4, 0, 0.3);
    reduce_rank(&net, 2);
    exact = solve(&net);
    rg_exact_destroy(&exact);
    rg_exact_destroy(&exact);
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

/* A mode that the aligned theory gives: both theories agree to rounding. */
static void aligned_modes(void)
{
    const double s[3] = {3, 2, 0.6}, a0 = 0.05;
    for (int i = 0; i < N_LAMBDAS; i++) {
        struct net net = {3, 3, 3, lambdas[i], {0}, {0}, {0}};
        double product[SIZE * SIZE];
        for (int k = 0; k < 3; k++) {
            const struct rg_squares x = rg_mode_squares(net.lambda, a0);
            net.Syx[4 * k] = s[k];
            net.W1[4 * k] = sqrt(x.first);
            net.W2[4 * k] = sqrt(x.second);
        }
        struct rg_exact *exact = solve(&net);
        for (double t = 0; t < 5; t += 0.1) {
            TEST_OK(rg_exact_at(exact, t, NULL, product));
            for (int k = 0; k < 3; k++)
                CU_ASSERT_DOUBLE_EQUAL(product[4 * k], rg_mode_lambda_at(net.lambda, s[k], a0, t),
                                       CONVERGED);
        }
        rg_exact_destroy(&exact);
    }
}

static void planted_fault(void)
{
    struct net net = make_solvable(1, 3, 4, 0.5);
    struct net other = net;
    other.Syx[5] += 1e-7;
    double qqt[4 * SIZE * SIZE], product[SIZE * SIZE], weights[2 * SIZE * SIZE];
    const int n_first = net.h * net.n_in, n = net.h * (net.n_in + net.n_out);
    memcpy(weights, net.W1, (size_t)n_first * sizeof *weights);
    memcpy(weights + n_first, net.W2, (size_t)(n - n_first) * sizeof *weights);
    test_integrate(gradient_flow, &other, n, 2, STEPS, weights);
    struct rg_exact *exact = solve(&net);
    TEST_OK(rg_exact_at(exact, 2, qqt, product));
    CU_ASSERT(deviation(&net, weights, qqt, product) > INTEGRATED);
    rg_exact_destroy(&exact);
}

const struct test_case test_cases[] = {
    {"square, narrowing and widening, five lambdas", every_shape},
    {"right and finite very late", very_late},
    {"layers at convergence", layers_at_convergence},
    {"saddles are those of the determinant", saddles},
    {"tasks without full rank", tasks_without_full_rank},
    {"a start in one of many like directions", start_in_one_of_many_directions},
    {"equal and tiny singular values", equal_and_tiny_singular_values},
    {"digits near a saddle", near_a_saddle},
    {"aligned modes follow their closed form", aligned_modes},
    {"unbalanced, not finite, before the start", other_outcomes},
    {"another task is noticed", planted_fault},
    {0},
};
