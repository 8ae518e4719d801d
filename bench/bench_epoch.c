/* Milliseconds per epoch of parity_rnn, and how much of the core's limit that is: useful work (the products with
 * W_h over distinct prefixes and the readout, nothing padded) per second, beside fused multiply-adds in
 * registers, timed in turn. Prints a line of JSON for each case: hidden units, batch (0: all strings of a
 * length), precision, fraction; medians, and the fastest epoch beside the median peak. Knobs set on the command line make one case of the defaults and these; with
 * --peer, a hand-tuned program in Python takes turns with that one, and what it said last stands under "peer".
 * On a machine that others use the fastest epochs say more than the medians. On one core, 4 minutes without arguments:
 *
 *   taskset -c 0 bench_epoch [--seconds N] [--python PROGRAM] [--peer bench/peer_torch.py] [KNOB=VALUE ...]
 *
 * PROGRAM: a Python that has the peer's library (default /usr/bin/python3).                          */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "peak.h"
#include "regime/config.h"
#include "regime/knob.h"
#include "regime/model.h"
#include "regime/train.h"
#include "train/parity/net.h"

const char *const bench_usage =
    "bench_epoch [--seconds N] [--python PROGRAM] [--peer bench/peer_torch.py] [KNOB=VALUE ...]";

enum { EPOCHS_MAX = 5000, SECONDS_MAX = 3600, PEER_TURNS = 5, PEER_EPOCHS = 20, SAID_MAX = 4096 };

struct bench {
    const struct rg_model *model;
    void *settings;
    int seconds; /* of a case */
    const char *peer, *python;
};

struct timing { /* of an epoch in milliseconds; flops per second */
    double median, fastest, flops, fastest_flops, peak, peer, peer_fastest;
    char said[SAID_MAX]; /* by the peer, at last */
};

/* ---- one case --------------------------------------------------------------------------------------- */

/* Products with W_h over the internal nodes: forward, gradients of the states but for the first, gradients of
 * W_h. The readout thrice over the strings.                                                          */
static double useful_flops(const struct rg_parity *net)
{
    const double hidden = (double)net->rnn.hidden, nodes = (double)net->trie.n_internal;
    return 2 * hidden * hidden * (3 * nodes - 1) + 3 * 4 * hidden * (double)net->trie.n_strings;
}

static enum rg_status time_epoch(const struct bench *bench, void *net, double *ms, double *flops)
{
    const double start = bench_seconds();
    struct rg_step step = {0};
    *flops = 0;
    while (!step.epoch_end) {
        RG_TRY(bench->model->step(net, &step));
        *flops += useful_flops(net);
    }
    *ms = 1e3 * (bench_seconds() - start);
    return RG_OK;
}

/* Its milliseconds per epoch, and the line that it said. */
static enum rg_status time_peer(const struct bench *bench, const struct rg_parity_settings *s,
                                double *ms, char said[SAID_MAX])
{
    const char *key = "\"ms_per_epoch_median\": ";
    char command[4096];
    snprintf(command, sizeof command,
             "OMP_NUM_THREADS=1 '%s' '%s' --gain 0.1 --fraction %g --hidden %lld "
             "--batch %lld --max-length %lld --epochs %d --threads 1",
             bench->python, bench->peer, s->fraction, (long long)s->hidden, (long long)s->batch,
             (long long)s->max_length, PEER_EPOCHS);
    FILE *pipe = popen(command, "r");
    RG_REQUIRE(pipe, RG_ERROR_SYSTEM, "cannot run %s", command);
    const char *found = fgets(said, SAID_MAX, pipe) ? strstr(said, key) : NULL;
    pclose(pipe);
    RG_REQUIRE(found, RG_ERROR_SYSTEM, "%s printed no %s", command, key);
    *ms = strtod(found + strlen(key), NULL);
    said[strcspn(said, "\n")] = 0;
    return RG_OK;
}

/* Epochs and multiply-adds in turn, for some seconds. */
static enum rg_status time_ours(const struct bench *bench, void *net, double seconds,
                                struct timing *timing)
{
    static double ms[EPOCHS_MAX], rates[EPOCHS_MAX], peaks[EPOCHS_MAX];
    const struct rg_parity_settings *settings = bench->settings;
    const double start = bench_seconds();
    double flops;
    int n = 0;
    RG_TRY(time_epoch(bench, net, &ms[0], &flops)); /* warm caches and clock */
    for (; n < 3 || (n < EPOCHS_MAX && bench_seconds() - start < seconds); n++) {
        peaks[n] = bench_peak(settings->precision == RG_DOUBLE ? 8 : 4);
        RG_TRY(time_epoch(bench, net, &ms[n], &flops));
        rates[n] = flops / (1e-3 * ms[n]);
    }
    timing->median = bench_median(n, ms);
    timing->flops = bench_median(n, rates);
    timing->peak = bench_median(n, peaks);
    timing->fastest = ms[0];
    timing->fastest_flops = rates[n - 1];
    return RG_OK;
}

