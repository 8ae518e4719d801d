/* The measures of deep linear networks that matrices give, against naive loops over whole ones: the tangent
 * kernel written out over samples and outputs, ranks from singular values. On every grid.             */
#include <math.h>
#include <stdlib.h>

#include "regime/memory.h"
#include "teams.h"
#include "test.h"
#include "train/linear/kernel.h"
#include "train/linear/norms.h"

const char *const test_suite = "train_linear_measures";

/* A cosine of sums of positive terms: a few eps for each of some dozen roundings. */
static const double CLOSE = 1e-13;

enum { DEPTH_MAX = 4, N_IN_MAX = 5, N_SAMPLES = 9, SAMPLES = 50, START = 100 };
static const int64_t widths[][DEPTH_MAX + 1] = {
    {3, 2}, {4, 3, 2}, {2, 2, 2}, {3, 5, 4, 2}, {5, 1, 3, 2, 4}};
static const int64_t depths[] = {1, 2, 2, 3, 4};
enum { N_NETS = sizeof depths / sizeof *depths };

/* ---- the kernel ----------------------------------------------------------------------------------- */

/* c[n][m] = a[n][k] b[k][m] */
static double *product(int64_t n, int64_t k, int64_t m, const double *a, const double *b)
{
    double *c = calloc((size_t)(n * m), sizeof *c);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < m; j++)
            for (int64_t q = 0; q < k; q++)
                c[i * m + j] += a[i * k + q] * b[q * m + j];
    return c;
}

static double *identity(int64_t n)
{
    double *a = calloc((size_t)(n * n), sizeof *a);
    for (int64_t i = 0; i < n; i++)
        a[i * n + i] = 1;
    return a;
}

/* W_to ... W_from, layers counted from 1; the identity if there are none. */
static double *chain(const int64_t *width, double *const *w, int64_t from, int64_t to)
{
    double *c = identity(width[from - 1]);
    for (int64_t l = from; l <= to; l++) {
        double *longer = product(width[l], width[l - 1], width[from - 1], w[l - 1], c);
        free(c);
        c = longer;
    }
    return c;
}

/* d output o of sample p / d W_l[i][j] = A_l[o][i] (B_l x_p)[j]; adds what layer l gives to
 * kernel[n_out N_SAMPLES][n_out N_SAMPLES].                                                         */
static void add_layer(int64_t depth, const int64_t *width, double *const *w, int64_t l,
                      const double *x, double *kernel)
{
    const int64_t n_out = width[depth], fan_out = width[l], fan_in = width[l - 1];
    const int64_t n = n_out * N_SAMPLES;
    double *a = chain(width, w, l + 1, depth), *b = chain(width, w, 1, l - 1);
    double *h = product(fan_in, width[0], N_SAMPLES, b, x);
    for (int64_t r = 0; r < n; r++)
        for (int64_t c = 0; c < n; c++)
            for (int64_t i = 0; i < fan_out; i++)
                for (int64_t j = 0; j < fan_in; j++)
                    kernel[r * n + c] +=
                        a[r / N_SAMPLES * fan_out + i] * h[j * N_SAMPLES + r % N_SAMPLES] *
                        a[c / N_SAMPLES * fan_out + i] * h[j * N_SAMPLES + c % N_SAMPLES];
    free(a);
    free(b);
    free(h);
}

static double *explicit_kernel(int64_t depth, const int64_t *width, const struct rg_matrix *weights,
                               const double *x)
{
    const int64_t n = width[depth] * N_SAMPLES;
    double *kernel = calloc((size_t)(n * n), sizeof *kernel), *w[DEPTH_MAX];
    for (int64_t l = 0; l < depth; l++)
        w[l] = matrix_whole(&weights[l]);
    for (int64_t l = 1; l <= depth; l++)
        add_layer(depth, width, w, l, x, kernel);
    for (int64_t l = 0; l < depth; l++)
        free(w[l]);
    return kernel;
}

/* 1 - cos from the part of the difference that stands upright on a: digits even where it is tiny. */
static double explicit_distance(int64_t n, const double *a, const double *b)
{
    double aa = 0, ad = 0, dd = 0, ab = 0, bb = 0;
    for (int64_t i = 0; i < n; i++) {
        const double d = b[i] - a[i];
        aa += a[i] * a[i];
        ad += a[i] * d;
        dd += d * d;
        ab += a[i] * b[i];
        bb += b[i] * b[i];
    }
    const double cosine = ab / sqrt(aa * bb);
    return (aa * dd - ad * ad) / (aa * bb) / (1 + cosine);
}

