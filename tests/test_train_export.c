/* What a point exports is what it trains with; the command writes it or says why not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_tools.h"
#include "parity.h"
#include "regime/memory.h"
#include "write/h5.h"

const char *const test_suite = "train_export";

enum { N_EPOCHS = 2, N_ARRAYS = 64 };

struct array {
    char name[RG_NAME_MAX];
    int64_t rows, columns;
    void *data;
};

struct arrays { /* a sink that keeps what it is given */
    int n;
    struct array list[N_ARRAYS];
};

static enum rg_status put(void *context, const char *name, enum rg_column_type type, int n_dims,
                          const int64_t *dims, const void *data)
{
    struct arrays *arrays = context;
    struct array *array = &arrays->list[arrays->n++];
    *array = (struct array){.rows = dims[0], .columns = n_dims > 1 ? dims[1] : 1};
    const size_t size = (size_t)(array->rows * array->columns) * (type == RG_F8 ? 8 : 4);
    snprintf(array->name, sizeof array->name, "%s", name);
    array->data = malloc(size);
    memcpy(array->data, data, size);
    return RG_OK;
}

/* The array NAME, or NAME_LENGTH; NULL: there is none. */
static const struct array *find(const struct arrays *arrays, const char *name, int64_t length)
{
    char full[RG_NAME_MAX];
    snprintf(full, sizeof full, length > 0 ? "%s_%d" : "%s", name, (int)length);
    for (int i = 0; i < arrays->n; i++)
        if (strcmp(arrays->list[i].name, full) == 0)
            return &arrays->list[i];
    return NULL;
}

static void release(struct arrays *arrays)
{
    for (int i = 0; i < arrays->n; i++)
        free(arrays->list[i].data);
    free(arrays);
}

struct strings { /* what an order's places point into */
    int64_t n;
    uint32_t keys[4096];
    int32_t targets[4096];
};

static void append(const struct arrays *arrays, int length, struct strings *strings)
{
    const struct array *codes = find(arrays, "strings", length);
    const struct array *targets = find(arrays, "targets", length);
    for (int64_t i = 0; codes && i < codes->rows; i++, strings->n++) {
        strings->keys[strings->n] = rg_key(2, length, ((const uint32_t *)codes->data)[i]);
        strings->targets[strings->n] = ((const int32_t *)targets->data)[i];
    }
}

/* Trains one epoch of one group beside its exported order. Returns how many strings of a batch were not
 * those that were exported for it.                                                                   */
static int n_different_in(struct rg_parity *net, const struct strings *strings,
                          const int32_t *order, int64_t n)
{
    int different = 0;
    const int64_t batch = net->settings->batch;
    for (int64_t first = 0; first < n; first += batch) {
        const int64_t size = first + batch < n ? batch : n - first;
        TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
        different += net->trie.n_strings != size;
        for (int64_t i = first; i < first + size; i++)
            different += net->order.dealt_keys[i] != strings->keys[order[i]] ||
                         net->order.dealt_targets[i] != strings->targets[order[i]];
    }
    return different;
}

static int n_different(struct rg_parity *net, const struct arrays *arrays)
{
    const bool joined = net->settings->batching == RG_ALL;
    int different = 0;
    struct strings *strings = malloc(sizeof *strings);
    for (int epoch = 0; epoch < N_EPOCHS; epoch++) {
        strings->n = 0;
        for (int length = 1; length <= RG_LENGTH_MAX; length++) {
            append(arrays, length, strings);
            const struct array *order =
                find(arrays, "order", joined && length == RG_LENGTH_MAX ? 0 : length);
            if (!order)
                continue;
            CU_ASSERT_EQUAL(order->rows, N_EPOCHS);
            CU_ASSERT_EQUAL(order->columns, strings->n);
            different += n_different_in(
                net, strings, (const int32_t *)order->data + epoch * strings->n, strings->n);
            strings->n = 0;
        }
    }
    free(strings);
    return different;
}

static struct arrays *export(struct rg_parity *net)
{
    struct arrays *arrays = calloc(1, sizeof *arrays);
    const struct rg_sink sink = {put, arrays};
    TEST_OK(rg_parity_export(net, N_EPOCHS, &sink));
    return arrays;
}

static void is_what_is_trained(void)
{
    for (int which = 0; which < 4; which++) {
        struct rg_parity_settings settings = test_parity_settings();
        settings.fraction = 0.3;
        settings.batch = 50;
        settings.batching = which & 1;
        struct rg_parity *net = test_parity_create(&settings, (uint64_t)which);
        struct arrays *arrays = export(net);
        const struct array *order = find(arrays, "order", settings.batching == RG_ALL ? 0 : 10);
        if (which >= 2) /* a fault that must show */
            ((int32_t *)order->data)[60] = ((int32_t *)order->data)[61];
        CU_ASSERT_EQUAL(n_different(net, arrays), which >= 2);
        release(arrays);
        test_parity_destroy(net);
    }
}

