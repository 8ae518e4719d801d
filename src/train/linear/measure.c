/* The measures of linear_net: which function fills which columns. Nothing here changes a training number:
 * what a step computes anew may be overwritten.                                                     */
#include "regime/memory.h"
#include "regime/train.h"
#include "train/linear/linear.h"
#include "train/linear/network.h"
#include "train/linear/tables.h"

struct measurement { /* what every function below gets */
    struct rg_linear *net;
    const struct rg_row *row;
};

/* ---- cells ----------------------------------------------------------------------------------------- */

/* A column's index among all: the loop's columns come before the model's. */
static int index_of(int column)
{
    return rg_loop_columns.n + column;
}

static bool wants(const struct rg_row *row, int first, int last)
{
    for (int column = first; column <= last; column++)
        if (row->cells[index_of(column)])
            return true;
    return false;
}

static void put(const struct rg_row *row, int column, int64_t i, double value)
{
    void *cell = row->cells[index_of(column)];
    if (!cell)
        return;
    if (row->shapes[index_of(column)].type == RG_F4)
        ((float *)cell)[i] = (float)value;
    else
        ((double *)cell)[i] = value;
}

/* ---- losses ---------------------------------------------------------------------------------------- */

static double test_loss(struct rg_linear *net)
{
    const struct rg_moments *moments = net->task.exact ? &net->task.train : &net->task.truth;
    return rg_linear_excess(net, moments) + moments->floor;
}

static enum rg_status measure_losses(const struct measurement *m)
{
    put(m->row, RG_LINEAR_EXCESS_LOSS, 0, rg_linear_excess(m->net, &m->net->task.train));
    put(m->row, RG_LINEAR_LOSS_FLOOR, 0, m->net->task.train.floor);
    put(m->row, RG_LINEAR_TEST_LOSS, 0, test_loss(m->net));
    return RG_OK;
}

/* ---- weights --------------------------------------------------------------------------------------- */

static void put_layer(const struct measurement *m, int64_t layer, const double *values)
{
    const struct rg_matrix *w = &m->net->weights[layer];
    const int64_t *stored = m->row->shapes[index_of(RG_LINEAR_W)].sizes;
    for (int64_t i = 0; i < w->rows; i++)
        for (int64_t j = 0; j < w->cols; j++)
            put(m->row, RG_LINEAR_W, (layer * stored[1] + i) * stored[2] + j,
                values[i * w->cols + j]);
}

static enum rg_status measure_weights(const struct measurement *m)
{
    const struct rg_linear_settings *s = m->net->settings;
    const size_t widest = (size_t)rg_linear_widest(s);
    double *values;
    enum rg_status code = rg_alloc(&values, widest * widest, sizeof *values);
    for (int64_t layer = 0; layer < s->depth && code == RG_OK; layer++) {
        code = rg_linear_weights(m->net, layer + 1, values);
        put_layer(m, layer, values);
    }
    rg_free(&values);
    return code;
}

/* ---- the table ------------------------------------------------------------------------------------- */

static const struct group {
    int first, last; /* columns */
    enum rg_status (*measure)(const struct measurement *m);
} groups[] = {
    {RG_LINEAR_EXCESS_LOSS, RG_LINEAR_TEST_LOSS, measure_losses},
    {RG_LINEAR_W, RG_LINEAR_W, measure_weights},
};

enum rg_status rg_linear_measure(void *context, const struct rg_row *row,
                                 const struct rg_tick *tick)
{
    const struct measurement m = {context, row};
    (void)tick; /* a measure takes no longer than a few steps */
    if (m.net->failed)
        return RG_OK;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (wants(row, groups[g].first, groups[g].last))
            RG_TRY(groups[g].measure(&m));
    return RG_OK;
}

enum rg_status rg_linear_validation_loss(void *context, const struct rg_tick *tick, double *loss)
{
    (void)tick;
    *loss = test_loss(context);
    return RG_OK;
}
