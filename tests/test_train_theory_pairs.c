/* Pairs of strings and what the theory takes of them, against strings run one by one; the curve that scores
 * the theory, against all pairs of cases.                                                           */
#include "train/parity/theory_pairs.h"

#include <math.h>
#include <stdlib.h>

#include "parity.h"
#include "regime/memory.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/roc.h"

const char *const test_suite = "train_theory_pairs";

static const double ROUNDING = 1e-12;
static const double WEIGHTS_AS_FLOAT =
    1e-3; /* nine steps, each off by 6e-8 of its weights; float32 states: by 1 */

static int ones(const struct rg_theory_pair *pair, int side)
{
    return __builtin_popcount(pair->code[side]) % 2;
}

static bool is_same(const struct rg_theory_pair *pair)
{
    return pair->length[0] == pair->length[1] && pair->code[0] == pair->code[1];
}

static struct rg_theory_pairs draw(const struct rg_parity *net, int64_t n)
{
    struct rg_theory_pairs pairs;
    TEST_OK(rg_theory_pairs_draw(net, n, &pairs));
    return pairs;
}

/* All 84 ordered pairs of the 14 strings of length 1 to 3 that have one parity come up equally often. */
static void sample_is_uniform(void)
{
    enum { EACH = 400, PAIRS = 84, DEVIATIONS = 5 };
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 3;
    struct rg_parity *net = test_parity_create(&settings, 1);
    struct rg_theory_pairs pairs = draw(net, EACH * PAIRS);
    int count[16][16] = {{0}}, met = 0;
    CU_ASSERT_EQUAL(pairs.n_agreeing, EACH * PAIRS);
    CU_ASSERT_EQUAL(pairs.n, EACH * PAIRS + RG_N_COURSES_EACH);
    for (int64_t i = 0; i < pairs.n; i++) {
        const struct rg_theory_pair *p = &pairs.pairs[i];
        CU_ASSERT_EQUAL(ones(p, 0) == ones(p, 1), i < pairs.n_agreeing);
        CU_ASSERT_FALSE(is_same(p));
        for (int side = 0; side < 2; side++)
            CU_ASSERT(p->length[side] >= 1 && p->length[side] <= 3 &&
                      p->code[side] < 1U << p->length[side]);
        if (i < pairs.n_agreeing)
            count[(1U << p->length[0]) + p->code[0]][(1U << p->length[1]) + p->code[1]]++;
    }
    for (int i = 0; i < 16 * 16; i++)
        if (count[i / 16][i % 16] > 0) {
            met++;
            CU_ASSERT(abs(count[i / 16][i % 16] - EACH) < DEVIATIONS * sqrt(EACH));
        }
    CU_ASSERT_EQUAL(met, PAIRS);
    rg_theory_pairs_free(&pairs);
    test_parity_destroy(net);
}

/* Parity with two states for each answer: which of them a string ends in is no matter. And ones counted
 * modulo 3, of which the answer tells 0 from the rest alone: 1 and 2 differ in what comes later.      */
static void agreement_is_of_answers(void)
{
    static const struct rg_task tasks[] = {
        {2, 4, {{2, 1}, {1, 2}, {0, 3}, {3, 0}}, {0, 1, 0, 1}},
        {2, 3, {{0, 1}, {1, 2}, {2, 0}}, {1, 0, 0}},
    };
    static const int modulus[] = {2, 3};
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_parity *net = test_parity_create(&settings, 1);
    for (int t = 0; t < 2; t++) {
        net->task = tasks[t];
        struct rg_theory_pairs pairs = draw(net, 500);
        CU_ASSERT_EQUAL(pairs.n, 500 + RG_N_COURSES_EACH);
        for (int64_t i = 0; i < pairs.n; i++) {
            const uint32_t *code = pairs.pairs[i].code;
            const int difference = __builtin_popcount(code[0]) - __builtin_popcount(code[1]);
            CU_ASSERT_EQUAL(difference % modulus[t] == 0, i < 500);
        }
        rg_theory_pairs_free(&pairs);
    }
    test_parity_destroy(net);
}

