/* What a flush takes: every rank puts records, and all write them together. In turn with it rank 0 writes as many bytes
 * in one piece to a file of its own and makes sure of them once. Prints a line of JSON for points that are neighbours in
 * the grid, as those of like cost are dealt, and one for points that are scattered over it: medians, megabytes a second
 * of both, and the share of a run that flushes at its default interval.
 *
 *   mpirun -q -n RANKS bench_flush SWEEP.cfg FOLDER [--batch POINTS_A_RANK] [--block N] [--flushes N]           */
#include <fcntl.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "regime/memory.h"
#include "regime/schedule.h"
#include "regime/train.h"
#include "regime/write.h"

const char *const bench_usage =
    "mpirun -q -n RANKS bench_flush SWEEP.cfg FOLDER [--batch POINTS_A_RANK] [--block N] "
    "[--flushes N]";

static const double default_interval = 30; /* seconds */

struct order {
    const char *name;
    int64_t (*point)(int64_t k, int64_t n);
};

struct bench {
    int rank, size, batch, block, n_flushes;
    char path[4096], bare[4096];
    struct rg_spec *spec;
    struct rg_layout *layout;
    struct rg_file *file;
};

/* The k-th point to be finished. */
static int64_t neighbour(int64_t k, int64_t n)
{
    (void)n;
    return k;
}

/* Each once, far from those before. */
static int64_t scattered(int64_t k, int64_t n)
{
    int64_t step = (int64_t)(0.6180339887 * (double)n) | 1, a = n, b = step;
    while (b > 0) { /* their greatest common divisor */
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a == 1 ? (int64_t)((uint64_t)k * (uint64_t)step % (uint64_t)n) : k;
}

static enum rg_status put(struct bench *bench, int64_t id)
{
    struct rg_record record;
    RG_TRY(rg_record_init(bench->layout, id, &record));
    record.status = RG_DONE;
    record.start = 1;
    record.wall_seconds = 1;
    return rg_file_put(bench->file, &record);
}

/* The i-th point of this rank in a flush: blocks go to the ranks in turn. */
static int64_t dealt(const struct bench *bench, int64_t i)
{
    const int64_t block = bench->block;
    return (i / block * bench->size + bench->rank) * block + i % block;
}

static enum rg_status time_flush(struct bench *bench, const struct order *order, int turn,
                                 double *seconds)
{
    const int64_t first = (int64_t)turn * bench->size * bench->batch;
    for (int i = 0; i < bench->batch; i++)
        RG_TRY(put(bench, order->point(first + dealt(bench, i), bench->spec->n_points)));
    MPI_Barrier(MPI_COMM_WORLD);
    const double start = bench_seconds();
    RG_TRY(rg_file_flush(bench->file));
    *seconds = bench_seconds() - start;
    return RG_OK;
}

/* The bytes of such a flush, in one piece. */
static enum rg_status time_bare(const struct bench *bench, double *seconds)
{
    const size_t bytes = bench->layout->record_size * (size_t)bench->batch * (size_t)bench->size;
    char *data = NULL;
    RG_TRY(rg_alloc(&data, bytes, 1));
    memset(data, 1, bytes);
    const double start = bench_seconds();
    const int file = open(bench->bare, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const bool written =
        file >= 0 && pwrite(file, data, bytes, 0) == (ssize_t)bytes && fdatasync(file) == 0;
    *seconds = bench_seconds() - start;
    if (file >= 0)
        close(file);
    rg_free(&data);
    RG_REQUIRE(written, RG_ERROR_SYSTEM, "%s: cannot be written", bench->bare);
    return RG_OK;
}

static enum rg_status time_order(struct bench *bench, const struct order *order)
{
    double flushes[BENCH_TURNS_MAX], bare[BENCH_TURNS_MAX];
    for (int turn = 0; turn < bench->n_flushes; turn++) {
        RG_TRY(time_flush(bench, order, turn, &flushes[turn]));
        if (bench->rank == 0)
            RG_TRY(time_bare(bench, &bare[turn]));
        MPI_Barrier(MPI_COMM_WORLD);
    }
    const double megabytes = 1e-6 * (double)bench->layout->record_size * bench->batch * bench->size,
                 seconds = bench_median(bench->n_flushes, flushes);
    if (bench->rank > 0)
        return RG_OK;
    printf(
        "{\"ranks\": %d, \"order\": \"%s\", \"points_a_flush\": %d, \"bytes_a_point\": %zu, "
        "\"flush_ms\": %.3f, "
        "\"mb_per_second\": %.2f, \"bare_mb_per_second\": %.2f, \"share_of_run\": %.5f}\n",
        bench->size, order->name, bench->batch * bench->size, bench->layout->record_size,
        1e3 * seconds, megabytes / seconds, megabytes / bench_median(bench->n_flushes, bare),
        seconds / (seconds + default_interval));
    return RG_OK;
}

static enum rg_status run(struct bench *bench)
{
    const int64_t n = (int64_t)bench->n_flushes * bench->batch * bench->size;
    RG_REQUIRE(bench->spec->n_points >= n, RG_ERROR_USER,
               "this many flushes take %lld points, the sweep has %lld", (long long)n,
               (long long)bench->spec->n_points);
    if (bench->rank == 0)
        RG_TRY(rg_file_create(bench->path, bench->spec, bench->layout, "bench", NULL));
    MPI_Barrier(MPI_COMM_WORLD);
    RG_TRY(rg_file_open(MPI_COMM_WORLD, bench->path, bench->spec, bench->layout, "bench",
                        &bench->file));
    static const struct order orders[] = {{"neighbours", neighbour}, {"scattered", scattered}};
    for (int i = 0; i < 2; i++)
        RG_TRY(time_order(bench, &orders[i]));
    return rg_file_close(&bench->file);
}

enum rg_status bench_run(int argc, char **argv)
{
    struct bench bench = {.batch = 4, .block = 1, .n_flushes = 11};
    const struct bench_option options[] = {{"--batch", 1000000, &bench.batch, NULL},
                                           {"--block", RG_BLOCK_MAX, &bench.block, NULL},
                                           {"--flushes", BENCH_TURNS_MAX, &bench.n_flushes, NULL}};
    RG_TRY(bench_take_options(3, options, &argc, argv));
    bench.batch = (bench.batch + bench.block - 1) / bench.block * bench.block;
    RG_REQUIRE(argc == 3, RG_ERROR_USER, "usage: %s", bench_usage);
    MPI_Comm_rank(MPI_COMM_WORLD, &bench.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &bench.size);
    snprintf(bench.path, sizeof bench.path, "%s/bench_flush.h5", argv[2]);
    snprintf(bench.bare, sizeof bench.bare, "%s/bench_flush.bare", argv[2]);
    RG_TRY(rg_spec_read(&rg_models, argv[1], NULL, &bench.spec));
    RG_TRY(rg_layout_create(bench.spec, &bench.layout));
    enum rg_status code = run(&bench);
    if (bench.rank == 0) {
        unlink(bench.path);
        unlink(bench.bare);
    }
    rg_layout_destroy(&bench.layout);
    rg_spec_destroy(&bench.spec);
    return code;
}
