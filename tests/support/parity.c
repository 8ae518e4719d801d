/* Networks for tests, and the RNN written out as its equations say, one string after the other. */
#include "parity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct rg_task test_parity_task = {
    .n_symbols = 2, .n_states = 2, .next = {{0, 1}, {1, 0}}, .output = {0, 1}};

struct rg_parity_settings test_parity_settings(void)
{
    return (struct rg_parity_settings){
        .loop = {.max_epochs = 1000, .data_seed = -1, .init_seed = -1, .order_seed = -1},
        .gain = 1,
        .fraction = 1,
        .learning_rate = 0.02,
        .n_symbols = 2,
        .max_length = 10,
        .min_length = 1,
        .hidden = 20,
        .batch = 128,
        .precision = RG_DOUBLE,
        .validation_lengths = {1, {20}},
        .validation_strings = 3,
        .test_strings = 3,
        .test_length = 20,
        .merge_distances = {1, {0.1}},
        .analysis_length = 4,
        .modulus = 3,
        .task_states = 7,
        .p_new = 0.6,
    };
}

struct rg_parity *test_parity_create(const struct rg_parity_settings *settings, uint64_t seed)
{
    struct rg_point point = {.settings = settings, .team = {1, 1}};
    for (int stream = 0; stream < RG_N_STREAMS; stream++)
        point.key[stream] = 1000 * seed + (uint64_t)stream;
    void *net = NULL;
    TEST_OK(rg_parity_create(MPI_COMM_SELF, &point, &net));
    return net;
}

void test_parity_destroy(struct rg_parity *net)
{
    void *owned = net;
    rg_parity_destroy(&owned);
}

struct naive {
    const struct rg_parity *net;
    const double *parameters;
    double *gradient;
    double h[RG_LENGTH_MAX + 1][256];
};

static const double *weights(const struct naive *naive, enum rg_tensor_name name)
{
    return naive->parameters + rg_parity_tensor(naive->net, name)->offset;
}

static double *slopes(const struct naive *naive, enum rg_tensor_name name)
{
    return naive->gradient + rg_parity_tensor(naive->net, name)->offset;
}

/* Symbol t of a string, from 1 on. */
static int symbol_at(const struct naive *naive, int length, uint32_t code, int t)
{
    for (int i = length; i > t; i--)
        code /= (uint32_t)naive->net->settings->n_symbols;
    return (int)(code % (uint32_t)naive->net->settings->n_symbols);
}

/* What the readout sees of a hidden unit. */
static double naive_seen(const struct naive *naive, double h)
{
    const bool jumps = naive->net->settings->activation == RG_DISCONTINUITY && h > 0;
    return jumps ? h + 1 : h;
}

static void naive_forward(struct naive *naive, int length, uint32_t code, double y[2])
{
    const int n = (int)naive->net->settings->hidden, k = (int)naive->net->settings->n_symbols;
    const bool is_tanh = naive->net->settings->activation == RG_TANH;
    for (int i = 0; i < n; i++)
        naive->h[0][i] = 1;
    for (int t = 1; t <= length; t++) {
        const int x = symbol_at(naive, length, code, t);
        for (int i = 0; i < n; i++) {
            double z = weights(naive, RG_W_IN)[k * i + x] + weights(naive, RG_B_IN)[i] +
                       weights(naive, RG_B_H)[i];
            for (int j = 0; j < n; j++)
                z += weights(naive, RG_W_H)[i * n + j] * naive->h[t - 1][j];
            naive->h[t][i] = is_tanh ? tanh(z) : fmax(z, 0);
        }
    }
    for (int o = 0; o < 2; o++) {
        y[o] = weights(naive, RG_B_OUT)[o];
        for (int i = 0; i < n; i++)
            y[o] += weights(naive, RG_W_OUT)[o * n + i] * naive_seen(naive, naive->h[length][i]);
    }
}

static double naive_slope(const struct naive *naive, double h)
{
    return naive->net->settings->activation == RG_TANH ? 1 - h * h : h > 0;
}

static void naive_backward(struct naive *naive, int length, uint32_t code, const double dy[2])
{
    const int n = (int)naive->net->settings->hidden, k = (int)naive->net->settings->n_symbols;
    double dh[256] = {0}, before[256];
    for (int o = 0; o < 2; o++) {
        slopes(naive, RG_B_OUT)[o] += dy[o];
        for (int i = 0; i < n; i++) {
            slopes(naive, RG_W_OUT)[o * n + i] += dy[o] * naive_seen(naive, naive->h[length][i]);
            dh[i] += dy[o] * weights(naive, RG_W_OUT)[o * n + i];
        }
    }
    for (int t = length; t > 0; t--) {
        const int x = symbol_at(naive, length, code, t);
        memset(before, 0, sizeof before);
        for (int i = 0; i < n; i++) {
            const double dz = dh[i] * naive_slope(naive, naive->h[t][i]);
            slopes(naive, RG_W_IN)[k * i + x] += dz;
            slopes(naive, RG_B_IN)[i] += dz;
            slopes(naive, RG_B_H)[i] += dz;
            for (int j = 0; j < n; j++) {
                slopes(naive, RG_W_H)[i * n + j] += dz * naive->h[t - 1][j];
                before[j] += dz * weights(naive, RG_W_H)[i * n + j];
            }
        }
        memcpy(dh, before, sizeof dh);
    }
}

/* Written out here once more, so that the loss itself is checked too. */
static double naive_string_loss(const struct naive *naive, const double y[2], int target,
                                double dy[2])
{
    const double e[2] = {exp(y[0]), exp(y[1])}, hot[2] = {target == 0, target == 1};
    for (int o = 0; o < 2; o++)
        dy[o] =
            naive->net->settings->loss == RG_MSE ? y[o] - hot[o] : e[o] / (e[0] + e[1]) - hot[o];
    if (naive->net->settings->loss == RG_MSE)
        return (dy[0] * dy[0] + dy[1] * dy[1]) / 2;
    return -log(e[target] / (e[0] + e[1]));
}

double test_naive_loss(const struct rg_parity *net, const double *parameters, double *gradient)
{
    struct naive naive = {.net = net, .parameters = parameters, .gradient = gradient};
    const int64_t n = net->trie.n_strings;
    const uint32_t *keys = net->order.dealt_keys + net->batch * net->order.groups[net->group].batch;
    double loss = 0;
    if (gradient)
        memset(gradient, 0, (size_t)rg_parity_n_parameters(net) * sizeof *gradient);
    for (int64_t i = 0; i < n; i++) {
        double y[2], dy[2];
        const int length = rg_key_length(keys[i]);
        const uint32_t code = rg_key_code(net->settings->n_symbols, keys[i]);
        naive_forward(&naive, length, code, y);
        int ones = 0;
        for (int t = 1; t <= length; t++)
            ones += symbol_at(&naive, length, code, t) == 1;
        loss += naive_string_loss(&naive, y, ones % 2, dy) / (double)n;
        dy[0] /= (double)n;
        dy[1] /= (double)n;
        if (gradient)
            naive_backward(&naive, length, code, dy);
    }
    return loss;
}

double test_difference(int64_t n, const double *a, const double *b)
{
    double difference = 0, scale = 0;
    for (int64_t i = 0; i < n; i++) {
        difference = test_worst(difference, fabs(a[i] - b[i]));
        scale = test_worst(scale, fabs(b[i]));
    }
    return difference / scale;
}
