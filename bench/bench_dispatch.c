/* How fast the coordinator deals points: null points, which take no time and are not written. Prints one line of
 * JSON: points a second of the whole run, and microseconds a point.
 *
 *   mpirun -q -n RANKS bench_dispatch [--points N] [--block N]                                       */
#include <mpi.h>
#include <stdio.h>

#include "bench.h"
#include "regime/memory.h"
#include "regime/schedule.h"

const char *const bench_usage = "mpirun -q -n RANKS bench_dispatch [--points N] [--block N]";

enum { POINTS_MAX = 100000000, BLOCK_MAX = 64 };

static double cost(void *context, int64_t id)
{
    (void)context;
    (void)id;
    return 1;
}

static void learn(void *context, int64_t id, double seconds)
{
    (void)context;
    (void)id;
    (void)seconds;
}

static void fit(void *context)
{
    (void)context;
}

static enum rg_status work(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick)
{
    (void)context;
    (void)team;
    (void)id;
    return rg_tick(tick);
}

static enum rg_status flush(void *context, bool last)
{
    (void)context;
    (void)last;
    return RG_OK;
}

static enum rg_wish wish(void *context)
{
    (void)context;
    return RG_WISH_NOTHING;
}

static enum rg_wish report(void *context, const struct rg_schedule_state *state)
{
    (void)context;
    (void)state;
    return RG_WISH_NOTHING;
}

static bool alarmed(void *context)
{
    (void)context;
    return false;
}

static void rescue(void *context)
{
    (void)context;
}

enum rg_status bench_run(int argc, char **argv)
{
    int n = 1000000, block = 0, rank, size;
    const struct bench_option options[] = {{"--points", POINTS_MAX, &n, NULL},
                                           {"--block", BLOCK_MAX, &block, NULL}};
    uint8_t *skip = NULL;
    RG_TRY(bench_take_options(2, options, &argc, argv));
    RG_TRY(rg_alloc(&skip, (size_t)n, 1));
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const struct rg_job job = {.n = n,
                               .skip = skip,
                               .cost = cost,
                               .learn = learn,
                               .fit = fit,
                               .work = work,
                               .flush = flush,
                               .wish = wish,
                               .report = report,
                               .alarmed = alarmed,
                               .rescue = rescue};
    const struct rg_schedule_options how = {.policy = rg_policy_find("dynamic"),
                                            .team_size = 1,
                                            .flush_interval = 30,
                                            .block_max = block};
    struct rg_schedule_state state;
    RG_TRY(rg_schedule_run(MPI_COMM_WORLD, &how, &job, &state));
    if (rank == 0)
        printf(
            "{\"ranks\": %d, \"points\": %d, \"block\": %d, \"points_per_second\": %.0f, "
            "\"microseconds_per_point\": %.3f}\n",
            size, n, block, n / state.elapsed, 1e6 * state.elapsed / n);
    rg_free(&skip);
    return RG_OK;
}
