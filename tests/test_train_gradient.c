/* The gradient of a step against central differences of its own loss, every parameter. No unit is so near to 0
 * that a difference takes it over the jump of the activation `discontinuity`.                         */
#include <math.h>
#include <stdlib.h>

#include "parity.h"

const char *const test_suite = "train_gradient";

static const double TOLERANCE = 1e-6; /* relative, as the differences below can tell */
static const double STEP = 1e-5;      /* its square is the relative error of a central difference */
static const double NOISE = 1e-10;    /* rounding of the loss over STEP, absolute */

static double loss_at(struct rg_parity *net, const double *parameters)
{
    rg_parameters_set(net, parameters);
    net->kernels->forward(&net->rnn, &net->trie, &net->pass);
    return net->kernels->readout(&net->rnn, &net->trie, &net->pass);
}

/* Number of parameters whose gradient is not the slope of the loss. */
static int64_t n_wrong(struct rg_parity *net, double *parameters, const double *gradient)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < rg_parity_n_parameters(net); i++) {
        const double value = parameters[i];
        parameters[i] = value + STEP;
        const double above = loss_at(net, parameters);
        parameters[i] = value - STEP;
        const double below = loss_at(net, parameters);
        parameters[i] = value;
        const double slope = (above - below) / (2 * STEP);
        wrong += !(fabs(gradient[i] - slope) <= TOLERANCE * fabs(slope) + NOISE);
    }
    return wrong;
}

/* The check on the last batch of an epoch's first steps; `fault` is added to one gradient. */
static int64_t check(const struct rg_parity_settings *settings, double fault)
{
    struct rg_parity *net = test_parity_create(settings, 7);
    const size_t n = (size_t)rg_parity_n_parameters(net);
    double *parameters = calloc(n, sizeof *parameters), *gradient = calloc(n, sizeof *gradient);
    net->group = net->order.n_groups - 1;
    rg_parity_load_batch(net);
    rg_parity_pass(net);
    rg_parameters_read(net, net->rnn.gradient, gradient);
    rg_parity_parameters(net, parameters);
    gradient[n / 2] *= 1 + fault;
    const int64_t wrong = n_wrong(net, parameters, gradient);
    free(parameters);
    free(gradient);
    test_parity_destroy(net);
    return wrong;
}

static void every_parameter(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 6;
    settings.hidden = 9;
    settings.batch = 50;
    for (int which = 0; which < 12; which++) {
        settings.activation = which >> 2;
        settings.loss = which & 1;
        settings.batching = which >> 1 & 1;
        CU_ASSERT_EQUAL(check(&settings, 0), 0);
    }
}

static void over_three_symbols(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.n_symbols = 3;
    settings.max_length = 4;
    settings.hidden = 9;
    settings.batch = 50;
    for (int which = 0; which < 6; which++) {
        settings.activation = which >> 1;
        settings.loss = which & 1;
        CU_ASSERT_EQUAL(check(&settings, 0), 0);
    }
}

static void a_wrong_gradient_is_seen(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.max_length = 4;
    settings.activation = RG_TANH;
    CU_ASSERT_EQUAL(check(&settings, 1e-4), 1);
}

const struct test_case test_cases[] = {
    {"central differences, all activations, losses and batchings", every_parameter},
    {"and over three symbols", over_three_symbols},
    {"a gradient that is off by 1e-4 is seen", a_wrong_gradient_is_seen},
    {0},
};
