/* regime verify FILE: recomputes the checksums of every record and of all beside them, and names the points
 * that fail.                                                                                        */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "regime/grid.h"

struct report {
    const struct rg_spec *spec; /* NULL: the sweep could not be read, ids must do */
    bool repair;
};

static void print_bad(void *context, int64_t id, int status)
{
    static const char *const statuses[] = {"pending", "done", "diverged", "failed"};
    const struct report *report = context;
    char place[1024] = "";
    if (report->spec)
        rg_grid_print(report->spec, id, place, sizeof place);
    printf("bad: point %lld %s (%s)%s\n", (long long)id, place,
           status <= RG_FAILED ? statuses[status] : "unknown status",
           report->repair ? ", set back to pending" : "");
}

static enum rg_status conclude(const char *path, bool repair, int64_t n_bad)
{
    if (n_bad == 0) {
        printf("%s: every record is as it was written\n", path);
        return RG_OK;
    }
    if (repair) {
        printf("%s: %lld point(s) set back to pending; the run that made it computes them again\n",
               path, (long long)n_bad);
        return RG_OK;
    }
    return rg_fail(RG_ERROR_DAMAGED, __FILE__, __LINE__,
                   "%s: %lld damaged point(s); regime verify --repair %s sets them back to pending",
                   path, (long long)n_bad, path);
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    char path[RG_PATH_SIZE];
    bool repair = rg_arguments_value(arguments, "--repair") != NULL;
    struct rg_stored stored;
    int64_t n_bad = 0;
    RG_TRY(rg_stored_word(arguments, path));
    if (rg_arguments_value(arguments, "--accept"))
        RG_TRY(rg_file_accept(path));
    if (rg_stored_open(path, &stored) != RG_OK)
        rg_error_clear();          /* what matters of it, the check below will find again */
    rg_store_close(&stored.store); /* HDF5 opens no file for writing that it has open for reading */
    struct report report = {stored.spec, repair};
    enum rg_status code = rg_file_verify(path, repair, print_bad, &report, &n_bad);
    rg_stored_close(&stored);
    RG_TRY(code);
    return conclude(path, repair, n_bad);
}

static const struct rg_option options[] = {
    {"--repair", NULL, NULL, "sets bad points back to pending, so that a resumed run redoes them"},
    {"--accept", NULL, NULL,
     "takes names, attributes and axes for right as they are, after another program changed them"},
    {0},
};

const struct rg_command rg_command_verify = {
    .name = "verify",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "recomputes every record's checksum and lists the bad points",
    .example = "regime verify quick.h5",
    .reads = true,
    .options = options,
    .run = run,
};
