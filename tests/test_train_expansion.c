/* Two strings about a fixed point of expansion, against descent of the written loss in all its vectors, against eq 4,
 * with which it shares pairs that are symmetric, and against a limit in closed form.                  */
#include "train/parity/expansion.h"

#include <math.h>
#include <string.h>

#include "integrate.h"
#include "test.h"
#include "train/parity/theory.h"

const char *const test_suite = "train_expansion";

static const double INTEGRATED = 1e-7; /* relative: asked of CVODE, with room for what adds up */

enum { LENGTH = 5 }; /* of the vectors: outputs after all continuations */

struct pair { /* a start as vectors; products and squares are sums over them, divided by n */
    double b[LENGTH], slope[LENGTH], target[2][LENGTH], x0, n, tau_h[2], tau_y, tau_b;
};

static struct rg_expansion expansion_of(const struct pair *p)
{
    struct rg_expansion e = {.x0 = p->x0, .n = p->n, .tau_y = p->tau_y, .tau_b = p->tau_b};
    memcpy(e.tau_h, p->tau_h, sizeof e.tau_h);
    for (int o = 0; o < LENGTH; o++) {
        const double v[] = {p->b[o], sqrt(p->x0) * p->slope[o],
                            (p->target[0][o] + p->target[1][o]) / 2,
                            p->target[1][o] - p->target[0][o]};
        for (int i = 0; i < RG_N_EXPANSION; i++)
            for (int j = 0; j < RG_N_EXPANSION; j++)
                e.product[i][j] += v[i] * v[j] / p->n;
    }
    return e;
}

/* u = h_1, h_2, b, D. */
static double loss(const struct pair *p, const double *u)
{
    double sum = 0;
    for (int side = 0; side < 2; side++)
        for (int o = 0; o < LENGTH; o++) {
            const double y = u[2 + o] + u[side] * u[2 + LENGTH + o];
            sum += pow(y - p->target[side][o], 2) / 4;
        }
    return sum / p->n;
}

/* Along the gradient of the loss, found by differences. */
static void descent(double t, const double *u, double *slope, void *context)
{
    const struct pair *p = context;
    const double step = 1e-4;
    (void)t;
    for (int i = 0; i < 2 + 2 * LENGTH; i++) {
        double ahead[2 + 2 * LENGTH], behind[2 + 2 * LENGTH];
        memcpy(ahead, u, sizeof ahead);
        memcpy(behind, u, sizeof behind);
        ahead[i] += step;
        behind[i] -= step;
        const double gradient = (loss(p, ahead) - loss(p, behind)) / (2 * step);
        const double tau = i < 2 ? p->tau_h[i] : i < 2 + LENGTH ? p->tau_b : p->tau_y;
        slope[i] = -gradient / tau;
    }
}

static const struct pair uneven = {.b = {0.3, -0.2, 0.1, 0.4, 0},
                                   .slope = {0.7, 0.1, -0.5, 0.2, 0.3},
                                   .target = {{1, 0, 0, 1, 0}, {0, 1, 0, 1, 1}},
                                   .x0 = 0.2,
                                   .n = 3,
                                   .tau_h = {3, 0.7},
                                   .tau_y = 1.5,
                                   .tau_b = 4};

static void start_of(const struct pair *p, double *u)
{
    u[0] = -sqrt(p->x0) / 2;
    u[1] = sqrt(p->x0) / 2;
    memcpy(u + 2, p->b, sizeof p->b);
    memcpy(u + 2 + LENGTH, p->slope, sizeof p->slope);
}

static void it_descends_the_loss(void)
{
    enum { TIMES = 4, STEPS = 2000 };
    static const double times[TIMES] = {0, 0.5, 2, 10};
    struct pair agreeing = uneven;
    memcpy(agreeing.target[1], agreeing.target[0], sizeof agreeing.target[0]);
    struct pair cases[] = {uneven, agreeing};
    for (int c = 0; c < 2; c++) {
        const struct rg_expansion e = expansion_of(&cases[c]);
        double x[TIMES], u[2 + 2 * LENGTH];
        TEST_OK(rg_expansion_course(&e, TIMES, times, x));
        CU_ASSERT_DOUBLE_EQUAL(x[0] / e.x0, 1, 1e-14);
        for (int i = 1; i < TIMES; i++) {
            start_of(&cases[c], u);
            test_integrate(descent, &cases[c], 2 + 2 * LENGTH, times[i], STEPS, u);
            CU_ASSERT_DOUBLE_EQUAL(x[i] / pow(u[1] - u[0], 2), 1, INTEGRATED);
            CU_ASSERT(fabs(x[i] / e.x0 - 1) > 1e-3); /* it moves */
        }
    }
}

static void set_product(struct rg_expansion *e, int i, int j, double value)
{
    e->product[i][j] = e->product[j][i] = value;
}

