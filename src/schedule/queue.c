/* One array of points sorted by cost. A policy says how many cursors run along it: one that all teams
 * share, or one per team with the stride of their number, as cards are dealt.                        */
#include "schedule/queue.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "regime/clock.h"
#include "regime/memory.h"
#include "regime/sort.h"
#include "regime/text.h"

struct rg_policy {
    bool shared; /* one cursor for all teams */
};

static const char *const policy_names = "dynamic static";
static const struct rg_policy policies[] = {{.shared = true}, {.shared = false}};

const struct rg_policy *rg_policy_find(const char *name)
{
    int64_t index = rg_choice_find(policy_names, name);
    return index < 0 ? NULL : &policies[index];
}

const char *rg_policy_names(void)
{
    return policy_names;
}

struct rg_queue {
    const struct rg_job *job;
    const struct rg_policy *policy;
    int n_teams;
    int64_t n;
    double cost, cost_squared; /* of those that are left */
    double sort_seconds;
    uint64_t *keys;   /* [n] ascending from the shared cursor on */
    int64_t *cursors; /* [n_teams]; a shared policy uses the first */
};

/* A key: the cost, costly ones low, above the id. Of the cost it has the exponent and 20 bits, as a float
 * without its sign: such bits are in the order of the numbers.                                      */
enum { ID_BITS = 36, DROPPED_BITS = 3 };
static const int64_t n_ids = (int64_t)1 << ID_BITS;

static uint64_t key_of(double cost, int64_t id)
{
    const float rounded = (float)fmin(cost, FLT_MAX);
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    const uint32_t falling = (UINT32_MAX >> 1) - bits;
    return (uint64_t)(falling >> DROPPED_BITS) << ID_BITS | (uint64_t)id;
}

/* The cost as the order knows it. */
static double cost_of(uint64_t key)
{
    const uint32_t falling = (uint32_t)(key >> ID_BITS << DROPPED_BITS);
    const uint32_t bits = ((UINT32_MAX >> 1) - falling) >> DROPPED_BITS << DROPPED_BITS;
    float cost;
    memcpy(&cost, &bits, sizeof cost);
    return (double)cost;
}

static int64_t id_of(uint64_t key)
{
    return (int64_t)(key % (uint64_t)n_ids);
}

/* Those from the shared cursor on. */
static void sort_left(struct rg_queue *queue)
{
    const double start = rg_clock(CLOCK_PROCESS_CPUTIME_ID);
    const int64_t first = queue->cursors[0];
    queue->cost = queue->cost_squared = 0;
    for (int64_t k = first; k < queue->n; k++) {
        const int64_t id = id_of(queue->keys[k]);
        queue->keys[k] = key_of(queue->job->cost(queue->job->costs, id), id);
        const double cost = cost_of(queue->keys[k]);
        queue->cost += cost;
        queue->cost_squared += cost * cost;
    }
    rg_sort_keys(queue->keys + first, queue->n - first);
    queue->sort_seconds = rg_clock(CLOCK_PROCESS_CPUTIME_ID) - start;
}

static enum rg_status fill(struct rg_queue *queue)
{
    const struct rg_job *job = queue->job;
    RG_REQUIRE(job->n <= n_ids, RG_ERROR_SYSTEM, "a run deals %lld points at most",
               (long long)n_ids);
    for (int64_t id = 0; id < job->n; id++)
        queue->n += !job->skip[id];
    RG_TRY(rg_alloc(&queue->keys, (size_t)queue->n, sizeof *queue->keys));
    RG_TRY(rg_alloc(&queue->cursors, (size_t)queue->n_teams, sizeof *queue->cursors));
    int64_t k = 0;
    for (int64_t id = 0; id < job->n; id++)
        if (!job->skip[id])
            queue->keys[k++] = (uint64_t)id;
    sort_left(queue);
    for (int team = 0; team < queue->n_teams; team++)
        queue->cursors[team] = team;
    if (queue->policy->shared)
        queue->cursors[0] = 0;
    return RG_OK;
}

enum rg_status rg_queue_create(const struct rg_job *job, const struct rg_policy *policy,
                               int n_teams, struct rg_queue **queue)
{
    RG_TRY(rg_alloc(queue, 1, sizeof **queue));
    (*queue)->job = job;
    (*queue)->policy = policy;
    (*queue)->n_teams = n_teams;
    enum rg_status code = fill(*queue);
    if (code != RG_OK)
        rg_queue_destroy(queue);
    return code;
}

void rg_queue_destroy(struct rg_queue **queue)
{
    if (!*queue)
        return;
    rg_free(&(*queue)->keys);
    rg_free(&(*queue)->cursors);
    rg_free(queue);
}

int64_t rg_queue_n_points(const struct rg_queue *queue)
{
    return queue->n;
}

double rg_queue_cost(const struct rg_queue *queue)
{
    return queue->cost;
}

double rg_queue_cost_squared(const struct rg_queue *queue)
{
    return queue->cost_squared;
}

double rg_queue_sort_seconds(const struct rg_queue *queue)
{
    return queue->sort_seconds;
}

void rg_queue_sort(struct rg_queue *queue)
{
    if (queue->policy->shared)
        sort_left(queue);
}

/* Half of an even share: teams that come later find something left, too. */
static int64_t fair_share(const struct rg_queue *queue)
{
    const int64_t share = (queue->n - queue->cursors[0]) / (2 * queue->n_teams);
    return share > 1 ? share : 1;
}

int64_t rg_queue_take(struct rg_queue *queue, int team, int64_t most, int64_t *ids, double *cost)
{
    const bool shared = queue->policy->shared;
    int64_t *cursor = &queue->cursors[shared ? 0 : team], n = 0;
    if (shared && most > fair_share(queue))
        most = fair_share(queue);
    for (; n < most && *cursor < queue->n; n++) {
        const uint64_t key = queue->keys[*cursor];
        const double its = cost_of(key);
        ids[n] = id_of(key);
        *cost += its;
        queue->cost -= its;
        queue->cost_squared -= its * its;
        *cursor += shared ? 1 : queue->n_teams;
    }
    return n;
}

bool rg_queue_spare(const struct rg_queue *queue)
{
    return !queue->policy->shared || queue->n - queue->cursors[0] > queue->n_teams;
}
