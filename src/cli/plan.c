/* regime plan SWEEP.cfg: checks a sweep file and says what it would take: points, memory, disk, hours. */
#include "cli/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "regime/memory.h"
#include "regime/train.h"

static enum rg_status read_ranks(const struct rg_arguments *arguments, struct rg_plan *plan)
{
    const char *text = rg_arguments_value(arguments, "--ranks");
    int team = plan->spec->team[0] * plan->spec->team[1];
    char *end = NULL;
    plan->n_ranks = text ? strtoll(text, &end, 10) : team;
    RG_REQUIRE(!text || (end != text && !*end && plan->n_ranks >= 1 && plan->n_ranks <= 100000000),
               RG_ERROR_USER, "--ranks %s: a whole number of at least 1", text);
    RG_REQUIRE(plan->n_ranks >= team, RG_ERROR_USER,
               "--ranks %lld: fewer than one team (team = [%d, %d] takes %d)",
               (long long)plan->n_ranks, plan->spec->team[0], plan->spec->team[1], team);
    plan->n_teams = plan->n_ranks / team;
    return RG_OK;
}

static enum rg_status read_spec(const struct rg_arguments *arguments, struct rg_plan *plan)
{
    RG_TRY(rg_stored_sweep(arguments, &plan->spec));
    RG_TRY(rg_input_load(plan->spec, NULL));
    return rg_grid_check(plan->spec);
}

static enum rg_status read_options(const struct rg_arguments *arguments, struct rg_plan *plan)
{
    const char *only, *limit = rg_arguments_value(arguments, "--time-limit");
    plan->time_limit = NAN;
    if (limit)
        RG_TRY(rg_duration_parse(limit, &plan->time_limit));
    RG_TRY(rg_stored_path(arguments, plan->spec, plan->path));
    rg_slice_all(&plan->slice);
    for (int i = 0; (only = rg_arguments_repeated(arguments, "--only", i)); i++)
        RG_TRY(rg_slice_narrow(plan->spec, &plan->slice, only));
    return read_ranks(arguments, plan);
}

static enum rg_status make_plan(const struct rg_arguments *arguments, struct rg_plan *plan)
{
    RG_TRY(read_spec(arguments, plan));
    RG_TRY(read_options(arguments, plan));
    RG_TRY(rg_layout_create(plan->spec, &plan->layout));
    rg_plan_print_sweep(plan);
    rg_plan_print_ranks(plan);
    RG_TRY(rg_stored_adopt_arithmetic(plan->path));
    if (!rg_arguments_value(arguments, "--no-timing"))
        RG_TRY(rg_plan_print_time(plan));
    return rg_plan_print_existing(plan);
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    struct rg_plan plan = {0};
    enum rg_status code = make_plan(arguments, &plan);
    rg_layout_destroy(&plan.layout);
    rg_spec_destroy(&plan.spec);
    return code;
}

static const struct rg_option options[] = {
    {"--ranks", NULL, "N", "estimate for N ranks (default: one team)"},
    {"--no-timing", NULL, NULL,
     "check and count only; without it two seconds of training are timed"},
    {"--set", NULL, "KNOB=VALUE", "a setting in place of the sweep file's; may be repeated"},
    {"--only", NULL, "AXIS=VALUE", "only this part of the grid; may be repeated"},
    {"--time-limit", NULL, "11h50m", "say whether it fits"},
    {"--output", "-o", "FILE", "the output file (default: NAME.h5 here)"},
    {0},
};

const struct rg_command rg_command_plan = {
    .name = "plan",
    .words = "SWEEP.cfg",
    .min_words = 1,
    .max_words = 1,
    .summary = "checks a sweep file; says what it takes in points, memory, disk and hours",
    .example = "regime plan sweeps/quick.cfg --ranks 64",
    .bits = RG_BITS_OF_OUTPUT,
    .options = options,
    .run = run,
};
