/* Squared distances by products, |a|^2 + |b|^2 - 2 ab, block by block: some columns and all rows from their
 * diagonal on, so about half of the square. Where rounding could decide whether a pair is closer than eps, the
 * distance itself is worked out, as the clustering does: both see the same mergers. The largest distances so far
 * stand in the order in which the blocks are walked, rounded to floats.                             */
#include "train/parity/pairs.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "train/num/gemm.h"
#include "train/num/rows.h"
#include "train/parity/automaton.h"
#include "train/parity/strings.h"

enum { COLS = 64, ROWS = 128 }; /* of a block: in the second cache with what it is made from */

static const double DIVERGED = 10; /* eps */

static const struct rg_gemm *const gemms[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_gemm);
static const struct rg_rows_kernels *const kernels[2][RG_N_ISAS] = RG_KERNEL_TABLE(rg_rows_kernels);

struct rg_pairs {
    int length;
    int64_t n, n_units; /* n strings */
    const struct rg_gemm *gemm;
    const struct rg_rows_kernels *vectors;
    uint8_t *length_of, *state_of; /* [n]; state_of: the first of the task's that are equivalent */
    const double *rows;            /* [n + 1][n_units] */
    double rounding;               /* of a squared distance, relative to the sum of both norms */
    double *norms;                 /* [n] squared */
    double *panel;                 /* [n_units][COLS] the columns of the present blocks */
    double *squares;               /* [ROWS][COLS] */
    float *farthest;               /* of all blocks in turn */
};

struct block {
    int64_t row, col, n_rows; /* where it begins, and its height */
    float *farthest;          /* [n_rows][COLS] */
};

/* What is done with a block whose squared distances stand in pairs->squares. */
struct user {
    void (*use)(struct rg_pairs *pairs, const struct block *block, const struct user *user);
    int64_t n_mergers;
    struct rg_mergers *mergers;
};

static int64_t n_strings(int64_t n_symbols, int64_t length)
{
    return rg_automaton_n_rows(n_symbols, length) - 1;
}

/* Elements of all blocks. */
static size_t n_elements(int64_t n)
{
    size_t sum = 0;
    for (int64_t col = 0; col < n; col += COLS)
        sum += (size_t)((n - col) * COLS);
    return sum;
}

static void describe_strings(struct rg_pairs *p, const struct rg_task *task)
{
    uint8_t equivalent[RG_TASK_STATES];
    rg_task_equivalent(task, equivalent);
    for (int length = 1; length <= p->length; length++)
        for (uint32_t code = 0; code < rg_n_strings(task->n_symbols, length); code++) {
            const int64_t row = rg_automaton_row(task->n_symbols, p->length, length, code);
            p->length_of[row] = (uint8_t)length;
            p->state_of[row] = equivalent[rg_task_state(task, length, code)];
        }
}

enum rg_status rg_pairs_create(int length, int64_t n_units, const struct rg_task *task,
                               struct rg_pairs **pairs)
{
    RG_TRY(rg_alloc(pairs, 1, sizeof **pairs));
    struct rg_pairs *p = *pairs;
    const size_t n = (size_t)n_strings(task->n_symbols, length);
    *p = (struct rg_pairs){.length = length,
                           .n = (int64_t)n,
                           .n_units = n_units,
                           .gemm = gemms[1][rg_isa()],
                           .vectors = kernels[1][rg_isa()],
                           .rounding = 4 * (double)n_units * DBL_EPSILON};
    RG_TRY(rg_alloc(&p->length_of, n, sizeof *p->length_of));
    RG_TRY(rg_alloc(&p->state_of, n, sizeof *p->state_of));
    RG_TRY(rg_alloc(&p->norms, n, sizeof *p->norms));
    RG_TRY(rg_alloc(&p->panel, (size_t)n_units * COLS, sizeof *p->panel));
    RG_TRY(rg_alloc(&p->squares, (size_t)(ROWS * COLS), sizeof *p->squares));
    RG_TRY(rg_alloc(&p->farthest, n_elements(p->n), sizeof *p->farthest));
    describe_strings(p, task);
    return RG_OK;
}

void rg_pairs_destroy(struct rg_pairs **pairs)
{
    struct rg_pairs *p = *pairs;
    if (!p)
        return;
    rg_free(&p->length_of);
    rg_free(&p->state_of);
    rg_free(&p->norms);
    rg_free(&p->panel);
    rg_free(&p->squares);
    rg_free(&p->farthest);
    rg_free(pairs);
}

size_t rg_pairs_memory(int64_t n_symbols, int64_t length, int64_t n_units)
{
    const int64_t n = n_strings(n_symbols, length);
    return n_elements(n) * sizeof(float) + (size_t)n * 10 +
           (size_t)((n_units + ROWS) * COLS) * sizeof(double);
}

static void add_pairs(struct rg_pair_table *table, int a, int b, int64_t n)
{
    table->n[a][b] += n;
    if (a != b)
        table->n[b][a] += n;
}

