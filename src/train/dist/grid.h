/* A team from the inside, for the files of this folder, and where its ranks hold which elements: along
 * either direction, block k of a matrix belongs to place k mod n of the grid's n places.             */
#pragma once

#include "train/dist/team.h"

enum { RG_ROWS, RG_COLS };

struct rg_team {
    int grid[2], at[2]; /* its shape, and this rank's place */
    int rank, size;
    int64_t block;
    MPI_Comm comm;       /* from here on for more than one rank only */
    int handle, context; /* BLACS' names of the communicator and the grid */
    double *gathered;    /* [size][RG_TEAM_CHUNK] */
};

enum { RG_TEAM_CHUNK = 512 }; /* numbers that are summed at a time */

/* How many of n rows or columns place `at` of `places` holds. */
static inline int64_t rg_local_count(int64_t n, int64_t block, int at, int places)
{
    const int64_t whole = n / block, rest = n % block;
    const int64_t odd = whole % places; /* blocks beyond the last full round */
    return (whole / places + (at < odd)) * block + (at == odd ? rest : 0);
}

/* The row or column of the matrix that is this rank's `local`. */
static inline int64_t rg_global_index(const struct rg_team *team, int direction, int64_t local)
{
    const int64_t round = local / team->block;
    return (round * team->grid[direction] + team->at[direction]) * team->block +
           local % team->block;
}

/* rg_alloc on all ranks of the team, or an error on all. Collective on the team. */
enum rg_status rg_team_alloc(const struct rg_team *team, void *out, size_t n,
                             size_t size) RG_MUST_CHECK;

/* values[n] become the least over the ranks; the first rank's. Both are collective on the team. */
void rg_team_min(const struct rg_team *team, int64_t n, double *values);
void rg_team_share(const struct rg_team *team, int64_t n, double *values);