/* "0" and "1" are all the strings there are, and they disagree. */
static void nothing_agrees(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 1;
    struct rg_parity *net = test_parity_create(&settings, 1);
    struct rg_theory_pairs pairs = draw(net, 10);
    CU_ASSERT_EQUAL(pairs.n_agreeing, 0);
    CU_ASSERT_EQUAL(pairs.n, RG_N_COURSES_EACH);
    rg_theory_pairs_free(&pairs);
    test_parity_destroy(net);
}

/* ---- the start ------------------------------------------------------------------------------------- */

struct reader {
    const struct rg_parity *net;
    struct rg_states *states;
};

static void read_string(struct reader *r, int length, uint32_t code, double *hidden, double *y)
{
    rg_states_start(r->net, r->states, 1);
    for (int t = length - 1; t >= 0; t--) {
        const uint8_t symbol = code >> t & 1;
        rg_states_advance(r->net, r->states, 1, &symbol);
    }
    rg_states_hidden(r->net, r->states, 0, 1, hidden);
    rg_states_outputs(r->net, r->states, 0, 1, y);
}

static bool is_trained(const struct rg_parity *net, int length, uint32_t code)
{
    const struct rg_dataset *data = rg_parity_dataset(net);
    for (int64_t i = 0; length <= data->max_length && i < data->n_of[length]; i++)
        if (data->codes_of[length][i] == code)
            return true;
    return false;
}

static void add_products(const double *vectors, struct rg_theory_pair *naive)
{
    for (int i = 0; i < RG_N_EXPANSION; i++)
        for (int j = 0; j < RG_N_EXPANSION; j++)
            naive->product[i][j] += vectors[i] * vectors[j];
}

static struct rg_theory_pair naive_start(struct reader *r, const struct rg_theory_pair *p)
{
    struct rg_theory_pair naive = {.code = {0}};
    struct rg_interaction sums = {.tau_h = 1.0 / (p->length[0] + p->length[1]), .tau_y = 1};
    double h[2][64], y[2][2];
    for (int side = 0; side < 2; side++)
        read_string(r, p->length[side], p->code[side], h[side], y[side]);
    for (int u = 0; u < 20; u++)
        sums.x0 += pow(h[1][u] - h[0][u], 2);
    for (int l = 0; l <= 5; l++)
        for (uint32_t c = 0; c < 1U << l; c++) {
            int answers[2];
            bool both = true;
            for (int side = 0; side < 2; side++) {
                const uint32_t code = p->code[side] << l | c;
                both &= is_trained(r->net, p->length[side] + l, code);
                answers[side] = __builtin_popcount(code) % 2;
                read_string(r, p->length[side] + l, code, h[side], y[side]);
            }
            for (int o = 0; o < 2 && both; o++) {
                const int t[] = {answers[0] == o, answers[1] == o};
                const double dy = y[1][o] - y[0][o], dt = t[1] - t[0];
                add_products((double[]){(y[0][o] + y[1][o]) / 2, dy, (t[0] + t[1]) / 2.0, dt},
                             &naive);
                sums.y0 += dy * dy;
                sums.w0 += dy * dy - dy * dt;
                sums.d2 += dt * dt;
            }
            sums.n += both;
        }
    for (double *mean = &sums.y0; mean <= &sums.d2; mean++)
        *mean /= fmax(sums.n, 1);
    for (int i = 0; i < RG_N_EXPANSION * RG_N_EXPANSION; i++)
        (&naive.product[0][0])[i] /= fmax(sums.n, 1);
    naive.start = sums;
    return naive;
}

static bool are_close(int n, const double *x, const double *y)
{
    for (int i = 0; i < n; i++)
        if (!(fabs(x[i] - y[i]) <= ROUNDING * (1 + fabs(y[i]))))
            return false;
    return true;
}

