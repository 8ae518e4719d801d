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

static enum rg_status put_matrix(const struct rg_sink *sink, const char *name,
                                 const struct rg_matrix *a)
{
    const int64_t dims[2] = {a->rows, a->cols};
    double *values;
    RG_TRY(rg_alloc(&values, (size_t)(a->rows * a->cols), sizeof *values));
    rg_matrix_read(a, values);
    const enum rg_status code = sink->put(sink->context, name, RG_F8, 2, dims, values);
    rg_free(&values);
    return code;
}

enum rg_status rg_linear_export(void *context, int64_t n_epochs, const struct rg_sink *sink)
{
    const struct rg_linear *net = context;
    (void)n_epochs; /* every epoch takes all the data at once */
    RG_REQUIRE(!net->failed, RG_ERROR_SYSTEM,
               "this point has no start: LAPACK did not factorise its matrices");
    for (int64_t layer = 1; layer <= net->settings->depth; layer++) {
        char name[32];
        snprintf(name, sizeof name, "W_%" PRId64, layer);
        RG_TRY(put_matrix(sink, name, &net->weights[layer - 1]));
    }
    RG_TRY(put_matrix(sink, "Sxx", &net->task.train.sxx));
    RG_TRY(put_matrix(sink, "Syx", &net->task.syx));
    RG_TRY(sink->put(sink->context, "tr_Syy", RG_F8, 0, NULL, &net->task.tr_syy));
    return RG_OK;
}
