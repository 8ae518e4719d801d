/* What a trained network tells about its data: estimators on networks that a naive loop trained here. */
#include "train/linear/identify.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "linear_algebra.h"
#include "regime/memory.h"
#include "test.h"
#include "train/linear/closed_forms.h"
#include "train/linear/svd.h"

const char *const test_suite = "train_identify";

enum { N = 4, NN = N * N, RECORDS = 400 };
static const double TRUE_S[N] = {3, 2, 1.2, 0.6}, TRUE_D[N] = {1.5, 0.5, 1, 0.8};
static const double RATE = 1e-3;     /* of learning: leaves errors of about RATE s */
static const double EXACT = 1e-6;    /* converged weights of an aligned start */
static const double BY_STEPS = 5e-3; /* steps of RATE in place of a flow */
static const double PRINTED = 5e-3;  /* values known to two places */

struct world {
    double u[NN], v[NN]; /* one singular vector a row */
    double Sxx[NN], Syx[NN];
};

struct net {
    double W1[NN], W2[NN];
    double times[RECORDS], loss[RECORDS], W[RECORDS][NN]; /* W = W2 W1 */
};

static struct world make_world(uint64_t key, const double *s, const double *d)
{
    struct world w;
    struct rg_rng rng = rg_rng_make(key, 0, 0);
    test_rotation(&rng, N, w.u);
    test_rotation(&rng, N, w.v);
    test_compose(N, d, N, w.v, N, w.v, w.Sxx);
    test_compose(N, s, N, w.u, N, w.v, w.Syx);
    return w;
}

static void start_gaussian(uint64_t key, double sigma, struct net *net)
{
    struct rg_rng rng = rg_rng_make(key, 1, 0);
    for (int i = 0; i < NN; i++) {
        net->W1[i] = sigma * rg_rng_normal(&rng);
        net->W2[i] = sigma * rg_rng_normal(&rng);
    }
}

static void start_aligned(const struct world *w, double lambda, double a0, struct net *net)
{
    struct rg_rng rng = rg_rng_make(5, 2, 0);
    const struct rg_squares x = rg_mode_squares(lambda, a0);
    double r[NN], first[N], second[N];
    test_rotation(&rng, N, r);
    for (int k = 0; k < N; k++) {
        first[k] = sqrt(x.first);
        second[k] = sqrt(x.second);
    }
    test_compose(N, first, N, r, N, w->v, net->W1);
    test_compose(N, second, N, w->u, N, r, net->W2);
}

/* (1/2) sum_i d_i (the i-th column of u^T W v less s_i / d_i)^2, as the trace (W - W*) Sxx (W - W*)^T. */
static double excess_loss(const struct world *w, const double *s, const double *d, const double *W)
{
    double best[NN], ratio[N], moved[NN], sum = 0;
    for (int k = 0; k < N; k++)
        ratio[k] = s[k] / d[k];
    test_compose(N, ratio, N, w->u, N, w->v, best);
    for (int i = 0; i < NN; i++)
        best[i] = W[i] - best[i];
    test_multiply(N, N, N, best, w->Sxx, moved);
    for (int i = 0; i < NN; i++)
        sum += moved[i] * best[i] / 2;
    return sum;
}

/* Gradient descent with a record every `every` steps. */
static void train(const struct world *w, const double *s, const double *d, double rate, int every,
                  struct net *net)
{
    double error[NN], change[2][NN];
    for (int step = 0; step < RECORDS * every; step++) {
        double *W = net->W[step / every];
        test_multiply(N, N, N, net->W2, net->W1, error);
        if (step % every == 0) {
            memcpy(W, error, sizeof error);
            net->times[step / every] = rate * step;
            net->loss[step / every] = excess_loss(w, s, d, W);
        }
        test_multiply(N, N, N, error, w->Sxx, change[0]);
        for (int i = 0; i < NN; i++)
            error[i] = w->Syx[i] - change[0][i];
        test_multiply_tn(N, N, N, net->W2, error, change[0]);
        test_multiply_nt(N, N, N, error, net->W1, change[1]);
        for (int i = 0; i < NN; i++) {
            net->W1[i] += rate * change[0][i];
            net->W2[i] += rate * change[1][i];
        }
    }
}