static bool is_close(const struct rg_theory_pair *one, const struct rg_theory_pair *other)
{
    const struct rg_interaction *a = &one->start, *b = &other->start;
    const double x[] = {a->x0, a->y0, a->w0, a->d2, a->n, a->tau_h, a->tau_y};
    const double y[] = {b->x0, b->y0, b->w0, b->d2, b->n, b->tau_h, b->tau_y};
    return are_close(7, x, y) &&
           are_close(RG_N_EXPANSION * RG_N_EXPANSION, &one->product[0][0], &other->product[0][0]);
}

static void train_epochs(struct rg_parity *net, int epochs)
{
    for (struct rg_step step; epochs > 0; epochs -= step.epoch_end)
        TEST_OK(rg_parity_model.step(net, &step));
}

/* Of a part of the strings, and after some training: the start is the start all the same. */
static void start_is_that_of_single_strings(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 5;
    settings.fraction = 0.6;
    struct rg_parity *net = test_parity_create(&settings, 3),
                     *untrained = test_parity_create(&settings, 3);
    struct rg_theory_pairs pairs = draw(net, 200);
    struct reader reader = {untrained, NULL};
    int without = 0;
    TEST_OK(rg_states_create(untrained, 1, &reader.states));
    train_epochs(net, 5);
    TEST_OK(rg_theory_pairs_start(net, NULL, &pairs));
    for (int64_t i = 0; i < pairs.n; i++) {
        const struct rg_theory_pair naive = naive_start(&reader, &pairs.pairs[i]);
        struct rg_theory_pair wrong = naive;
        CU_ASSERT(is_close(&pairs.pairs[i], &naive));
        CU_ASSERT_EQUAL(naive.start.d2 > 0, i >= pairs.n_agreeing && naive.start.n > 0);
        without += naive.start.n == 0;
        wrong.start.x0 *= 1 + 1e-6; /* planted fault */
        CU_ASSERT_FALSE(is_close(&pairs.pairs[i], &wrong));
    }
    CU_ASSERT(without > 0 && without < pairs.n / 2);
    rg_theory_pairs_free(&pairs);
    rg_states_destroy(&reader.states);
    test_parity_destroy(net);
    test_parity_destroy(untrained);
}

/* Trained in float32, strings that end alike coincide in float32 and yet differ: the same pairs are as far apart as in
 * the double network with the same weights.                                                         */
static void start_is_in_double(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 10;
    settings.analysis_length = 10;
    settings.gain = 0.1;
    struct rg_parity_settings single = settings;
    single.precision = RG_FLOAT;
    struct rg_parity *net = test_parity_create(&single, 3),
                     *wide = test_parity_create(&settings, 3);
    struct rg_theory_pairs pairs = draw(net, 500);
    struct reader reader = {wide, NULL};
    TEST_OK(rg_states_create(wide, 1, &reader.states));
    TEST_OK(rg_theory_pairs_start(net, NULL, &pairs));
    for (int64_t i = 0; i < pairs.n; i++) {
        const struct rg_theory_pair *p = &pairs.pairs[i];
        double h[2][64], y[2], x0 = 0;
        for (int side = 0; side < 2; side++)
            read_string(&reader, p->length[side], p->code[side], h[side], y);
        for (int u = 0; u < settings.hidden; u++)
            x0 += pow(h[1][u] - h[0][u], 2);
        CU_ASSERT_DOUBLE_EQUAL(p->start.x0, x0, WEIGHTS_AS_FLOAT * x0);
    }
    rg_theory_pairs_free(&pairs);
    rg_states_destroy(&reader.states);
    test_parity_destroy(net);
    test_parity_destroy(wide);
}

/* The score is the kappa at which the condition of eq 7 turns. */
static void score_is_the_condition(void)
{
    struct rg_theory_pair pair = {
        .length = {3, 4}, .code = {0, 1}, .start = {0.5, 0.2, 0.2, 0, 6, 1.0 / 7, 1}};
    const double score = rg_theory_pair_score(&pair);
    for (int side = 0; side < 2; side++) {
        const struct rg_interaction p = rg_theory_pair_at(&pair, score * (side ? 1.001 : 0.999));
        CU_ASSERT_EQUAL(rg_interaction_merges(&p), side == 0);
    }
    pair.start.d2 = 0.1;
    CU_ASSERT_EQUAL(rg_theory_pair_score(&pair), 0);
    pair.start.x0 = 0;
    CU_ASSERT_EQUAL(rg_theory_pair_score(&pair), INFINITY);
}

