/* Loss and gradient on prefix trees against the naive unrolled network, for random subsets of the
 * strings; float against double.                                                                   */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"

const char *const test_suite = "train_trie";

static const double DOUBLE_TOLERANCE = 1e-13; /* some hundred sums of n eps */
static const double FLOAT_TOLERANCE = 1e-4;   /* the same in float */

struct comparison {
    double loss, gradient; /* largest relative differences over the batches */
    int64_t n_strings;
};

/* Compares every batch of one epoch; the weights stay as they are. */
static struct comparison compare(const struct rg_parity_settings *settings, uint64_t seed)
{
    struct comparison worst = {0};
    struct rg_parity *net = test_parity_create(settings, seed);
    const int64_t n = rg_parity_n_parameters(net);
    double *parameters = calloc((size_t)n, sizeof *parameters);
    double *gradient = calloc((size_t)n, sizeof *gradient);
    double *naive = calloc((size_t)n, sizeof *naive);
    rg_parity_parameters(net, parameters);
    for (net->group = 0; net->group < net->order.n_groups; net->group++)
        for (net->batch = 0; net->batch < net->order.groups[net->group].n_batches; net->batch++) {
            rg_parity_load_batch(net);
            const double loss = rg_parity_pass(net);
            rg_parameters_read(net, net->rnn.gradient, gradient);
            const double expected = test_naive_loss(net, parameters, naive);
            worst.loss = test_worst(worst.loss, fabs(loss / expected - 1));
            worst.gradient = test_worst(worst.gradient, test_difference(n, gradient, naive));
            worst.n_strings += net->trie.n_strings;
        }
    CU_ASSERT_EQUAL(worst.n_strings, net->dataset.n);
    free(parameters);
    free(gradient);
    free(naive);
    test_parity_destroy(net);
    return worst;
}

static void all_variants(double fraction, int64_t precision, double tolerance)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.fraction = fraction;
    settings.precision = precision;
    for (int which = 0; which < 12; which++) {
        settings.activation = which >> 2;
        settings.loss = which & 1;
        settings.batching = which >> 1 & 1;
        settings.batch = which % 3 == 0 ? 0 : 100;
        const struct comparison worst = compare(&settings, (uint64_t)which);
        CU_ASSERT(worst.loss < tolerance);
        CU_ASSERT(worst.gradient < tolerance);
    }
}

static void random_subsets(void)
{
    all_variants(0.03, RG_DOUBLE, DOUBLE_TOLERANCE);
    all_variants(0.4, RG_DOUBLE, DOUBLE_TOLERANCE);
}

static void all_strings(void)
{
    all_variants(1, RG_DOUBLE, DOUBLE_TOLERANCE);
}

static void in_float(void)
{
    all_variants(0.4, RG_FLOAT, FLOAT_TOLERANCE);
}

static void each_length(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    for (int64_t length = 1; length <= 10; length++) {
        settings.max_length = settings.min_length = length;
        settings.fraction = length < 4 ? 1 : 0.5;
        settings.batch = 7;
        CU_ASSERT(compare(&settings, (uint64_t)length).gradient < DOUBLE_TOLERANCE);
    }
}

static void each_width(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.fraction = 0.2;
    const int64_t widths[] = {1, 2, 15, 16, 17, 33, 100, 112, 129};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        settings.hidden = widths[i];
        CU_ASSERT(compare(&settings, i).gradient < DOUBLE_TOLERANCE);
    }
}

/* Alphabets whose symbols take one to three bits in a key, all of them and not. */
static void each_alphabet(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    const int64_t lengths[] = {10, 6, 5, 4, 4, 4, 3}; /* over 2, 3, ... symbols */
    for (int which = 0; which < 7; which++) {
        settings.n_symbols = 2 + which;
        settings.max_length = lengths[which];
        settings.batching = which & 1 ? RG_ALL : RG_BY_LENGTH;
        settings.fraction = 0.4;
        const struct comparison worst = compare(&settings, (uint64_t)which);
        CU_ASSERT(worst.loss < DOUBLE_TOLERANCE);
        CU_ASSERT(worst.gradient < DOUBLE_TOLERANCE);
    }
}

/* Any change of the tree must show: here one string is taken for another. */
static void a_wrong_tree_is_seen(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_parity *net = test_parity_create(&settings, 1);
    const size_t n = (size_t)rg_parity_n_parameters(net);
    double *parameters = calloc(n, sizeof *parameters), *naive = calloc(n, sizeof *naive);
    rg_parity_parameters(net, parameters);
    net->group = 9;
    rg_parity_load_batch(net);
    const double expected = test_naive_loss(net, parameters, naive);
    CU_ASSERT(fabs(rg_parity_pass(net) / expected - 1) < DOUBLE_TOLERANCE);
    const int32_t end = net->trie.end[3];
    net->trie.end[3] = net->trie.end[4];
    net->trie.end[4] = end;
    CU_ASSERT(fabs(rg_parity_pass(net) / expected - 1) > 1e6 * DOUBLE_TOLERANCE);
    free(parameters);
    free(naive);
    test_parity_destroy(net);
}

const struct test_case test_cases[] = {
    {"random subsets, all activations, losses and batchings", random_subsets},
    {"all strings", all_strings},
    {"float", in_float},
    {"each length by itself", each_length},
    {"each width, padded or not", each_width},
    {"each alphabet", each_alphabet},
    {"a wrong tree is seen", a_wrong_tree_is_seen},
    {0},
};
