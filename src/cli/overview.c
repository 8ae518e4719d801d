/* See overview.h. The counts come from the file, of which all but the records is checked: a look at a large file
 * must take no time. Whether a run holds it, its lock tells. The rate is that of the finished points, which
 * interruptions do not touch: points per busy second of one rank, times the ranks at work: those of a live
 * run are as many as its points in flight, whoever worked before it was resumed. What is left is estimated as a run
 * estimates it, by what the finished points tell of the others.                                      */
#include "cli/overview.h"

#include <math.h>
#include <unistd.h>

#include "cli/cli.h"
#include "regime/grid.h"
#include "regime/text.h"

static void estimate(struct rg_overview *p)
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
    const double mean = left > 0 && p->lock.live && p->readable
                            ? rg_stored_mean_left(p->stored.store, p->stored.spec)
                            : NAN;
    p->eta = left == 0       ? 0
             : !p->lock.live ? NAN
             : isnan(mean)   ? (double)left / p->rate
                             : (double)left * mean / (double)p->workers;
}

/* A sweep that this program does not read as the one that wrote the file has its counts all the same. */
static enum rg_status open_sweep(const char *path, struct rg_overview *o)
{
    const enum rg_status code = rg_stored_open(path, &o->stored);
    if (!o->stored.store)
        return code;
    o->readable = code == RG_OK;
    if (!o->readable)
        snprintf(o->why_not, sizeof o->why_not, "%s", rg_error_message());
    rg_error_clear();
    return RG_OK;
}

enum rg_status rg_overview_open(const char *path, struct rg_overview *o)
{
    char stop[RG_PATH_SIZE + 8];
    *o = (struct rg_overview){0};
    RG_TRY(open_sweep(path, o));
    rg_lock_look(path, &o->lock);
    snprintf(stop, sizeof stop, "%s.stop", path);
    o->asked_to_stop = access(stop, F_OK) == 0;
    RG_TRY(rg_store_check_frame(o->stored.store));
    RG_TRY(rg_store_summary(o->stored.store, &o->summary));
    if (!o->lock.live && o->summary.pending > 0)
        o->saved = rg_stored_n_saved(o->stored.store, path, o->summary.points);
    estimate(o);
    return RG_OK;
}

void rg_overview_close(struct rg_overview *overview)
{
    rg_stored_close(&overview->stored);
}

const struct rg_term rg_overview_keys[] = {
    {"state", "`running`, `stopping` (asked to), `stopped` or `complete`"},
    {"points", "Of the whole grid: done, diverged, failed, in flight and pending together"},
    {"done", "Trained"},
    {"diverged", "Ended by a loss that is no number, which is a result too"},
    {"failed", "To be tried again by the next run"},
    {"in_flight", "In training now"},
    {"pending", "To be trained, or trained on by the next run"},
    {"saved", "Those of the pending ones whose training goes on where it was"},
    {"points_per_second", "Of all ranks together; null before the first point is done"},
    {"eta_seconds", "Until the run ends; 0 of a complete one, null where nobody can tell"},
    {0},
};

static void print_number(FILE *out, const char *name, double value)
{
    if (isfinite(value))
        fprintf(out, ",\n  \"%s\": %.6g", name, value);
    else
        fprintf(out, ",\n  \"%s\": null", name);
}

void rg_overview_print_json(FILE *out, const struct rg_overview *p)
{
    const struct rg_term *key = rg_overview_keys;
    const int64_t counts[] = {p->summary.points, p->summary.done, p->summary.diverged,
                              p->summary.failed, p->in_flight,    p->pending,
                              p->saved};
    fprintf(out, "{\n  \"%s\": \"%s\"", key++->term, p->state);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        fprintf(out, ",\n  \"%s\": %lld", key++->term, (long long)counts[i]);
    print_number(out, key++->term, p->rate);
    print_number(out, key->term, p->eta);
    fputs("\n}\n", out);
}

/* Why, if the model has a code for that. */
static enum rg_status print_reason(FILE *out, const struct rg_stored *stored, int64_t id)
{
    for (int f = 0; f < stored->layout->n_common; f++) {
        const struct rg_field *field = &stored->layout->fields[f];
        char name[RG_NAME_MAX];
        uint8_t code;
        if (!(field->column->flags & RG_REASON))
            continue;
        RG_TRY(rg_store_field(stored->store, field, id, &code));
        if (rg_choice_name(field->column->meanings, code, name, sizeof name))
            fprintf(out, ": %s", name);
    }
    return RG_OK;
}

static enum rg_status print_failures(FILE *out, const struct rg_overview *p)
{
    const struct rg_stored *stored = &p->stored;
    for (int i = 0; i < p->summary.n_failures && p->readable; i++) {
        const struct rg_stored_time *failure = &p->summary.failures[i];
        char place[1024], host[RG_NAME_MAX], ago[64];
        rg_grid_print(stored->spec, failure->id, place, sizeof place);
        rg_ago_print(failure->start + failure->wall_seconds, ago, sizeof ago);
        RG_TRY(rg_store_host(stored->store, failure->id, host));
        fprintf(out, "  failed: %s on %s, rank %lld, %s", place, host, (long long)failure->rank,
                ago);
        RG_TRY(print_reason(out, stored, failure->id));
        fputc('\n', out);
    }
    return RG_OK;
}

enum rg_status rg_overview_print(FILE *out, const char *path, const struct rg_overview *p)
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
    return print_failures(out, p);
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
