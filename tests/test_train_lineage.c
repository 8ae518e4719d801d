/* Mergers and splits of states from record to record. */
#include <string.h>

#include "regime/rng.h"
#include "test.h"
#include "train/parity/lineage.h"

const char *const test_suite = "train_lineage";

enum { N = 8, MANY = 300 };

static struct rg_lineage *start(int64_t n_automata, int64_t n_strings)
{
    struct rg_lineage *lineage = NULL;
    TEST_OK(rg_lineage_create(n_automata, n_strings, &lineage));
    return lineage;
}

static void is(struct rg_changes changes, int64_t n_mergers, int64_t n_splits)
{
    CU_ASSERT_EQUAL(changes.n_mergers, n_mergers);
    CU_ASSERT_EQUAL(changes.n_splits, n_splits);
}

static const int32_t four[N] = {0, 0, 1, 1, 2, 2, 3, 3}, two[N] = {0, 0, 0, 0, 1, 1, 1, 1},
                     other_four[N] = {0, 1, 1, 0, 2, 2, 3, 3},
                     crossed[N] = {0, 1, 0, 1, 0, 1, 0, 1};

static void known_changes(void)
{
    struct rg_lineage *lineage = start(1, N);
    CU_ASSERT(!rg_lineage_begun(lineage, 0));
    rg_lineage_record(lineage, 0, four, 4);
    rg_lineage_advance(lineage);
    CU_ASSERT(rg_lineage_begun(lineage, 0));
    is(rg_lineage_changes(lineage, 0, four, 4, false), 0, 0);
    is(rg_lineage_changes(lineage, 0, two, 2, false), 2, 0);
    is(rg_lineage_changes(lineage, 0, other_four, 4, false), 2, 2); /* as many, but others */
    is(rg_lineage_changes(lineage, 0, crossed, 2, false), 6, 4);
    rg_lineage_destroy(&lineage);
}

static void sums_over_records(void)
{
    struct rg_lineage *lineage = start(2, N);
    const int32_t *const records[] = {four, two, four, crossed};
    const int64_t n_states[] = {4, 2, 4, 2};
    for (int k = 0; k < 4; k++) {
        rg_lineage_record(lineage, 0, two, 2);
        rg_lineage_record(lineage, 1, records[k], n_states[k]);
        rg_lineage_advance(lineage);
    }
    is(rg_lineage_changes(lineage, 1, crossed, 2, true), 2 + 6, 2 + 4);
    is(rg_lineage_changes(lineage, 1, two, 2, true), 2 + 6 + 2, 2 + 4 + 2);
    is(rg_lineage_changes(lineage, 0, two, 2, true), 0, 0);
    rg_lineage_destroy(&lineage);
}

/* A record that is broken off and made again finds the one before it. */
static void record_is_made_twice(void)
{
    struct rg_lineage *lineage = start(1, N);
    rg_lineage_record(lineage, 0, four, 4);
    rg_lineage_advance(lineage);
    for (int again = 0; again < 2; again++) {
        is(rg_lineage_changes(lineage, 0, two, 2, false), 2, 0);
        rg_lineage_record(lineage, 0, two, 2);
    }
    rg_lineage_advance(lineage);
    is(rg_lineage_changes(lineage, 0, two, 2, false), 0, 0);
    is(rg_lineage_changes(lineage, 0, two, 2, true), 2, 0);
    rg_lineage_destroy(&lineage);
}

/* As the header defines them: former states of each state, states of each former state. */
static struct rg_changes count(const int32_t *former, int64_t n_former, const int32_t *now,
                               int64_t n_now)
{
    static bool shared[MANY][MANY];
    struct rg_changes changes = {-n_now, -n_former};
    memset(shared, 0, sizeof shared);
    for (int i = 0; i < MANY; i++)
        shared[former[i]][now[i]] = true;
    for (int64_t a = 0; a < n_former; a++)
        for (int64_t b = 0; b < n_now; b++) {
            changes.n_mergers += shared[a][b];
            changes.n_splits += shared[a][b];
        }
    return changes;
}

static int64_t draw(struct rg_rng *rng, int32_t *states)
{
    const int64_t n = 1 + (int64_t)rg_rng_below(rng, MANY);
    for (int i = 0; i < MANY; i++)
        states[i] = (int32_t)(i < n ? i : (int64_t)rg_rng_below(rng, (uint64_t)n));
    return n;
}

static void random_partitions(void)
{
    struct rg_lineage *lineage = start(1, MANY);
    struct rg_rng rng = rg_rng_make(5, 0, 0);
    int32_t former[MANY], now[MANY];
    int64_t n_former = draw(&rng, former);
    rg_lineage_record(lineage, 0, former, n_former);
    rg_lineage_advance(lineage);
    for (int k = 0; k < 100; k++) {
        const int64_t n_now = draw(&rng, now);
        const struct rg_changes changes = rg_lineage_changes(lineage, 0, now, n_now, false),
                                expected = count(former, n_former, now, n_now);
        is(changes, expected.n_mergers, expected.n_splits);
        CU_ASSERT_EQUAL(n_now, n_former - changes.n_mergers + changes.n_splits);
        rg_lineage_record(lineage, 0, now, n_now);
        rg_lineage_advance(lineage);
        memcpy(former, now, sizeof now);
        n_former = n_now;
    }
    rg_lineage_destroy(&lineage);
}

const struct test_case test_cases[] = {
    {"known mergers and splits", known_changes},
    {"the end has the sums over all records", sums_over_records},
    {"a record that is broken off is made again", record_is_made_twice},
    {"random partitions against the definition", random_partitions},
    {0},
};
