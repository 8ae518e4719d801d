/* Matrices in blocks: life and elements. A rank's part lies column after column without gaps, and may be
 * empty. An element's value never depends on where it lies.                                           */
#include "train/dist/matrix.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/rng.h"
#include "train/dist/element.h"
#include "train/dist/grid.h"

static const size_t sizes[] = {[RG_NUMBER_F4] = sizeof(float), [RG_NUMBER_F8] = sizeof(double)};

/* ---- life ---------------------------------------------------------------------------------------- */

static void describe(struct rg_matrix *matrix)
{
    const int block_cyclic = 1, block = (int)matrix->team->block;
    const int descriptor[9] = {block_cyclic,
                               matrix->team->context,
                               (int)matrix->rows,
                               (int)matrix->cols,
                               block,
                               block,
                               0,
                               0,
                               (int)matrix->lead};
    memcpy(matrix->descriptor, descriptor, sizeof descriptor);
}

/* All but the values. */
static void shape(struct rg_matrix *matrix, const struct rg_team *team, enum rg_number number,
                  int64_t rows, int64_t cols)
{
    assert(rows > 0 && rows <= INT_MAX && cols > 0 && cols <= INT_MAX);
    const int64_t block = team->block;
    *matrix = (struct rg_matrix){
        .team = team,
        .number = number,
        .rows = rows,
        .cols = cols,
        .local_rows = rg_local_count(rows, block, team->at[RG_ROWS], team->grid[RG_ROWS]),
        .local_cols = rg_local_count(cols, block, team->at[RG_COLS], team->grid[RG_COLS])};
    matrix->lead = matrix->local_rows > 0 ? matrix->local_rows : 1; /* LAPACK takes no 0 */
    describe(matrix);
}

static size_t local_bytes(const struct rg_matrix *matrix)
{
    return (size_t)(matrix->lead * matrix->local_cols) * sizes[matrix->number];
}

enum rg_status rg_matrix_init(struct rg_matrix *matrix, const struct rg_team *team,
                              enum rg_number number, int64_t rows, int64_t cols)
{
    shape(matrix, team, number, rows, cols);
    return rg_alloc(&matrix->values, local_bytes(matrix), 1);
}

enum rg_status rg_matrix_borrow(struct rg_matrix *matrix, const struct rg_matrix *lender,
                                const struct rg_team *team, enum rg_number number, int64_t rows,
                                int64_t cols)
{
    shape(matrix, team, number, rows, cols);
    matrix->borrowed = lender && local_bytes(matrix) <= local_bytes(lender);
    if (!matrix->borrowed)
        return rg_alloc(&matrix->values, local_bytes(matrix), 1);
    matrix->values = lender->values;
    return RG_OK;
}

void rg_matrix_free(struct rg_matrix *matrix)
{
    if (matrix->borrowed)
        matrix->values = NULL;
    rg_free(&matrix->values);
}

void rg_matrix_first_columns(const struct rg_matrix *a, int64_t cols, struct rg_matrix *first)
{
    const struct rg_team *team = a->team;
    assert(cols <= a->cols);
    *first = *a;
    first->borrowed = true;
    first->cols = cols;
    first->local_cols = rg_local_count(cols, team->block, team->at[RG_COLS], team->grid[RG_COLS]);
    describe(first);
}

int64_t rg_matrix_column(const struct rg_matrix *a, int64_t local)
{
    return rg_global_index(a->team, RG_COLS, local);
}

size_t rg_matrix_memory(const int grid[2], int64_t block, enum rg_number number, int64_t rows,
                        int64_t cols)
{
    return (size_t)rg_local_count(rows, block, 0, grid[RG_ROWS]) *
           (size_t)rg_local_count(cols, block, 0, grid[RG_COLS]) * sizes[number];
}

/* ---- elements ------------------------------------------------------------------------------------ */

void rg_matrix_fill(struct rg_matrix *a, double (*value)(void *context, int64_t i, int64_t j),
                    void *context)
{
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            rg_element_set(a, r, c,
                           value(context, rg_global_index(a->team, RG_ROWS, r),
                                 rg_global_index(a->team, RG_COLS, c)));
}

struct normal {
    uint64_t key, sub;
    double scale;
};

/* A normal takes two numbers of the four that one count of a stream gives: j counts, for row i. */
static double normal_value(void *context, int64_t i, int64_t j)
{
    const struct normal *normal = context;
    struct rg_rng rng = rg_rng_make(normal->key, normal->sub, (uint64_t)i);
    rng.counter[0] = (uint64_t)j;
    return normal->scale * rg_rng_normal(&rng);
}

void rg_matrix_fill_normal(struct rg_matrix *a, uint64_t key, uint64_t sub, double scale)
{
    struct normal normal = {key, sub, scale};
    rg_matrix_fill(a, normal_value, &normal);
}

/* Each element is on one rank and zero bits on the others: joined by or, even -0 stays what it is. */
static void join_bits(const struct rg_matrix *a, double *out)
{
    for (int64_t i = 0; i < a->rows; i++) {
        void *row = out + i * a->cols;
        MPI_Allreduce(MPI_IN_PLACE, row, (int)a->cols, MPI_UINT64_T, MPI_BOR, a->team->comm);
    }
}

void rg_matrix_read(const struct rg_matrix *a, double *out)
{
    memset(out, 0, (size_t)(a->rows * a->cols) * sizeof *out);
    for (int64_t c = 0; c < a->local_cols; c++)
        for (int64_t r = 0; r < a->local_rows; r++)
            out[rg_global_index(a->team, RG_ROWS, r) * a->cols +
                rg_global_index(a->team, RG_COLS, c)] = rg_element(a, r, c);
    if (!rg_team_alone(a->team))
        join_bits(a, out);
}

struct dense {
    const double *values;
    int64_t cols;
};

static double dense_value(void *context, int64_t i, int64_t j)
{
    const struct dense *dense = context;
    return dense->values[i * dense->cols + j];
}

void rg_matrix_write(struct rg_matrix *a, const double *in)
{
    struct dense dense = {in, a->cols};
    rg_matrix_fill(a, dense_value, &dense);
}
