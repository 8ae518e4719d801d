/* What measuring costs: trains points of a sweep to their end and prints, one line of JSON each, the
 * seconds that went into measures at each kind of moment and their share of the whole. The goal is 3 %
 * over sweeps/parity_phase.cfg; docs/performance.md says how far it is reached.
 *
 *   bench_measure sweeps/parity_phase.cfg ID [ID ...]                                               */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "regime/clock.h"
#include "regime/grid.h"
#include "regime/memory.h"
#include "regime/train.h"

const char *const bench_usage = "bench_measure SWEEP.cfg ID [ID ...]";

static const char *const moments[RG_N_MOMENTS] = {"end", "record", "start", "loss"};
static struct rg_model timed; /* the model with a clock around its measures */
static const struct rg_model *model;
static double spent[RG_N_MOMENTS];

/* Of this process: the shares hold on a busy machine too. */
static double now(void)
{
    return rg_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static enum rg_status measure(void *net, const struct rg_row *row, const struct rg_tick *tick)
{
    const double start = now();
    enum rg_status status = model->measure(net, row, tick);
    spent[row->moment] += now() - start;
    return status;
}

static enum rg_status validation_loss(void *net, const struct rg_tick *tick, double *loss)
{
    const double start = now();
    enum rg_status status = model->validation_loss(net, tick, loss);
    spent[RG_AT_RECORD] += now() - start;
    return status;
}

static enum rg_status train_point(struct rg_spec *spec, const struct rg_layout *layout, int64_t id)
{
    struct rg_point point;
    struct rg_record record;
    void *settings = NULL;
    double measuring = 0;
    char name[256];
    RG_TRY(rg_alloc(&settings, 1, model->settings_size));
    RG_TRY(rg_record_init(layout, id, &record));
    rg_grid_point(spec, id, settings, &point);
    rg_grid_print(spec, id, name, sizeof name);
    for (int moment = 0; moment < RG_N_MOMENTS; moment++)
        spent[moment] = 0;
    const double start = now();
    RG_TRY(rg_train(MPI_COMM_SELF, spec, layout, &point, NULL, &record));
    const double seconds = now() - start;
    printf("{\"point\": \"%s\", \"seconds\": %.3f", name, seconds);
    for (int moment = 0; moment < RG_N_MOMENTS; moment++) {
        measuring += spent[moment];
        printf(", \"at_%s\": %.3f", moments[moment], spent[moment]);
    }
    printf(", \"share\": %.4f}\n", measuring / seconds);
    fflush(stdout);
    rg_record_free(&record);
    rg_free(&settings);
    return RG_OK;
}

enum rg_status bench_run(int argc, char **argv)
{
    struct rg_spec *spec = NULL;
    struct rg_layout *layout = NULL;
    RG_REQUIRE(argc > 2, RG_ERROR_USER, "usage: %s", bench_usage);
    RG_TRY(rg_spec_read(&rg_models, argv[1], NULL, &spec));
    RG_TRY(rg_layout_create(spec, &layout));
    model = spec->model;
    timed = *model;
    timed.measure = measure;
    timed.validation_loss = validation_loss;
    spec->model = &timed;
    for (int i = 2; i < argc; i++)
        RG_TRY(train_point(spec, layout, atoll(argv[i])));
    rg_layout_destroy(&layout);
    rg_spec_destroy(&spec);
    return RG_OK;
}
