/* Every rank's side of a run. The ranks are split into teams; the first rank of a team talks to the
 * coordinator and tells its team what to do next. Ranks left over by the split are teams of one that
 * never ask for a point. While a point is worked on, the tick takes in orders: a flush is joined at
 * once and by the whole team at the same step, a further point waits until this one ends.            */
#include <sched.h>
#include <time.h>

#include "regime/memory.h"
#include "regime/schedule.h"
#include "schedule/block.h"
#include "schedule/coordinator.h"
#include "schedule/message.h"

enum { POINTS_AHEAD = 2, POINTS_ROOM = 2 * RG_BLOCK_MAX + POINTS_AHEAD, PATIENT_POLLS = 200 };
/* Seconds between looks for messages while working. Each look lets MPI make progress, and on shared cores
 * MPI may yield the core then: seldom enough to cost nothing, often enough for an answer within a tick. */
static const double poll_interval = 1e-3;

struct crew {
    MPI_Comm comm, team;
    const struct rg_job *job;
    struct rg_coordinator *coordinator; /* rank 0 only */
    bool leads, may_ask;
    int team_size, n_teams;
    struct rg_ask ask, asked; /* what is to be told next; the message under way, and its request */
    MPI_Request asking;
    double last_ask, point_seconds; /* of late; 0: unknown */
    int64_t points[POINTS_ROOM];    /* given and not begun: a ring */
    int first_point, n_points;
    int64_t n_wanted; /* asked for and not given */
    int most_wanted;
    int64_t n_done;
    bool flush_ordered, stop_ordered;
    bool early;                        /* the stop comes before the end */
    bool rescued;                      /* what was in hand is saved, for this rank is told to end */
    enum rg_status flushed;            /* what the last flush returned, on all ranks */
    double last_poll, longest_step;    /* between two polls: what is in between takes no orders */
    double working, waiting, flushing; /* seconds */
};

/* ---- talking to rank 0 --------------------------------------------------------------------------- */

static bool is_due(const struct crew *crew)
{
    return rg_block_is_due(crew->n_teams, crew->ask.n_finished, MPI_Wtime() - crew->last_ask);
}

/* Tells rank 0 what is finished, and what is wanted to stay a little ahead. */
static void ask(struct crew *crew, bool idle)
{
    struct rg_ask *next = &crew->ask;
    if (!crew->may_ask)
        return;
    const int64_t n = rg_block_size(crew->n_teams, crew->point_seconds, crew->most_wanted);
    const bool low = crew->n_wanted == 0 && crew->n_points < (n > POINTS_AHEAD ? n : POINTS_AHEAD);
    next->wants = low ? n : 0;
    next->idle = idle;
    next->wish = crew->job->wish(crew->job->context);
    if (!low && !idle && next->wish == RG_WISH_NOTHING && !is_due(crew))
        return;
    crew->n_wanted += next->wants;
    MPI_Wait(&crew->asking, MPI_STATUS_IGNORE);
    crew->asked = *next;
    next->n_finished = 0;
    MPI_Isend(&crew->asked, rg_ask_words(&crew->asked), MPI_INT64_T, 0, RG_TAG_ASK, crew->comm,
              &crew->asking);
    crew->last_ask = MPI_Wtime();
}

static void note_finished(struct crew *crew, int64_t id, double seconds)
{
    const double before = crew->n_done > 0 ? crew->point_seconds : seconds;
    crew->point_seconds = 0.5 * (before + seconds);
    crew->n_done++;
    crew->ask.finished[crew->ask.n_finished++] = (struct rg_finished){id, (int64_t)(1e9 * seconds)};
    ask(crew, crew->n_points == 0);
}

static void obey(struct crew *crew, const struct rg_order *order)
{
    switch ((enum rg_order_kind)order->kind) {
        case RG_ORDER_POINTS:
            for (int64_t i = 0; i < order->n_points; i++)
                crew->points[(crew->first_point + crew->n_points++) % POINTS_ROOM] =
                    order->points[i];
            crew->n_wanted = 0;
            break;
        case RG_ORDER_FLUSH:
            crew->flush_ordered = true;
            break;
        case RG_ORDER_STOP:
            crew->stop_ordered = true;
            crew->early = order->early == 1;
            break;
    }
}

