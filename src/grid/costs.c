/* See costs.h. A column of the fit is a place on an axis, or neighbouring ones together where there are many; the first
 * is the constant. Of the points only the normal equations are kept.                                */
#include "regime/costs.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "regime/grid.h"
#include "regime/memory.h"

enum { PLACES_MAX = 32, SWEEPS = 50 };
/* Variance of a point's logarithm over that of an axis's terms, both as one expects them beforehand. */
static const double penalty = 0.25;

struct rg_costs {
    const struct rg_spec *spec;
    void *settings;            /* scratch */
    int n_columns;             /* at least 1 */
    int columns[RG_AXES_MAX];  /* the first of each axis; 0: replicates, which are all alike */
    int64_t last[RG_AXES_MAX]; /* the point asked for last, but for its replicate */
    double last_cost;          /* by the model; NaN: none */
    double n, squares;         /* of the logarithms */
    double *matrix, *right;    /* [n_columns][n_columns], [n_columns] */
    double *terms;             /* [n_columns] */
    bool known;
    double variance; /* of a point's logarithm about the fit */
};

static bool is_replicate(const struct rg_axis *axis)
{
    return axis->n_members == 1 && axis->members[0].knob == RG_REPLICATE;
}

static int64_t n_places(const struct rg_axis *axis)
{
    return axis->count < PLACES_MAX ? axis->count : PLACES_MAX;
}

static enum rg_status set_up(struct rg_costs *costs)
{
    const struct rg_spec *spec = costs->spec;
    costs->n_columns = 1;
    for (int a = 0; a < spec->n_axes; a++) {
        if (is_replicate(&spec->axes[a]))
            continue;
        costs->columns[a] = costs->n_columns;
        costs->n_columns += (int)n_places(&spec->axes[a]);
    }
    const size_t n = (size_t)costs->n_columns;
    costs->last_cost = NAN;
    RG_TRY(rg_alloc(&costs->settings, 1, spec->model->settings_size));
    RG_TRY(rg_alloc(&costs->matrix, n * n, sizeof *costs->matrix));
    RG_TRY(rg_alloc(&costs->right, n, sizeof *costs->right));
    return rg_alloc(&costs->terms, n, sizeof *costs->terms);
}

enum rg_status rg_costs_create(const struct rg_spec *spec, struct rg_costs **costs)
{
    RG_TRY(rg_alloc(costs, 1, sizeof **costs));
    (*costs)->spec = spec;
    enum rg_status code = set_up(*costs);
    if (code != RG_OK)
        rg_costs_destroy(costs);
    return code;
}

void rg_costs_destroy(struct rg_costs **costs)
{
    if (!*costs)
        return;
    rg_free(&(*costs)->settings);
    rg_free(&(*costs)->matrix);
    rg_free(&(*costs)->right);
    rg_free(&(*costs)->terms);
    rg_free(costs);
}

/* The model's cost of a point, and its place on the axes in costs->last. Replicates are asked for in a row. */
static double model_cost(struct rg_costs *costs, int64_t id)
{
    const struct rg_spec *spec = costs->spec;
    int64_t index[RG_AXES_MAX] = {0};
    rg_grid_index(spec, id, index);
    for (int a = 0; a < spec->n_axes; a++)
        if (costs->columns[a] == 0)
            index[a] = 0;
    if (isnan(costs->last_cost) || memcmp(index, costs->last, sizeof index) != 0) {
        memcpy(costs->last, index, sizeof index);
        costs->last_cost = fmax(rg_grid_cost(spec, id, costs->settings), DBL_MIN);
    }
    return costs->last_cost;
}

/* The columns of the point asked for last; returns their number. */
static int last_columns(const struct rg_costs *costs, int columns[RG_AXES_MAX + 1])
{
    int n = 0;
    columns[n++] = 0;
    for (int a = 0; a < costs->spec->n_axes; a++) {
        const struct rg_axis *axis = &costs->spec->axes[a];
        if (costs->columns[a] > 0)
            columns[n++] = costs->columns[a] + (int)(costs->last[a] * n_places(axis) / axis->count);
    }
    return n;
}

void rg_costs_learn(void *of, int64_t id, double seconds)
{
    struct rg_costs *costs = of;
    int columns[RG_AXES_MAX + 1];
    const double y = log(fmax(seconds, 1e-9) / model_cost(costs, id));
    const int n = last_columns(costs, columns);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            costs->matrix[columns[i] * costs->n_columns + columns[j]]++;
        costs->right[columns[i]] += y;
    }
    costs->n++;
    costs->squares += y * y;
}

/* Row i of the matrix by the terms. */
static double row_sum(const struct rg_costs *costs, int i)
{
    double sum = 0;
    for (int j = 0; j < costs->n_columns; j++)
        sum += costs->matrix[i * costs->n_columns + j] * costs->terms[j];
    return sum;
}

static void sweep(struct rg_costs *costs)
{
    for (int i = 0; i < costs->n_columns; i++) {
        const double own = costs->matrix[i * costs->n_columns + i];
        const double rest = costs->right[i] - row_sum(costs, i) + own * costs->terms[i];
        costs->terms[i] = rest / (own + (i > 0 ? penalty : 0));
    }
}

/* Of the columns as many are free as points are there for. */
static double count_free(const struct rg_costs *costs)
{
    double n = 0;
    for (int i = 0; i < costs->n_columns; i++) {
        const double own = costs->matrix[i * costs->n_columns + i];
        n += own / (own + penalty);
    }
    return fmin(n, 0.5 * costs->n);
}

void rg_costs_fit(void *of)
{
    struct rg_costs *costs = of;
    if (costs->n == 0)
        return;
    for (int i = 0; i < SWEEPS; i++)
        sweep(costs);
    double left = costs->squares;
    for (int i = 0; i < costs->n_columns; i++)
        left += costs->terms[i] * (row_sum(costs, i) - 2 * costs->right[i]);
    costs->variance = fmax(left, 0) / (costs->n - count_free(costs));
    costs->known = true;
}

bool rg_costs_known(const struct rg_costs *costs)
{
    return costs->known;
}

double rg_costs_of(void *of, int64_t id)
{
    struct rg_costs *costs = of;
    int columns[RG_AXES_MAX + 1];
    const double cost = model_cost(costs, id);
    if (!costs->known)
        return cost;
    double sum = 0.5 * costs->variance; /* the mean of a log-normal time */
    const int n = last_columns(costs, columns);
    for (int i = 0; i < n; i++)
        sum += costs->terms[columns[i]];
    return cost * exp(sum);
}

/* Each point by itself, and the fit as a whole. */
double rg_costs_deviation(const struct rg_costs *costs, double sum, double squares)
{
    if (!costs->known || !(sum > 0))
        return NAN;
    const double single = expm1(costs->variance) * squares / (sum * sum);
    return sqrt(log1p(single) + costs->variance * count_free(costs) / costs->n);
}
