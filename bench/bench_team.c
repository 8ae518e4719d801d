/* What a team of two ranks makes of two cores: prints, one line of JSON each, for every size and block
 *   product   bare PDGEMM on a grid of 1 x 2 against a dgemm of the whole size on each core at once
 *   eigen     PDSYEVD on that grid against DSYEVD on one core: a speed-up of 2 is the most
 *   step      a step of linear_net, depth 2, on that grid, none of its looks at the modes among them, against
 *             bare PDGEMM calls of the same shapes and transposes there
 * Each is timed several times in turn with its rival. What the slowest rank takes counts, the least of it or,
 * of steps, the median.
 *
 *   mpirun -n 2 bench_team [--repeats N] [--n N] [B,B,...]
 *
 * N: of the matrices; B: of a block; for both there are defaults below.                                  */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "regime/knob.h"
#include "regime/memory.h"
#include "train/linear/linear.h"
#include "train/linear/network.h"

const char *const bench_usage = "mpirun -n 2 bench_team [--repeats N] [--n N] [B,B,...]";

enum { N_MAX = 8 };

static int64_t blocks[N_MAX] = {32, 64, 128, 256};
static int n_blocks = 4;
static int repeats = 5;
static int n_asked; /* 0: 1024, and 2048 for products */
static int rank;

/* ---- work on a team ------------------------------------------------------------------------------ */

struct work {
    struct rg_team *team;
    struct rg_matrix a, b, c;
    double *values; /* [n] */
};

static enum rg_status make_work(const int grid[2], int64_t block, int64_t n, struct work *work)
{
    *work = (struct work){0};
    RG_TRY(rg_team_create(grid[1] > 1 ? MPI_COMM_WORLD : MPI_COMM_SELF, grid, block, &work->team));
    RG_TRY(rg_matrix_init(&work->a, work->team, RG_NUMBER_F8, n, n));
    RG_TRY(rg_matrix_init(&work->b, work->team, RG_NUMBER_F8, n, n));
    RG_TRY(rg_matrix_init(&work->c, work->team, RG_NUMBER_F8, n, n));
    RG_TRY(rg_alloc(&work->values, (size_t)n, sizeof *work->values));
    rg_matrix_fill_normal(&work->a, 1, 1, 1);
    rg_matrix_fill_normal(&work->b, 1, 2, 1);
    return RG_OK;
}

static void free_work(struct work *work)
{
    rg_matrix_free(&work->a);
    rg_matrix_free(&work->b);
    rg_matrix_free(&work->c);
    rg_free(&work->values);
    rg_team_destroy(&work->team);
}

static enum rg_status multiply(struct work *work)
{
    rg_matrix_multiply(1, RG_PLAIN, &work->a, RG_PLAIN, &work->b, 0, &work->c);
    return RG_OK;
}

/* Reads the lower triangle only, so that a random matrix will do. */
static enum rg_status diagonalise(struct work *work)
{
    bool failed;
    rg_matrix_copy(&work->a, &work->b);
    RG_TRY(rg_matrix_eigen(&work->b, work->values, &work->c, &failed));
    return RG_OK;
}

/* ---- timing -------------------------------------------------------------------------------------- */

struct bench {
    const char *name;
    enum rg_status (*run)(struct work *work);
    double (*flops)(double n);
    int rivals; /* cores that do the whole on their own in the same time */
};

static double product_flops(double n)
{
    return 2 * n * n * n;
}

/* What the textbook counts: reduction, conquering and the way back. */
static double eigen_flops(double n)
{
    return 22.0 / 3 * n * n * n;
}

static const struct bench product = {"product", multiply, product_flops, 2};
static const struct bench eigen = {"eigen", diagonalise, eigen_flops, 1};

/* Seconds of the slowest rank, kept if they are the least so far. */
static enum rg_status clock_once(const struct bench *bench, struct work *work, double *least)
{
    MPI_Barrier(MPI_COMM_WORLD);
    double seconds = -MPI_Wtime();
    RG_TRY(bench->run(work));
    seconds += MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    *least = *least == 0 || seconds < *least ? seconds : *least;
    return RG_OK;
}

static enum rg_status compare(const struct bench *bench, int64_t n, int64_t block)
{
    struct work grid, alone;
    double together = 0, apart = 0;
    RG_TRY(make_work((int[]){1, 2}, block, n, &grid));
    RG_TRY(make_work((int[]){1, 1}, block, n, &alone));
    for (int repeat = 0; repeat < repeats; repeat++) {
        RG_TRY(clock_once(bench, &grid, &together));
        RG_TRY(clock_once(bench, &alone, &apart));
    }
    const double rate = bench->flops((double)n) / together * 1e-9;
    const double rival = bench->rivals * bench->flops((double)n) / apart * 1e-9;
    if (rank == 0)
        printf(
            "{\"what\": \"%s\", \"n\": %lld, \"grid\": \"1 x 2\", \"block\": %lld, "
            "\"seconds\": %.4f, \"gflops\": %.1f, \"gflops_of_%d_apart\": %.1f, "
            "\"ratio\": %.3f}\n",
            bench->name, (long long)n, (long long)block, together, rate, bench->rivals, rival,
            rate / rival);
    fflush(stdout);
    free_work(&grid);
    free_work(&alone);
    return RG_OK;
}