struct net {
    int64_t depth;
    const int64_t *width;
    struct rg_matrix start[DEPTH_MAX], now[DEPTH_MAX];
    double variances[N_IN_MAX];
    double *x; /* [n_in][N_SAMPLES], of these variances and uncorrelated */
};

static double *make_samples(const struct rg_team *team, int64_t n_in, const double *variances)
{
    struct rg_matrix drawn = matrix_random(team, RG_NUMBER_F8, N_SAMPLES, n_in, SAMPLES);
    struct rg_matrix q = matrix_make(team, RG_NUMBER_F8, N_SAMPLES, n_in);
    struct rg_matrix x = matrix_make(team, RG_NUMBER_F8, n_in, N_SAMPLES);
    double deviations[N_IN_MAX];
    bool failed = true;
    for (int64_t i = 0; i < n_in; i++)
        deviations[i] = sqrt(N_SAMPLES * variances[i]);
    TEST_OK(rg_matrix_orthogonalise(&drawn, &q, &failed));
    CU_ASSERT_FALSE(failed);
    rg_matrix_transpose(&q, &x);
    rg_matrix_scale_rows(deviations, &x);
    double *whole = matrix_whole(&x);
    rg_matrix_free(&drawn);
    rg_matrix_free(&q);
    rg_matrix_free(&x);
    return whole;
}

/* now = start + change * noise */
static struct net net_make(const struct rg_team *team, int index, double change)
{
    struct net net = {
        .depth = depths[index], .width = widths[index], .variances = {2, 0.7, 0.1, 1, 0.5}};
    for (int64_t l = 0; l < net.depth; l++) {
        const int64_t rows = net.width[l + 1], cols = net.width[l];
        net.start[l] = matrix_random(team, RG_NUMBER_F8, rows, cols, START + (uint64_t)l);
        net.now[l] = matrix_random(team, RG_NUMBER_F8, rows, cols, 2 * START + (uint64_t)l);
        rg_matrix_scale(change, &net.now[l]);
        rg_matrix_add(1, &net.start[l], &net.now[l]);
    }
    net.x = make_samples(team, net.width[0], net.variances);
    return net;
}

static void net_free(struct net *net)
{
    for (int64_t l = 0; l < net->depth; l++) {
        rg_matrix_free(&net->start[l]);
        rg_matrix_free(&net->now[l]);
    }
    free(net->x);
}

static double distance_with(const struct net *net, const struct rg_matrix *weights, bool white,
                            const struct rg_matrix *lenders)
{
    struct rg_linear_kernel *kernel = NULL;
    double distance = NAN;
    TEST_OK(rg_linear_kernel_create(net->depth, net->start, white ? NULL : net->variances, lenders,
                                    &kernel));
    TEST_OK(rg_linear_kernel_distance(kernel, weights, NULL, &distance));
    rg_linear_kernel_destroy(&kernel);
    return distance;
}

/* Lenders' memory, of which not all is enough, makes no difference. */
static double distance_of(const struct net *net, const struct rg_matrix *weights, bool white)
{
    const double distance = distance_with(net, weights, white, NULL);
    struct rg_matrix lenders[DEPTH_MAX];
    for (int64_t l = 0; l < net->depth; l++)
        lenders[l] = matrix_random(weights->team, RG_NUMBER_F8, 2 + 4 * l, 5, 1);
    CU_ASSERT_EQUAL(distance_with(net, weights, white, lenders), distance);
    for (int64_t l = 0; l < net->depth; l++)
        rg_matrix_free(&lenders[l]);
    return distance;
}