int64_t rg_pairs_agreeing(const struct rg_pairs *p, struct rg_pair_table *table)
{
    int64_t of[RG_ANALYSIS_LENGTH_MAX + 1][RG_TASK_STATES] = {{0}}, sum = 0;
    *table = (struct rg_pair_table){0};
    for (int64_t i = 0; i < p->n; i++)
        of[p->length_of[i]][p->state_of[i]]++;
    for (int a = 1; a <= p->length; a++)
        for (int b = a; b <= p->length; b++) {
            for (int state = 0; state < RG_TASK_STATES; state++) {
                const int64_t n = of[a][state], m = of[b][state];
                add_pairs(table, a, b, a == b ? n * (n - 1) / 2 : n * m);
            }
            sum += table->n[a][b];
        }
    return sum;
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static void load(struct rg_pairs *p, const double *rows)
{
    p->rows = rows;
    for (int64_t i = 0; i < p->n; i++)
        p->norms[i] = p->vectors->dot(p->n_units, rows + i * p->n_units, rows + i * p->n_units);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Columns that there are no strings for stay 0, or as they were. */
static void load_panel(const struct rg_pairs *p, int64_t col)
{
    for (int64_t i = 0; i < least(COLS, p->n - col); i++)
        for (int64_t u = 0; u < p->n_units; u++)
            p->panel[u * COLS + i] = p->rows[(col + i) * p->n_units + u];
}

static void find_squares(const struct rg_pairs *p, const struct block *block)
{
    const int64_t n_cols = least(COLS, p->n - block->col);
    p->gemm->product(&(struct rg_product){.n = COLS,
                                          .n_vectors = block->n_rows,
                                          .depth = p->n_units,
                                          .a = p->panel,
                                          .b = p->rows + block->row * p->n_units,
                                          .c = p->squares,
                                          .stride = COLS,
                                          .b_vector = p->n_units,
                                          .b_term = 1});
    const double *restrict norms = p->norms + block->col;
    for (int64_t i = 0; i < block->n_rows; i++) {
        double *restrict squares = p->squares + i * COLS;
        const double norm = p->norms[block->row + i];
#pragma omp simd
        for (int64_t j = 0; j < n_cols; j++)
            squares[j] = norm + norms[j] - 2 * squares[j];
    }
}

static enum rg_status walk(struct rg_pairs *p, const double *rows, const struct user *user,
                           const struct rg_tick *tick)
{
    float *farthest = p->farthest;
    load(p, rows);
    for (int64_t col = 0; col < p->n; col += COLS) {
        RG_TRY(rg_tick(tick));
        load_panel(p, col);
        for (int64_t row = col, n_rows; row < p->n; row += n_rows) {
            n_rows = least(ROWS, p->n - row);
            const struct block block = {row, col, n_rows, farthest};
            find_squares(p, &block);
            user->use(p, &block, user);
            farthest += n_rows * COLS;
        }
    }
    return RG_OK;
}

/* ---- what is done with them ---------------------------------------------------------------------- */

static void keep_farthest(struct rg_pairs *p, const struct block *block, const struct user *user)
{
    const double *restrict squares = p->squares;
    float *restrict farthest = block->farthest;
    (void)user;
#pragma omp simd
    for (int64_t k = 0; k < block->n_rows * COLS; k++)
        farthest[k] = squares[k] > (double)farthest[k] ? (float)squares[k] : farthest[k];
}

enum rg_status rg_pairs_see(struct rg_pairs *pairs, const double *rows, const struct rg_tick *tick)
{
    return walk(pairs, rows, &(struct user){.use = keep_farthest}, tick);
}

static bool is_closer(const struct rg_pairs *p, int64_t i, int64_t j, double square, double limit)
{
    if (fabs(square - limit) > p->rounding * (p->norms[i] + p->norms[j]))
        return square < limit;
    const double *row = p->rows + i * p->n_units, *other = p->rows + j * p->n_units;
    return p->vectors->distance(p->n_units, row, other, limit) < limit;
}

static void add_merger(const struct rg_pairs *p, int64_t i, int64_t j, double farthest,
                       struct rg_mergers *m)
{
    const int a = p->length_of[i], b = p->length_of[j];
    if (p->state_of[i] != p->state_of[j]) {
        m->n_disagreeing++;
        return;
    }
    m->n_agreeing++;
    add_pairs(&m->merged, a, b, 1);
    if (farthest >= DIVERGED * m->eps * DIVERGED * m->eps)
        add_pairs(&m->diverged, a, b, 1);
}

static void count_row(const struct rg_pairs *p, const struct block *block, int64_t i,
                      struct rg_mergers *m)
{
    const int64_t row = block->row + i, end = least(COLS, row - block->col);
    const double *squares = p->squares + i * COLS, limit = m->eps * m->eps;
    for (int64_t j = 0; j < end; j++)
        if (is_closer(p, row, block->col + j, squares[j], limit))
            add_merger(p, row, block->col + j, (double)block->farthest[i * COLS + j], m);
}

static void count(struct rg_pairs *p, const struct block *block, const struct user *user)
{
    for (int64_t k = 0; k < user->n_mergers; k++)
        for (int64_t i = 0; i < block->n_rows; i++)
            count_row(p, block, i, &user->mergers[k]);
}

enum rg_status rg_pairs_count(struct rg_pairs *pairs, const double *rows, int64_t n,
                              struct rg_mergers *mergers, const struct rg_tick *tick)
{
    for (int64_t k = 0; k < n; k++)
        mergers[k] = (struct rg_mergers){.eps = mergers[k].eps};
    return walk(pairs, rows, &(struct user){count, n, mergers}, tick);
}