static enum rg_status compare_blocks(const struct bench *bench, int64_t n)
{
    for (int b = 0; b < n_blocks; b++)
        RG_TRY(compare(bench, n, blocks[b]));
    return RG_OK;
}

/* ---- a step -------------------------------------------------------------------------------------- */

static enum rg_status set_step(int64_t n, int64_t block, struct rg_linear_settings *settings)
{
    RG_TRY(rg_settings_default(&rg_linear_model, settings));
    settings->depth = 2;
    settings->n_in = settings->n_hidden = settings->n_out = n;
    settings->spectrum_scale = 0; /* no mode to wait for: none is looked at */
    settings->kernel = 0;
    settings->block = block;
    return RG_OK;
}

/* What a step multiplies: forward, back, and the outer product that moves the upper layer. */
static enum rg_status multiply_bare(struct work *work)
{
    rg_matrix_multiply(1, RG_PLAIN, &work->a, RG_PLAIN, &work->b, 0, &work->c);
    rg_matrix_multiply(1, RG_TRANSPOSED, &work->a, RG_PLAIN, &work->b, 0, &work->c);
    rg_matrix_multiply(1e-9, RG_PLAIN, &work->c, RG_TRANSPOSED, &work->b, 1, &work->a);
    return RG_OK;
}

static const struct bench bare = {"step", multiply_bare, product_flops, 1};

/* Seconds of the slowest rank, both of them in turn. */
static enum rg_status clock_both(struct rg_linear *net, struct work *work, double *step,
                                 double *products)
{
    struct rg_step result;
    *products = 0;
    MPI_Barrier(MPI_COMM_WORLD);
    *step = -MPI_Wtime();
    RG_TRY(rg_linear_step(net, &result));
    *step += MPI_Wtime();
    MPI_Allreduce(MPI_IN_PLACE, step, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    RG_TRY(clock_once(&bare, work, products));
    return RG_OK;
}

static enum rg_status compare_step(int64_t n, int64_t block)
{
    enum { PRODUCTS = 3 };
    const int turns = repeats;
    double steps[BENCH_TURNS_MAX], products[BENCH_TURNS_MAX], ratios[BENCH_TURNS_MAX];
    struct rg_linear_settings settings;
    struct work work;
    void *net = NULL;
    RG_TRY(set_step(n, block, &settings));
    const struct rg_point point = {.settings = &settings, .team = {1, 2}};
    RG_TRY(rg_linear_create(MPI_COMM_WORLD, &point, &net));
    RG_TRY(make_work((int[]){1, 2}, block, n, &work));
    RG_TRY(clock_both(net, &work, &steps[0], &products[0])); /* the first ones touch the memory */
    for (int turn = 0; turn < turns; turn++) {
        RG_TRY(clock_both(net, &work, &steps[turn], &products[turn]));
        ratios[turn] = products[turn] / steps[turn];
    }
    const double flops = PRODUCTS * product_flops((double)n) * 1e-9;
    if (rank == 0)
        printf(
            "{\"what\": \"step\", \"n\": %lld, \"grid\": \"1 x 2\", \"block\": %lld, "
            "\"seconds\": %.4f, \"gflops\": %.1f, \"gflops_of_bare_pdgemm\": %.1f, "
            "\"ratio\": %.3f}\n",
            (long long)n, (long long)block, bench_median(turns, steps),
            flops / bench_median(turns, steps), flops / bench_median(turns, products),
            bench_median(turns, ratios));
    fflush(stdout);
    free_work(&work);
    rg_linear_destroy(&net);
    return RG_OK;
}

/* ---- arguments ----------------------------------------------------------------------------------- */

static void read_blocks(char *list)
{
    n_blocks = 0;
    for (char *word = strtok(list, ","); word && n_blocks < N_MAX; word = strtok(NULL, ","))
        blocks[n_blocks++] = atoll(word);
}

enum rg_status bench_run(int argc, char **argv)
{
    const struct bench_option options[] = {
        {"--repeats", BENCH_TURNS_MAX, &repeats, NULL},
        {"--n", 1 << 15, &n_asked, NULL},
    };
    int ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    RG_TRY(bench_take_options(sizeof options / sizeof *options, options, &argc, argv));
    RG_REQUIRE(ranks == 2 && argc < 3, RG_ERROR_USER, "usage: %s", bench_usage);
    if (argc > 1)
        read_blocks(argv[1]);
    RG_TRY(compare_blocks(&product, n_asked ? n_asked : 1024));
    if (!n_asked)
        RG_TRY(compare_blocks(&product, 2048));
    RG_TRY(compare_blocks(&eigen, n_asked ? n_asked : 1024));
    for (int b = 0; b < n_blocks; b++)
        RG_TRY(compare_step(n_asked ? n_asked : 2048, blocks[b]));
    return RG_OK;
}
