/* The same test on teams of every shape that the job has ranks for, several of them side by side. */
#pragma once

#include "train/dist/matrix.h"

/* Calls test(team) for grids 1 x 1, 1 x 2, 2 x 1 and 2 x 2 and for several sizes of a block, on every rank
 * that has a place. Collective on MPI_COMM_WORLD.                                                    */
void on_every_grid(void (*test)(const struct rg_team *team));

/* The ranks that stand together in such a team; MPI_COMM_NULL where one is left over. Free with MPI_Comm_free.
 * Collective on MPI_COMM_WORLD.                                                                     */
MPI_Comm team_comm(int rows, int cols);

/* A team over the first ranks of each group of rows x cols; NULL where a rank is left over. */
struct rg_team *team_make(int rows, int cols, int64_t block);

struct rg_matrix matrix_make(const struct rg_team *team, enum rg_number number, int64_t rows,
                             int64_t cols);
/* Standard normals, a function of (sub, i, j). */
struct rg_matrix matrix_random(const struct rg_team *team, enum rg_number number, int64_t rows,
                               int64_t cols, uint64_t sub);
/* The whole matrix, [rows][cols]. Free with free(). */
double *matrix_whole(const struct rg_matrix *a);

/* max |a[i] - b[i]| */
double deviation(const double *a, const double *b, int64_t n);
