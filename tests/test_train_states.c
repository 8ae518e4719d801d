/* What the measures see of a network: states of blocks of strings, outputs, parameters, gradients. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"
#include "train/parity/tangent.h"

const char *const test_suite = "train_states";

static const double TOLERANCE = 1e-12; /* some hundred sums of n eps */
static const double DIFFERENCE = 1e-7; /* of a central difference of step 1e-5 */

enum { LENGTH = 7, N = 1 << LENGTH };

static struct rg_parity *create_over(int64_t n_symbols, struct rg_parity_settings *settings,
                                     int64_t activation)
{
    *settings = test_parity_settings();
    settings->n_symbols = n_symbols;
    settings->activation = activation;
    return test_parity_create(settings, 11);
}

static struct rg_parity *create(struct rg_parity_settings *settings, int64_t activation)
{
    return create_over(2, settings, activation);
}

/* All strings of one length by expanding, and the same one after the other. */
static void expand_is_advance(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = create(&settings, RG_TANH);
    struct rg_states *tree[2], *one;
    double wide[N * 20], narrow[20], outputs[2 * N], output[2];
    for (int i = 0; i < 2; i++)
        TEST_OK(rg_states_create(net, N, &tree[i]));
    TEST_OK(rg_states_create(net, 1, &one));
    rg_states_start(net, tree[0], 1);
    for (int d = 0; d < LENGTH; d++)
        rg_states_expand(net, tree[d % 2], 0, 1 << d, tree[(d + 1) % 2]);
    rg_states_hidden(net, tree[LENGTH % 2], 0, N, wide);
    rg_states_outputs(net, tree[LENGTH % 2], 0, N, outputs);
    for (int code = 0; code < N; code++) {
        rg_states_start(net, one, 1);
        for (int t = LENGTH - 1; t >= 0; t--)
            rg_states_advance(net, one, 1, &(uint8_t){code >> t & 1});
        rg_states_hidden(net, one, 0, 1, narrow);
        rg_states_outputs(net, one, 0, 1, output);
        CU_ASSERT(test_difference(20, wide + 20 * code, narrow) < TOLERANCE);
        CU_ASSERT(test_difference(2, outputs + 2 * code, output) < TOLERANCE);
    }
    CU_ASSERT(test_difference(20, wide, narrow) > TOLERANCE); /* 0000000 is not 1111111 */
    for (int i = 0; i < 2; i++)
        rg_states_destroy(&tree[i]);
    rg_states_destroy(&one);
    test_parity_destroy(net);
}

/* Strings' losses as the measures work them out against the step's own mean. */
static void losses_are_the_steps(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = create(&settings, RG_RELU);
    struct rg_states *states;
    TEST_OK(rg_states_create(net, 1, &states));
    net->group = 6;
    rg_parity_load_batch(net);
    const double expected = rg_parity_pass(net);
    double loss = 0;
    for (int64_t i = 0; i < net->trie.n_strings; i++) {
        const uint32_t code = rg_key_code(2, net->order.dealt_keys[i]);
        double y[2];
        rg_states_start(net, states, 1);
        for (int t = 6; t >= 0; t--)
            rg_states_advance(net, states, 1, &(uint8_t){code >> t & 1});
        rg_states_outputs(net, states, 0, 1, y);
        loss += rg_parity_loss(net, y, rg_task_target(rg_parity_task(net), 7, code));
    }
    CU_ASSERT(fabs(loss / (double)net->trie.n_strings / expected - 1) < TOLERANCE);
    rg_states_destroy(&states);
    test_parity_destroy(net);
}

static void output_of(struct rg_parity *net, struct rg_states *states, const double *parameters,
                      uint32_t code, double y[2])
{
    uint8_t symbols[LENGTH];
    rg_parameters_set(net, parameters);
    rg_states_start(net, states, 1);
    rg_string_symbols(net->settings->n_symbols, LENGTH, code, symbols);
    for (int t = 0; t < LENGTH; t++)
        rg_states_advance(net, states, 1, &symbols[t]);
    rg_states_outputs(net, states, 0, 1, y);
}

/* Central differences of both outputs. */
static void find_slopes(struct rg_parity *net, struct rg_states *states, double *parameters,
                        double *slopes)
{
    const int64_t n = rg_parity_n_parameters(net);
    for (int64_t i = 0; i < n; i++) {
        const double value = parameters[i], h = 1e-5;
        double above[2], below[2];
        parameters[i] = value + h;
        output_of(net, states, parameters, 77, above);
        parameters[i] = value - h;
        output_of(net, states, parameters, 77, below);
        parameters[i] = value;
        for (int o = 0; o < 2; o++)
            slopes[o * n + i] = (above[o] - below[o]) / (2 * h);
    }
}

