/* What is proved is true, and what is false is never proved: certificates recomputed in long double, certificates with
 * planted faults, networks that fail on one string in a million, networks on either side of the edge. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"
#include "regime/rng.h"
#include "train/parity/check.h"
#include "train/parity/graph.h"
#include "train/parity/norms.h"
#include "train/parity/prove.h"
#include "trained.h"
#include "weighed.h"

const char *const test_suite = "train_prove";

enum { KEY = 1, NODES_MAX = 500, UNITS_MAX = 64 };

static const struct rg_task *parity(void)
{
    return &test_parity_task;
}

static struct rg_proof prove(const struct rg_weights *weights)
{
    static struct rg_proof proof;
    TEST_OK(rg_prove(weights, parity(), KEY, NULL, &proof));
    return proof;
}

/* ---- verdicts ---------------------------------------------------------------------------------------- */

static void assert_proved(const struct rg_weights *weights)
{
    const struct rg_proof proof = prove(weights);
    CU_ASSERT_EQUAL(proof.verdict, RG_PROVED);
    CU_ASSERT_EQUAL(proof.from, 1);
    CU_ASSERT(proof.delta > 0);
    CU_ASSERT_EQUAL(proof.generalisation_length, RG_TESTED_LENGTH);
    CU_ASSERT_EQUAL(proof.counterexample.length, 0);
}

static void perfect_network(void)
{
    struct weighed net;
    weighed_counting(0, 0, &net);
    assert_proved(&net.weights);
    CU_ASSERT(prove(&net.weights).delta >= prove(&net.weights).float_error);
    weighed_free(&net);
}

static void fading_network(void)
{
    struct weighed net;
    char text[64];
    weighed_fading(&net);
    const struct rg_proof proof = prove(&net.weights);
    weighed_print(&proof.counterexample, text, sizeof text);
    CU_ASSERT_EQUAL(proof.verdict, RG_REFUTED);
    CU_ASSERT_EQUAL(proof.from, 0);
    CU_ASSERT_EQUAL(proof.generalisation_length, 72);
    CU_ASSERT_EQUAL(proof.refuted_length, 73);
    CU_ASSERT_STRING_EQUAL(text, "1 0^72");
    weighed_free(&net);
}

/* What the counter says comes to leak / (1 - keep): below 1 the network is right for ever, at 1 and above it errs
 * after some run of zeros; a run beyond all that is searched, where leak is next to nothing.        */
