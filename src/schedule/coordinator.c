/* The coordinator never waits: sends are buffered, receives are probed. It is called from rank 0's own
 * tick, so an answer takes at most one training step of rank 0; teams ask one point ahead and do not
 * notice. Near the end a point is kept back for the teams that are idle.                            */
#include "schedule/coordinator.h"

#include "regime/memory.h"
#include "schedule/message.h"
#include "schedule/queue.h"

enum {
    ORDERS_AHEAD = 4
}; /* orders that can be under way to one rank: two points, a flush, the stop */
static const double report_interval = 0.1; /* seconds */

/* What is learned of the points' costs is fitted once so many are finished, and each time that they have become a
 * quarter more; but not so often that sorting takes more than this share of the time.               */
enum { FIRST_SORT = 8 };
static const double sorting_share = 1e-3;

struct team {
    int64_t wanted; /* points asked for and not given */
    bool idle;
    int64_t n_given;   /* and not finished */
    double cost_given; /* of them */
    double since;      /* the oldest of them is worked on */
};

struct rg_coordinator {
    MPI_Comm comm;
    const struct rg_job *job;
    double flush_interval;
    int team_size, n_receivers; /* teams, then left-over ranks */
    struct team *teams;         /* [n_teams] */
    struct rg_queue *queue;
    void *buffer; /* of MPI_Bsend */
    double start, last_flush, next_flush, last_report;
    int64_t next_sort; /* when so many are finished */
    double last_sort;
    enum rg_wish wish; /* the weightiest that is not yet met */
    bool stopped;
    struct rg_schedule_state state;
};

static enum rg_status set_up(struct rg_coordinator *c, const struct rg_schedule_options *options)
{
    int size, packed;
    MPI_Comm_size(c->comm, &size);
    c->team_size = options->team_size;
    c->state.n_teams = size / c->team_size;
    c->state.n_idle_ranks = size % c->team_size;
    c->n_receivers = c->state.n_teams + c->state.n_idle_ranks;
    RG_TRY(rg_alloc(&c->teams, (size_t)c->state.n_teams, sizeof *c->teams));
    RG_TRY(rg_queue_create(c->job, options->policy, c->state.n_teams, &c->queue));
    c->state.n_points = rg_queue_n_points(c->queue);
    c->next_sort = FIRST_SORT;
    MPI_Pack_size(RG_ORDER_WORDS, MPI_INT64_T, c->comm, &packed);
    int bytes = c->n_receivers * ORDERS_AHEAD * (packed + MPI_BSEND_OVERHEAD);
    RG_TRY(rg_alloc(&c->buffer, (size_t)bytes, 1));
    MPI_Buffer_attach(c->buffer, bytes);
    c->start = c->last_flush = c->last_sort = MPI_Wtime();
    c->next_flush =
        c->start + (options->first_flush > 0 ? options->first_flush : options->flush_interval);
    return RG_OK;
}

enum rg_status rg_coordinator_create(MPI_Comm comm, const struct rg_schedule_options *options,
                                     const struct rg_job *job, struct rg_coordinator **coordinator)
{
    RG_TRY(rg_alloc(coordinator, 1, sizeof **coordinator));
    struct rg_coordinator *c = *coordinator;
    c->comm = comm;
    c->job = job;
    c->flush_interval = options->flush_interval;
    enum rg_status code = set_up(c, options);
    if (code != RG_OK)
        rg_coordinator_destroy(coordinator);
    return code;
}

void rg_coordinator_destroy(struct rg_coordinator **coordinator)
{
    struct rg_coordinator *c = *coordinator;
    if (!c)
        return;
    if (c->buffer) {
        void *detached;
        int bytes;
        MPI_Buffer_detach(&detached, &bytes); /* waits until the last orders are on their way */
    }
    rg_queue_destroy(&c->queue);
    rg_free(&c->teams);
    rg_free(&c->buffer);
    rg_free(coordinator);
}

/* Of what a team has in hand, less the time that it has worked on it. */
static double cost_in_hand(const struct team *team, double now)
{
    const double left = team->cost_given - (now - team->since);
    return team->n_given > 0 && left > 0 ? left : 0;
}

const struct rg_schedule_state *rg_coordinator_state(struct rg_coordinator *c)
{
    const double now = MPI_Wtime();
    c->state.elapsed = now - c->start;
    c->state.cost_left = rg_queue_cost(c->queue);
    c->state.cost_left_squared = rg_queue_cost_squared(c->queue);
    for (int t = 0; t < c->state.n_teams; t++) {
        const double cost = cost_in_hand(&c->teams[t], now);
        c->state.cost_left += cost;
        c->state.cost_left_squared += cost * cost;
    }
    return &c->state;
}

static int first_rank(const struct rg_coordinator *c, int receiver)
{
    int n_teams = c->state.n_teams;
    return receiver < n_teams ? receiver * c->team_size
                              : n_teams * c->team_size + receiver - n_teams;
}

static void send_order(const struct rg_coordinator *c, int receiver, const struct rg_order *order)
{
    MPI_Bsend(order, rg_order_words(order), MPI_INT64_T, first_rank(c, receiver), RG_TAG_ORDER,
              c->comm);
}

