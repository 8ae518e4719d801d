/* See overview.h. The counts come from the file, of which all but the records is checked: a look at a large file
 * must take no time. Whether a run holds it, its lock tells. The rate is that of the finished points, which
 * interruptions do not touch: points per busy second of one rank, times the ranks at work: those of a live
 * run are as many as its points in flight, whoever worked before it was resumed. What is left is estimated as a run
 * estimates it, by what the finished points tell of the others.                                      */
#include "cli/overview.h"

#include <math.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/stored.h"
#include "regime/text.h"

/* NaN where this program does not read the sweep as the one that wrote the file. */
static double mean_left(const char *path)
{
    struct rg_stored stored;
    double seconds = NAN;
    if (rg_stored_open(path, &stored) == RG_OK)
        seconds = rg_stored_mean_left(stored.store, stored.spec);
    rg_stored_close(&stored);
    rg_error_clear();
    return seconds;
}

static void estimate(const char *path, struct rg_overview *p)
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
    const double mean = left > 0 && p->lock.live ? mean_left(path) : NAN;
    p->eta = left == 0       ? 0
             : !p->lock.live ? NAN
             : isnan(mean)   ? (double)left / p->rate
                             : (double)left * mean / (double)p->workers;
}

static enum rg_status look(const char *path, struct rg_store *store, struct rg_overview *o)
{
    char stop[RG_PATH_SIZE + 8];
    rg_lock_look(path, &o->lock);
    snprintf(stop, sizeof stop, "%s.stop", path);
    o->asked_to_stop = access(stop, F_OK) == 0;
    RG_TRY(rg_store_check_frame(store));
    RG_TRY(rg_store_summary(store, &o->summary));
    o->saved = !o->lock.live && o->summary.pending > 0
                   ? rg_stored_n_saved(store, path, o->summary.points)
                   : 0;
    estimate(path, o);
    return RG_OK;
}

enum rg_status rg_overview_take(const char *path, struct rg_overview *overview)
{
    struct rg_store *store = NULL;
    RG_TRY(rg_store_open(path, &store));
    const enum rg_status code = look(path, store, overview);
    rg_store_close(&store);
    RG_TRY(code);
    return RG_OK;
}

static void print_number(FILE *out, const char *name, double value, const char *end)
{
    if (isfinite(value))
        fprintf(out, "  \"%s\": %.6g%s\n", name, value, end);
    else
        fprintf(out, "  \"%s\": null%s\n", name, end);
}

void rg_overview_print_json(FILE *out, const struct rg_overview *p)
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
    fprintf(out, "{\n  \"state\": \"%s\",\n", p->state);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        fprintf(out, "  \"%s\": %lld,\n", counts[i].name, (long long)counts[i].value);
    print_number(out, "points_per_second", p->rate, ",");
    print_number(out, "eta_seconds", p->eta, "");
    fputs("}\n", out);
}

void rg_overview_print(FILE *out, const char *path, const struct rg_overview *p)
{
    char left[64];
    const struct rg_summary *s = &p->summary;
    fprintf(out, "%s: %s", path, p->state);
    if (p->lock.live)
        fprintf(out, " on %s (process %lld%s%s)", p->lock.host, (long long)p->lock.pid,
                p->lock.job[0] ? ", SLURM job " : "", p->lock.job);
    fprintf(out,
            "\n  %lld point%s: %lld done, %lld diverged, %lld failed, %lld in flight, %lld pending",
            (long long)s->points, rg_plural(s->points), (long long)s->done, (long long)s->diverged,
            (long long)s->failed, (long long)p->in_flight, (long long)p->pending);
    if (p->saved > 0)
        fprintf(out, " (%lld saved in training)", (long long)p->saved);
    fputc('\n', out);
    if (p->rate > 0)
        fprintf(out, "  %.3g points/s, %lld at a time\n", p->rate, (long long)p->workers);
    if (p->lock.live && isfinite(p->eta)) {
        rg_duration_print(p->eta, left, sizeof left);
        fprintf(out, "  about %s left\n", left);
    }
    if (p->asked_to_stop)
        fprintf(out, "  asked to stop by %s.stop\n", path);
    if (!p->lock.live && s->pending + s->failed > 0)
        fputs("  the command that started it resumes it (without --only: the whole grid)\n", out);
}

enum rg_status rg_overview_judge(const char *path, const struct rg_overview *overview)
{
    const int64_t n = overview->summary.unknown;
    RG_REQUIRE(n == 0, RG_ERROR_DAMAGED,
               "%s: damaged: %lld point%s of an unknown status, which count%s as pending: regime "
               "verify --repair %s",
               path, (long long)n, rg_plural(n), n == 1 ? "s" : "", path);
    return RG_OK;
}