/* Equal speeds and a mean output that is right: the middle stays where it was, and eq 4 says the same. */
static void symmetric_pairs_obey_eq_4(void)
{
    enum { TIMES = 4 };
    static const double times[TIMES] = {0.5, 2, 8, 20};
    static const double d2[] = {0, 1};
    for (int c = 0; c < 2; c++) {
        const double y0 = 0.3, overlap = 0.2 * d2[c], tau = 1.4;
        const struct rg_interaction p = {0.5, y0, y0 - overlap, d2[c], 3, tau / 2, 1};
        struct rg_expansion e = {
            .x0 = p.x0, .n = p.n, .tau_h = {tau, tau}, .tau_y = p.tau_y, .tau_b = 2};
        double fixed[TIMES], moving[TIMES];
        set_product(&e, RG_OUTPUT_STEP, RG_OUTPUT_STEP, y0);
        set_product(&e, RG_OUTPUT_STEP, RG_TARGET_STEP, overlap);
        set_product(&e, RG_TARGET_STEP, RG_TARGET_STEP, d2[c]);
        set_product(&e, RG_MEAN_OUTPUT, RG_MEAN_OUTPUT, 1);
        set_product(&e, RG_MEAN_OUTPUT, RG_MEAN_TARGET, 1);
        set_product(&e, RG_MEAN_TARGET, RG_MEAN_TARGET, 1);
        TEST_OK(rg_expansion_course(&e, TIMES, times, fixed));
        TEST_OK(rg_interaction_course(&p, TIMES, times, moving));
        for (int i = 0; i < TIMES; i++)
            CU_ASSERT_DOUBLE_EQUAL(fixed[i] / moving[i], 1, INTEGRATED);
    }
}

/* Outputs that differ by almost nothing leave the states alone: b alone learns, exp(-t / (n tau_b)) of its error
 * is left, and the little force it has on the states comes to its integral.                          */
static void flat_outputs(void)
{
    enum { TIMES = 3 };
    static const double times[TIMES] = {1, 6, 1000};
    const double force = 1e-9, n = 2, tau_b = 3, rate[] = {1, 0.25};
    struct rg_expansion e = {.x0 = 1, .n = n, .tau_h = {1, 4}, .tau_y = 1e9, .tau_b = tau_b};
    double x[TIMES];
    set_product(&e, RG_MEAN_TARGET, RG_MEAN_TARGET, 1);
    set_product(&e, RG_OUTPUT_STEP, RG_MEAN_TARGET, force);
    TEST_OK(rg_expansion_course(&e, TIMES, times, x));
    for (int i = 0; i < TIMES; i++) {
        const double learned = n * tau_b * -expm1(-times[i] / (n * tau_b));
        const double moved = (rate[1] - rate[0]) * force * learned / 2;
        CU_ASSERT_DOUBLE_EQUAL((sqrt(x[i]) - 1) / moved, 1, 1e-3);
    }
}

/* Fig. 10: strings of length 1 and 10 that agree, with small states and outputs, part before they merge. Under eq 4
 * they never part, nor do they where both have one speed.                                            */
static void unlike_speeds_part_a_pair(void)
{
    static const double times[] = {0.1, 5, 100};
    const double small = 1e-4;
    const struct rg_interaction p = {small, small * small, small * small, 0, 1, 1.0 / 11, 1};
    struct rg_expansion e = {.x0 = small, .n = 1, .tau_h = {1, 0.1}, .tau_y = 1, .tau_b = 4};
    double x[3], moving[3];
    set_product(&e, RG_MEAN_TARGET, RG_MEAN_TARGET, 1);
    set_product(&e, RG_OUTPUT_STEP, RG_OUTPUT_STEP, p.y0);
    set_product(&e, RG_OUTPUT_STEP, RG_MEAN_TARGET, small);
    TEST_OK(rg_expansion_course(&e, 3, times, x));
    CU_ASSERT(x[1] > 1000 * x[0]);
    CU_ASSERT(x[2] < 1e-9 * x[0]);
    TEST_OK(rg_interaction_course(&p, 3, times, moving));
    CU_ASSERT(moving[1] <= moving[0] && moving[2] <= moving[1]);
    e.tau_h[0] = e.tau_h[1];
    TEST_OK(rg_expansion_course(&e, 3, times, x));
    CU_ASSERT(x[1] < 2 * small);
}

/* A pair whose states coincide has no line through them: an outcome, not an error. */
static void coinciding_states(void)
{
    const struct rg_expansion e = {.n = 1, .tau_h = {1, 1}, .tau_y = 1, .tau_b = 4};
    const double t = 1;
    double x = 0;
    TEST_OK(rg_expansion_course(&e, 1, &t, &x));
    CU_ASSERT(isnan(x));
}

const struct test_case test_cases[] = {
    {"it descends the loss", it_descends_the_loss},
    {"symmetric pairs obey eq 4", symmetric_pairs_obey_eq_4},
    {"flat outputs", flat_outputs},
    {"unlike speeds part a pair", unlike_speeds_part_a_pair},
    {"states that coincide", coinciding_states},
    {0},
};