static void check_kernel(const struct rg_team *team)
{
    static const double changes[] = {1, 1e-3, 1e-6};
    for (int index = 0; index < N_NETS; index++)
        for (int c = 0; c < 3; c++) {
            struct net net = net_make(team, index, changes[c]);
            const int64_t n = net.width[net.depth] * N_SAMPLES;
            double *start = explicit_kernel(net.depth, net.width, net.start, net.x);
            double *now = explicit_kernel(net.depth, net.width, net.now, net.x);
            const double expected = explicit_distance(n * n, start, now);
            const double distance = distance_of(&net, net.now, false);
            CU_ASSERT_DOUBLE_EQUAL(distance, expected, CLOSE);
            CU_ASSERT_EQUAL(distance_of(&net, net.start, false), 0);
            if (net.depth > 1 && changes[c] == 1) { /* it moves, and Sxx matters to it */
                CU_ASSERT(expected > 1e-3);
                CU_ASSERT(fabs(distance_of(&net, net.now, true) - expected) > 1e-6);
            }
            free(start);
            free(now);
            net_free(&net);
        }
}

static void kernel_is_that_of_the_samples(void)
{
    on_every_grid(check_kernel);
}

/* White inputs of any variance need no Sxx. One layer alone has a kernel that never turns. */
static void check_white(const struct rg_team *team)
{
    for (int index = 0; index < N_NETS; index++) {
        struct net net = net_make(team, index, 1);
        for (int i = 0; i < N_IN_MAX; i++)
            net.variances[i] = 3;
        const double white = distance_of(&net, net.now, true);
        CU_ASSERT_DOUBLE_EQUAL(white, distance_of(&net, net.now, false), CLOSE);
        CU_ASSERT(net.depth > 1 ? white > 1e-3 : white == 0);
        net_free(&net);
    }
}

static void white_inputs(void)
{
    on_every_grid(check_white);
}

/* 64 layers whose kernel's square is beyond the largest double's root. */
static void a_deep_kernel_does_not_overflow(void)
{
    enum { DEPTH = 64 };
    struct rg_team *team = team_make(1, 1, 8);
    struct rg_matrix start[DEPTH], now[DEPTH];
    struct rg_linear_kernel *kernel = NULL;
    double distance = NAN;
    for (int l = 0; l < DEPTH; l++) {
        start[l] = matrix_random(team, RG_NUMBER_F8, 3, 3, (uint64_t)l);
        rg_matrix_scale(5, &start[l]);
        now[l] = matrix_random(team, RG_NUMBER_F8, 3, 3, (uint64_t)l + (l == 30));
        rg_matrix_scale(5, &now[l]);
    }
    TEST_OK(rg_linear_kernel_create(DEPTH, start, NULL, NULL, &kernel));
    TEST_OK(rg_linear_kernel_distance(kernel, now, NULL, &distance));
    CU_ASSERT(distance > 0 && distance < 1);
    rg_linear_kernel_destroy(&kernel);
    for (int l = 0; l < DEPTH; l++) {
        rg_matrix_free(&start[l]);
        rg_matrix_free(&now[l]);
    }
    rg_team_destroy(&team);
}

/* ---- norms ---------------------------------------------------------------------------------------- */

static void check_rank_of(const struct rg_team *team, int64_t rows, int64_t cols)
{
    const int64_t least = rows < cols ? rows : cols;
    struct rg_matrix a = matrix_random(team, RG_NUMBER_F8, rows, cols, 7);
    double s[16], squares = 0, fourth = 0, rank = NAN;
    bool failed = true;
    TEST_OK(rg_linear_effective_rank(&a, &rank));
    TEST_OK(rg_matrix_svd(&a, s, NULL, NULL, &failed));
    CU_ASSERT(!failed);
    for (int64_t k = 0; k < least; k++) {
        squares += s[k] * s[k];
        fourth += pow(s[k], 4);
    }
    CU_ASSERT_DOUBLE_EQUAL(rank, squares * squares / fourth, 16 * CLOSE);
    CU_ASSERT(rank > 1 - CLOSE && rank < (double)least + CLOSE);
    rg_matrix_free(&a);
}

static void check_rank(const struct rg_team *team)
{
    check_rank_of(team, 7, 5);
    check_rank_of(team, 5, 16);
    check_rank_of(team, 1, 3);
}

static void effective_rank(void)
{
    on_every_grid(check_rank);
}

