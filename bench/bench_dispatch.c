/* How fast the coordinator deals points: null points, which take no time and are not written. Prints one line of
 * JSON: points a second of the whole run, microseconds a point, and the memory that a point takes on rank 0, and on
 * the rank of the others where it is most.
 *
 *   mpirun -q -n RANKS bench_dispatch [--points N] [--block N]                                       */
#include <mpi.h>
#include <stdio.h>
#include <sys/resource.h>

#include "bench.h"
#include "regime/memory.h"
#include "regime/schedule.h"

const char *const bench_usage = "mpirun -q -n RANKS bench_dispatch [--points N] [--block N]";

enum { POINTS_MAX = 1000000000 };

static double cost(void *costs, int64_t id)
{
    (void)costs;
    (void)id;
    return 1;
}

static void learn(void *costs, int64_t id, double seconds)
{
    (void)costs;
    (void)id;
    (void)seconds;
}

static void fit(void *costs)
{
    (void)costs;
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

/* The most that this process has had so far, bytes. */
static double peak_memory(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss;
}

enum rg_status bench_run(int argc, char **argv)
{
    int n = 1000000, block = RG_BLOCK_MAX, rank, size;
    const struct bench_option options[] = {{"--points", POINTS_MAX, &n, NULL},
                                           {"--block", RG_BLOCK_MAX, &block, NULL}};
    uint8_t *skip = NULL;
    RG_TRY(bench_take_options(2, options, &argc, argv));
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const double before = peak_memory();
    RG_TRY(rg_alloc(&skip, rank == 0 ? (size_t)n : 0, 1));
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
    double grown[2] = {0}, all[2];
    grown[rank > 0] = (peak_memory() - before) / n;
    MPI_Reduce(grown, all, 2, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (rank == 0)
        printf(
            "{\"ranks\": %d, \"points\": %d, \"block\": %d, \"points_per_second\": %.0f, "
            "\"microseconds_per_point\": %.3f, \"bytes_per_point_rank_0\": %.2f, "
            "\"bytes_per_point_others\": %.2f}\n",
            size, n, block, n / state.elapsed, 1e6 * state.elapsed / n, all[0], all[1]);
    rg_free(&skip);
    return RG_OK;
}
