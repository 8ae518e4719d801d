/* See show.h. The Python package lies where cmake --install puts it, seen from the program's folder; in the
 * build tree a link leads to the sources. No path of the machine that built the program is kept in it, but for
 * Debian's Python where no other had the modules. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/stored.h"
#include "regime/grid.h"
#include "regime/store.h"
#include "regime/text.h"

static const char *const places[] = {
    "share/regime/analysis",              /* in the build tree */
    RG_SHARE_FROM_BIN "/regime/analysis", /* installed: the way from bin to share */
};

/* The folder of the program; false where the system does not tell. */
static bool find_program(char folder[RG_PATH_SIZE])
{
    const ssize_t length = readlink("/proc/self/exe", folder, RG_PATH_SIZE - 1);
    if (length <= 0)
        return false;
    folder[length] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return slash != NULL;
}

/* "PYTHONPATH=... ", "" if the package is not found: it may be installed in Python's own folders. */
static void print_variable(char *text, size_t size)
{
    char folder[RG_PATH_SIZE], place[RG_PATH_SIZE + 512], quoted[2 * RG_PATH_SIZE];
    text[0] = '\0';
    if (!find_program(folder))
        return;
    for (size_t i = 0; i < sizeof places / sizeof *places && !text[0]; i++) {
        snprintf(place, sizeof place, "%s/%s", folder, places[i]);
        char *real = realpath(place, NULL);
        if (real) {
            rg_shell_quote(real, quoted, sizeof quoted);
            snprintf(text, size, "PYTHONPATH=%s ", quoted);
        }
        free(real);
    }
}

void rg_show_print(const struct rg_spec *spec, const char *path)
{
    char place[1024], variable[2 * RG_PATH_SIZE + 16], file[2 * RG_PATH_SIZE];
    rg_shell_quote(path, file, sizeof file);
    if (spec->n_points == 1) {
        rg_grid_print(spec, 0, place, sizeof place);
        printf("  its values:  regime point %s%s%s\n", file, place[0] ? " " : "", place);
        return;
    }
    const char *draw = spec->draw[0] ? spec->draw : spec->model->draw;
    if (!draw)
        return;
    const int name = (int)strcspn(draw, " "); /* the file comes next, before the options */
    print_variable(variable, sizeof variable);
    printf("  draw it:  %s" RG_PYTHON " -m regime_analysis figure %.*s %s%s\n", variable, name,
           draw, file, draw + name);
}

static void print_summary(const struct rg_ending *end, const struct rg_store *store,
                          const struct rg_summary *summary)
{
    printf("%s%s: %lld of %lld point%s done, %lld diverged, %lld failed",
           end->stopped_by    ? "stopped by "
           : summary->pending ? "slice done"
           : summary->failed  ? "ended"
                              : "complete",
           end->stopped_by ? end->stopped_by : "", (long long)summary->done,
           (long long)summary->points, rg_plural(summary->points), (long long)summary->diverged,
           (long long)summary->failed);
    if (end->stopped_by)
        printf(", %lld saved in training",
               (long long)rg_stored_n_saved(store, end->path, summary->points));
    putchar('\n');
    if (end->state->finished > 0)
        rg_progress_sum(end->state, end->n_ranks);
    if (end->stopped_by)
        printf("  go on: the same command\n");
    else if (summary->pending)
        printf("  the rest: the same command without --only\n");
    else if (summary->failed)
        printf("  those that failed: the same command tries them again\n");
    if (summary->done + summary->diverged > 0)
        rg_show_print(end->spec, end->path);
}

enum rg_status rg_show_end(const struct rg_ending *end)
{
    struct rg_store *store = NULL;
    struct rg_summary summary;
    enum rg_status code = rg_store_open(end->path, &store);
    if (code == RG_OK && !end->quiet)
        code = rg_store_summary(store, &summary);
    if (code == RG_OK && !end->quiet)
        print_summary(end, store, &summary);
    rg_store_close(&store);
    RG_REQUIRE(code == RG_OK, RG_ERROR_DAMAGED,
               "%s: the run has ended, but its file cannot be read", rg_error_message());
    return RG_OK;
}