static void send_to_all(const struct rg_coordinator *c, const struct rg_order *order)
{
    for (int receiver = 0; receiver < c->n_receivers; receiver++)
        send_order(c, receiver, order);
}

static void wish(struct rg_coordinator *c, enum rg_wish wish)
{
    if (wish > c->wish)
        c->wish = wish;
}

static void serve(struct rg_coordinator *c, int t)
{
    struct team *team = &c->teams[t];
    struct rg_order order = {.kind = RG_ORDER_POINTS};
    if (team->wanted == 0 || !(team->idle || rg_queue_spare(c->queue)))
        return;
    order.n_points = rg_queue_take(c->queue, t, team->wanted, order.points, &team->cost_given);
    if (order.n_points == 0)
        return;
    send_order(c, t, &order);
    if (team->n_given == 0)
        team->since = MPI_Wtime();
    team->n_given += order.n_points;
    team->wanted = 0;
    team->idle = false;
}

static void take_in_finished(struct rg_coordinator *c, struct team *team,
                             const struct rg_finished *finished)
{
    const double cost = c->job->cost(c->job->costs, finished->id);
    c->job->learn(c->job->costs, finished->id, 1e-9 * (double)finished->nanoseconds);
    c->state.finished++;
    team->n_given--;
    team->cost_given = team->n_given > 0 && team->cost_given > cost ? team->cost_given - cost : 0;
    team->since = MPI_Wtime();
}

static void take_in(struct rg_coordinator *c, int t, const struct rg_ask *ask)
{
    for (int64_t i = 0; i < ask->n_finished; i++)
        take_in_finished(c, &c->teams[t], &ask->finished[i]);
    if (ask->wants > 0)
        c->teams[t].wanted = ask->wants;
    c->teams[t].idle = ask->idle;
    wish(c, (enum rg_wish)ask->wish);
    serve(c, t);
}

/* Orders what is left by what the points so far have taken. */
static void sort_anew(struct rg_coordinator *c, double now)
{
    const double before = rg_queue_cost(c->queue);
    if (c->state.finished < c->next_sort || before <= 0 ||
        sorting_share * (now - c->last_sort) < rg_queue_sort_seconds(c->queue))
        return;
    c->job->fit(c->job->costs);
    rg_queue_sort(c->queue);
    for (int t = 0; t < c->state.n_teams; t++) /* about: which points they are is not kept */
        c->teams[t].cost_given *= rg_queue_cost(c->queue) / before;
    c->next_sort = c->state.finished + (c->state.finished + 3) / 4;
    c->last_sort = now;
}

static void receive_asks(struct rg_coordinator *c)
{
    for (;;) {
        int there;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, RG_TAG_ASK, c->comm, &there, &status);
        if (!there)
            return;
        struct rg_ask ask;
        MPI_Recv(&ask, RG_ASK_WORDS, MPI_INT64_T, status.MPI_SOURCE, RG_TAG_ASK, c->comm,
                 MPI_STATUS_IGNORE);
        take_in(c, status.MPI_SOURCE / c->team_size, &ask);
    }
}

/* A flush also where no point was finished: states of those in training are saved in it. */
static bool flush_is_due(const struct rg_coordinator *c, double now)
{
    return c->wish == RG_WISH_FLUSH || now >= c->next_flush;
}

static void stop(struct rg_coordinator *c, bool before_the_end)
{
    send_to_all(c, &(struct rg_order){.kind = RG_ORDER_STOP, .early = before_the_end});
    c->last_flush = MPI_Wtime();
    c->stopped = true;
}

static void keep_longest(double *longest, double seconds)
{
    if (seconds > *longest)
        *longest = seconds;
}

void rg_coordinator_flushed(struct rg_coordinator *c, double step)
{
    const double now = MPI_Wtime();
    keep_longest(&c->state.longest_flush, now - c->last_flush);
    keep_longest(&c->state.longest_step, step);
    /* a flush that takes longer than the interval leaves the interval for training */
    c->next_flush = now + c->flush_interval;
}

static void report(struct rg_coordinator *c, double now)
{
    if (now - c->last_report < report_interval)
        return;
    wish(c, c->job->report(c->job->context, rg_coordinator_state(c)));
    c->last_report = now;
}

void rg_coordinator_poll(struct rg_coordinator *c, double step)
{
    if (c->stopped)
        return;
    keep_longest(&c->state.longest_step, step);
    receive_asks(c);
    double now = MPI_Wtime();
    sort_anew(c, now);
    report(c, now); /* before the next flush is announced: there may be no time for it */
    if (c->state.finished == c->state.n_points) {
        stop(c, false);
    } else if (c->wish == RG_WISH_STOP) {
        stop(c, true);
    } else if (flush_is_due(c, now)) {
        send_to_all(c, &(struct rg_order){.kind = RG_ORDER_FLUSH});
        c->wish = RG_WISH_NOTHING;
        c->last_flush = now;
        c->state.flushes++;
    }
}
