/* What `regime plan` prints: the sweep, its sizes, its hours, and how far an existing file is. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/plan.h"
#include "regime/schedule.h"
#include "regime/store.h"
#include "regime/text.h"
#include "regime/train.h"
#include "regime/write.h"

static const double timing_budget = 2; /* seconds */

/* ---- what the sweep is -------------------------------------------------------------------------- */

static void print_member(const struct rg_spec *spec, const struct rg_axis *axis,
                         const struct rg_member *member)
{
    char first[RG_NAME_MAX], last[RG_NAME_MAX];
    rg_member_print(spec, axis, member, 0, first, sizeof first);
    rg_member_print(spec, axis, member, axis->count - 1, last, sizeof last);
    printf("    %-20s %12lld   %s%s%s\n", rg_member_name(spec, member), (long long)axis->count,
           first, axis->count > 1 ? " .. " : "", axis->count > 1 ? last : "");
}

static void print_axes(const struct rg_spec *spec)
{
    for (int a = 0; a < spec->n_axes; a++) {
        const struct rg_axis *axis = &spec->axes[a];
        if (axis->n_members > 1)
            printf("    %s, together:\n", axis->name);
        for (int m = 0; m < axis->n_members; m++)
            print_member(spec, axis, &axis->members[m]);
    }
}

static void print_points(const struct rg_plan *plan)
{
    int64_t n = rg_slice_points(plan->spec, &plan->slice);
    printf("  points   %lld", (long long)plan->spec->n_points);
    char picked[1024];
    rg_slice_print(plan->spec, &plan->slice, picked, sizeof picked);
    if (picked[0])
        printf(", of which --only takes %lld: %s", (long long)n, picked);
    putchar('\n');
    if (plan->spec->declared)
        return;
    printf("  records  %lld a point, epochs 0 to %lld\n", (long long)plan->spec->n_records,
           (long long)plan->spec->record_epochs[plan->spec->n_records - 1]);
}

/* Which points they are of, for a value that is not on an axis has become the nearest one. */
static void print_snapshots(const struct rg_plan *plan)
{
    enum { SHOWN = 4 };
    const struct rg_layout *layout = plan->layout;
    char bytes[32], point[1024];
    if (layout->n_snapshots == 0)
        return;
    rg_bytes_print((double)(layout->record_size - layout->common_size), bytes, sizeof bytes);
    printf("  snapshots %lld point%s, %s each\n", (long long)layout->n_snapshots,
           rg_plural(layout->n_snapshots), bytes);
    for (int64_t i = 0; i < layout->n_snapshots && i < SHOWN; i++) {
        rg_grid_print(plan->spec, layout->snapshots[i], point, sizeof point);
        printf("           %s\n", point);
    }
    if (layout->n_snapshots > SHOWN)
        puts("           ...");
}

static void print_weights(const struct rg_spec *spec)
{
    double one = rg_spec_weight_bytes(spec);
    char all[32];
    rg_bytes_print(one * (double)spec->n_points, all, sizeof all);
    if (spec->keep == 0 && one > 0)
        printf("           without weights (keep = (\"final\"); adds %s)\n", all);
}

static int ranks_per_point(const struct rg_spec *spec)
{
    return spec->team[0] * spec->team[1];
}

/* A file that is there already has its room. */
static void print_file(const struct rg_plan *plan)
{
    const double bytes = rg_file_planned(plan->spec, plan->layout);
    char file[32], wanted[32], there[32];
    double room;
    const bool fits = rg_file_fits(plan->path, bytes, &room);
    rg_bytes_print(bytes, file, sizeof file);
    rg_bytes_print(rg_file_required(bytes), wanted, sizeof wanted);
    rg_bytes_print(room, there, sizeof there);
    printf("  file     %s: %s", plan->path, file);
    if (!fits && !isnan(room) && access(plan->path, F_OK) != 0)
        printf("; does not fit: only %s are free there, with its margin it needs %s", there,
               wanted);
    putchar('\n');
}

/* Rank 0 of a run keeps one byte for each point of the grid beside the queue. */
static void print_rank_0(const struct rg_plan *plan)
{
    char bytes[32];
    const double points = (double)rg_slice_points(plan->spec, &plan->slice);
    rg_bytes_print((double)plan->spec->n_points + RG_BYTES_A_POINT * points, bytes, sizeof bytes);
    printf("           and %s on rank 0, which deals the points\n", bytes);
}

