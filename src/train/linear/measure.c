/* The measures of linear_net: which function fills which columns. Nothing here changes a training number:
 * what a step computes anew may be overwritten.                                                     */
#include <math.h>

#include "regime/memory.h"
#include "train/cells.h"
#include "train/linear/linear.h"
#include "train/linear/measures.h"
#include "train/linear/tables.h"

struct measurement { /* what every function below gets */
    struct rg_linear *net;
    struct rg_linear_measures *measures;
    const struct rg_linear_settings *settings;
    const struct rg_matrix *map; /* the whole one, of the present weights */
    const struct rg_row *row;
    const struct rg_tick *tick;
    double epoch;
};

/* ---- losses ---------------------------------------------------------------------------------------- */

static enum rg_status test_loss(struct rg_linear *net, const struct rg_matrix *map, double *loss)
{
    const struct rg_linear_task *task = &net->task;
    RG_TRY(rg_linear_test_excess(net, map, loss));
    *loss += task->exact ? task->train.floor : task->truth.floor;
    return RG_OK;
}

static enum rg_status measure_losses(const struct measurement *m)
{
    double loss;
    RG_TRY(test_loss(m->net, m->map, &loss));
    rg_row_put(m->row, RG_LINEAR_EXCESS_LOSS, 0, rg_linear_excess(m->net, m->map));
    rg_row_put(m->row, RG_LINEAR_LOSS_FLOOR, 0, m->net->task.train.floor);
    rg_row_put(m->row, RG_LINEAR_TEST_LOSS, 0, loss);
    return RG_OK;
}

/* ---- modes ----------------------------------------------------------------------------------------- */

/* At a record its own deviation, else the largest so far. */
static double keep_worst(const struct measurement *m, enum rg_linear_worst which, double deviation)
{
    double *worst = &m->measures->worst[which];
    if (m->row->moment != RG_AT_RECORD)
        return fmax(deviation, *worst);
    *worst = fmax(deviation, *worst);
    return deviation;
}

static enum rg_status measure_modes(const struct measurement *m)
{
    struct rg_modes *modes = m->measures->modes;
    const double *strengths = rg_modes_strengths(modes, m->map);
    const double deviation = rg_modes_deviation(modes, strengths, m->epoch);
    const bool times = rg_row_wants(m->row, RG_LINEAR_MODE_TIME, RG_LINEAR_MODE_TIME_THEORY);
    for (int64_t k = 0; k < rg_linear_n_modes(m->settings); k++) {
        const bool there = rg_linear_task_has_axis(&m->net->task, k);
        rg_row_put(m->row, RG_LINEAR_MODE_STRENGTH, k, there ? strengths[k] : NAN);
        rg_row_put(m->row, RG_LINEAR_MODE_THEORY, k,
                   there ? rg_modes_predict(modes, k, m->epoch) : NAN);
        if (!times)
            continue;
        const int64_t time = rg_modes_time(modes, k, strengths, m->row->epoch);
        rg_row_put(m->row, RG_LINEAR_MODE_TIME, k, (double)time);
        rg_row_put(m->row, RG_LINEAR_MODE_TIME_THEORY, k, rg_modes_time_theory(modes, k));
        RG_TRY(rg_tick(m->tick));
    }
    rg_row_put(m->row, RG_LINEAR_THEORY_DEVIATION, 0, keep_worst(m, RG_WORST_THEORY, deviation));
    return RG_OK;
}

static enum rg_status measure_exact(const struct measurement *m)
{
    struct rg_verdict verdict;
    RG_TRY(rg_comparison_at(m->measures->comparison, m->net->weights, m->epoch, &verdict));
    rg_row_put(m->row, RG_LINEAR_EXACT_DEVIATION, 0,
               keep_worst(m, RG_WORST_EXACT, verdict.deviation));
    rg_row_put(m->row, RG_LINEAR_EXCESS_LOSS_THEORY, 0, verdict.loss);
    return rg_tick(m->tick);
}

/* ---- the regime ------------------------------------------------------------------------------------ */

static enum rg_status measure_balance(const struct measurement *m)
{
    const struct rg_matrix *w = m->net->weights;
    double worst = NAN; /* one layer has nothing to balance */
    for (int64_t l = 0; l + 1 < m->settings->depth; l++) {
        double residual;
        RG_TRY(rg_linear_imbalance(&w[l + 1], &w[l], m->measures->balance.lambda, &residual));
        worst = fmax(worst, residual);
        RG_TRY(rg_tick(m->tick));
    }
    rg_row_put(m->row, RG_LINEAR_BALANCEDNESS, 0, worst);
    return RG_OK;
}

static enum rg_status measure_kernel(const struct measurement *m)
{
    double distance;
    if (!m->measures->kernel)
        return RG_OK;
    RG_TRY(rg_linear_kernel_distance(m->measures->kernel, m->net->weights, m->tick, &distance));
    rg_row_put(m->row, RG_LINEAR_KERNEL_DISTANCE, 0, distance);
    return RG_OK;
}

static enum rg_status measure_norms(const struct measurement *m)
{
    double rank;
    RG_TRY(rg_linear_effective_rank(m->map, &rank));
    rg_row_put(m->row, RG_LINEAR_EFFECTIVE_RANK, 0, rank);
    for (int64_t l = 0; l < m->settings->depth; l++)
        rg_row_put(m->row, RG_LINEAR_WEIGHT_NORM, l, rg_linear_norm(&m->net->weights[l]));
    return rg_tick(m->tick);
}