/* ---- observers --------------------------------------------------------------------------------------- */

/* The modes of the final weights, in the order of the true ones. */
struct final {
    double a[N], u[NN], vt[NN]; /* u as rg_svd leaves it */
};

static struct final observe_weights(const struct net *net)
{
    struct final final = {0};
    struct rg_svd svd = {0};
    bool failed = false;
    TEST_OK(rg_svd_init(N, N, &svd));
    test_multiply(N, N, N, net->W2, net->W1, svd.a);
    TEST_OK(rg_svd(&svd, &failed));
    CU_ASSERT_FALSE(failed);
    memcpy(final.a, svd.s, sizeof final.a);
    memcpy(final.u, svd.u, sizeof final.u);
    memcpy(final.vt, svd.vt, sizeof final.vt);
    rg_svd_free(&svd);
    return final;
}

/* By descending ratio, as the final weights have them: the modes of TRUE_S in this order. */
static const int by_ratio[N] = {1, 0, 2, 3};

static void observe_activity(const struct world *w, const struct net *net,
                             struct rg_estimate *estimates)
{
    const struct final final = observe_weights(net);
    double part[NN], covariance[NN];
    test_multiply(N, N, N, net->W1, w->Sxx, part);
    test_multiply_nt(N, N, N, part, net->W1, covariance);
    const struct rg_activity activity = {N, N, N, final.a, final.vt, net->W1, covariance};
    TEST_OK(rg_identify_activity(&activity, estimates));
}

/* Of the first n records. */
static void observe_course(const struct net *net, const struct final *final, int n,
                           struct rg_estimate *estimates)
{
    const bool told[N] = {true, true, true, true};
    const struct rg_course course = {n, net->times, net->W[0], N,         N,
                                     N, final->a,   final->u,  final->vt, told};
    TEST_OK(rg_identify_course(&course, estimates));
}

static double worst_angle(const struct world *w, const struct final *final)
{
    static const int64_t match[N] = {0, 1, 2, 3};
    double true_a[N], true_v[NN], angles[N], worst = 0;
    for (int k = 0; k < N; k++) {
        true_a[k] = TRUE_S[by_ratio[k]] / TRUE_D[by_ratio[k]];
        memcpy(true_v + k * N, w->v + by_ratio[k] * N, N * sizeof *true_v);
    }
    const struct rg_directions directions = {N, N, true_a, true_v, final->vt, match};
    TEST_OK(rg_identify_angles(&directions, angles));
    for (int k = 0; k < N; k++)
        worst = test_worst(worst, angles[k]);
    return worst;
}

static double relative(double estimate, double truth)
{
    return fabs(estimate / truth - 1);
}

/* ---- claims ------------------------------------------------------------------------------------------ */

static struct net net;

static void rich_learner(void)
{
    const int64_t live = rg_alloc_live();
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    struct rg_estimate activity[N], course[N];
    start_aligned(&w, 0, 1e-4, &net);
    train(&w, TRUE_S, TRUE_D, RATE, 75, &net);
    const struct final final = observe_weights(&net);
    observe_activity(&w, &net, activity);
    observe_course(&net, &final, RECORDS, course);
    CU_ASSERT(worst_angle(&w, &final) < EXACT);
    for (int k = 0; k < N; k++) {
        const double s = TRUE_S[by_ratio[k]], d = TRUE_D[by_ratio[k]];
        CU_ASSERT(relative(final.a[k], s / d) < EXACT);
        CU_ASSERT(relative(activity[k].s, s) < EXACT && relative(activity[k].d, d) < EXACT);
        CU_ASSERT(relative(course[k].s, s) < BY_STEPS && relative(course[k].d, d) < BY_STEPS);
    }
    CU_ASSERT_EQUAL(rg_alloc_live(), live);
}

static struct rg_stages observe_loss(int first, int n, int every, int n_max, struct rg_stage *stage)
{
    double times[RECORDS], loss[RECORDS];
    struct rg_stages stages = {.stage = stage};
    for (int k = 0; k < n; k++) {
        times[k] = net.times[first + k * every];
        loss[k] = net.loss[first + k * every];
    }
    TEST_OK(rg_identify_stages(n, times, loss, n_max, &stages));
    return stages;
}

