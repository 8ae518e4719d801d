/* The coordinator with points that only count: each is worked on exactly once, whatever the number of
 * ranks, the policy and the size of a team; flushes reach every rank, in the middle of points too.     */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "regime/schedule.h"
#include "schedule/queue.h"
#include "test.h"

const char *const test_suite = "schedule_dealing";

enum { N_MAX = 1000 };

struct ledger {
    int64_t worked[N_MAX]; /* by this rank, as first of its team */
    int64_t order[N_MAX];  /* ids in the order of this rank's work */
    int n_order;
    int flushes, flushes_inside, last_flushes, rescues;
    bool inside;
    double seconds;           /* each point lasts, ticking */
    double step;              /* at least, from tick to tick */
    int learned[N_MAX], fits; /* on rank 0 */
    double longest;           /* that it learned of, without flushes */
    int until_flushes;        /* or: the first point lasts until so many flushes came by */
};

static uint8_t nothing_skipped[N_MAX];

static int world_size(void)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    return size;
}

static double cost(void *context, int64_t id)
{
    (void)context;
    return (double)(id * 7 % 101);
}

static void learn(void *context, int64_t id, double seconds)
{
    struct ledger *ledger = context;
    ledger->learned[id]++;
    ledger->longest = fmax(ledger->longest, seconds);
    CU_ASSERT(seconds >= 0 && seconds < 60);
}

static void fit(void *context)
{
    ((struct ledger *)context)->fits++;
}

static enum rg_status work(void *context, MPI_Comm team, int64_t id, const struct rg_tick *tick)
{
    struct ledger *ledger = context;
    int team_rank;
    MPI_Comm_rank(team, &team_rank);
    ledger->worked[id] += team_rank == 0;
    if (team_rank == 0)
        ledger->order[ledger->n_order++] = id;
    ledger->inside = true;
    double start = MPI_Wtime();
    int before = ledger->flushes_inside, go_on;
    do {
        RG_TRY(rg_tick(tick));
        nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * ledger->step)}, NULL);
        go_on =
            MPI_Wtime() - start < ledger->seconds ||
            (ledger->flushes_inside - before < ledger->until_flushes && MPI_Wtime() - start < 20);
        MPI_Bcast(&go_on, 1, MPI_INT, 0, team); /* as a training step would be collective */
    } while (go_on);
    ledger->inside = false;
    ledger->until_flushes = 0;
    return RG_OK;
}

static enum rg_status flush(void *context, bool last)
{
    struct ledger *ledger = context;
    ledger->last_flushes += last;
    ledger->flushes++;
    ledger->flushes_inside += ledger->inside;
    int one = 1, sum;
    MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    CU_ASSERT_EQUAL(sum, world_size());
    return RG_OK;
}

static enum rg_wish no_wish(void *context)
{
    (void)context;
    return RG_WISH_NOTHING;
}

static enum rg_wish no_report(void *context, const struct rg_schedule_state *state)
{
    (void)context;
    (void)state;
    return RG_WISH_NOTHING;
}

static bool no_alarm(void *context)
{
    (void)context;
    return false;
}

static void no_rescue(void *context)
{
    (void)context;
    CU_FAIL("nobody was alarmed");
}

static struct rg_job job_of(struct ledger *ledger, int64_t n)
{
    return (struct rg_job){.n = n,
                           .skip = nothing_skipped,
                           .cost = cost,
                           .learn = learn,
                           .fit = fit,
                           .costs = ledger,
                           .work = work,
                           .flush = flush,
                           .wish = no_wish,
                           .report = no_report,
                           .alarmed = no_alarm,
                           .rescue = no_rescue,
                           .context = ledger};
}

