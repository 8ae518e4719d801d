/* Teams out of MPI_COMM_WORLD: consecutive ranks stand together. */
#include "teams.h"

#include <math.h>
#include <stdlib.h>

#include "test.h"

enum { KEY = 20 };

MPI_Comm team_comm(int rows, int cols)
{
    int rank, size;
    MPI_Comm comm;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const int group = rank / (rows * cols);
    const bool placed = (group + 1) * rows * cols <= size;
    MPI_Comm_split(MPI_COMM_WORLD, placed ? group : MPI_UNDEFINED, rank, &comm);
    return comm;
}

struct rg_team *team_make(int rows, int cols, int64_t block)
{
    const int grid[2] = {rows, cols};
    struct rg_team *team = NULL;
    if (rows * cols == 1) {
        TEST_OK(rg_team_create(MPI_COMM_SELF, grid, block, &team));
        return team;
    }
    MPI_Comm comm = team_comm(rows, cols);
    if (comm == MPI_COMM_NULL)
        return NULL;
    TEST_OK(rg_team_create(comm, grid, block, &team));
    MPI_Comm_free(&comm); /* the team has its own */
    return team;
}

void on_every_grid(void (*test)(const struct rg_team *team))
{
    static const int grids[][2] = {{1, 1}, {1, 2}, {2, 1}, {2, 2}};
    static const int64_t blocks[] = {1, 5, 32};
    for (size_t g = 0; g < sizeof grids / sizeof *grids; g++)
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            struct rg_team *team = team_make(grids[g][0], grids[g][1], blocks[b]);
            if (team)
                test(team);
            rg_team_destroy(&team);
        }
}

struct rg_matrix matrix_make(const struct rg_team *team, enum rg_number number, int64_t rows,
                             int64_t cols)
{
    struct rg_matrix a = {0};
    TEST_OK(rg_matrix_init(&a, team, number, rows, cols));
    return a;
}

struct rg_matrix matrix_random(const struct rg_team *team, enum rg_number number, int64_t rows,
                               int64_t cols, uint64_t sub)
{
    struct rg_matrix a = matrix_make(team, number, rows, cols);
    rg_matrix_fill_normal(&a, KEY, sub, 1);
    return a;
}

double *matrix_whole(const struct rg_matrix *a)
{
    double *whole = malloc((size_t)(a->rows * a->cols) * sizeof *whole);
    rg_matrix_read(a, whole);
    return whole;
}

double deviation(const double *a, const double *b, int64_t n)
{
    double worst = 0;
    for (int64_t i = 0; i < n; i++)
        worst = test_worst(worst, fabs(a[i] - b[i]));
    return worst;
}