static void check_stages(const struct rg_stages *stages, int n)
{
    CU_ASSERT_EQUAL(stages->n, n);
    CU_ASSERT(stages->misfit < 0.01);
    for (int k = 0; k < n && k < stages->n; k++) {
        const struct rg_estimate estimate = rg_stage_estimate(&stages->stage[k]);
        CU_ASSERT(relative(estimate.s, TRUE_S[k]) < BY_STEPS);
        CU_ASSERT(relative(estimate.d, TRUE_D[k]) < 2 * BY_STEPS);
    }
}

/* The network of rich_learner. Its modes are half way at t = 1.6, 2.6, 3.9 and 7.4, a record is 0.075. */
static void loss_curve(void)
{
    struct rg_stage stage[N + 2];
    struct rg_stages stages = observe_loss(0, RECORDS, 1, N + 2, stage);
    check_stages(&stages, N);
    stages = observe_loss(0, RECORDS / 4, 4, N, stage); /* few records */
    check_stages(&stages, N);
    stages = observe_loss(0, 68, 1, N, stage); /* training stopped after three stages */
    check_stages(&stages, N - 1);
    stages = observe_loss(0, RECORDS, 1, 2, stage); /* two do not make up the curve of four */
    CU_ASSERT_EQUAL(stages.n, 0);
    stages = observe_loss(0, 3, 1, N, stage);
    CU_ASSERT(stages.n == 0 && isnan(stages.misfit));
}

static void lambda_misleads_activity(void)
{
    static const double expected[N] = {2.65, 1.88, 0.98, 0.43};
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    struct rg_estimate activity[N];
    start_aligned(&w, 0.5, 1e-3, &net);
    train(&w, TRUE_S, TRUE_D, RATE, 75, &net);
    observe_activity(&w, &net, activity);
    for (int k = 0; k < N; k++)
        CU_ASSERT_DOUBLE_EQUAL(activity[k].s, expected[by_ratio[k]], PRINTED);
}

/* The median over draws of the worst relative error of s from the activity. */
static double gaussian_error(double sigma)
{
    enum { DRAWS = 15 };
    double errors[DRAWS];
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    for (int i = 0; i < DRAWS; i++) {
        struct rg_estimate activity[N];
        start_gaussian((uint64_t)i, sigma, &net);
        train(&w, TRUE_S, TRUE_D, 1e-2, 25, &net);
        observe_activity(&w, &net, activity);
        double worst = 0;
        for (int k = 0; k < N; k++)
            worst = test_worst(worst, relative(activity[k].s, TRUE_S[by_ratio[k]]));
        CU_ASSERT_FALSE(isnan(worst)); /* it could hide behind the median */
        int place = i;
        for (; place > 0 && errors[place - 1] > worst; place--)
            errors[place] = errors[place - 1];
        errors[place] = worst;
    }
    printf(" sigma %g: %.3f to %.3f to %.3f", sigma, errors[0], errors[DRAWS / 2],
           errors[DRAWS - 1]);
    return errors[DRAWS / 2];
}

static void gaussian_starts(void)
{
    CU_ASSERT(gaussian_error(0.01) < 1e-3);
    CU_ASSERT(gaussian_error(0.1) < 0.1);
    CU_ASSERT(gaussian_error(0.5) > 0.3);
}

/* Inputs of half the size with targets of half the size: the same weights, learned four times slower. */
static void same_weights_other_data(void)
{
    const double s[2][N] = {{2, 1.2, 0.8, 0.4}, {0.5, 0.3, 0.2, 0.1}};
    const double d[2][N] = {{1, 1, 1, 1}, {0.25, 0.25, 0.25, 0.25}};
    struct final final[2];
    struct rg_estimate course[2][N];
    for (int i = 0; i < 2; i++) {
        const struct world w = make_world(3, s[i], d[i]);
        start_aligned(&w, 0, 1e-3, &net);
        train(&w, s[i], d[i], i ? 4 * RATE : RATE, 60, &net);
        final[i] = observe_weights(&net);
        observe_course(&net, &final[i], RECORDS, course[i]);
    }
    for (int k = 0; k < N; k++) {
        CU_ASSERT_DOUBLE_EQUAL(final[0].a[k], final[1].a[k], EXACT);
        CU_ASSERT_DOUBLE_EQUAL(course[0][k].s / course[1][k].s, 4, 4 * BY_STEPS);
    }
}

