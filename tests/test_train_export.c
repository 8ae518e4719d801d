/* What a point exports is what it trains with; the command writes it or says why not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"

const char *const test_suite = "train_export";

enum { N_EPOCHS = 2, LONGEST = 4096 };

struct arrays { /* a sink that keeps what the test looks at */
    int32_t length[LONGEST], code[LONGEST], target[LONGEST], order[LONGEST], size[LONGEST];
    int64_t n, n_steps, n_arrays;
    double w_h[400];
};

static enum rg_status put(void *context, const char *name, enum rg_column_type type, int n_dims,
                          const int64_t *dims, const void *data)
{
    struct arrays *arrays = context;
    const struct {
        const char *name;
        void *to;
    } kept[] = {{"string_length", arrays->length}, {"string_code", arrays->code},
                {"string_target", arrays->target}, {"order", arrays->order},
                {"batch_size", arrays->size},      {"W_h", arrays->w_h}};
    const size_t n = (size_t)dims[0] * (n_dims > 1 ? (size_t)dims[1] : 1);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strcmp(kept[i].name, name) == 0)
            memcpy(kept[i].to, data, n * (type == RG_F8 ? sizeof(double) : sizeof(int32_t)));
    arrays->n = strcmp(name, "string_code") == 0 ? dims[0] : arrays->n;
    arrays->n_steps = strcmp(name, "batch_size") == 0 ? dims[0] : arrays->n_steps;
    arrays->n_arrays++;
    return RG_OK;
}

/* Goes through the batches of the exported epochs beside the training itself. Returns how many
 * strings of a batch were not those that were exported for it.                                       */
static int n_different(struct rg_parity *net, const struct arrays *arrays)
{
    int different = 0;
    const int32_t *order = arrays->order;
    for (int epoch = 0; epoch < N_EPOCHS; epoch++)
        for (int64_t step = 0; step < arrays->n_steps; order += arrays->size[step++]) {
            const int64_t first = net->batch * net->order.groups[net->group].batch;
            TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
            different += net->trie.n_strings != arrays->size[step];
            for (int32_t i = 0; i < arrays->size[step]; i++) {
                const int32_t s = order[i];
                different += net->order.dealt_keys[first + i] !=
                                 rg_key(arrays->length[s], (uint32_t)arrays->code[s]) ||
                             net->order.dealt_targets[first + i] != arrays->target[s];
            }
        }
    return different;
}

static void is_what_is_trained(void)
{
    for (int which = 0; which < 4; which++) {
        struct rg_parity_settings settings = test_parity_settings();
        settings.fraction = 0.3;
        settings.batch = 50;
        settings.batching = which & 1;
        struct rg_parity *net = test_parity_create(&settings, (uint64_t)which);
        struct arrays *arrays = calloc(1, sizeof *arrays);
        const struct rg_sink sink = {put, arrays};
        TEST_OK(rg_parity_export(net, N_EPOCHS, &sink));
        CU_ASSERT_EQUAL(arrays->n, net->dataset.n);
        CU_ASSERT_EQUAL(arrays->n_arrays, 12);
        double *parameters = calloc((size_t)rg_parity_n_parameters(net), sizeof *parameters);
        rg_parity_initial(net, parameters);
        const int64_t offset = rg_parity_tensor(net, RG_W_H)->offset;
        CU_ASSERT_EQUAL(memcmp(arrays->w_h, parameters + offset, sizeof arrays->w_h), 0);
        if (which < 2)
            CU_ASSERT_EQUAL(n_different(net, arrays), 0);
        if (which >= 2) { /* a fault that must show */
            arrays->order[60] = arrays->order[61];
            CU_ASSERT_EQUAL(n_different(net, arrays), 1);
        }
        free(parameters);
        free(arrays);
        test_parity_destroy(net);
    }
}

static int regime_export(const char *arguments, char *output, int size)
{
    char command[8192];
    snprintf(command, sizeof command, "cd '%s' && '%s' export '%s/tests/reference/ce_relu.cfg' %s",
             test_folder(), TEST_REGIME, TEST_SOURCE_DIR, arguments);
    return test_shell(command, output, size);
}

static void command(void)
{
    char output[4096];
    CU_ASSERT_EQUAL(regime_export("-o start.h5 --epochs 2 --set hidden=5", output, sizeof output),
                    0);
    CU_ASSERT_STRING_EQUAL(output, "");
    CU_ASSERT_EQUAL(regime_export("-o start.h5", output, sizeof output), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "start.h5 exists already"));
    CU_ASSERT_EQUAL(regime_export("", output, sizeof output), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "-o FILE"));
    CU_ASSERT_EQUAL(regime_export("-o x.h5 --epochs two", output, sizeof output), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "--epochs two: a whole number"));
    CU_ASSERT_EQUAL(regime_export("-o x.h5 gain=0.7", output, sizeof output), 2);
    CU_ASSERT_EQUAL(regime_export("-o x.h5 --set hiden=5", output, sizeof output), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(output, "did you mean \"hidden\""));
}

const struct test_case test_cases[] = {
    {"an export is what is trained", is_what_is_trained},
    {"regime export", command},
    {0},
};
