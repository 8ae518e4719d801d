/* Teams: a BLACS grid over a communicator of the team's own. A team of one calls neither BLACS nor MPI. */
#include "train/dist/team.h"

#include <assert.h>

#include "regime/memory.h"
#include "train/dist/grid.h"
#include "train/dist/scalapack.h"

/* ---- life ---------------------------------------------------------------------------------------- */

/* BLACS wants the ranks column after column; they stand row after row. */
static enum rg_status make_context(struct rg_team *team)
{
    const int rows = team->grid[RG_ROWS], cols = team->grid[RG_COLS];
    int *ranks = NULL;
    RG_TRY(rg_team_alloc(team, &ranks, (size_t)team->size, sizeof *ranks));
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            ranks[j * rows + i] = i * cols + j;
    team->handle = Csys2blacs_handle(team->comm);
    team->context = team->handle;
    Cblacs_gridmap(&team->context, ranks, rows, rows, cols);
    rg_free(&ranks);
    return RG_OK;
}

static enum rg_status join(MPI_Comm comm, struct rg_team *team)
{
    int size;
    MPI_Comm_size(comm, &size);
    RG_REQUIRE(size == team->size, RG_ERROR_SYSTEM, "a team of %d x %d cannot be made of %d ranks",
               team->grid[RG_ROWS], team->grid[RG_COLS], size);
    MPI_Comm_dup(comm, &team->comm);
    MPI_Comm_rank(team->comm, &team->rank);
    team->at[RG_ROWS] = team->rank / team->grid[RG_COLS];
    team->at[RG_COLS] = team->rank % team->grid[RG_COLS];
    RG_TRY(rg_team_alloc(team, &team->gathered, (size_t)team->size * RG_TEAM_CHUNK,
                         sizeof *team->gathered));
    return make_context(team);
}

enum rg_status rg_team_create(MPI_Comm comm, const int grid[2], int64_t block, struct rg_team **out)
{
    assert(grid[RG_ROWS] > 0 && grid[RG_COLS] > 0 && block > 0);
    struct rg_team *team;
    RG_TRY(rg_alloc(&team, 1, sizeof *team));
    *out = team;
    *team = (struct rg_team){.grid = {grid[RG_ROWS], grid[RG_COLS]},
                             .size = grid[RG_ROWS] * grid[RG_COLS],
                             .block = block,
                             .comm = MPI_COMM_NULL,
                             .handle = -1,
                             .context = -1};
    enum rg_status code = rg_team_alone(team) ? RG_OK : join(comm, team);
    if (code != RG_OK)
        rg_team_destroy(out);
    return code;
}

void rg_team_destroy(struct rg_team **pointer)
{
    struct rg_team *team = *pointer;
    if (team && team->context >= 0)
        Cblacs_gridexit(team->context);
    if (team && team->handle >= 0)
        Cfree_blacs_system_handle(team->handle);
    if (team && team->comm != MPI_COMM_NULL)
        MPI_Comm_free(&team->comm);
    if (team)
        rg_free(&team->gathered);
    rg_free(pointer);
}

/* In the place of the library's own: the width of the panels that PBLAS cuts products into, whatever the
 * blocks of the matrices. Theirs is 32, too thin for today's cores: bench_team at n = 2048 reaches 0.75 of
 * two cores' dgemm with it, 0.85 with 64, 0.88 with 128 and no more with 256. It stands here because a static
 * library brings along only what is called for, and nobody has a grid without a team.               */
enum { PANEL = 128 };
int pilaenv_(const int *context, const char *precision);
int pilaenv_(const int *context, const char *precision)
{
    (void)context, (void)precision;
    return PANEL;
}

/* ---- together ------------------------------------------------------------------------------------ */

bool rg_team_alone(const struct rg_team *team)
{
    return team->size == 1;
}

int rg_team_rank(const struct rg_team *team)
{
    return team->rank;
}

static void sum_chunk(const struct rg_team *team, int n, double *values)
{
    MPI_Allgather(values, n, MPI_DOUBLE, team->gathered, n, MPI_DOUBLE, team->comm);
    for (int i = 0; i < n; i++)
        values[i] = team->gathered[i];
    for (int rank = 1; rank < team->size; rank++)
        for (int i = 0; i < n; i++)
            values[i] += team->gathered[rank * n + i];
}

void rg_team_sum(const struct rg_team *team, int64_t n, double *values)
{
    if (rg_team_alone(team))
        return;
    for (int64_t i = 0; i < n; i += RG_TEAM_CHUNK)
        sum_chunk(team, (int)(n - i < RG_TEAM_CHUNK ? n - i : RG_TEAM_CHUNK), values + i);
}

void rg_team_min(const struct rg_team *team, int64_t n, double *values)
{
    if (!rg_team_alone(team))
        MPI_Allreduce(MPI_IN_PLACE, values, (int)n, MPI_DOUBLE, MPI_MIN, team->comm);
}

void rg_team_share(const struct rg_team *team, int64_t n, double *values)
{
    if (!rg_team_alone(team))
        MPI_Bcast(values, (int)n, MPI_DOUBLE, 0, team->comm);
}

enum rg_status rg_team_agree(const struct rg_team *team, enum rg_status code)
{
    int worst = (int)code;
    if (!rg_team_alone(team))
        MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_INT, MPI_MAX, team->comm);
    RG_REQUIRE((int)code == worst, (enum rg_status)worst,
               "another rank of the point's team could not go on");
    return code;
}

enum rg_status rg_team_alloc(const struct rg_team *team, void *out, size_t n, size_t size)
{
    enum rg_status code = rg_team_agree(team, rg_alloc(out, n, size));
    if (code != RG_OK)
        rg_free(out);
    return code;
}
