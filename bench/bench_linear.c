/* Microseconds per step of linear_net on one rank, all layers n x n, double, inputs not white: beside the
 * machine's own limit (fused multiply-adds in registers) and, with --peer, beside a hand-tuned NumPy loop
 * that takes turns with it, its BLAS with the kernels that fit. The peer has a product with Sxx in its step,
 * ours is turned to Sxx's axes. Prints one line of JSON; on a machine that others use, the fastest runs say
 * more than the medians. On one core:
 *
 *   taskset -c 0 bench_linear [--repeats N] [--peer bench/peer_numpy_linear.py]                     */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "peak.h"
#include "regime/blas.h"
#include "regime/config.h"
#include "regime/knob.h"
#include "regime/model.h"
#include "regime/train.h"

const char *const bench_usage = "bench_linear [--repeats N] [--peer bench/peer_numpy_linear.py]";

static const double TURN = 0.1, RUN = 1e-3; /* seconds; a run is what is timed */

struct bench {
    const struct rg_model *model;
    int repeats;
    const char *peer;
};

struct timing { /* seconds per step; NaN: no peer */
    double median, fastest;
};

struct result {
    double peak; /* flops per second of multiply-adds, which count for 2 */
    struct timing ours, peer;
};

/* ---- steps ----------------------------------------------------------------------------------------- */

static enum rg_status set(const struct rg_model *model, const char *name, const char *value,
                          void *settings)
{
    RG_TRY(rg_knob_parse(rg_model_knob(model, rg_model_find_knob(model, name)), value, settings));
    return RG_OK;
}

static enum rg_status set_all(const struct rg_model *model, int n, int depth, void *settings)
{
    char size[16], layers[16];
    snprintf(size, sizeof size, "%d", n);
    snprintf(layers, sizeof layers, "%d", depth);
    const char *const knobs[][2] = {
        {"n_in", size},  {"n_hidden", size},          {"n_out", size},          {"depth", layers},
        {"gain", "0.3"}, {"input_spectrum", "power"}, {"learning_rate", "1e-4"}};
    RG_TRY(rg_settings_default(model, settings));
    for (size_t k = 0; k < sizeof knobs / sizeof *knobs; k++)
        RG_TRY(set(model, knobs[k][0], knobs[k][1], settings));
    return RG_OK;
}

static enum rg_status time_steps(const struct rg_model *model, void *net, int64_t n,
                                 double *seconds)
{
    const double start = bench_seconds();
    for (int64_t i = 0; i < n; i++) {
        struct rg_step step;
        RG_TRY(model->step(net, &step));
    }
    *seconds = (bench_seconds() - start) / (double)n;
    return RG_OK;
}

static enum rg_status time_ours(const struct rg_model *model, void *net, struct timing *timing)
{
    enum { RUNS_MAX = 1000 };
    double runs[RUNS_MAX], first;
    const double start = bench_seconds();
    int n_runs = 0;
    RG_TRY(time_steps(model, net, 20, &first));
    const int64_t n = 1 + (int64_t)(RUN / first);
    while (n_runs < 3 || (n_runs < RUNS_MAX && bench_seconds() - start < TURN))
        RG_TRY(time_steps(model, net, n, &runs[n_runs++]));
    timing->median = bench_median(n_runs, runs);
    timing->fastest = runs[0];
    return RG_OK;
}

static double number_after(const char *line, const char *key)
{
    const char *found = strstr(line, key);
    return found ? strtod(found + strlen(key), NULL) : NAN;
}

static enum rg_status time_peer(const struct bench *bench, int n, int depth, struct timing *timing)
{
    char command[4096], line[4096] = "";
    snprintf(command, sizeof command,
             "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=%s /usr/bin/python3 '%s' "
             "--n %d --depth %d --seconds %g",
             rg_blas_is_old(rg_blas_kernel()) ? rg_blas_fitting() : rg_blas_kernel(), bench->peer,
             n, depth, TURN);
    FILE *pipe = popen(command, "r");
    RG_REQUIRE(pipe, RG_ERROR_SYSTEM, "cannot run %s", command);
    const bool printed = fgets(line, sizeof line, pipe);
    pclose(pipe);
    timing->median = 1e-6 * number_after(line, "\"us_per_step\": ");
    timing->fastest = 1e-6 * number_after(line, "\"fastest\": ");
    RG_REQUIRE(printed && timing->median > 0 && timing->fastest > 0, RG_ERROR_SYSTEM,
               "%s printed no times", command);
    return RG_OK;
}