static int64_t take_point(struct crew *crew)
{
    const int64_t id = crew->points[crew->first_point];
    crew->first_point = (crew->first_point + 1) % POINTS_ROOM;
    crew->n_points--;
    return id;
}

/* Takes in orders up to a flush, which must be joined before later orders count. Leaders only. */
static void poll(struct crew *crew)
{
    const double step = MPI_Wtime() - crew->last_poll;
    if (step > crew->longest_step)
        crew->longest_step = step;
    if (crew->coordinator)
        rg_coordinator_poll(crew->coordinator, step);
    int there = 1;
    while (!crew->flush_ordered && !crew->stop_ordered) {
        MPI_Iprobe(0, RG_TAG_ORDER, crew->comm, &there, MPI_STATUS_IGNORE);
        if (!there)
            break;
        struct rg_order order;
        MPI_Recv(&order, RG_ORDER_WORDS, MPI_INT64_T, 0, RG_TAG_ORDER, crew->comm,
                 MPI_STATUS_IGNORE);
        obey(crew, &order);
    }
    crew->last_poll = MPI_Wtime();
}

/* ---- working ------------------------------------------------------------------------------------- */

static enum rg_status join_flush(struct crew *crew, bool last)
{
    double start = MPI_Wtime(), longest = 0;
    crew->flush_ordered = false;
    crew->flushed = crew->job->flush(crew->job->context, last);
    if (crew->flushed == RG_OK)
        MPI_Reduce(&crew->longest_step, &longest, 1, MPI_DOUBLE, MPI_MAX, 0, crew->comm);
    crew->last_poll = MPI_Wtime();
    crew->flushing += crew->last_poll - start;
    if (crew->coordinator)
        rg_coordinator_flushed(crew->coordinator, longest);
    return crew->flushed;
}

static bool is_alarmed(const struct crew *crew)
{
    return !crew->rescued && crew->job->alarmed(crew->job->context);
}

/* What is saved first needs nobody but the team; then the coordinator hears of it. */
static void rescue(struct crew *crew)
{
    crew->rescued = true;
    crew->job->rescue(crew->job->context);
    ask(crew, false);
}

/* Stops what is in training. All ranks of the run do. */
static enum rg_status leave(struct crew *crew)
{
    RG_TRY(join_flush(crew, true));
    return crew->flushed = RG_STOPPED;
}

/* What the leader knows, done by its team at one and the same step. */
static enum rg_status tick(void *context)
{
    enum { FLUSH = 1, STOP = 2, RESCUE = 4 };
    struct crew *crew = context;
    if (crew->leads && MPI_Wtime() - crew->last_poll >= poll_interval) {
        poll(crew);
        if (is_due(crew))
            ask(crew, false);
    }
    int what = (crew->flush_ordered ? FLUSH : 0) | (crew->stop_ordered ? STOP : 0) |
               (is_alarmed(crew) ? RESCUE : 0);
    if (crew->team_size > 1)
        MPI_Bcast(&what, 1, MPI_INT, 0, crew->team);
    if (what & RESCUE)
        rescue(crew);
    if (what & FLUSH)
        RG_TRY(join_flush(crew, false));
    return what & STOP ? leave(crew) : RG_OK;
}

static enum rg_status work(struct crew *crew, int64_t id)
{
    struct rg_tick between_steps = {tick, crew};
    const double start = MPI_Wtime(), flushed = crew->flushing;
    enum rg_status code = crew->job->work(crew->job->context, crew->team, id, &between_steps);
    const double seconds = MPI_Wtime() - start - (crew->flushing - flushed);
    crew->working += seconds;
    if (code == RG_OK && crew->leads)
        note_finished(crew, id, seconds);
    return code == RG_OK || code == crew->flushed ? code : RG_ERROR_SYSTEM;
}