/* Runs n points and checks that each was worked on `expected` times in all. */
static void deal(const char *policy, int team_size, int64_t n, struct ledger *ledger,
                 struct rg_schedule_state *state)
{
    struct rg_job job = job_of(ledger, n);
    struct rg_schedule_options options = {rg_policy_find(policy), team_size, 0.02, 0, 0};
    TEST_OK(rg_schedule_run(MPI_COMM_WORLD, &options, &job, state));
    int64_t all[N_MAX];
    MPI_Allreduce(ledger->worked, all, N_MAX, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
    int wrong = 0;
    for (int64_t id = 0; id < N_MAX; id++)
        wrong += all[id] != (id < n && !nothing_skipped[id]);
    CU_ASSERT_EQUAL(wrong, 0);
}

static void every_point_once(void)
{
    const char *names[] = {"dynamic", "static"};
    const int64_t counts[] = {0, 1, 3, 57, 1000};
    for (int policy = 0; policy < 2; policy++) {
        for (int k = 0; k < 5; k++) {
            struct ledger ledger = {0};
            struct rg_schedule_state state = {0};
            deal(names[policy], 1, counts[k], &ledger, &state);
            CU_ASSERT(ledger.flushes >= 1);
        }
    }
}

static void teams(void)
{
    int size = world_size();
    for (int team_size = 2; team_size <= 3; team_size++) {
        struct ledger ledger = {0};
        struct rg_schedule_state state = {0};
        if (team_size <= size) {
            deal("dynamic", team_size, 30, &ledger, &state);
            continue;
        }
        struct rg_job job = job_of(&ledger, 30);
        struct rg_schedule_options options = {rg_policy_find("dynamic"), team_size, 1, 0, 0};
        CU_ASSERT_EQUAL(rg_schedule_run(MPI_COMM_WORLD, &options, &job, &state), RG_ERROR_USER);
    }
}

static void skips(void)
{
    memset(nothing_skipped, 1, 20);
    struct ledger ledger = {0};
    struct rg_schedule_state state = {0};
    deal("dynamic", 1, 50, &ledger, &state);
    memset(nothing_skipped, 0, sizeof nothing_skipped);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0) {
        CU_ASSERT_EQUAL(state.n_points, 30);
        CU_ASSERT_EQUAL(state.finished, 30);
        CU_ASSERT_EQUAL(state.cost_left, 0);
        for (int64_t id = 0; id < 50; id++)
            CU_ASSERT_EQUAL(ledger.learned[id], id >= 20);
    }
}

static void costly_first(void)
{
    struct ledger ledger = {.seconds = 0.001};
    struct rg_schedule_state state = {0};
    deal("dynamic", 1, 100, &ledger, &state);
    for (int i = 1; i < ledger.n_order; i++)
        CU_ASSERT(cost(NULL, ledger.order[i - 1]) >= cost(NULL, ledger.order[i]));
}

/* ---- stopping before the end --------------------------------------------------------------------- */

static enum rg_wish stop_after_ten(void *context, const struct rg_schedule_state *state)
{
    (void)context;
    return state->finished >= 10 ? RG_WISH_STOP : RG_WISH_NOTHING;
}

