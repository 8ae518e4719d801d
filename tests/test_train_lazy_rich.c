/* Lazy-rich measures against their definitions, written out naively. */
#include <math.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"
#include "train/parity/automaton.h"
#include "train/parity/lazy_rich.h"

const char *const test_suite = "train_lazy_rich";

enum { ROWS = 60, UNITS = 7, ELEMENTS = ROWS * UNITS };

/* CKA by the Gram matrices of the rows: tr(K L) / sqrt(tr(K K) tr(L L)) of the doubly centred ones. */
static double gram_product(const double *x, const double *y)
{
    static double grams[2][ROWS][ROWS];
    const double *rows[2] = {x, y};
    double product = 0;
    for (int g = 0; g < 2; g++) {
        double mean[UNITS] = {0};
        for (int r = 0; r < ROWS; r++)
            for (int u = 0; u < UNITS; u++)
                mean[u] += rows[g][r * UNITS + u] / ROWS;
        for (int r = 0; r < ROWS; r++)
            for (int s = 0; s < ROWS; s++) {
                grams[g][r][s] = 0;
                for (int u = 0; u < UNITS; u++)
                    grams[g][r][s] +=
                        (rows[g][r * UNITS + u] - mean[u]) * (rows[g][s * UNITS + u] - mean[u]);
            }
    }
    for (int r = 0; r < ROWS; r++)
        for (int s = 0; s < ROWS; s++)
            product += grams[0][r][s] * grams[1][r][s];
    return product;
}

static void fill_normal(uint64_t key, int64_t n, double *out)
{
    struct rg_rng rng = rg_rng_make(key, 0, 0);
    for (int64_t i = 0; i < n; i++)
        out[i] = 1 + rg_rng_normal(&rng);
}

static void cka(void)
{
    static double x[ROWS * UNITS], y[ROWS * UNITS];
    double distance;
    fill_normal(1, ELEMENTS, x);
    fill_normal(2, ELEMENTS, y);
    TEST_OK(rg_cka_distance(ROWS, UNITS, x, y, &distance));
    const double naive = 1 - gram_product(x, y) / sqrt(gram_product(x, x) * gram_product(y, y));
    CU_ASSERT_DOUBLE_EQUAL(distance, naive, 1e-12);
    CU_ASSERT(distance > 0.1);
    for (int i = 0; i < ROWS * UNITS; i++) /* neither shift nor scale nor order of units matters */
        y[i / UNITS * UNITS + (i + 1) % UNITS] = 3 * x[i] + 5;
    TEST_OK(rg_cka_distance(ROWS, UNITS, x, y, &distance));
    CU_ASSERT_DOUBLE_EQUAL(distance, 0, 1e-12);
}

