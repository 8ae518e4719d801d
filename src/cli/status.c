/* regime status FILE: how far a sweep is. The counts come from the file, of which all but the records is checked: a
 * look at a large file must take no time. Whether a run holds it, its lock tells. The rate is that of the
 * finished points, which interruptions do not touch: points per busy second of one rank, times the ranks at
 * work: those of a live run are as many as its points in flight, whoever worked before it was resumed. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "regime/lock.h"
#include "regime/store.h"
#include "regime/text.h"

struct progress {
    struct rg_summary summary;
    struct rg_lock_info lock;
    const char *state;
    bool asked_to_stop;
    int64_t in_flight, pending;
    int64_t workers;  /* points that are trained at a time: by a rank each, or a team */
    int64_t saved;    /* amid their training, of a sweep at which nobody works */
    double rate, eta; /* NAN: unknown */
};

static void estimate(struct progress *p)
{
    const struct rg_summary *s = &p->summary;
    int64_t left = s->pending + s->failed;
    p->in_flight = p->lock.live ? p->lock.in_flight : 0;
    p->in_flight = p->in_flight < s->pending ? p->in_flight : s->pending;
    p->pending = s->pending - p->in_flight;
    p->state = p->lock.live ? p->asked_to_stop ? "stopping" : "running"
               : left == 0  ? "complete"
                            : "stopped";
    double finished = (double)(s->points - s->pending);
    p->workers = p->lock.live ? p->lock.in_flight : s->workers;
    p->rate = s->busy_seconds > 0 ? finished * (double)p->workers / s->busy_seconds : NAN;
    p->eta = left == 0 ? 0 : p->lock.live ? (double)left / p->rate : NAN;
}

static enum rg_status look(const char *path, struct progress *progress)
{
    struct rg_store *store = NULL;
    char stop[RG_PATH_SIZE + 8];
    RG_TRY(rg_store_open(path, &store));
    rg_lock_look(path, &progress->lock);
    snprintf(stop, sizeof stop, "%s.stop", path);
    progress->asked_to_stop = access(stop, F_OK) == 0;
    enum rg_status code = rg_store_check_frame(store);
    if (code == RG_OK)
        code = rg_store_summary(store, &progress->summary);
    if (code == RG_OK && !progress->lock.live && progress->summary.pending > 0)
        progress->saved = rg_stored_n_saved(store, path, progress->summary.points);
    rg_store_close(&store);
    RG_TRY(code);
    estimate(progress);
    return RG_OK;
}

static void print_number(const char *name, double value, const char *end)
{
    if (isfinite(value))
        printf("  \"%s\": %.6g%s\n", name, value, end);
    else
        printf("  \"%s\": null%s\n", name, end);
}

static void print_json(const struct progress *p)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"points", p->summary.points},
        {"done", p->summary.done},
        {"diverged", p->summary.diverged},
        {"failed", p->summary.failed},
        {"in_flight", p->in_flight},
        {"pending", p->pending},
        {"saved", p->saved},
    };
    printf("{\n  \"state\": \"%s\",\n", p->state);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        printf("  \"%s\": %lld,\n", counts[i].name, (long long)counts[i].value);
    print_number("points_per_second", p->rate, ",");
    print_number("eta_seconds", p->eta, "");
    puts("}");
}

static void print_words(const char *path, const struct progress *p)
{
    char left[64];
    const struct rg_summary *s = &p->summary;
    printf("%s: %s", path, p->state);
    if (p->lock.live)
        printf(" on %s (process %lld%s%s)", p->lock.host, (long long)p->lock.pid,
               p->lock.job[0] ? ", SLURM job " : "", p->lock.job);
    printf("\n  %lld point%s: %lld done, %lld diverged, %lld failed, %lld in flight, %lld pending",
           (long long)s->points, rg_plural(s->points), (long long)s->done, (long long)s->diverged,
           (long long)s->failed, (long long)p->in_flight, (long long)p->pending);
    if (p->saved > 0)
        printf(" (%lld saved in training)", (long long)p->saved);
    puts("");
    if (p->rate > 0)
        printf("  %.3g points/s, %lld at a time\n", p->rate, (long long)p->workers);
    if (p->lock.live && isfinite(p->eta)) {
        rg_duration_print(p->eta, left, sizeof left);
        printf("  about %s left\n", left);
    }
    if (p->asked_to_stop)
        printf("  asked to stop by %s.stop\n", path);
    if (!p->lock.live && s->pending + s->failed > 0)
        puts("  the command that started it resumes it (without --only: the whole grid)");
}

static enum rg_status run(const struct rg_arguments *arguments)
{
    char path[RG_PATH_SIZE];
    struct progress progress = {0};
    RG_TRY(rg_stored_word(arguments, path));
    RG_TRY(look(path, &progress));
    if (rg_arguments_value(arguments, "--json"))
        print_json(&progress);
    else
        print_words(path, &progress);
    const int64_t n = progress.summary.unknown;
    RG_REQUIRE(n == 0, RG_ERROR_DAMAGED,
               "%s: damaged: %lld point%s of an unknown status, which count%s as pending: regime "
               "verify --repair %s",
               path, (long long)n, rg_plural(n), n == 1 ? "s" : "", path);
    return RG_OK;
}

static const struct rg_option options[] = {
    {"--json", NULL, NULL, "prints one JSON object for programs"},
    {0},
};

const struct rg_command rg_command_status = {
    .name = "status",
    .words = "FILE",
    .min_words = 1,
    .max_words = 1,
    .summary = "how far a running, killed or finished sweep is; verify checks its records",
    .reads = true,
    .options = options,
    .run = run,
};