/* kappa is that of one string of length 1, whatever the point of expansion. */
static void theories_share_kappa(void)
{
    const struct rg_theory_pair pair = {.length = {3, 4},
                                        .start = {.x0 = 0.5, .n = 6, .tau_h = 1.0 / 7, .tau_y = 1},
                                        .product = {[RG_OUTPUT_STEP] = {[RG_OUTPUT_STEP] = 0.2}}};
    const struct rg_interaction moving = rg_theory_pair_at(&pair, 84);
    const struct rg_expansion fixed = rg_theory_pair_expansion(&pair, 84);
    CU_ASSERT_DOUBLE_EQUAL(fixed.tau_h[0], 28, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(fixed.tau_h[1], 21, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(1 / fixed.tau_h[0] + 1 / fixed.tau_h[1], 1 / moving.tau_h, ROUNDING);
    CU_ASSERT(fixed.x0 == 0.5 && fixed.n == 6 && fixed.tau_y == 1 && fixed.tau_b == 4);
    CU_ASSERT_EQUAL(fixed.product[RG_OUTPUT_STEP][RG_OUTPUT_STEP], 0.2);
}

/* ---- scoring --------------------------------------------------------------------------------------- */

static void curve(void)
{
    enum { N = 300 };
    struct rg_outcome cases[N];
    struct rg_rng rng = rg_rng_make(7, 0, 0);
    double won = 0, n = 0;
    for (int i = 0; i < N; i++) {
        const bool positive = rg_rng_below(&rng, 3) == 0;
        cases[i] = (struct rg_outcome){(double)(rg_rng_below(&rng, 20) + 4 * positive), positive};
    }
    cases[5].score = INFINITY;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (cases[i].positive && !cases[j].positive) {
                const double a = cases[i].score, b = cases[j].score;
                won += a > b ? 1 : a == b ? 0.5 : 0;
                n++;
            }
    const double area = rg_roc_area(N, cases);
    CU_ASSERT_DOUBLE_EQUAL(area, won / n, ROUNDING);
    CU_ASSERT(area > 0.55 && area < 0.95);
    for (int i = 0; i < N; i++)
        cases[i].score *= -1;
    CU_ASSERT_DOUBLE_EQUAL(rg_roc_area(N, cases), 1 - won / n, ROUNDING);
    for (int i = 0; i < N; i++)
        cases[i].positive = true;
    CU_ASSERT(isnan(rg_roc_area(N, cases)));
}

static void rates(void)
{
    const struct rg_outcome cases[] = {{1, false}, {2, true}, {2, false}, {3, true}, {4, true}};
    const struct rg_rates found = rg_roc_rates(5, cases, 2);
    CU_ASSERT_DOUBLE_EQUAL(found.sensitivity, 2.0 / 3, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(found.specificity, 1, ROUNDING);
    CU_ASSERT_DOUBLE_EQUAL(rg_roc_rates(5, cases, 1.5).specificity, 0.5, ROUNDING);
    CU_ASSERT(isnan(rg_roc_rates(1, cases, 0).sensitivity));
}

const struct test_case test_cases[] = {
    {"the sample is uniform", sample_is_uniform},
    {"agreement is of answers, not of states", agreement_is_of_answers},
    {"no string agrees with another", nothing_agrees},
    {"the start is that of single strings", start_is_that_of_single_strings},
    {"the start is found in double", start_is_in_double},
    {"the score is the condition", score_is_the_condition},
    {"the theories share their constant", theories_share_kappa},
    {"area under the curve", curve},
    {"sensitivity and specificity", rates},
    {0},
};
