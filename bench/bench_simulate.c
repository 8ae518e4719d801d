/* The coordinator where there are more ranks than here: the real queue and the real rule for blocks, on a simulated
 * clock. Rank 0 answers one message after another, looking for them at its own steps; a team asks ahead. Prints one
 * line of JSON for each number of ranks and each length of points:
 *   utilisation   share of the time that rank 0 spends on messages
 *   idle          share of all ranks' time spent waiting while there are points left to deal
 *   efficiency    share of all ranks' time spent training, to the end: the tail included
 *
 *   bench_simulate [--message-ns N] [--point-ns N] [--latency-us N] [--step-us N] [--points-per-rank N]
 *                  [--ranks N] [--point-us N]
 *
 * Without --ranks and --point-us: from 10^3 to 10^6 ranks and points of a millisecond to ten seconds, 4 minutes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "regime/memory.h"
#include "regime/schedule.h"
#include "schedule/block.h"
#include "schedule/queue.h"

const char *const bench_usage =
    "bench_simulate [--message-ns N] [--point-ns N] [--latency-us N] [--step-us N] "
    "[--points-per-rank N] [--ranks N] [--point-us N]";

enum { STOCK = 64, AHEAD = 2, POINTS_MAX = 10000000 };

enum kind { ASK, ORDER, FINISH };

struct event {
    double time;
    int32_t team;
    int16_t kind;
    int16_t wants, n_finished, idle; /* of an ask */
};

struct team {
    int64_t stock[STOCK];
    int32_t first, n_stock, n_unsaid;
    int64_t wanted;                /* as rank 0 knows it */
    int64_t n_coming;              /* in the order under way, at the end of the stock */
    bool has_asked, idle, working; /* idle as rank 0 knows it */
    double mean, begun, last_ask, idle_since;
};

struct simulation {
    double message, point, latency, step, mean; /* seconds */
    int64_t n_ranks, n_points;
    struct rg_queue *queue;
    struct team *teams;
    struct event *heap;
    int64_t n_events, room;
    double now, free, served, dry; /* dry: when the queue ran out */
    double waited, trained;
    int64_t finished;
};

/* ---- random lengths: log-normal, of which the cost model knows a part ------------------------------- */

static const double known_spread = 0.5, unknown_spread = 0.3;