static void vectors(void)
{
    const double a[] = {3, 4}, b[] = {3, 10}, c[] = {-8, 6};
    CU_ASSERT_DOUBLE_EQUAL(rg_relative_change(2, b, a), 6.0 / 5, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rg_cosine_distance(2, a, c), 1, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(rg_cosine_distance(2, a, a), 0, 1e-15);
}

static struct rg_parity *small_network(struct rg_parity_settings *settings)
{
    *settings = test_parity_settings();
    settings->hidden = 6;
    settings->max_length = 3;
    return test_parity_create(settings, 1);
}

static void train_epochs(struct rg_parity *net, int epochs)
{
    for (struct rg_step step; epochs > 0; epochs -= step.epoch_end)
        TEST_OK(rg_parity_model.step(net, &step));
}

static void outputs_of(const struct rg_parity *net, struct rg_states *states, int length,
                       uint32_t string, double *y)
{
    rg_states_start(net, states, 1);
    for (int t = length - 1; t >= 0; t--) {
        const uint8_t symbol = string >> t & 1;
        rg_states_advance(net, states, 1, &symbol);
    }
    rg_states_outputs(net, states, 0, 1, y);
}

/* The kernel from central differences of the outputs. */
static void naive_kernel(struct rg_parity *net, int n, const int *lengths, const uint32_t *strings,
                         double *kernel)
{
    const int64_t n_parameters = rg_parity_n_parameters(net);
    const double h = 1e-6;
    double *values = NULL, y[2][2], gradient[2 * RG_N_PROBES];
    struct rg_states *states = NULL;
    TEST_OK(rg_alloc(&values, (size_t)n_parameters, sizeof *values));
    TEST_OK(rg_states_create(net, 1, &states));
    rg_parity_parameters(net, values);
    memset(kernel, 0, sizeof(double) * 4 * (size_t)n * (size_t)n);
    for (int64_t p = 0; p < n_parameters; p++) {
        const double value = values[p];
        for (int i = 0; i < n; i++) {
            for (int side = 0; side < 2; side++) {
                values[p] = value + (side ? h : -h);
                rg_parameters_set(net, values);
                outputs_of(net, states, lengths[i], strings[i], y[side]);
            }
            for (int output = 0; output < 2; output++)
                gradient[2 * i + output] = (y[1][output] - y[0][output]) / (2 * h);
        }
        values[p] = value;
        for (int i = 0; i < 2 * n; i++)
            for (int j = 0; j < 2 * n; j++)
                kernel[i * 2 * n + j] += gradient[i] * gradient[j];
    }
    rg_parameters_set(net, values);
    rg_states_destroy(&states);
    rg_free(&values);
}

static void kernel_distance(void)
{
    enum { N = 4 * RG_N_PROBES * RG_N_PROBES };
    static double kernels[2][N];
    struct rg_parity_settings settings;
    struct rg_parity *net = small_network(&settings);
    int lengths[RG_N_PROBES];
    uint32_t strings[RG_N_PROBES];
    double distance;
    rg_probes_draw(2, lengths, strings);
    naive_kernel(net, RG_N_PROBES, lengths, strings, kernels[0]);
    TEST_OK(rg_kernel_distance(net, NULL, &distance));
    CU_ASSERT_DOUBLE_EQUAL(distance, 0, 1e-12);
    train_epochs(net, 30);
    naive_kernel(net, RG_N_PROBES, lengths, strings, kernels[1]);
    TEST_OK(rg_kernel_distance(net, NULL, &distance));
    const double naive = rg_cosine_distance(N, kernels[0], kernels[1]);
    CU_ASSERT(naive > 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(distance / naive, 1, 1e-4); /* differences of 1e-6 in rounding 1e-16 */
    kernels[1][3] += kernels[1][0];                    /* planted fault */
    CU_ASSERT(fabs(distance / rg_cosine_distance(N, kernels[0], kernels[1]) - 1) > 1e-4);
    test_parity_destroy(net);
}

/* Comparing with the start leaves the network as it was, and training goes on with the same bits. */
static void network_is_put_back(void)
{
    struct rg_parity_settings settings[2];
    struct rg_parity *nets[2] = {small_network(&settings[0]), small_network(&settings[1])};
    struct rg_tree *tree = NULL;
    double values[2][6 * 12 + 2], change, distance; /* 6 units: 2 + 6 + 1 + 1 + 2 parameters each */
    CU_ASSERT_EQUAL_FATAL(rg_parity_n_parameters(nets[0]), 6 * 12 + 2);
    TEST_OK(rg_tree_create(nets[0], 10, &tree));
    TEST_OK(rg_representation_change(nets[0], tree, 10, NULL, &change));
    CU_ASSERT_DOUBLE_EQUAL(change, 0, 1e-12);
    for (int i = 0; i < 2; i++)
        train_epochs(nets[i], 10);
    TEST_OK(rg_representation_change(nets[0], tree, 10, NULL, &change));
    TEST_OK(rg_kernel_distance(nets[0], NULL, &distance));
    CU_ASSERT(change > 0 && distance > 0);
    for (int i = 0; i < 2; i++) {
        train_epochs(nets[i], 10);
        rg_parity_parameters(nets[i], values[i]);
    }
    for (int i = 0; i < 6 * 12 + 2; i++)
        CU_ASSERT_EQUAL(values[0][i], values[1][i]);
    rg_tree_destroy(&tree);
    for (int i = 0; i < 2; i++)
        test_parity_destroy(nets[i]);
}

static void ignore(void *context, const struct rg_block *block)
{
    (void)context;
    (void)block;
}

static enum rg_status count(void *context)
{
    ++*(int *)context;
    return RG_OK;
}

/* A rank that measures answers messages all along, also while it looks at the network's start. */
static void ticks_go_on(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = small_network(&settings);
    struct rg_tree *tree = NULL;
    int once = 0, ticks = 0;
    const struct rg_tick per_walk = {count, &once}, tick = {count, &ticks};
    double change;
    TEST_OK(rg_tree_create(net, 10, &tree));
    TEST_OK(rg_tree_walk(tree, 1, &(struct rg_visitor){10, ignore, NULL}, &per_walk));
    TEST_OK(rg_representation_change(net, tree, 10, &tick, &change));
    CU_ASSERT(once > 0);
    CU_ASSERT_EQUAL(ticks, 2 * once);
    ticks = 0;
    TEST_OK(rg_kernel_distance(net, &tick, &change));
    CU_ASSERT(ticks >= 2 * (2 * RG_PROBE_LENGTH + 1));
    rg_tree_destroy(&tree);
    test_parity_destroy(net);
}

/* Memory grows with the units, not with the parameters of all strings. */
static void the_kernel_is_small(void)
{
    const int64_t hidden = 1024, n_parameters = hidden * (hidden + 6) + 2;
    CU_ASSERT(rg_kernel_memory(2, hidden, n_parameters) < (size_t)64 << 20);
}

const struct test_case test_cases[] = {
    {"CKA is that of the Gram matrices", cka},
    {"norms and cosines", vectors},
    {"the tangent kernel is that of central differences", kernel_distance},
    {"the network is put back as it was", network_is_put_back},
    {"ticks go on at the start's turn", ticks_go_on},
    {"the kernel of a large network takes little memory", the_kernel_is_small},
    {0},
};