static void either_side_of_the_edge(void)
{
    static const struct {
        double keep, leak;
        bool right;
    } cases[] = {
        {0.5, 0.25, true},     {0.9, 0.098, true},   {0.9, 0.0999, true},   {0.9, 0.1001, false},
        {0.9, 0.102, false},   {0.99, 0.0098, true}, {0.99, 0.0101, false}, {1, 1e-3, false},
        {1, 1.0 / 5e4, false}, {1, 1e-12, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weighed net;
        weighed_counting(cases[i].keep, cases[i].leak, &net);
        const enum rg_verdict verdict = prove(&net.weights).verdict;
        CU_ASSERT_NOT_EQUAL(verdict, cases[i].right ? RG_REFUTED : RG_PROVED);
        CU_ASSERT(i > 1 || verdict == RG_PROVED);
        weighed_free(&net);
    }
}

/* The counter is 2 after a first 1, when h_0's own unit was on, and keeps a part of it. */
static struct rg_proof prove_first_one(double keep, char *text, size_t size)
{
    struct weighed net;
    weighed_counting(keep, 0, &net);
    const struct rg_weights *w = &net.weights;
    net.parameters[w->w_in - net.parameters + 2 * 9 + 1] = 0;
    net.parameters[w->w_h - net.parameters + 9 * 10 + 8] = 2;
    net.parameters[w->b_in - net.parameters + 9] = 0;
    const struct rg_proof proof = prove(w);
    weighed_print(&proof.counterexample, text, size);
    weighed_free(&net);
    return proof;
}

/* Wrong on the string 1 alone: right from length 2 on. */
static void wrong_on_a_short_string(void)
{
    char text[64];
    const struct rg_proof proof = prove_first_one(0, text, sizeof text);
    CU_ASSERT_EQUAL(proof.verdict, RG_PROVED);
    CU_ASSERT_EQUAL(proof.from, 2);
    CU_ASSERT_EQUAL(proof.refuted_length, 0);
    CU_ASSERT_STRING_EQUAL(text, "1");
    CU_ASSERT_EQUAL(proof.generalisation_length, RG_TESTED_LENGTH);
}

/* The counter falls below 1 within 7 symbols, and then so slowly that no certificate is found: short strings are
 * wrong, longer ones undecided.                                                                     */
static void short_strings_refute_nothing(void)
{
    char text[64];
    const struct rg_proof proof = prove_first_one(0.85, text, sizeof text);
    CU_ASSERT_EQUAL(proof.verdict, RG_OPEN);
    CU_ASSERT_EQUAL(proof.from, 0);
    CU_ASSERT_EQUAL(proof.refuted_length, 0);
    CU_ASSERT_STRING_EQUAL(text, "1");
    CU_ASSERT_EQUAL(proof.generalisation_length, 0);
    CU_ASSERT(proof.slow_radius > 0.5 && proof.slow_radius < 1);
}

static void tanh_stays_open(void)
{
    struct weighed net;
    weighed_counting(0, 0, &net);
    net.weights.activation = RG_TANH;
    CU_ASSERT_NOT_EQUAL(prove(&net.weights).verdict, RG_PROVED);
    weighed_free(&net);
}

/* ---- trained networks, and what is left of them under noise ------------------------------------------- */

enum { TRAINED = 10, NOISES = 12, STRINGS = 40, LENGTH = 400 };

static bool errs_somewhere(const struct rg_weights *weights, struct rg_rng *rng)
{
    bool errs = false;
    for (int i = 0; i < STRINGS && !errs; i++) {
        uint8_t symbols[LENGTH];
        const uint64_t ones = rg_rng_below(rng, 16) + 1; /* sixteenths: long runs too */
        int n_ones = 0;
        for (int t = 0; t < LENGTH; t++)
            n_ones += symbols[t] = rg_rng_below(rng, 16) < ones;
        errs = weighed_answer(weights, LENGTH, symbols) != n_ones % 2;
    }
    return errs;
}

static void trained_networks(void)
{
    int n_proved = 0;
    for (uint64_t seed = 0; seed < TRAINED; seed++) {
        struct weighed net;
        weighed_trained(20, 0.1, seed, &net);
        n_proved += prove(&net.weights).verdict == RG_PROVED;
        weighed_free(&net);
    }
    CU_ASSERT(n_proved >= 8);
}

/* From none to more than any network bears. */
static void noise_never_contradicts_a_proof(void)
{
    struct rg_rng rng = rg_rng_make(KEY, 1, 0);
    int n_proved = 0, n_refuted = 0, n_erring = 0;
    for (int i = 0; i < NOISES; i++) {
        struct weighed net;
        weighed_trained(20, 0.1, (uint64_t)i % 4, &net);
        for (int64_t p = 0; p < net.n_parameters; p++)
            net.parameters[p] += 0.002 * i * rg_rng_normal(&rng);
        const enum rg_verdict verdict = prove(&net.weights).verdict;
        const bool errs = errs_somewhere(&net.weights, &rng);
        CU_ASSERT_FALSE(errs && verdict == RG_PROVED);
        n_proved += verdict == RG_PROVED;
        n_refuted += verdict == RG_REFUTED;
        n_erring += errs;
        weighed_free(&net);
    }
    CU_ASSERT(n_proved > 1 && n_refuted > 1 && n_erring > 1);
}

/* ---- columns ------------------------------------------------------------------------------------------- */

static const char sweep[] =
    "name = \"test\"; model = \"parity_rnn\"; seed = 3; axes = {};"
    "settings = { hidden = 20; gain = 0.1; max_length = 7; loss = \"mse\";"
    "  learning_rate = 0.05; stop_loss = 1e-5; max_epochs = 3000; test_strings = 1;"
    "  prove = \"%s\"; };"
    "record = { epochs = [1, 100]; };";

static void train_and(const char *when, struct trained *trained)
{
    char text[1024];
    snprintf(text, sizeof text, sweep, when);
    trained_make(text, 0, NULL, trained);
    TEST_OK(trained->status);
}

/* After one epoch the network guesses; record 0 is before training. */
static void columns_are_filled(void)
{
    struct trained trained;
    train_and("records", &trained);
    CU_ASSERT_EQUAL(trained_value(&trained, "verdict", 0), RG_PROVED);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved", 0), 1);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved_from", 0), 1);
    CU_ASSERT_EQUAL(trained_value(&trained, "generalisation_length", 0), RG_TESTED_LENGTH);
    CU_ASSERT_EQUAL(trained_value(&trained, "counterexample_length", 0), 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "refuted_length", 0), 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "counterexample_count", 0), -1);
    CU_ASSERT(trained_value(&trained, "prove_delta", 0) > 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved_float", 0),
                    trained_value(&trained, "prove_float_error", 0) <=
                        trained_value(&trained, "prove_delta", 0));
    CU_ASSERT_EQUAL(trained_field(&trained, "prove_delta")->type, RG_F8); /* kept unrounded */
    CU_ASSERT_EQUAL(trained_field(&trained, "prove_float_error")->type, RG_F8);
    CU_ASSERT(trained_value(&trained, "prove_nodes", 0) > 2);
    CU_ASSERT(trained_value(&trained, "slow_radius", 0) < 1);
    CU_ASSERT_EQUAL(trained_value(&trained, "verdict_history", 1), RG_REFUTED);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved_history", 1), 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved_float_history", 1), 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "proved_from_history", 1), -1);
    CU_ASSERT(trained_value(&trained, "generalisation_length_history", 1) < 3);
    trained_free(&trained);
}