/* At large lambda the strengths relax at the rate d |lambda|, whatever s; the loss has no stages. */
static void lazy_learner(void)
{
    const double lambda = -60;
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    struct rg_stage stage[N];
    start_aligned(&w, lambda, 1e-3, &net);
    train(&w, TRUE_S, TRUE_D, 1e-5, 50, &net);
    const struct rg_stages stages = observe_loss(0, RECORDS, 1, N, stage);
    CU_ASSERT_EQUAL(stages.n, 0);
    for (int k = 0; k < N; k++) {
        int record = 0;
        double strengths[N], u[NN];
        for (int i = 0; i < NN; i++)
            u[i] = w.u[i % N * N + i / N];
        do
            rg_mode_strengths(N, N, N, net.W[record], u, w.v, strengths);
        while (strengths[k] < TRUE_S[k] / TRUE_D[k] / 2 && ++record < RECORDS);
        CU_ASSERT(relative(log(2) / net.times[record], TRUE_D[k] * 60) < 0.1);
    }
}

/* Two modes of one s: the activity's eigenvalues tie, the directions do not. */
static void activity_of_equal_s(void)
{
    static const double s[N] = {1, 1, 0.8, 0.8}, d[N] = {0.5, 1, 1, 2};
    const struct world w = make_world(4, s, d);
    struct rg_estimate activity[N], truth[N];
    int64_t match[N];
    start_aligned(&w, 0, 1e-3, &net);
    train(&w, s, d, 1e-2, 10, &net);
    observe_activity(&w, &net, activity);
    for (int k = 0; k < N; k++)
        truth[k] = (struct rg_estimate){s[k], d[k]};
    TEST_OK(rg_identify_match(N, activity, N, truth, match));
    for (int k = 0; k < N; k++)
        CU_ASSERT(match[k] >= 0 && relative(activity[match[k]].d, d[k]) < EXACT);
}

/* A course needs no start that is aligned, nor one that is quite balanced. */
static void course_of_gaussian_starts(void)
{
    enum { DRAWS = 8 };
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    const double rate = 5e-3;
    for (int i = 0; i < DRAWS; i++) {
        struct rg_estimate course[N];
        start_gaussian((uint64_t)i, 0.05, &net);
        train(&w, TRUE_S, TRUE_D, rate, 12, &net);
        const struct final final = observe_weights(&net);
        observe_course(&net, &final, RECORDS, course);
        for (int k = 0; k < N; k++)
            CU_ASSERT(relative(course[k].s, TRUE_S[by_ratio[k]]) < 2 * rate * TRUE_S[0]);
    }
}

/* Neither lazy learning, nor records that are few or that skip the rise, nor another end pass for a course. */
static void courses_that_do_not_fit(void)
{
    const struct world w = make_world(1, TRUE_S, TRUE_D);
    struct rg_estimate course[N];
    start_aligned(&w, -60, 1e-3, &net);
    train(&w, TRUE_S, TRUE_D, 1e-5, 50, &net);
    struct final final = observe_weights(&net);
    observe_course(&net, &final, RECORDS, course);
    for (int k = 0; k < N; k++)
        CU_ASSERT(isnan(course[k].s) && isnan(course[k].d));
    start_aligned(&w, 0, 1e-4, &net);
    train(&w, TRUE_S, TRUE_D, RATE, 1500, &net);
    final = observe_weights(&net);
    observe_course(&net, &final, RECORDS, course); /* s = 3 rises in less than one record of 1.5 */
    CU_ASSERT(isnan(course[1].s) && isnan(course[0].s));
    observe_course(&net, &final, 3, course);
    for (int k = 0; k < N; k++)
        CU_ASSERT(isnan(course[k].s));
    start_aligned(&w, 0, 1e-4, &net);
    train(&w, TRUE_S, TRUE_D, RATE, 75, &net);
    for (int k = 0; k < N; k++)
        final.a[k] *= 0.8; /* an end that is not the course's */
    observe_course(&net, &final, RECORDS, course);
    for (int k = 0; k < N; k++)
        CU_ASSERT(isnan(course[k].s));
}

