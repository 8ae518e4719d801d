/* One array of points sorted by cost. A policy says how many cursors run along it: one that all teams
 * share, or one per team with the stride of their number, as cards are dealt.                        */
#include "schedule/queue.h"

#include <stdlib.h>
#include <string.h>

#include "regime/memory.h"
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
    const struct rg_policy *policy;
    int n_teams;
    int64_t n;
    double cost;
    uint64_t *keys;   /* [n] ascending */
    int64_t *cursors; /* [n_teams]; a shared policy uses the first */
};

/* A key: the cost, costly ones low, above the id. Of the cost it has the exponent and 20 bits, as a float
 * without its sign: such bits are in the order of the numbers.                                      */
enum { ID_BITS = 36, DROPPED_BITS = 3 };
static const int64_t n_ids = (int64_t)1 << ID_BITS;

static uint64_t key_of(double cost, int64_t id)
{
    const float rounded = (float)cost;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    const uint32_t falling = (UINT32_MAX >> 1) - bits;
    return (uint64_t)(falling >> DROPPED_BITS) << ID_BITS | (uint64_t)id;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static enum rg_status fill(const struct rg_job *job, struct rg_queue *queue)
{
    RG_REQUIRE(job->n <= n_ids, RG_ERROR_SYSTEM, "a run deals %lld points at most",
               (long long)n_ids);
    for (int64_t id = 0; id < job->n; id++)
        queue->n += !job->skip[id];
    RG_TRY(rg_alloc(&queue->keys, (size_t)queue->n, sizeof *queue->keys));
    int64_t k = 0;
    for (int64_t id = 0; id < job->n; id++) {
        if (job->skip[id])
            continue;
        const double cost = job->cost(job->context, id);
        queue->keys[k++] = key_of(cost, id);
        queue->cost += cost;
    }
    qsort(queue->keys, (size_t)queue->n, sizeof *queue->keys, ascending);
    RG_TRY(rg_alloc(&queue->cursors, (size_t)queue->n_teams, sizeof *queue->cursors));
    for (int team = 0; team < queue->n_teams; team++)
        queue->cursors[team] = team;
    return RG_OK;
}

enum rg_status rg_queue_create(const struct rg_job *job, const struct rg_policy *policy,
                               int n_teams, struct rg_queue **queue)
{
    RG_TRY(rg_alloc(queue, 1, sizeof **queue));
    (*queue)->policy = policy;
    (*queue)->n_teams = n_teams;
    enum rg_status code = fill(job, *queue);
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

int64_t rg_queue_take(struct rg_queue *queue, int team)
{
    int64_t *cursor = &queue->cursors[queue->policy->shared ? 0 : team];
    if (*cursor >= queue->n)
        return -1;
    int64_t id = (int64_t)(queue->keys[*cursor] % (uint64_t)n_ids);
    *cursor += queue->policy->shared ? 1 : queue->n_teams;
    return id;
}

bool rg_queue_spare(const struct rg_queue *queue)
{
    return !queue->policy->shared || queue->n - queue->cursors[0] > queue->n_teams;
}
