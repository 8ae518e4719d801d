/* Linear networks for tests, and naive loops over dense matrices. */
#include "linear.h"

#include <math.h>
#include <stdlib.h>

#include "regime/knob.h"
#include "teams.h"

struct rg_linear_settings test_linear_settings(void)
{
    struct rg_linear_settings settings;
    TEST_OK(rg_settings_default(&rg_linear_model, &settings));
    return settings;
}

static struct rg_linear *create(MPI_Comm comm, const struct rg_linear_settings *settings, int rows,
                                int cols, uint64_t seed)
{
    struct rg_point point = {.settings = settings, .team = {rows, cols}};
    for (int stream = 0; stream < RG_N_STREAMS; stream++)
        point.key[stream] = 1000 * seed + (uint64_t)stream;
    void *net = NULL;
    TEST_OK(rg_linear_create(comm, &point, &net));
    return net;
}

struct rg_linear *test_linear_create(const struct rg_linear_settings *settings, uint64_t seed)
{
    return create(MPI_COMM_SELF, settings, 1, 1, seed);
}

struct rg_linear *test_linear_on(const struct rg_linear_settings *settings, int rows, int cols,
                                 uint64_t seed)
{
    MPI_Comm comm = team_comm(rows, cols);
    if (comm == MPI_COMM_NULL)
        return NULL;
    struct rg_linear *net = create(comm, settings, rows, cols, seed);
    MPI_Comm_free(&comm); /* the team has its own */
    return net;
}

void test_linear_destroy(struct rg_linear **net)
{
    void *owned = *net;
    rg_linear_destroy(&owned);
    *net = NULL;
}

double test_linear_train(struct rg_linear *net, int n)
{
    struct rg_step step = {0};
    for (int i = 0; i < n; i++)
        TEST_OK(rg_linear_step(net, &step));
    return step.train_loss;
}

/* ---- dense matrices -------------------------------------------------------------------------------- */

struct dense dense_make(int64_t rows, int64_t cols)
{
    return (struct dense){rows, cols, calloc((size_t)(rows * cols), sizeof(double))};
}

struct dense dense_of(const struct rg_matrix *a)
{
    return (struct dense){a->rows, a->cols, matrix_whole(a)};
}

struct dense test_linear_weights(const struct rg_linear *net, int64_t layer)
{
    const struct rg_matrix *w = &net->weights[layer - 1];
    struct dense a = dense_make(w->rows, w->cols);
    TEST_OK(rg_linear_weights(net, layer, a.values));
    return a;
}

static struct dense made(struct rg_matrix *a)
{
    struct dense whole = dense_of(a);
    rg_matrix_free(a);
    return whole;
}

struct dense test_linear_sxx(const struct rg_linear_task *task)
{
    struct rg_matrix sxx = {0};
    TEST_OK(rg_linear_task_sxx(task, &sxx));
    return made(&sxx);
}

struct dense test_linear_best(const struct rg_linear_task *task)
{
    struct rg_matrix best = {0};
    TEST_OK(rg_linear_task_best(task, &best));
    return made(&best);
}

void dense_free(struct dense *a)
{
    free(a->values);
    a->values = NULL;
}

double *dense_at(const struct dense *a, int64_t i, int64_t j)
{
    return &a->values[i * a->cols + j];
}

struct dense dense_transpose(const struct dense *a)
{
    struct dense b = dense_make(a->cols, a->rows);
    for (int64_t i = 0; i < a->rows; i++)
        for (int64_t j = 0; j < a->cols; j++)
            *dense_at(&b, j, i) = *dense_at(a, i, j);
    return b;
}

struct dense dense_product(const struct dense *a, const struct dense *b)
{
    struct dense c = dense_make(a->rows, b->cols);
    for (int64_t i = 0; i < a->rows; i++)
        for (int64_t k = 0; k < a->cols; k++)
            for (int64_t j = 0; j < b->cols; j++)
                *dense_at(&c, i, j) += *dense_at(a, i, k) * *dense_at(b, k, j);
    return c;
}

void dense_add(struct dense *a, double alpha, const struct dense *b)
{
    for (int64_t i = 0; i < a->rows * a->cols; i++)
        a->values[i] += alpha * b->values[i];
}

double dense_dot(const struct dense *a, const struct dense *b)
{
    double sum = 0;
    for (int64_t i = 0; i < a->rows * a->cols; i++)
        sum += a->values[i] * b->values[i];
    return sum;
}

double dense_deviation(const struct dense *a, const struct dense *b)
{
    if (a->rows != b->rows || a->cols != b->cols)
        return INFINITY;
    return deviation(a->values, b->values, a->rows * a->cols);
}

double dense_deviation_from_unit(const struct dense *a, double alpha)
{
    struct dense unit = dense_make(a->rows, a->cols);
    for (int64_t i = 0; i < a->rows && i < a->cols; i++)
        *dense_at(&unit, i, i) = alpha;
    const double worst = dense_deviation(a, &unit);
    dense_free(&unit);
    return worst;
}