/* A rise between two records meets no equation. */
static void a_leap_tells_nothing(void)
{
    enum { STEPS = 10 };
    const double one = 1, end = 3;
    const bool told = true;
    double times[STEPS], W[STEPS];
    for (int i = 0; i < 2; i++) {
        const double step = i ? 1 : 0.1, start = i ? 5.6e-12 : 0.2; /* half way at 4.5, at 0.44 */
        struct rg_estimate estimate;
        for (int k = 0; k < STEPS; k++) {
            times[k] = step * k;
            W[k] = rg_mode_at((struct rg_mode){3, 1, start}, 2, times[k]);
        }
        const struct rg_course course = {STEPS, times, W, 1, 1, 1, &end, &one, &one, &told};
        TEST_OK(rg_identify_course(&course, &estimate));
        CU_ASSERT(i ? isnan(estimate.s) : relative(estimate.s, 3) < 0.01);
    }
}

/* A mode rests where it has moved and does so no more; growth, however slow, is no rest. */
static void rest(void)
{
    enum { N_TIMES = 100 };
    static const struct {
        double until;
        bool rests;
    } cases[] = {
        {0.01, false}, {1, false}, {4, false}, {8, true}, {100, true}}; /* half way at 2.7 */
    double times[N_TIMES], a[N_TIMES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int k = 0; k < N_TIMES; k++) {
            times[k] = cases[i].until * k / (N_TIMES - 1);
            a[k] = rg_mode_at((struct rg_mode){1.5, 0.5, 1e-3}, 2, times[k]);
        }
        CU_ASSERT_EQUAL(rg_identify_rests(N_TIMES, times, a, a[N_TIMES - 1]), cases[i].rests);
    }
    CU_ASSERT_FALSE(rg_identify_rests(N_TIMES, times, a, 3.1)); /* it went on after the records */
    for (int k = 0; k < N_TIMES; k++)
        a[k] = 1e-3;
    CU_ASSERT_FALSE(rg_identify_rests(N_TIMES, times, a, 1e-3));
    CU_ASSERT_FALSE(rg_identify_rests(1, times, a, 1));
    CU_ASSERT_FALSE(rg_identify_rests(0, NULL, NULL, 1));
}

/* The data of another world do not pass for those of this one. */
static void planted_fault(void)
{
    const struct world w = make_world(1, TRUE_S, TRUE_D), other = make_world(2, TRUE_S, TRUE_D);
    struct rg_estimate activity[N];
    start_aligned(&w, 0, 1e-4, &net);
    train(&w, TRUE_S, TRUE_D, RATE, 75, &net);
    const struct final final = observe_weights(&net);
    CU_ASSERT(worst_angle(&other, &final) > 0.1);
    observe_activity(&other, &net, activity);
    CU_ASSERT(relative(activity[0].s, TRUE_S[by_ratio[0]]) > 0.1);
}

const struct test_case test_cases[] = {
    {"a rich learner reveals s, d and V", rich_learner},
    {"its loss curve alone reveals s and d", loss_curve},
    {"lambda = 0.5 misleads as published", lambda_misleads_activity},
    {"gaussian starts mislead as they grow", gaussian_starts},
    {"same weights from other data differ in speed", same_weights_other_data},
    {"a lazy learner reveals d", lazy_learner},
    {"activity tells modes of equal s", activity_of_equal_s},
    {"a course reveals s from gaussian starts", course_of_gaussian_starts},
    {"courses that do not fit tell nothing", courses_that_do_not_fit},
    {"a leap between records tells nothing", a_leap_tells_nothing},
    {"a mode at rest is known", rest},
    {"the data of another world are noticed", planted_fault},
    {0},
};