/* ---- the data -------------------------------------------------------------------------------------- */

static enum rg_status measure_start(const struct measurement *m)
{
    const struct rg_linear_task *task = &m->net->task;
    rg_row_put(m->row, RG_LINEAR_MODE_THEORY_KIND, 0, rg_modes_theory(m->measures->modes));
    rg_row_put(m->row, RG_LINEAR_EXACT_KIND, 0, rg_comparison_kind(m->measures->comparison));
    rg_row_put(m->row, RG_LINEAR_RECOVERED_KIND, 0, rg_observation_kind(m->measures->observation));
    for (int64_t k = 0; k < rg_linear_n_modes(m->settings); k++) {
        rg_row_put(m->row, RG_LINEAR_TRUE_S, k, task->s[k]);
        rg_row_put(m->row, RG_LINEAR_TRUE_D, k,
                   rg_linear_task_has_axis(task, k) ? task->d[k] : NAN);
    }
    return RG_OK;
}

static enum rg_status measure_noncommuting(const struct measurement *m)
{
    const struct rg_linear_task *task = &m->net->task;
    double ratio = 0; /* white inputs */
    if (task->variances)
        RG_TRY(rg_linear_noncommuting(task->variances, &task->syx,
                                      m->settings->depth > 1 ? m->net->slopes : NULL, &ratio));
    rg_row_put(m->row, RG_LINEAR_NONCOMMUTING, 0, ratio);
    return rg_tick(m->tick);
}

/* ---- observers ------------------------------------------------------------------------------------- */

static void put_finding(const struct measurement *m, int observer, const struct rg_finding *finding)
{
    for (int64_t k = 0; k < rg_linear_n_modes(m->settings); k++) {
        rg_row_put_at(m->row, RG_LINEAR_RECOVERED_S, observer, k, finding->s[k]);
        rg_row_put_at(m->row, RG_LINEAR_RECOVERED_D, observer, k, finding->d[k]);
    }
    rg_row_put(m->row, RG_LINEAR_N_RECOVERED, observer, (double)finding->n_modes);
    rg_row_put(m->row, RG_LINEAR_ERROR_S, observer, finding->error_s);
    rg_row_put(m->row, RG_LINEAR_ERROR_D, observer, finding->error_d);
    rg_row_put(m->row, RG_LINEAR_ERROR_V, observer, finding->error_v);
}

static enum rg_status measure_observers(const struct measurement *m)
{
    struct rg_finding findings[RG_N_OBSERVERS];
    const struct rg_observation *observation = m->measures->observation;
    if (rg_observation_kind(observation) != RG_OBSERVED)
        return RG_OK;
    const enum rg_status status =
        rg_observation_end(observation, m->net->weights, m->map, m->tick, findings);
    for (int observer = 0; observer < RG_N_OBSERVERS && status == RG_OK; observer++)
        put_finding(m, observer, &findings[observer]);
    rg_findings_free(findings);
    return status;
}

/* ---- weights --------------------------------------------------------------------------------------- */

static void put_layer(const struct measurement *m, int64_t layer, const double *values)
{
    const struct rg_matrix *w = &m->net->weights[layer];
    const int64_t *stored = rg_row_sizes(m->row, RG_LINEAR_W);
    for (int64_t i = 0; i < w->rows; i++)
        for (int64_t j = 0; j < w->cols; j++)
            rg_row_put(m->row, RG_LINEAR_W, (layer * stored[1] + i) * stored[2] + j,
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
    {RG_LINEAR_MODE_STRENGTH, RG_LINEAR_THEORY_DEVIATION, measure_modes},
    {RG_LINEAR_EXACT_DEVIATION, RG_LINEAR_EXCESS_LOSS_THEORY, measure_exact},
    {RG_LINEAR_BALANCEDNESS, RG_LINEAR_BALANCEDNESS, measure_balance},
    {RG_LINEAR_KERNEL_DISTANCE, RG_LINEAR_KERNEL_DISTANCE, measure_kernel},
    {RG_LINEAR_EFFECTIVE_RANK, RG_LINEAR_WEIGHT_NORM, measure_norms},
    {RG_LINEAR_MODE_THEORY_KIND, RG_LINEAR_TRUE_D, measure_start},
    {RG_LINEAR_NONCOMMUTING, RG_LINEAR_NONCOMMUTING, measure_noncommuting},
    {RG_LINEAR_RECOVERED_S, RG_LINEAR_ERROR_V, measure_observers},
    {RG_LINEAR_W, RG_LINEAR_W, measure_weights},
};

enum rg_status rg_linear_measure(void *context, const struct rg_row *row,
                                 const struct rg_tick *tick)
{
    struct rg_linear *net = context;
    if (net->failed)
        return RG_OK;
    const struct measurement m = {.net = net,
                                  .measures = net->measures,
                                  .settings = net->settings,
                                  .map = rg_linear_map(net),
                                  .row = row,
                                  .tick = tick,
                                  .epoch = (double)row->epoch};
    if (row->moment == RG_AT_RECORD)
        rg_observation_take(m.measures->observation, m.epoch, rg_linear_excess(net, m.map), m.map);
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (rg_row_wants(row, groups[g].first, groups[g].last))
            RG_TRY(groups[g].measure(&m));
    return RG_OK;
}

enum rg_status rg_linear_validation_loss(void *context, const struct rg_tick *tick, double *loss)
{
    (void)tick;
    return test_loss(context, rg_linear_map(context), loss);
}
