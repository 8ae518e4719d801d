/* Milliseconds per epoch of one point of the phase diagram (gain 0.1, all strings to length 10, batches
 * of 128, float). With --peer, a hand-tuned PyTorch loop takes turns with it. Prints one line of JSON;
 * on a machine that others use, the fastest turns say more than the medians. On one core:
 *
 *   taskset -c 0 bench_epoch [--epochs N] [--repeats N] [--peer bench/peer_torch.py] [KNOB=VALUE ...] */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "regime/config.h"
#include "regime/knob.h"
#include "regime/model.h"
#include "regime/train.h"

const char *const bench_usage =
    "bench_epoch [--epochs N] [--repeats N] [--peer bench/peer_torch.py] [KNOB=VALUE ...]";

struct bench {
    const struct rg_model *model;
    void *settings, *net;
    int epochs, repeats;
    const char *peer;
    double loss;
};

/* Milliseconds of one epoch. */
static enum rg_status time_epoch(struct bench *bench, double *ms)
{
    const double start = bench_seconds();
    struct rg_step step = {0};
    while (!step.epoch_end)
        RG_TRY(bench->model->step(bench->net, &step));
    *ms = 1e3 * (bench_seconds() - start);
    bench->loss = step.train_loss;
    return RG_OK;
}

/* Median over the epochs of one turn. */
static enum rg_status time_ours(struct bench *bench, double *ms)
{
    double times[BENCH_TURNS_MAX];
    for (int i = 0; i < bench->epochs; i++)
        RG_TRY(time_epoch(bench, &times[i]));
    *ms = bench_median(bench->epochs, times);
    return RG_OK;
}

static enum rg_status time_peer(const struct bench *bench, double *ms)
{
    const char *key = "\"ms_per_epoch_median\": ";
    char command[4096], line[4096] = "";
    snprintf(command, sizeof command,
             "OMP_NUM_THREADS=1 /usr/bin/python3 '%s' --gain 0.1 --fraction 1 --epochs %d "
             "--threads 1",
             bench->peer, bench->epochs);
    FILE *pipe = popen(command, "r");
    RG_REQUIRE(pipe, RG_ERROR_SYSTEM, "cannot run %s", command);
    const char *found = fgets(line, sizeof line, pipe) ? strstr(line, key) : NULL;
    pclose(pipe);
    RG_REQUIRE(found, RG_ERROR_SYSTEM, "%s printed no %s", command, key);
    *ms = strtod(found + strlen(key), NULL);
    return RG_OK;
}

static enum rg_status set_knob(struct bench *bench, const char *assignment)
{
    char name[RG_NAME_MAX];
    const char *equals = strchr(assignment, '=');
    RG_REQUIRE(equals, RG_ERROR_USER, "%s: KNOB=VALUE is expected", assignment);
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    const int knob = rg_model_find_knob(bench->model, name);
    RG_REQUIRE(knob >= 0, RG_ERROR_USER, "%s: no such knob", name);
    RG_TRY(rg_knob_parse(rg_model_knob(bench->model, knob), equals + 1, bench->settings));
    return RG_OK;
}

static enum rg_status read_arguments(struct bench *bench, int argc, char **argv)
{
    const struct bench_option options[] = {
        {"--epochs", BENCH_TURNS_MAX, &bench->epochs, NULL},
        {"--repeats", BENCH_TURNS_MAX, &bench->repeats, NULL},
        {"--peer", 0, NULL, &bench->peer},
    };
    RG_TRY(rg_settings_default(bench->model, bench->settings));
    RG_TRY(bench_take_options(sizeof options / sizeof *options, options, &argc, argv));
    for (int i = 1; i < argc; i++)
        RG_TRY(set_knob(bench, argv[i]));
    return RG_OK;
}

static enum rg_status run(struct bench *bench)
{
    double ours[BENCH_TURNS_MAX], peer[BENCH_TURNS_MAX];
    const struct rg_point point = {
        .settings = bench->settings, .key = {1, 2, 3, 4, 5}, .team = {1, 1}};
    RG_TRY(bench->model->create(MPI_COMM_SELF, &point, &bench->net));
    RG_TRY(time_ours(bench, &ours[0])); /* warm caches and clock */
    for (int i = 0; i < bench->repeats; i++) {
        RG_TRY(time_ours(bench, &ours[i]));
        if (bench->peer)
            RG_TRY(time_peer(bench, &peer[i]));
    }
    const double ms = bench_median(bench->repeats, ours);
    printf(
        "{\"ms_per_epoch\": %.3f, \"fastest\": %.3f, \"train_loss\": %.6g, \"arithmetic\": \"%s\"",
        ms, ours[0], bench->loss, rg_arithmetic(bench->model));
    if (bench->peer) {
        const double theirs = bench_median(bench->repeats, peer);
        printf(
            ", \"peer_ms_per_epoch\": %.3f, \"peer_fastest\": %.3f, \"ratio\": %.2f, "
            "\"ratio_of_fastest\": %.2f",
            theirs, peer[0], theirs / ms, peer[0] / ours[0]);
    }
    printf("}\n");
    return RG_OK;
}

enum rg_status bench_run(int argc, char **argv)
{
    struct bench bench = {.model = rg_models.models[0], .epochs = 20, .repeats = 5};
    bench.settings = calloc(1, bench.model->settings_size);
    enum rg_status code = read_arguments(&bench, argc, argv);
    if (code == RG_OK)
        code = run(&bench);
    bench.model->destroy(&bench.net);
    free(bench.settings);
    return code;
}
