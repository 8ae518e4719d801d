/* regime status FILE: how far a sweep is, once or again and again. */
#include "cli/cli.h"
#include "cli/heatmap.h"
#include "cli/overview.h"
#include "cli/watch.h"

static enum rg_status print(const char *path, const struct rg_overview *overview, bool json)
{
    if (json)
        rg_overview_print_json(stdout, overview);
    else
        RG_TRY(rg_overview_print(stdout, path, overview));
    return rg_overview_judge(path, overview);
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    char path[RG_PATH_SIZE];
    struct rg_overview overview;
    if (rg_arguments_value(arguments, "--watch"))
        return rg_watch(arguments);
    RG_REQUIRE(!rg_arguments_value(arguments, "--interval"), RG_ERROR_USER,
               "regime status: --interval is the time between two looks of --watch");
    RG_TRY(rg_stored_word(arguments, path));
    enum rg_status code = rg_overview_open(path, &overview);
    if (code == RG_OK)
        code = print(path, &overview, rg_arguments_value(arguments, "--json") != NULL);
    rg_overview_close(&overview);
    RG_TRY(code);
    return RG_OK;
}

static const struct rg_option options[] = {
    {"--json", NULL, NULL, "prints one JSON object for programs"},
    {"--watch", "-w", NULL, "looks again and again until the run has ended; waits for FILE"},
    {"--interval", NULL, "TIME",
     "between two looks of --watch (default 1s on a terminal, else 1m)"},
    {0},
};

static const struct rg_topic topics[] = {
    {"Watching",
     "A terminal is drawn anew; elsewhere one state follows another, with `--json` one object "
     "after another. It ends as soon as no run holds FILE, with the exit status of the last look, "
     "and at Ctrl-C, which leaves the run alone. Where there is no FILE yet it waits for one.",
     NULL},
    {"Map",
     "The two outermost axes of more than one value make a map, the outermost downwards; each "
     "other axis has a line of its own. A character stands for all points of one value, or of "
     "neighbours where there are more values than room:",
     rg_heatmap_marks},
    {"JSON", "The keys of the object that `--json` prints:", rg_overview_keys},
    {0},
};

const struct rg_command rg_command_status = {
    .name = "status",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "how far a running, killed or finished sweep is; verify checks its records",
    .example = "regime status quick.h5 --json",
    .topics = topics,
    .reads = true,
    .again = "--watch",
    .options = options,
    .run = run,
};