/* Waits for an order, eagerly at first, then without burning the core. Leaders only. */
static void wait_for_order(struct crew *crew)
{
    double start = MPI_Wtime();
    for (int polls = 0;; polls++) {
        poll(crew);
        if (is_alarmed(crew))
            rescue(crew);
        if (crew->n_points > 0 || crew->flush_ordered || crew->stop_ordered)
            break;
        if (polls < PATIENT_POLLS)
            sched_yield();
        else
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    crew->waiting += MPI_Wtime() - start;
}

/* What the team does next, decided by its leader: one order, the same on all its ranks. */
static struct rg_order next_order(struct crew *crew)
{
    struct rg_order order = {.kind = RG_ORDER_STOP};
    if (crew->leads) {
        if (crew->n_points == 0 || crew->flush_ordered)
            wait_for_order(crew);
        if (crew->flush_ordered) {
            order.kind = RG_ORDER_FLUSH;
        } else if (crew->n_points > 0 && !crew->stop_ordered) {
            order = (struct rg_order){.kind = RG_ORDER_POINTS, .points = {take_point(crew)}};
        } else {
            order.early = crew->early;
        }
    }
    if (crew->team_size > 1)
        MPI_Bcast(&order, RG_ORDER_WORDS, MPI_INT64_T, 0, crew->team);
    return order;
}

static enum rg_status work_through(struct crew *crew)
{
    ask(crew, true);
    for (;;) {
        struct rg_order order = next_order(crew);
        if (order.kind == RG_ORDER_STOP)
            return order.early == 1 ? leave(crew) : join_flush(crew, true);
        if (order.kind == RG_ORDER_FLUSH) {
            RG_TRY(join_flush(crew, false));
            continue;
        }
        ask(crew, false); /* ahead, before this one begins */
        RG_TRY(work(crew, order.points[0]));
    }
}

/* ---- the run ------------------------------------------------------------------------------------- */

/* Rank r belongs to team r / team_size; left-over ranks are alone. */
static void split(struct crew *crew, int team_size)
{
    int rank, size, team_rank;
    MPI_Comm_rank(crew->comm, &rank);
    MPI_Comm_size(crew->comm, &size);
    crew->n_teams = size / team_size;
    crew->may_ask = rank < crew->n_teams * team_size;
    int color = crew->may_ask ? rank / team_size : crew->n_teams + rank;
    MPI_Comm_split(crew->comm, color, rank, &crew->team);
    MPI_Comm_rank(crew->team, &team_rank);
    MPI_Comm_size(crew->team, &crew->team_size);
    crew->leads = team_rank == 0;
    crew->may_ask &= crew->leads;
}

static enum rg_status run_crew(struct crew *crew, const struct rg_schedule_options *options,
                               struct rg_schedule_state *result)
{
    int rank;
    MPI_Comm_rank(crew->comm, &rank);
    if (rank == 0)
        RG_TRY(rg_coordinator_create(crew->comm, options, crew->job, &crew->coordinator));
    crew->last_poll = MPI_Wtime();
    enum rg_status code = work_through(crew);
    MPI_Wait(&crew->asking, MPI_STATUS_IGNORE);
    if (code == RG_ERROR_SYSTEM)
        return code; /* the others are still in the run: nothing collective may follow */
    const double mine[] = {crew->working, crew->waiting, crew->flushing, (double)crew->n_done};
    double all[4];
    MPI_Reduce(mine, all, 4, MPI_DOUBLE, MPI_SUM, 0, crew->comm);
    if (crew->coordinator) {
        *result = *rg_coordinator_state(crew->coordinator);
        result->working = all[0];
        result->waiting = all[1];
        result->flushing = all[2];
        result->finished = (int64_t)all[3];
    }
    rg_coordinator_destroy(&crew->coordinator);
    return code;
}

enum rg_status rg_schedule_run(MPI_Comm comm, const struct rg_schedule_options *options,
                               const struct rg_job *job, struct rg_schedule_state *result)
{
    int rank, size;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &size);
    RG_REQUIRE(
        size >= options->team_size, RG_ERROR_USER,
        "a team of this sweep has %d ranks, the job has %d: start it with mpirun -n %d or more",
        options->team_size, size, options->team_size);
    struct crew crew = {
        .job = job,
        .asking = MPI_REQUEST_NULL,
        .most_wanted = options->block_max > 0 && options->block_max < RG_BLOCK_MAX
                           ? options->block_max
                           : RG_BLOCK_MAX,
    };
    MPI_Comm_split(comm, 0, rank, &crew.comm); /* messages of our own, apart from the caller's */
    split(&crew, options->team_size);
    enum rg_status code = run_crew(&crew, options, result);
    if (code != RG_ERROR_SYSTEM) {
        MPI_Comm_free(&crew.team);
        MPI_Comm_free(&crew.comm);
    }
    return code;
}