/* What a rank of a run takes, but for what solvers and products of a team ask for on their way; records wait for a flush while the next one is made. */
static void print_memory(const struct rg_plan *plan)
{
    static const double program = 112 << 20; /* code, MPI, HDF5, buffers of a flush: measured */
    const struct rg_spec *spec = plan->spec;
    const double points = (double)rg_slice_points(spec, &plan->slice);
    const double record = (double)plan->layout->record_size;
    const struct {
        const char *name;
        double bytes;
    } parts[] = {
        {"program", program},
        {"network", (double)spec->model->memory(spec->largest, spec->team)},
        {"records", record + fmin(RG_HELD_MAX + record, record * points)},
        {"data", spec->data ? (double)spec->data->n_values * sizeof(double) : 0},
    };
    const size_t n = sizeof parts / sizeof *parts - (spec->data == NULL);
    double sum = 0;
    char bytes[32];
    for (size_t i = 0; i < n; i++)
        sum += parts[i].bytes;
    rg_bytes_print(sum, bytes, sizeof bytes);
    printf("  memory   about %s a rank (", bytes);
    for (size_t i = 0; i < n; i++) {
        rg_bytes_print(parts[i].bytes, bytes, sizeof bytes);
        printf("%s%s %s", i ? ", " : "", parts[i].name, bytes);
    }
    puts(spec->declared ? "), and what the command takes" : ")");
    print_rank_0(plan);
}

void rg_plan_print_sweep(const struct rg_plan *plan)
{
    const struct rg_spec *spec = plan->spec;
    printf("%s: %s, model %s, seed %llu\n", spec->path, spec->name, spec->model->name,
           (unsigned long long)spec->seed);
    printf("  axes     %s\n", spec->n_axes ? "outermost first" : "none: one point");
    print_axes(spec);
    print_points(plan);
    print_memory(plan);
    print_file(plan);
    print_weights(spec);
    print_snapshots(plan);
}

/* ---- how long it takes -------------------------------------------------------------------------- */

void rg_plan_print_ranks(const struct rg_plan *plan)
{
    int team = ranks_per_point(plan->spec);
    printf("  ranks    %lld", (long long)plan->n_ranks);
    if (team > 1)
        printf(": %lld team%s of %d, %lld left over", (long long)plan->n_teams,
               rg_plural(plan->n_teams), team, (long long)(plan->n_ranks % team));
    putchar('\n');
}

/* Wall time of this many seconds of training, dealt to the ranks. */
static double wall_seconds(const struct rg_plan *plan, double seconds)
{
    return seconds / fmin((double)plan->n_teams, (double)rg_slice_points(plan->spec, &plan->slice));
}

static void print_estimate(const struct rg_plan *plan, const char *what, double seconds,
                           double wall)
{
    char text[64];
    rg_duration_print(wall, text, sizeof text);
    printf("  %-8s %.3g core-hours, %s on %lld rank%s", what, seconds / 3600, text,
           (long long)plan->n_ranks, rg_plural(plan->n_ranks));
}

static void print_limit(const struct rg_plan *plan, const char *what, double wall, const char *fits)
{
    char limit[64];
    if (isnan(plan->time_limit))
        return;
    rg_duration_print(plan->time_limit, limit, sizeof limit);
    if (wall <= plan->time_limit)
        printf("  limit    %s %s %s\n", what, fits, limit);
    else
        printf("  limit    %s does not fit %s: about %.0f runs, each resumes the last\n", what,
               limit, ceil(wall / plan->time_limit));
}

/* Seconds of all that a point does beside its epochs; NaN: some of it is unknown. */
static double beside_epochs(const struct rg_timed *timed)
{
    double sum = 0;
    for (int kind = 0; kind < RG_N_TIMES; kind++)
        if (kind != RG_TIME_EPOCH && timed->counts[kind] > 0)
            sum += timed->counts[kind] * timed->seconds[kind];
    return sum;
}