/* And it changes nothing that is trained. */
static void nothing_where_nothing_is_asked(void)
{
    struct trained with, without;
    train_and("end", &with);
    train_and("no", &without);
    CU_ASSERT_EQUAL(trained_value(&with, "verdict", 0), RG_PROVED);
    CU_ASSERT_EQUAL(trained_value(&with, "verdict_history", 1), RG_UNTRIED);
    CU_ASSERT_EQUAL(trained_value(&without, "verdict", 0), RG_UNTRIED);
    CU_ASSERT_EQUAL(trained_value(&without, "counterexample_length", 0), -1);
    CU_ASSERT_EQUAL(trained_field(&without, "counterexample_count")->count, 1);
    CU_ASSERT_EQUAL(trained_value(&with, "train_loss", 0),
                    trained_value(&without, "train_loss", 0));
    trained_free(&with);
    trained_free(&without);
}

const struct test_case test_cases[] = {
    {"a perfect network is proved", perfect_network},
    {"one that is wrong on 1 0^72 is refuted by it", fading_network},
    {"on either side of the edge nothing false is claimed", either_side_of_the_edge},
    {"wrong on a short string, right from there on", wrong_on_a_short_string},
    {"wrong on short strings, undecided beyond: open", short_strings_refute_nothing},
    {"networks with tanh stay open", tanh_stays_open},
    {"most trained networks are proved", trained_networks},
    {"strings never contradict a proof under noise", noise_never_contradicts_a_proof},
    {"columns hold what is found, at the end and at records", columns_are_filled},
    {"and nothing where nothing is asked", nothing_where_nothing_is_asked},
    {0},
};
