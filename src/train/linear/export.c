/* A point's start for another program: the weights and the second moments that are all the training sees. */
#include <inttypes.h>
#include <stdio.h>

#include "regime/memory.h"
#include "train/linear/linear.h"
#include "train/linear/network.h"

const char rg_linear_export_doc[] =
    "W_1, W_2, ... [unit_out][unit_in]: the weights of the layers before training, y = ... W_2 W_1 "
    "x. "
    "Sxx [input][input] = X X^T / P, Syx [output][input] = Y X^T / P and tr_Syy, the trace of "
    "Y Y^T / P: the second moments of the P training samples, or of the population. With W the "
    "product of "
    "all layers and E = Syx - W Sxx, a step adds learning_rate E_l to W_l, where E_l is E "
    "multiplied from "
    "the left by the transpose of the layers after l and from the right by that of the layers "
    "before. The "
    "train_loss of an epoch is (tr_Syy - 2 tr(W Syx^T) + tr(W Sxx W^T)) / 2 before its step.";

static enum rg_status put(const struct rg_sink *sink, const char *name, int64_t rows, int64_t cols,
                          const double *values)
{
    const int64_t dims[2] = {rows, cols};
    return sink->put(sink->context, name, RG_F8, 2, dims, values);
}

static enum rg_status put_layers(const struct rg_linear *net, const struct rg_sink *sink,
                                 double *values)
{
    for (int64_t layer = 1; layer <= net->settings->depth; layer++) {
        const struct rg_matrix *w = &net->weights[layer - 1];
        char name[32];
        snprintf(name, sizeof name, "W_%" PRId64, layer);
        RG_TRY(rg_linear_weights(net, layer, values));
        RG_TRY(put(sink, name, w->rows, w->cols, values));
    }
    return RG_OK;
}

static enum rg_status put_moments(const struct rg_linear_task *task, const struct rg_sink *sink,
                                  double *values)
{
    const struct rg_matrix *syx = &task->syx;
    RG_TRY(rg_linear_task_read_sxx(task, values));
    RG_TRY(put(sink, "Sxx", syx->cols, syx->cols, values));
    RG_TRY(rg_linear_task_read(task, syx, values));
    RG_TRY(put(sink, "Syx", syx->rows, syx->cols, values));
    return sink->put(sink->context, "tr_Syy", RG_F8, 0, NULL, &task->tr_syy);
}

enum rg_status rg_linear_export(void *context, int64_t n_epochs, const struct rg_sink *sink)
{
    const struct rg_linear *net = context;
    const size_t widest = (size_t)rg_linear_widest(net->settings);
    double *values;
    (void)n_epochs; /* every epoch takes all the data at once */
    RG_REQUIRE(!net->failed, RG_ERROR_SYSTEM,
               "this point has no start: LAPACK did not factorise its matrices");
    RG_TRY(rg_alloc(&values, widest * widest, sizeof *values));
    enum rg_status code = put_layers(net, sink, values);
    if (code == RG_OK)
        code = put_moments(&net->task, sink, values);
    rg_free(&values);
    return code;
}