static void print_timed(const struct rg_plan *plan, const struct rg_timing *timing)
{
    puts(plan->spec->declared
             ? "  timed    on one rank: the command; its answer:"
             : "  timed    on one rank: an epoch; all measures of the point, to max_epochs:");
    for (int i = 0; i < timing->n_timed; i++) {
        const struct rg_timed *timed = &timing->timed[i];
        const double epoch = timed->seconds[RG_TIME_EPOCH], rest = beside_epochs(timed);
        char point[256], measures[64] = "too long to be timed";
        rg_grid_print(plan->spec, timed->id, point, sizeof point);
        if (!isnan(rest))
            rg_duration_print(rest, measures, sizeof measures);
        if (isnan(epoch) && isnan(rest))
            printf("    %s   %s\n", measures, point);
        else if (isnan(epoch))
            printf("    too long to be timed; %s   %s\n", measures, point);
        else
            printf("    %.3g ms; %s   %s\n", epoch * 1e3, measures, point);
    }
}

static void print_estimates(const struct rg_plan *plan, const struct rg_timing *timing)
{
    const double wall = fmax(wall_seconds(plan, timing->bound), timing->longest);
    const char *fits = timing->lacking ? "without these measures fits" : "fits";
    if (timing->lacking)
        puts("           without some measures: none of them ended while it was timed");
    if (!timing->may_stop) {
        print_estimate(plan, timing->lacking ? "more than" : "time", timing->bound, wall);
        puts(plan->spec->declared ? "" : ": every point to max_epochs");
        print_limit(plan, "it", wall, fits);
        return;
    }
    double likely = wall_seconds(plan, timing->guess);
    print_estimate(plan, "at most", timing->bound, wall);
    puts(": every point to max_epochs. An upper bound:\n           most points stop by their loss");
    print_estimate(plan, "likely", timing->guess, likely);
    puts(": where the model guesses that points stop");
    print_limit(plan, "the upper bound", wall, fits);
    if (wall > plan->time_limit)
        print_limit(plan, "the likely time", likely, fits);
}

enum rg_status rg_plan_print_time(const struct rg_plan *plan)
{
    struct rg_timing timing;
    const int team = ranks_per_point(plan->spec);
    if (team > 1) {
        printf(
            "  time     not timed: %d ranks work on each point; regime status gives the rate of a "
            "run\n",
            team);
        return RG_OK;
    }
    RG_TRY(rg_plan_time(plan->spec, &plan->slice, timing_budget, &timing));
    print_timed(plan, &timing);
    if (timing.sampled)
        puts("           (and summed over an even sample of the points)");
    if (isnan(timing.bound))
        printf("  time     unknown: no %s ended while it was timed\n",
               plan->spec->declared ? "command" : "epoch");
    else
        print_estimates(plan, &timing);
    return RG_OK;
}

/* ---- what is done already ----------------------------------------------------------------------- */

static void print_progress(const struct rg_plan *plan, const struct rg_summary *summary,
                           double mean_left)
{
    int64_t finished = summary->done + summary->diverged;
    int64_t rest = summary->pending + summary->failed;
    printf("  so far   %s: %lld of %lld point%s finished", plan->path, (long long)finished,
           (long long)summary->points, rg_plural(summary->points));
    if (finished == 0 || rest == 0 || isnan(mean_left)) {
        puts(rest == 0 ? ": complete" : "");
        return;
    }
    char mean[64], left[64];
    double seconds = summary->busy_seconds / (double)finished;
    double wall = fmax((double)rest * mean_left / (double)plan->n_teams, mean_left);
    rg_duration_print(seconds, mean, sizeof mean);
    rg_duration_print(wall, left, sizeof left);
    printf(", %s each; the rest in about %s\n", mean, left);
    print_limit(plan, "the rest", wall, "fits");
}

/* What run will refuse does not make the plan wrong. */
static void warn_of_another(void)
{
    fflush(stdout);
    rg_warn("%s", rg_error_message());
    rg_error_clear();
}

enum rg_status rg_plan_print_existing(const struct rg_plan *plan)
{
    if (access(plan->path, F_OK) != 0)
        return RG_OK;
    struct rg_store *store = NULL;
    struct rg_summary summary;
    double mean_left = NAN;
    RG_TRY(rg_store_open(plan->path, &store));
    enum rg_status code = rg_store_check_sweep(store, plan->spec, rg_arithmetic(plan->spec->model));
    const bool differs = code == RG_ERROR_USER;
    if (code == RG_OK)
        code = rg_store_summary(store, &summary);
    if (code == RG_OK)
        mean_left = rg_stored_mean_left(store, plan->spec);
    rg_store_close(&store);
    if (differs) {
        warn_of_another();
        return RG_OK;
    }
    RG_TRY(code);
    print_progress(plan, &summary, mean_left);
    return RG_OK;
}