static int sum_of(int mine)
{
    int sum;
    MPI_Allreduce(&mine, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    return sum;
}

/* All ranks leave together, after one flush that is said to be the last; nothing is begun afterwards. */
static void check_stop(struct rg_job *job, int team_size, struct ledger *ledger)
{
    struct rg_schedule_options options = {rg_policy_find("dynamic"), team_size, 0.02, 0, 0};
    struct rg_schedule_state state = {0};
    if (team_size > world_size())
        return;
    CU_ASSERT_EQUAL(rg_schedule_run(MPI_COMM_WORLD, &options, job, &state), RG_STOPPED);
    CU_ASSERT_EQUAL(ledger->last_flushes, 1);
    const int worked = sum_of(ledger->n_order);
    CU_ASSERT(worked >= 10 && worked < N_MAX);
}

static void stops_in_good_order(void)
{
    for (int team_size = 1; team_size <= 3; team_size++) {
        struct ledger ledger = {.seconds = 0.005};
        struct rg_job job = job_of(&ledger, N_MAX);
        job.report = stop_after_ten;
        check_stop(&job, team_size, &ledger);
    }
}

static bool alarm_of_the_last(void *context)
{
    const struct ledger *ledger = context;
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == world_size() - 1 && ledger->n_order >= 10;
}

static enum rg_wish wish_of_the_alarmed(void *context)
{
    return alarm_of_the_last(context) ? RG_WISH_STOP : RG_WISH_NOTHING;
}

static void count_rescue(void *context)
{
    ((struct ledger *)context)->rescues++;
}

/* A rank that is told to end saves what it has, once, and the run stops. */
static void one_is_told_to_end(void)
{
    struct ledger ledger = {.seconds = 0.002};
    struct rg_job job = job_of(&ledger, N_MAX);
    job.alarmed = alarm_of_the_last;
    job.wish = wish_of_the_alarmed;
    job.rescue = count_rescue;
    check_stop(&job, 1, &ledger);
    CU_ASSERT_EQUAL(sum_of(ledger.rescues), 1);
}

static const double costs[] = {1, 1.5e9, 0, 1.501e9, 1e-3, 1e30, 1.5e9};

static double cost_of_list(void *context, int64_t id)
{
    (void)context;
    return costs[id];
}

static int64_t take_one(struct rg_queue *queue)
{
    int64_t id;
    double taken = 0;
    return rg_queue_take(queue, 0, 1, &id, &taken) == 1 ? id : -1;
}

/* Of costs near and far apart, and by id where they are the same. */
static void order_of_costs(void)
{
    static const int64_t order[] = {5, 3, 1, 6, 0, 4, 2};
    enum { N = sizeof order / sizeof *order };
    struct rg_job job = {.n = N, .skip = nothing_skipped, .cost = cost_of_list};
    struct rg_queue *queue = NULL;
    TEST_OK(rg_queue_create(&job, rg_policy_find("dynamic"), 1, &queue));
    for (int i = 0; i < N; i++)
        CU_ASSERT_EQUAL(take_one(queue), order[i]);
    rg_queue_destroy(&queue);
}

static double falling, rising;

static double cost_that_turns(void *context, int64_t id)
{
    (void)context;
    return 1 + falling * (double)(99 - id) + rising * (double)id;
}

/* What is left is dealt by what is known now; the sums follow. A policy that fixed all in advance stays. */
static void order_anew(void)
{
    for (int fixed = 0; fixed < 2; fixed++) {
        struct rg_job job = {.n = 100, .skip = nothing_skipped, .cost = cost_that_turns};
        struct rg_queue *queue = NULL;
        falling = 1, rising = 0;
        TEST_OK(rg_queue_create(&job, rg_policy_find(fixed ? "static" : "dynamic"), 1, &queue));
        for (int64_t i = 0; i < 10; i++)
            CU_ASSERT_EQUAL(take_one(queue), i);
        CU_ASSERT_DOUBLE_EQUAL(rg_queue_cost(queue), 90 + 89 * 90 / 2, 1e-9);
        falling = 0, rising = 2;
        rg_queue_sort(queue);
        if (!fixed)
            CU_ASSERT_DOUBLE_EQUAL(rg_queue_cost(queue), 90 + 2 * (99 * 100 - 9 * 10) / 2, 1e-9);
        for (int64_t i = 0; i < 90; i++)
            CU_ASSERT_EQUAL(take_one(queue), fixed ? 10 + i : 99 - i);
        CU_ASSERT_DOUBLE_EQUAL(rg_queue_cost(queue), 0, 1e-9);
        rg_queue_destroy(&queue);
    }
}

/* A block is no more than half of an even share of what is left, so that nobody comes too late. */
static void blocks_shrink(void)
{
    enum { TEAMS = 5 };
    struct rg_job job = {.n = N_MAX, .skip = nothing_skipped, .cost = cost};
    struct rg_queue *queue = NULL;
    TEST_OK(rg_queue_create(&job, rg_policy_find("dynamic"), TEAMS, &queue));
    int64_t ids[RG_BLOCK_MAX], left = N_MAX, n;
    double taken = 0, all = rg_queue_cost(queue);
    while ((n = rg_queue_take(queue, 0, RG_BLOCK_MAX, ids, &taken)) > 0) {
        CU_ASSERT(n == RG_BLOCK_MAX || n == 1 || n == left / (2 * TEAMS));
        CU_ASSERT(n == 1 || n * TEAMS <= left);
        left -= n;
    }
    CU_ASSERT_EQUAL(left, 0);
    CU_ASSERT_DOUBLE_EQUAL(taken, all, 1e-6 * all);
    rg_queue_destroy(&queue);
}

/* Short points go out in blocks, long ones one by one; what was learned is fitted now and then. */
static void blocks(void)
{
    static const double lengths[] = {0, 0.004};
    for (int k = 0; k < 2; k++) {
        struct ledger ledger = {.seconds = lengths[k]};
        struct rg_schedule_state state = {0};
        deal("dynamic", 1, k ? 60 : N_MAX, &ledger, &state);
        int rank;
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        if (rank == 0) {
            CU_ASSERT(ledger.fits >= k && ledger.fits < 40);
            CU_ASSERT(ledger.longest >= 0.99 * lengths[k]);
            CU_ASSERT_EQUAL(state.finished, state.n_points);
        }
    }
}

/* Points that end only after flushes came by: a flush that waited for the end of a point would never be. */
static void flushes_do_not_wait(void)
{
    int size = world_size();
    struct ledger ledger = {.seconds = 0.01};
    struct rg_schedule_state state = {0};
    if (size == 1)
        return; /* alone, no other rank finishes a point in the meantime */
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    ledger.until_flushes = rank == size - 1 ? 2 : 0;
    deal("dynamic", 1, 200, &ledger, &state);
    if (rank == size - 1 && ledger.n_order > 0)
        CU_ASSERT(ledger.flushes_inside >= 2);
}

/* What the margin before a time limit is made of: flushes and steps, wherever they are. */
static void tells_how_long_things_take(void)
{
    static const double interval = 1000, first = 0.05, slow = 0.2;
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    struct ledger ledger = {.seconds = 0.3, .step = rank == world_size() - 1 ? slow : 0};
    struct rg_schedule_state state = {0};
    struct rg_job job = job_of(&ledger, 2 * world_size());
    struct rg_schedule_options options = {rg_policy_find("static"), 1, interval, first, 0};
    TEST_OK(rg_schedule_run(MPI_COMM_WORLD, &options, &job, &state));
    if (rank == 0) {
        CU_ASSERT_EQUAL(state.flushes, 1);
        CU_ASSERT(state.longest_step >= slow);
        CU_ASSERT(state.longest_flush > 0);
    }
}

static void static_is_fixed(void)
{
    struct ledger first = {0}, second = {.seconds = 0.0005};
    struct rg_schedule_state state = {0};
    deal("static", 1, 97, &first, &state);
    deal("static", 1, 97, &second, &state);
    CU_ASSERT_EQUAL(memcmp(first.order, second.order, sizeof first.order), 0);
}

/* The planted fault: a ledger that misses a point must be noticed by the same comparison. */
static void notices_a_lost_point(void)
{
    struct ledger ledger = {0};
    struct rg_job job = job_of(&ledger, 10);
    struct rg_queue *queue = NULL;
    TEST_OK(rg_queue_create(&job, rg_policy_find("dynamic"), 1, &queue));
    CU_ASSERT_EQUAL(rg_queue_n_points(queue), 10);
    for (int i = 0; i < 10; i++)
        CU_ASSERT(take_one(queue) >= 0);
    CU_ASSERT_EQUAL(take_one(queue), -1);
    rg_queue_destroy(&queue);
    CU_ASSERT_PTR_NULL(rg_policy_find("dynamics"));
}

const struct test_case test_cases[] = {
    {"each point is worked on once", every_point_once},
    {"teams, and ranks left over", teams},
    {"skipped points stay out", skips},
    {"costly points first", costly_first},
    {"costs near and far apart", order_of_costs},
    {"what is left in a new order", order_anew},
    {"blocks shrink towards the end", blocks_shrink},
    {"points short and long", blocks},
    {"a flush reaches ranks inside a point", flushes_do_not_wait},
    {"a stop before the end, in good order", stops_in_good_order},
    {"a rank that is told to end", one_is_told_to_end},
    {"flushes and steps are timed", tells_how_long_things_take},
    {"static dealing does not depend on time", static_is_fixed},
    {"the queue runs dry exactly once", notices_a_lost_point},
    {0},
};