/* Median over the repeats of the turns' medians, least of their fastest. */
static struct timing join(int n, const struct timing *turns)
{
    double medians[BENCH_TURNS_MAX];
    struct timing all = {.fastest = INFINITY};
    for (int i = 0; i < n; i++) {
        medians[i] = turns[i].median;
        all.fastest = fmin(all.fastest, turns[i].fastest);
    }
    all.median = bench_median(n, medians);
    return all;
}

static enum rg_status take_turns(const struct bench *bench, void *net, int n, int depth,
                                 struct result *result)
{
    struct timing ours[BENCH_TURNS_MAX], peer[BENCH_TURNS_MAX];
    result->peak = 0;
    for (int i = 0; i < bench->repeats; i++) {
        for (int run = 0; run < 20; run++)
            result->peak = fmax(result->peak, bench_peak(sizeof(double)));
        RG_TRY(time_ours(bench->model, net, &ours[i]));
        peer[i] = (struct timing){NAN, NAN};
        if (bench->peer)
            RG_TRY(time_peer(bench, n, depth, &peer[i]));
    }
    result->ours = join(bench->repeats, ours);
    result->peer = join(bench->repeats, peer);
    return RG_OK;
}

static enum rg_status time_case(const struct bench *bench, int n, int depth, struct result *result)
{
    void *net = NULL, *settings = calloc(1, bench->model->settings_size);
    const struct rg_point point = {.settings = settings, .key = {1, 2, 3, 4, 5}, .team = {1, 1}};
    enum rg_status code = set_all(bench->model, n, depth, settings);
    if (code == RG_OK)
        code = bench->model->create(MPI_COMM_SELF, &point, &net);
    if (code == RG_OK)
        code = take_turns(bench, net, n, depth, result);
    bench->model->destroy(&net);
    free(settings);
    return code;
}

static void print_case(int n, int depth, const struct result *result)
{
    const double products = 3 * (depth - 1), flops = 2 * products * pow(n, 3);
    const double ours = result->ours.median, fastest = result->ours.fastest;
    printf("{\"n\": %d, \"depth\": %d, \"us_per_step\": %.2f, \"fastest\": %.2f, \"gflops\": %.1f",
           n, depth, 1e6 * ours, 1e6 * fastest, 1e-9 * flops / fastest);
    if (result->peak > 0)
        printf(", \"of_peak\": %.2f", flops / fastest / result->peak);
    if (!isnan(result->peer.median))
        printf(
            ", \"peer_us_per_step\": %.2f, \"peer_fastest\": %.2f, \"ratio\": %.2f, "
            "\"ratio_of_fastest\": %.2f",
            1e6 * result->peer.median, 1e6 * result->peer.fastest, result->peer.median / ours,
            result->peer.fastest / fastest);
    printf("}");
}

static enum rg_status run(const struct bench *bench)
{
    static const int sizes[] = {16, 64, 128, 256};
    const char *separator = "";
    printf("{\"arithmetic\": \"%s\", \"cases\": [", rg_arithmetic(bench->model));
    for (int depth = 2; depth <= 3; depth++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct result result;
            RG_TRY(time_case(bench, sizes[i], depth, &result));
            printf("%s", separator);
            print_case(sizes[i], depth, &result);
            separator = ", ";
        }
    printf("]}\n");
    return RG_OK;
}

/* ---- the door -------------------------------------------------------------------------------------- */

static enum rg_status read_arguments(struct bench *bench, int argc, char **argv)
{
    const struct bench_option options[] = {
        {"--repeats", BENCH_TURNS_MAX, &bench->repeats, NULL},
        {"--peer", 0, NULL, &bench->peer},
    };
    RG_TRY(bench_take_options(sizeof options / sizeof *options, options, &argc, argv));
    RG_REQUIRE(argc == 1, RG_ERROR_USER, "%s: not expected; usage: %s", argv[1], bench_usage);
    for (int i = 0; i < rg_models.n; i++)
        if (strcmp(rg_models.models[i]->name, "linear_net") == 0)
            bench->model = rg_models.models[i];
    RG_REQUIRE(bench->model, RG_ERROR_SYSTEM, "there is no linear_net");
    return RG_OK;
}

enum rg_status bench_run(int argc, char **argv)
{
    struct bench bench = {.repeats = 5};
    rg_blas_one_thread();
    RG_TRY(read_arguments(&bench, argc, argv));
    return run(&bench);
}
