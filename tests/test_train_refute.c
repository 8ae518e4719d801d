/* A network that knows parity is refuted by nothing; one that is wrong on a single long string, and right on random
 * ones, is, by that string; words are one for all their rotations; what is slow is seen to be.       */
#include <math.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"
#include "train/parity/refute.h"
#include "train/parity/slow.h"
#include "train/parity/words.h"
#include "weighed.h"

const char *const test_suite = "train_refute";

enum { KEY = 1, RANDOM_STRINGS = 50, RANDOM_LENGTH = 2000 };

static const struct rg_task *parity(void)
{
    return &test_parity_task;
}

static void refute(const struct rg_weights *weights, struct rg_refutation *refutation)
{
    TEST_OK(rg_refute(weights, parity(), KEY, NULL, refutation));
}

static void perfect_network(void)
{
    struct weighed net;
    struct rg_refutation refutation;
    weighed_counting(0, 0, &net);
    refute(&net.weights, &refutation);
    CU_ASSERT_EQUAL(refutation.shortest.length, 0);
    CU_ASSERT_EQUAL(refutation.longest, 0);
    CU_ASSERT_EQUAL(refutation.beyond, 0);
    CU_ASSERT_EQUAL(refutation.first_random, 0);
    CU_ASSERT_EQUAL(refutation.short_length, 9);
    weighed_free(&net);
}

static int64_t n_right_at_random(const struct rg_weights *weights)
{
    static uint8_t symbols[RANDOM_LENGTH];
    struct rg_rng rng = rg_rng_make(KEY, 0, 0);
    int64_t n_right = 0;
    for (int i = 0; i < RANDOM_STRINGS; i++) {
        int n_ones = 0;
        for (int t = 0; t < RANDOM_LENGTH; t++)
            n_ones += symbols[t] = (uint8_t)rg_rng_below(&rng, 2);
        n_right += weighed_answer(weights, RANDOM_LENGTH, symbols) == n_ones % 2;
    }
    return n_right;
}

static int64_t spell(const struct rg_runs *runs, uint8_t *symbols)
{
    int64_t length = 0;
    for (int i = 0; i < runs->n; i++)
        for (int t = 0; t < runs->counts[i]; t++)
            symbols[length++] = runs->symbols[i];
    return length;
}

static void fading_network(void)
{
    static uint8_t symbols[RG_TESTED_LENGTH];
    struct weighed net;
    struct rg_refutation refutation;
    char text[64];
    weighed_fading(&net);
    CU_ASSERT_EQUAL(n_right_at_random(&net.weights), RANDOM_STRINGS);
    refute(&net.weights, &refutation);
    weighed_print(&refutation.shortest, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "1 0^72");
    CU_ASSERT_EQUAL(refutation.shortest.length, 73);
    CU_ASSERT_EQUAL(refutation.longest, 500);
    CU_ASSERT_EQUAL(refutation.beyond, 73);
    CU_ASSERT_EQUAL(refutation.first_random, 0);
    const int64_t length = spell(&refutation.shortest, symbols);
    CU_ASSERT_EQUAL(length, 73);
    CU_ASSERT_EQUAL(weighed_answer(&net.weights, length, symbols), 0);
    CU_ASSERT_EQUAL(weighed_answer(&net.weights, length - 1, symbols), 1);
    weighed_free(&net);
}

/* A readout that always says 1 is wrong on 0 and, of ten symbols, on ten zeros. */
static void constant_network(void)
{
    struct weighed net;
    struct rg_refutation refutation;
    weighed_counting(0, 0, &net);
    const struct rg_weights *w = &net.weights;
    net.parameters[w->b_out - net.parameters + 1] = 10;
    refute(w, &refutation);
    CU_ASSERT_EQUAL(refutation.shortest.length, 1);
    CU_ASSERT_EQUAL(refutation.shortest.symbols[0], 0);
    CU_ASSERT_EQUAL(refutation.beyond, 10);
    weighed_free(&net);
}

/* Lyndon words, counted by Moebius' formula. */
static void words_stand_for_rotations(void)
{
    static const struct {
        int n_symbols, prefix_length, word_length, n;
    } cases[] = {{2, 0, 6, 2 + 1 + 2 + 3 + 6 + 9}, {2, 3, 6, 15 * 23}, {3, 0, 3, 3 + 3 + 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rg_strand *strands = NULL;
        int n;
        TEST_OK(rg_words_list(cases[i].n_symbols, cases[i].prefix_length, cases[i].word_length,
                              &strands, &n));
        CU_ASSERT_EQUAL(n, cases[i].n);
        rg_free(&strands);
    }
    const struct rg_strand strand = {.prefix_length = 1, .prefix = 2, .word_length = 2, .word = 1};
    static const int expected[] = {2, 0, 1, 0, 1};
    for (int t = 0; t < 5; t++)
        CU_ASSERT_EQUAL(rg_strand_symbol(&strand, 3, t), expected[t]);
}

/* h' = 0.9 h + 0.1 + x whatever the symbol x; a second unit that nothing comes out of. */
static void slow_network(void)
{
    const double w_in[] = {0, 1, 0, 0}, w_h[] = {0.9, 0, 0, 0}, b_in[] = {0.1, -1}, zeros[4] = {0};
    const struct rg_weights weights = {.n = 2,
                                       .n_symbols = 2,
                                       .w_in = w_in,
                                       .w_h = w_h,
                                       .b_in = b_in,
                                       .b_h = zeros,
                                       .w_out = zeros,
                                       .b_out = zeros};
    double radius = NAN;
    TEST_OK(rg_slow_radius(&weights, parity(), NULL, &radius));
    CU_ASSERT_DOUBLE_EQUAL(radius, 0.9, 1e-4);
}

const struct test_case test_cases[] = {
    {"a perfect network is not refuted", perfect_network},
    {"one that fades is, by one long string, where random ones are right", fading_network},
    {"one that says 1 to all is, by a short string and by one beyond", constant_network},
    {"words stand for their rotations", words_stand_for_rotations},
    {"a slow network is seen to be slow", slow_network},
    {0},
};