/* Products of the gradients on a string against those of central differences of its outputs. */
static void check_gradients(int64_t n_symbols, int64_t activation)
{
    enum { PROBE = 1 };
    static const int lengths[RG_N_PROBES] = {3, LENGTH};
    static const uint32_t codes[RG_N_PROBES] = {5, 77};
    static double kernel[RG_N_GRADIENTS][RG_N_GRADIENTS];
    struct rg_parity_settings settings;
    struct rg_parity *net = create_over(n_symbols, &settings, activation);
    struct rg_states *states;
    struct rg_tangent *tangent;
    const int64_t n = rg_parity_n_parameters(net);
    double *parameters = calloc((size_t)n, sizeof *parameters);
    double *slopes = calloc((size_t)(2 * n), sizeof *slopes);
    double products[4] = {0}, differences[4] = {0};
    TEST_OK(rg_states_create(net, 1, &states));
    TEST_OK(rg_tangent_create(net, lengths, codes, &tangent));
    rg_parity_parameters(net, parameters);
    TEST_OK(rg_tangent_load(tangent, parameters, NULL));
    TEST_OK(rg_tangent_kernel(tangent, NULL, kernel[0]));
    find_slopes(net, states, parameters, slopes);
    for (int i = 0; i < 4; i++) {
        products[i] = kernel[2 * PROBE + i / 2][2 * PROBE + i % 2];
        for (int64_t p = 0; p < n; p++)
            differences[i] += slopes[i / 2 * n + p] * slopes[i % 2 * n + p];
    }
    CU_ASSERT(test_difference(4, products, differences) < DIFFERENCE);
    CU_ASSERT(fabs(kernel[0][0] - kernel[2 * PROBE][2 * PROBE]) >
              DIFFERENCE); /* another string's */
    rg_tangent_destroy(&tangent);
    rg_states_destroy(&states);
    free(slopes);
    free(parameters);
    test_parity_destroy(net);
}

static void gradients_of_outputs(void)
{
    check_gradients(2, RG_RELU);
    check_gradients(2, RG_TANH);
    check_gradients(2, RG_DISCONTINUITY);
    check_gradients(3, RG_DISCONTINUITY);
    check_gradients(3, RG_TANH);
}

/* Swapping shows the network before training and puts the trained one back. */
static void swap(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = create(&settings, RG_RELU);
    const size_t n = (size_t)rg_parity_n_parameters(net), size = n * sizeof(double);
    double *start = calloc(n, sizeof *start), *end = calloc(n, sizeof *end);
    double *seen = calloc(n, sizeof *seen);
    rg_parity_parameters(net, start);
    for (int i = 0; i < 30; i++)
        TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
    rg_parity_parameters(net, end);
    CU_ASSERT_NOT_EQUAL(memcmp(start, end, size), 0);
    rg_parity_swap(net);
    rg_parity_parameters(net, seen);
    CU_ASSERT_EQUAL(memcmp(start, seen, size), 0);
    rg_parity_swap(net);
    rg_parity_parameters(net, seen);
    CU_ASSERT_EQUAL(memcmp(end, seen, size), 0);
    rg_parity_initial(net, seen);
    CU_ASSERT_EQUAL(memcmp(start, seen, size), 0);
    free(start);
    free(end);
    free(seen);
    test_parity_destroy(net);
}

/* Xavier normal times the gain, and the same direction for another gain. */
static void initial_weights(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.hidden = 100;
    settings.gain = 0.1;
    struct rg_parity *net = test_parity_create(&settings, 4);
    const size_t n = (size_t)rg_parity_n_parameters(net);
    double *small = calloc(n, sizeof *small), *large = calloc(n, sizeof *large);
    rg_parity_parameters(net, small);
    test_parity_destroy(net);
    settings.gain = 0.8;
    net = test_parity_create(&settings, 4);
    rg_parity_parameters(net, large);
    const struct rg_tensor *w_h = rg_parity_tensor(net, RG_W_H),
                           *w_in = rg_parity_tensor(net, RG_W_IN);
    double square = 0;
    for (int64_t i = w_h->offset; i < w_h->offset + 10000; i++)
        square += small[i] * small[i] / 10000;
    CU_ASSERT(fabs(sqrt(square) / 0.01 - 1) < 0.04); /* five standard errors */
    square = 0;
    for (int64_t i = w_in->offset; i < w_in->offset + 200; i++)
        square += small[i] * small[i] / 200;
    CU_ASSERT(fabs(sqrt(square) / (0.1 * sqrt(2.0 / 102)) - 1) < 0.25);
    for (size_t i = 0; i < n; i++)
        small[i] *= 8;
    CU_ASSERT(test_difference((int64_t)n, small, large) < TOLERANCE);
    free(small);
    free(large);
    test_parity_destroy(net);
}

const struct test_case test_cases[] = {
    {"expanding the tree is advancing each string", expand_is_advance},
    {"losses of strings make the loss of a step", losses_are_the_steps},
    {"gradients of the outputs against central differences", gradients_of_outputs},
    {"swap with the initial parameters", swap},
    {"initial weights", initial_weights},
    {0},
};