static void weights_are_the_start(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_parity *net = test_parity_create(&settings, 1);
    double *parameters = calloc((size_t)rg_parity_n_parameters(net), sizeof *parameters);
    rg_parity_initial(net, parameters);
    TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
    struct arrays *arrays = export(net);
    for (int k = 0; k < RG_N_TENSORS; k++) {
        const struct rg_tensor *tensor = rg_parity_tensor(net, (enum rg_tensor_name)k);
        const struct array *array = find(arrays, tensor->name, 0);
        CU_ASSERT_EQUAL(array->rows, tensor->rows);
        CU_ASSERT_EQUAL(array->columns, tensor->cols);
        CU_ASSERT_EQUAL(memcmp(array->data, parameters + tensor->offset,
                               (size_t)(tensor->rows * tensor->cols) * sizeof *parameters),
                        0);
    }
    release(arrays);
    free(parameters);
    test_parity_destroy(net);
}

enum { N_TASK = 2 }; /* arrays of the task */

/* Names have no zeros before the length; a length without strings has no arrays. */
static void lengths_that_are_there(void)
{
    for (int batching = 0; batching < 2; batching++) {
        struct rg_parity_settings settings = test_parity_settings();
        settings.min_length = 3;
        settings.fraction = 0.02;
        settings.batching = batching;
        struct rg_parity *net = test_parity_create(&settings, 1);
        struct arrays *arrays = export(net);
        int n_lengths = 0;
        for (int length = 1; length <= RG_LENGTH_MAX; length++) {
            const int64_t n = net->dataset.n_of[length];
            const struct array *codes = find(arrays, "strings", length);
            const struct array *order = find(arrays, "order", length);
            n_lengths += n > 0;
            CU_ASSERT_EQUAL(codes ? codes->rows : 0, n);
            CU_ASSERT_EQUAL(order ? order->columns : 0, batching == RG_ALL ? 0 : n);
        }
        CU_ASSERT(n_lengths > 0 && n_lengths < 8); /* some length has none */
        CU_ASSERT_EQUAL(arrays->n, RG_N_TENSORS + N_TASK +
                                       (batching == RG_ALL ? 2 * n_lengths + 1 : 3 * n_lengths));
        CU_ASSERT_EQUAL(find(arrays, "order", 0) != NULL, batching == RG_ALL);
        const int32_t next[] = {0, 1, 1, 0}, classes[] = {0, 1};
        CU_ASSERT_EQUAL(memcmp(find(arrays, "task_transitions", 0)->data, next, sizeof next), 0);
        CU_ASSERT_EQUAL(memcmp(find(arrays, "task_outputs", 0)->data, classes, sizeof classes), 0);
        release(arrays);
        test_parity_destroy(net);
    }
}

/* ---- the command --------------------------------------------------------------------------------- */

static int regime_export_of(const char *sweep, const char *arguments, char *output, int size)
{
    char command[8192];
    snprintf(command, sizeof command, "cd '%s' && '%s' export '%s' %s", test_folder(), TEST_REGIME,
             sweep, arguments);
    return test_shell(command, output, size);
}

static int regime_export(const char *arguments, char *output, int size)
{
    return regime_export_of(TEST_SOURCE_DIR "/tests/reference/ce_relu.cfg", arguments, output,
                            size);
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

/* Path of a file in the test's folder. */
static const char *scratch(const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", test_folder(), name);
    return path;
}

static void write_text(const char *name, const char *text)
{
    char path[4096];
    FILE *file = fopen(scratch(name, path, sizeof path), "w");
    fputs(text, file);
    fclose(file);
}

/* The attribute `sweep` is the sweep file of that point alone, however many epochs were recorded. */
static void sweep_attribute(void)
{
    static const char sweep[] =
        "name = \"many\"; model = \"parity_rnn\"; seed = 5; record = { every = 1; };\n"
        "axes = { gain = { from = 0.1; to = 1.0; count = 20; }; replicate = { count = 3; }; };\n"
        "settings = { hidden = 5; fraction = 0.5; max_length = 6; max_epochs = 20000; };\n";
    char output[4096], many[4096], again[4096], *text = NULL;
    write_text("many.cfg", sweep);
    CU_ASSERT_EQUAL(
        regime_export_of("many.cfg", "gain=0.526 replicate=2 -o many.h5", output, sizeof output),
        0);
    hid_t file = H5Fopen(scratch("many.h5", many, sizeof many), H5F_ACC_RDONLY, H5P_DEFAULT);
    TEST_OK(rg_h5_get_text(file, "sweep", &text));
    H5Fclose(file);
    CU_ASSERT(strlen(text) < 2000);
    write_text("again.cfg", text);
    rg_free(&text);
    CU_ASSERT_EQUAL(
        regime_export_of("again.cfg", "gain=0.526 replicate=2 -o again.h5", output, sizeof output),
        0);
    CU_ASSERT_STRING_EQUAL(output, "");
    CU_ASSERT(file_tools_same_bytes(many, scratch("again.h5", again, sizeof again)));
    CU_ASSERT_EQUAL(
        regime_export_of("many.cfg", "gain=0.526 replicate=1 -o other.h5", output, sizeof output),
        0);
    CU_ASSERT_FALSE(file_tools_same_bytes(many, scratch("other.h5", again, sizeof again)));
}

const struct test_case test_cases[] = {
    {"an export is what is trained", is_what_is_trained},
    {"weights are those before training", weights_are_the_start},
    {"arrays for the lengths that have strings", lengths_that_are_there},
    {"regime export", command},
    {"the sweep file inside gives the same export", sweep_attribute},
    {0},
};
