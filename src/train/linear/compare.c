/* The solution is for Sxx = I; with Sxx = variance I the network is one of Syx / variance, in a time that
 * runs `variance` times as fast.                                                                    */
#include "train/linear/compare.h"

#include <cblas.h>
#include <math.h>

#include "regime/memory.h"
#include "train/linear/exact.h"

struct rg_comparison {
    const struct rg_linear_settings *settings;
    const struct rg_linear_task *task;
    enum rg_exact_kind kind;
    int64_t n_in, n_out, h, n; /* h hidden units, n = n_in + n_out */
    struct rg_exact *exact;
    double *w1, *w2;          /* [h][n_in], [n_out][h] */
    double *best, *product;   /* [n_out][n_in] */
    double *square, *exactly; /* [n][n] QQ^T of the network and of the solution */
};

/* What stands against it before any number is looked at. */
static enum rg_exact_kind kind_of(const struct rg_linear_settings *s)
{
    if (s->depth != 2)
        return RG_KIND_DEPTH;
    if (rg_linear_width(s, 1) != rg_linear_n_modes(s))
        return RG_KIND_WIDTH;
    return s->n_in + s->n_out > RG_COMPARE_MAX ? RG_KIND_SIZE : RG_KIND_APPLIES;
}

static enum rg_status allocate(struct rg_comparison *c)
{
    const size_t n_in = (size_t)c->n_in, n_out = (size_t)c->n_out, h = (size_t)c->h,
                 n = (size_t)c->n;
    const struct {
        double **place;
        size_t size;
    } parts[] = {{&c->w1, h * n_in},          {&c->w2, n_out * h}, {&c->best, n_out * n_in},
                 {&c->product, n_out * n_in}, {&c->square, n * n}, {&c->exactly, n * n}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        RG_TRY(rg_alloc(parts[i].place, parts[i].size, sizeof(double)));
    return RG_OK;
}

static enum rg_status read_best(struct rg_comparison *c)
{
    struct rg_matrix best = {0};
    const enum rg_status code = rg_linear_task_best(c->task, &best);
    if (code == RG_OK)
        rg_matrix_read(&best, c->best);
    rg_matrix_free(&best);
    return code;
}

static enum rg_status solve(struct rg_comparison *c, const struct rg_balance *balance,
                            const struct rg_matrix *weights)
{
    static const enum rg_exact_kind kinds[] = {[RG_EXACT_READY] = RG_KIND_APPLIES,
                                               [RG_EXACT_SADDLE] = RG_KIND_SADDLE,
                                               [RG_EXACT_UNBALANCED] = RG_KIND_NOT_BALANCED,
                                               [RG_EXACT_FAILED] = RG_KIND_FAILED};
    RG_TRY(allocate(c));
    rg_matrix_read(&weights[0], c->w1);
    rg_matrix_read(&weights[1], c->w2);
    RG_TRY(read_best(c));
    const struct rg_exact_start start = {.n_in = c->n_in,
                                         .n_out = c->n_out,
                                         .lambda = balance->lambda,
                                         .tolerance = rg_linear_tolerance(weights->number),
                                         .Syx = c->best,
                                         .W1 = c->w1,
                                         .W2 = c->w2};
    RG_TRY(rg_exact_create(&start, &c->exact));
    c->kind = kinds[rg_exact_state(c->exact)];
    return RG_OK;
}

enum rg_status rg_comparison_create(const struct rg_linear_settings *settings,
                                    const struct rg_linear_task *task,
                                    const struct rg_balance *balance,
                                    const struct rg_matrix *weights, struct rg_comparison **out)
{
    struct rg_comparison *c;
    RG_TRY(rg_alloc(&c, 1, sizeof *c));
    *out = c;
    *c = (struct rg_comparison){.settings = settings,
                                .task = task,
                                .kind = kind_of(settings),
                                .n_in = settings->n_in,
                                .n_out = settings->n_out,
                                .h = rg_linear_n_modes(settings),
                                .n = settings->n_in + settings->n_out};
    if (c->kind == RG_KIND_APPLIES && task->train.variance == 0)
        c->kind = RG_KIND_NOT_WHITE;
    if (c->kind == RG_KIND_APPLIES && !balance->holds)
        c->kind = RG_KIND_NOT_BALANCED;
    if (c->kind == RG_KIND_APPLIES)
        RG_TRY(solve(c, balance, weights));
    return RG_OK;
}

void rg_comparison_destroy(struct rg_comparison **out)
{
    struct rg_comparison *c = *out;
    if (!c)
        return;
    double **const parts[] = {&c->w1, &c->w2, &c->best, &c->product, &c->square, &c->exactly};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        rg_free(parts[i]);
    rg_exact_destroy(&c->exact);
    rg_free(out);
}

enum rg_exact_kind rg_comparison_kind(const struct rg_comparison *comparison)
{
    return comparison->kind;
}

/* |a - b|^2; b = NULL: |a|^2 */
static double distance(int64_t n, const double *a, const double *b)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        const double difference = a[i] - (b ? b[i] : 0);
        sum += difference * difference;
    }
    return sum;
}

/* One of the four blocks of QQ^T: op_a(a) op_b(b), [rows][cols] at the place (row, col). */
static void put_block(struct rg_comparison *c, CBLAS_TRANSPOSE op_a, const double *a,
                      CBLAS_TRANSPOSE op_b, const double *b, int64_t row, int64_t col)
{
    const int64_t rows = row == 0 ? c->n_in : c->n_out, cols = col == 0 ? c->n_in : c->n_out;
    cblas_dgemm(CblasRowMajor, op_a, op_b, (int)rows, (int)cols, (int)c->h, 1, a,
                (int)(op_a == CblasTrans ? rows : c->h), b, (int)(op_b == CblasTrans ? c->h : cols),
                0, c->square + row * c->n + col, (int)c->n);
}

enum rg_status rg_comparison_at(struct rg_comparison *c, const struct rg_matrix *weights,
                                double epoch, struct rg_verdict *verdict)
{
    *verdict = (struct rg_verdict){NAN, NAN};
    if (c->kind != RG_KIND_APPLIES)
        return RG_OK;
    const double variance = c->task->train.variance;
    const double t = variance * c->settings->learning_rate * epoch;
    const int64_t out = c->n_in;
    rg_matrix_read(&weights[0], c->w1);
    rg_matrix_read(&weights[1], c->w2);
    put_block(c, CblasTrans, c->w1, CblasNoTrans, c->w1, 0, 0);
    put_block(c, CblasTrans, c->w1, CblasTrans, c->w2, 0, out);
    put_block(c, CblasNoTrans, c->w2, CblasNoTrans, c->w1, out, 0);
    put_block(c, CblasNoTrans, c->w2, CblasTrans, c->w2, out, out);
    RG_TRY(rg_exact_at(c->exact, t, c->exactly, c->product));
    verdict->deviation = sqrt(distance(c->n * c->n, c->square, c->exactly) /
                              distance(c->n * c->n, c->exactly, NULL));
    verdict->loss = variance * distance(c->n_out * c->n_in, c->product, c->best) / 2;
    return RG_OK;
}

/* The arrays above, and about as much again in the solution. */
size_t rg_comparison_memory(const struct rg_linear_settings *s)
{
    const int64_t n = s->n_in + s->n_out, h = rg_linear_n_modes(s);
    if (kind_of(s) != RG_KIND_APPLIES)
        return 0;
    return sizeof(double) * (size_t)(n * h + 2 * s->n_in * s->n_out + 2 * n * n + /* here */
                                     2 * n * n + 4 * n * h + 2 * h * h);
}