static void check_imbalance(const struct rg_team *team)
{
    const double lambda = 0.7;
    struct rg_matrix upper = matrix_random(team, RG_NUMBER_F8, 4, 6, 1);
    struct rg_matrix lower = matrix_random(team, RG_NUMBER_F8, 6, 3, 2);
    double *u = matrix_whole(&upper), *l = matrix_whole(&lower), sum = 0, residual = NAN;
    for (int64_t i = 0; i < 6; i++)
        for (int64_t j = 0; j < 6; j++) {
            double element = i == j ? -lambda : 0;
            for (int64_t k = 0; k < 4; k++)
                element += u[k * 6 + i] * u[k * 6 + j];
            for (int64_t k = 0; k < 3; k++)
                element -= l[i * 3 + k] * l[j * 3 + k];
            sum += element * element;
        }
    TEST_OK(rg_linear_imbalance(&upper, &lower, lambda, &residual));
    CU_ASSERT_DOUBLE_EQUAL(residual, sqrt(sum), 100 * CLOSE);
    TEST_OK(rg_linear_imbalance(&upper, &lower, -lambda, &residual));
    CU_ASSERT(fabs(residual - sqrt(sum)) > 0.1); /* the sign counts */
    free(u);
    free(l);
    rg_matrix_free(&upper);
    rg_matrix_free(&lower);
}

static void imbalance(void)
{
    on_every_grid(check_imbalance);
}

/* Two layers that miss their balance by little more, or less, than rounding. */
static void check_balance(const struct rg_team *team)
{
    static const struct {
        enum rg_number number;
        double off;
        bool holds;
    } cases[] = {{RG_NUMBER_F8, 0, true},
                 {RG_NUMBER_F8, 1e-12, true},
                 {RG_NUMBER_F8, 1e-6, false},
                 {RG_NUMBER_F4, 1e-6, true},
                 {RG_NUMBER_F4, 0.1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rg_matrix layers[2] = {matrix_random(team, cases[i].number, 5, 5, 1),
                                      matrix_make(team, cases[i].number, 5, 5)};
        struct rg_balance balance;
        double *lower = matrix_whole(&layers[0]), upper[25];
        for (int k = 0; k < 25; k++) /* the transpose is balanced with it */
            upper[k % 5 * 5 + k / 5] = lower[k] * (1 + cases[i].off * (k == 7));
        rg_matrix_write(&layers[1], upper);
        TEST_OK(rg_linear_balance(2, layers, &balance));
        CU_ASSERT_EQUAL(balance.holds, cases[i].holds);
        CU_ASSERT_EQUAL(balance.lambda, 0);
        free(lower);
        rg_matrix_free(&layers[0]);
        rg_matrix_free(&layers[1]);
    }
}

static void balance_up_to_rounding(void)
{
    on_every_grid(check_balance);
}

/* Sxx = diag(2, 1) and Syx^T Syx = [[5, c], [c, 1 + c^2]]: the commutator is [[0, c], [-c, 0]]. */
static void check_noncommuting(const struct rg_team *team)
{
    static const double cs[] = {0, 0.25}, variances[] = {2, 1};
    struct rg_matrix syx = matrix_make(team, RG_NUMBER_F8, 3, 2);
    struct rg_matrix lenders[2] = {matrix_random(team, RG_NUMBER_F8, 2, 2, 1),
                                   matrix_random(team, RG_NUMBER_F8, 1, 2, 2)};
    for (int i = 0; i < 4; i++) {
        const double c = cs[i / 2], square = 25 + 2 * c * c + pow(1 + c * c, 2);
        double ratio = NAN;
        rg_matrix_write(&syx, (const double[]){1, c, 0, 1, 2, 0});
        TEST_OK(rg_linear_noncommuting(variances, &syx, i % 2 ? lenders : NULL, &ratio));
        CU_ASSERT_DOUBLE_EQUAL(ratio, sqrt(2) * c / sqrt(5 * square), CLOSE);
    }
    rg_matrix_free(&syx);
    rg_matrix_free(&lenders[0]);
    rg_matrix_free(&lenders[1]);
}

static void noncommuting(void)
{
    on_every_grid(check_noncommuting);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"the kernel's distance is that of the samples' kernel", kernel_is_that_of_the_samples},
    {"white inputs need no covariance", white_inputs},
    {"a deep kernel does not overflow", a_deep_kernel_does_not_overflow},
    {"effective rank", effective_rank},
    {"imbalance of two layers", imbalance},
    {"balance up to rounding", balance_up_to_rounding},
    {"covariances that do not commute", noncommuting},
    {NULL, NULL},
};