static double normal(uint64_t seed)
{
    double part[2];
    for (int i = 0; i < 2; i++) {
        seed = (seed + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
        seed ^= seed >> 31;
        seed *= 0x94d049bb133111ebu;
        seed ^= seed >> 29;
        part[i] = ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
    }
    return sqrt(-2 * log(part[0])) * cos(6.283185307179586 * part[1]);
}

static double expected_seconds(const struct simulation *s, int64_t id)
{
    return s->mean * exp(known_spread * normal((uint64_t)id) - 0.5 * known_spread * known_spread);
}

static double true_seconds(const struct simulation *s, int64_t id)
{
    return expected_seconds(s, id) *
           exp(unknown_spread * normal(~(uint64_t)id) - 0.5 * unknown_spread * unknown_spread);
}

static double cost(void *simulation, int64_t id)
{
    return expected_seconds(simulation, id);
}

/* ---- events, the earliest first ---------------------------------------------------------------------- */

static void push(struct simulation *s, struct event event)
{
    int64_t i = s->n_events++;
    for (; i > 0 && s->heap[(i - 1) / 2].time > event.time; i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = event;
}

static struct event pop(struct simulation *s)
{
    const struct event first = s->heap[0], last = s->heap[--s->n_events];
    int64_t i = 0;
    for (int64_t child; (child = 2 * i + 1) < s->n_events; i = child) {
        child += child + 1 < s->n_events && s->heap[child + 1].time < s->heap[child].time;
        if (s->heap[child].time >= last.time)
            break;
        s->heap[i] = s->heap[child];
    }
    s->heap[i] = last;
    return first;
}

/* ---- a team: as in crew.c ---------------------------------------------------------------------------- */

static void ask(struct simulation *s, int64_t t, bool idle)
{
    struct team *team = &s->teams[t];
    const int64_t n = rg_block_size(s->n_ranks, team->mean, RG_BLOCK_MAX);
    const bool low = !team->has_asked && team->n_stock < (n > AHEAD ? n : AHEAD);
    const bool due = rg_block_is_due(s->n_ranks, team->n_unsaid, s->now - team->last_ask);
    if (!low && !idle && !due)
        return;
    team->has_asked |= low;
    push(s, (struct event){.time = s->now + s->latency,
                           .team = (int32_t)t,
                           .kind = ASK,
                           .wants = (int16_t)(low ? n : 0),
                           .n_finished = (int16_t)team->n_unsaid,
                           .idle = idle});
    team->n_unsaid = 0;
    team->last_ask = s->now;
}

static void begin(struct simulation *s, int64_t t)
{
    struct team *team = &s->teams[t];
    if (team->working || team->n_stock == 0)
        return;
    const int64_t id = team->stock[team->first];
    team->first = (team->first + 1) % STOCK;
    team->n_stock--;
    team->working = true;
    team->begun = s->now;
    s->waited += fmax(0, fmin(s->now, s->dry) - team->idle_since);
    ask(s, t, false);
    push(s,
         (struct event){.time = s->now + true_seconds(s, id), .team = (int32_t)t, .kind = FINISH});
}

static void finish(struct simulation *s, int64_t t)
{
    struct team *team = &s->teams[t];
    const double seconds = s->now - team->begun;
    team->mean = team->mean > 0 ? 0.5 * (team->mean + seconds) : seconds;
    team->working = false;
    team->idle_since = s->now;
    team->n_unsaid++;
    s->trained += seconds;
    s->finished++;
    ask(s, t, team->n_stock == 0);
    begin(s, t);
}

/* ---- rank 0: as in coordinator.c --------------------------------------------------------------------- */

static void serve(struct simulation *s, int64_t t)
{
    struct team *team = &s->teams[t];
    double taken = 0;
    int64_t ids[RG_BLOCK_MAX];
    if (team->wanted == 0 || !(team->idle || rg_queue_spare(s->queue)))
        return;
    const int64_t n = rg_queue_take(s->queue, 0, team->wanted, ids, &taken);
    if (n == 0) {
        s->dry = fmin(s->dry, s->now);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        team->stock[(team->first + team->n_stock + i) % STOCK] = ids[i];
    team->n_coming = n;
    team->wanted = 0;
    team->idle = false;
    s->free += s->message + (double)n * s->point;
    s->served += s->message + (double)n * s->point;
    push(s, (struct event){.time = s->free + s->latency, .team = (int32_t)t, .kind = ORDER});
}

static void take_in(struct simulation *s, const struct event *ask)
{
    struct team *team = &s->teams[ask->team];
    const double service = s->message + (double)ask->n_finished * s->point;
    const double looked = ceil(s->now / s->step) * s->step;
    s->free = fmax(s->free, looked) + service;
    s->served += service;
    if (ask->wants > 0)
        team->wanted = ask->wants;
    team->idle = ask->idle;
    serve(s, ask->team);
}

static void take_out(struct simulation *s, int64_t t)
{
    struct team *team = &s->teams[t];
    team->n_stock += (int32_t)team->n_coming;
    team->has_asked = false;
    begin(s, t);
}

/* ---- a run ------------------------------------------------------------------------------------------- */

static enum rg_status set_up(struct simulation *s, struct rg_job *job, uint8_t **skip)
{
    s->room = 8 * s->n_ranks + 64;
    RG_TRY(rg_alloc(&s->teams, (size_t)s->n_ranks, sizeof *s->teams));
    RG_TRY(rg_alloc(&s->heap, (size_t)s->room, sizeof *s->heap));
    RG_TRY(rg_alloc(skip, (size_t)s->n_points, 1));
    *job = (struct rg_job){.n = s->n_points, .skip = *skip, .cost = cost, .costs = s};
    return rg_queue_create(job, rg_policy_find("dynamic"), (int)s->n_ranks, &s->queue);
}

static void play(struct simulation *s)
{
    static void (*const acts[])(struct simulation *, int64_t) = {
        [ORDER] = take_out, [FINISH] = finish};
    for (int64_t t = 0; t < s->n_ranks; t++)
        ask(s, t, true);
    while (s->finished < s->n_points) {
        const struct event event = pop(s);
        s->now = event.time;
        if (event.kind == ASK)
            take_in(s, &event);
        else
            acts[event.kind](s, event.team);
    }
}

static enum rg_status simulate(struct simulation s)
{
    struct rg_job job;
    uint8_t *skip = NULL;
    s.dry = INFINITY;
    enum rg_status code = set_up(&s, &job, &skip);
    if (code == RG_OK) {
        play(&s);
        const double ranks = (double)s.n_ranks, dry = fmin(s.dry, s.now);
        printf(
            "{\"ranks\": %lld, \"point_seconds\": %g, \"points\": %lld, \"block\": %lld, "
            "\"points_per_second\": %.0f, \"utilisation\": %.3f, \"idle\": %.4f, "
            "\"efficiency\": %.3f}\n",
            (long long)s.n_ranks, s.mean, (long long)s.n_points,
            (long long)rg_block_size(s.n_ranks, s.mean, RG_BLOCK_MAX), (double)s.n_points / s.now,
            fmin(s.served / s.now, 1), s.waited / (ranks * dry), s.trained / (ranks * s.now));
        fflush(stdout);
    }
    rg_queue_destroy(&s.queue);
    rg_free(&s.teams);
    rg_free(&s.heap);
    rg_free(&skip);
    return code;
}

enum rg_status bench_run(int argc, char **argv)
{
    enum { MANY = 1000000000 };
    int message = 2000, point = 200, latency = 20, step = 1000, points = 40, ranks = 0, length = 0;
    const struct bench_option options[] = {
        {"--message-ns", MANY, &message, NULL},     {"--point-ns", MANY, &point, NULL},
        {"--latency-us", MANY, &latency, NULL},     {"--step-us", MANY, &step, NULL},
        {"--points-per-rank", MANY, &points, NULL}, {"--ranks", 1 << 24, &ranks, NULL},
        {"--point-us", MANY, &length, NULL}};
    static const int64_t all_ranks[] = {1000, 10000, 100000, 1000000};
    static const double all_lengths[] = {0.001, 0.01, 0.1, 1, 10};
    RG_TRY(bench_take_options(7, options, &argc, argv));
    for (size_t r = 0; r < (ranks ? 1 : sizeof all_ranks / sizeof *all_ranks); r++)
        for (size_t k = 0; k < (length ? 1 : sizeof all_lengths / sizeof *all_lengths); k++) {
            const int64_t n = ranks ? ranks : all_ranks[r], many = n * points;
            RG_TRY(
                simulate((struct simulation){.message = 1e-9 * message,
                                             .point = 1e-9 * point,
                                             .latency = 1e-6 * latency,
                                             .step = 1e-6 * step,
                                             .mean = length ? 1e-6 * length : all_lengths[k],
                                             .n_ranks = n,
                                             .n_points = many < POINTS_MAX ? many : POINTS_MAX}));
        }
    return RG_OK;
}
