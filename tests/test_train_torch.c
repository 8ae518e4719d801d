/* The loss curve against PyTorch's, from the same start and the same batches, in double. The reference
 * numbers are made by reference/torch_curve.py from what `regime export` wrote of the same sweeps.     */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "parity.h"
#include "regime/grid.h"
#include "regime/memory.h"

const char *const test_suite = "train_torch";

enum { N_EPOCHS = 50 };
static const double TOLERANCE = 1e-9; /* relative: 50 epochs of different rounding */

static bool read_curve(const char *name, double *losses)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/reference/%s.txt", TEST_SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    int n = 0;
    while (file && n < N_EPOCHS && fscanf(file, "%lf", &losses[n]) == 1)
        n++;
    if (file)
        fclose(file);
    return n == N_EPOCHS;
}

/* Trains the single point of a reference sweep; `perturb` is added to one of its initial weights. */
static enum rg_status train(const char *name, double perturb, double *losses)
{
    char path[4096];
    struct rg_spec *spec = NULL;
    struct rg_point point;
    snprintf(path, sizeof path, "%s/tests/reference/%s.cfg", TEST_SOURCE_DIR, name);
    RG_TRY(rg_spec_read(&rg_models, path, NULL, &spec));
    void *net = NULL, *settings = calloc(1, spec->model->settings_size);
    rg_grid_point(spec, 0, settings, &point);
    RG_TRY(rg_parity_create(MPI_COMM_SELF, &point, &net));
    ((double *)((struct rg_parity *)net)->rnn.parameters)[0] += perturb;
    ((struct rg_parity *)net)->kernels->refresh(&((struct rg_parity *)net)->rnn);
    for (int epoch = 0; epoch < N_EPOCHS; epoch++) {
        struct rg_step step = {0};
        while (!step.epoch_end)
            RG_TRY(rg_parity_step(net, &step));
        losses[epoch] = step.train_loss;
    }
    rg_parity_destroy(&net);
    rg_spec_destroy(&spec);
    free(settings);
    return RG_OK;
}

static double worst(const char *name, double perturb)
{
    double expected[N_EPOCHS], losses[N_EPOCHS], difference = 0;
    CU_ASSERT(read_curve(name, expected));
    TEST_OK(train(name, perturb, losses));
    for (int epoch = 0; epoch < N_EPOCHS; epoch++)
        difference = test_worst(difference, fabs(losses[epoch] / expected[epoch] - 1));
    return difference;
}

static void papers_size(void)
{
    CU_ASSERT(worst("ce_relu", 0) < TOLERANCE);
    CU_ASSERT(worst("mse_tanh", 0) < TOLERANCE);
}

static void other_batches(void)
{
    CU_ASSERT(worst("ce_tanh_all", 0) < TOLERANCE);
    CU_ASSERT(worst("mse_relu_whole", 0) < TOLERANCE);
}

static void another_start_is_seen(void)
{
    CU_ASSERT(worst("mse_relu_whole", 1e-5) > TOLERANCE);
}

const struct test_case test_cases[] = {
    {"hidden 100, length 10: cross-entropy with ReLU, squared error with tanh", papers_size},
    {"lengths shuffled together; one step per length", other_batches},
    {"a start that is off by 1e-5 is seen", another_start_is_seen},
    {0},
};