static enum rg_status take_turns(const struct bench *bench, void *net, struct timing *timing)
{
    double ours[PEER_TURNS], peer[PEER_TURNS], rates[PEER_TURNS], peaks[PEER_TURNS];
    double fastest = INFINITY, fastest_flops = 0;
    for (int i = 0; i < PEER_TURNS; i++) {
        RG_TRY(time_ours(bench, net, (double)bench->seconds / PEER_TURNS, timing));
        RG_TRY(time_peer(bench, bench->settings, &peer[i], timing->said));
        ours[i] = timing->median;
        rates[i] = timing->flops;
        peaks[i] = timing->peak;
        fastest = fmin(fastest, timing->fastest);
        fastest_flops = fmax(fastest_flops, timing->fastest_flops);
    }
    timing->median = bench_median(PEER_TURNS, ours);
    timing->flops = bench_median(PEER_TURNS, rates);
    timing->peak = bench_median(PEER_TURNS, peaks);
    timing->fastest = fastest;
    timing->fastest_flops = fastest_flops;
    timing->peer = bench_median(PEER_TURNS, peer);
    timing->peer_fastest = peer[0];
    return RG_OK;
}

static enum rg_status set_knob(const struct bench *bench, const char *assignment)
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

static void print_case(const struct bench *bench, const struct timing *t)
{
    const struct rg_parity_settings *s = bench->settings;
    printf(
        "{\"hidden\": %lld, \"batch\": %lld, \"precision\": \"%s\", \"fraction\": %g, "
        "\"max_length\": %lld, \"ms_per_epoch\": %.4f, \"fastest\": %.4f, \"useful_gflops\": %.2f",
        (long long)s->hidden, (long long)s->batch, s->precision == RG_DOUBLE ? "double" : "float",
        s->fraction, (long long)s->max_length, t->median, t->fastest, 1e-9 * t->flops);
    if (t->peak > 0)
        printf(
            ", \"peak_gflops\": %.2f, \"fraction_of_peak\": %.3f, "
            "\"fraction_of_peak_fastest\": %.3f",
            1e-9 * t->peak, t->flops / t->peak, t->fastest_flops / t->peak);
    if (bench->peer)
        printf(
            ", \"peer_ms_per_epoch\": %.3f, \"peer_fastest\": %.3f, \"ratio\": %.2f, "
            "\"ratio_of_fastest\": %.2f, \"peer\": %s",
            t->peer, t->peer_fastest, t->peer / t->median, t->peer_fastest / t->fastest, t->said);
    printf(", \"arithmetic\": \"%s\"}\n", rg_arithmetic(bench->model));
    fflush(stdout);
}

static enum rg_status time_net(const struct bench *bench, void **net)
{
    const struct rg_point point = {
        .settings = bench->settings, .key = {1, 2, 3, 4, 5}, .team = {1, 1}};
    struct timing timing = {0};
    RG_TRY(bench->model->create(MPI_COMM_SELF, &point, net));
    RG_TRY(bench->peer ? take_turns(bench, *net, &timing)
                       : time_ours(bench, *net, bench->seconds, &timing));
    print_case(bench, &timing);
    return RG_OK;
}

/* The defaults, gain 0.1, and these knobs. */
static enum rg_status time_case(const struct bench *bench, int n_knobs, char **knobs)
{
    void *net = NULL;
    RG_TRY(rg_settings_default(bench->model, bench->settings));
    for (int k = 0; k < n_knobs; k++)
        RG_TRY(set_knob(bench, knobs[k]));
    enum rg_status code = time_net(bench, &net);
    bench->model->destroy(&net);
    return code;
}

/* ---- all of them ------------------------------------------------------------------------------------ */

static enum rg_status time_all(const struct bench *bench)
{
    static const int hidden[] = {32, 64, 100, 128, 256};
    static const int batch[] = {128, 0};
    static const char *const precision[] = {"float", "double"}, *const fraction[] = {"1", "0.3",
                                                                                     "0.1"};
    for (int i = 0; i < 5 * 2 * 2 * 3; i++) {
        char knobs[4][32];
        snprintf(knobs[0], sizeof knobs[0], "hidden=%d", hidden[i / 12]);
        snprintf(knobs[1], sizeof knobs[1], "batch=%d", batch[i / 6 % 2]);
        snprintf(knobs[2], sizeof knobs[2], "precision=%s", precision[i / 3 % 2]);
        snprintf(knobs[3], sizeof knobs[3], "fraction=%s", fraction[i % 3]);
        RG_TRY(time_case(bench, 4, (char *[]){knobs[0], knobs[1], knobs[2], knobs[3]}));
    }
    return RG_OK;
}

enum rg_status bench_run(int argc, char **argv)
{
    struct bench bench = {.model = rg_models.models[0], .seconds = 4, .python = "/usr/bin/python3"};
    const struct bench_option options[] = {
        {"--seconds", SECONDS_MAX, &bench.seconds, NULL},
        {"--peer", 0, NULL, &bench.peer},
        {"--python", 0, NULL, &bench.python},
    };
    RG_TRY(bench_take_options(sizeof options / sizeof *options, options, &argc, argv));
    bench.settings = calloc(1, bench.model->settings_size);
    enum rg_status code =
        argc == 1 && !bench.peer ? time_all(&bench) : time_case(&bench, argc - 1, argv + 1);
    free(bench.settings);
    return code;
}
