/* Clustering gives what the naive rule gives, group by group, and is several times faster. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parity.h"
#include "regime/clock.h"
#include "regime/memory.h"
#include "regime/rng.h"
#include "train/parity/cluster.h"
#include "train/parity/collect.h"

const char *const test_suite = "train_cluster";

/* The rule as it reads: each row looks at the leaders in the order of creation. */
static int64_t naive_group(int64_t n_rows, int64_t n_units, const double *rows, double eps,
                           int32_t *group)
{
    int64_t n_groups = 0;
    int64_t *leaders = NULL;
    TEST_OK(rg_alloc(&leaders, (size_t)n_rows, sizeof *leaders));
    for (int64_t r = 0; r < n_rows; r++) {
        group[r] = -1;
        for (int32_t g = 0; g < n_groups && group[r] < 0; g++) {
            double square = 0;
            for (int64_t u = 0; u < n_units; u++) {
                double difference = rows[r * n_units + u] - rows[leaders[g] * n_units + u];
                square += difference * difference;
            }
            if (square < eps * eps)
                group[r] = g;
        }
        if (group[r] >= 0)
            continue;
        leaders[n_groups] = r;
        group[r] = (int32_t)n_groups++;
    }
    rg_free(&leaders);
    return n_groups;
}

static double naive_spread(int64_t n_rows, int64_t n_units, const double *rows)
{
    double total = 0;
    for (int64_t u = 0; u < n_units; u++) {
        double mean = 0, square = 0;
        for (int64_t r = 0; r < n_rows; r++)
            mean += rows[r * n_units + u] / (double)n_rows;
        for (int64_t r = 0; r < n_rows; r++)
            square += pow(rows[r * n_units + u] - mean, 2);
        total += square / (double)(n_rows - 1);
    }
    return sqrt(total);
}

/* Rows that differ between the two groupings, and how much faster the fast one is. */
static int64_t differences(int64_t n_rows, int64_t n_units, const double *rows, double eps,
                           double *speedup)
{
    struct rg_cluster *cluster = NULL;
    int32_t *groups[2] = {NULL, NULL};
    TEST_OK(rg_cluster_create(n_rows, n_units, &cluster));
    for (int i = 0; i < 2; i++)
        TEST_OK(rg_alloc(&groups[i], (size_t)n_rows, sizeof **groups));
    double start = rg_clock(CLOCK_MONOTONIC);
    rg_cluster_load(cluster, rows);
    int64_t n_fast = 0;
    TEST_OK(rg_cluster_group(cluster, eps, NULL, groups[0], &n_fast));
    double middle = rg_clock(CLOCK_MONOTONIC);
    int64_t n_naive = naive_group(n_rows, n_units, rows, eps, groups[1]);
    if (speedup)
        *speedup = (rg_clock(CLOCK_MONOTONIC) - middle) / (middle - start);
    int64_t differing = n_fast != n_naive;
    for (int64_t r = 0; r < n_rows; r++)
        differing += groups[0][r] != groups[1][r];
    for (int i = 0; i < 2; i++)
        rg_free(&groups[i]);
    rg_cluster_destroy(&cluster);
    return differing;
}

/* Points on a sheet of `extent` dimensions with a little noise around it, as hidden states lie. */
static void make_sheet(int64_t n_rows, int64_t n_units, int extent, uint64_t key, double *rows)
{
    struct rg_rng rng = rg_rng_make(key, 0, 0);
    double axes[4][100];
    for (int k = 0; k < extent; k++)
        for (int64_t u = 0; u < n_units; u++)
            axes[k][u] = rg_rng_normal(&rng);
    for (int64_t r = 0; r < n_rows; r++) {
        double place[4];
        for (int k = 0; k < extent; k++)
            place[k] = rg_rng_normal(&rng);
        for (int64_t u = 0; u < n_units; u++) {
            rows[r * n_units + u] = 5 + 1e-3 * rg_rng_normal(&rng);
            for (int k = 0; k < extent; k++)
                rows[r * n_units + u] += place[k] * axes[k][u];
        }
    }
}

static void random_rows(void)
{
    enum { ROWS = 1000, UNITS = 100 };
    static double rows[ROWS * UNITS];
    for (int extent = 1; extent <= 4; extent++)
        for (int power = -7; power <= 0; power++) {
            make_sheet(ROWS, UNITS, extent, (uint64_t)extent, rows);
            double eps = pow(3, power) * naive_spread(ROWS, UNITS, rows);
            CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, eps, NULL), 0);
        }
}

/* Whole numbers: distances are exact, and very many are exactly eps. */
static void distances_at_eps(void)
{
    enum { ROWS = 600 };
    static double rows[ROWS * 3];
    struct rg_rng rng = rg_rng_make(7, 0, 0);
    for (int n_units = 1; n_units <= 3; n_units++)
        for (int eps = 0; eps <= 6; eps++) {
            for (int i = 0; i < ROWS * n_units; i++)
                rows[i] = (double)rg_rng_below(&rng, 12) + 1e6;
            CU_ASSERT_EQUAL(differences(ROWS, n_units, rows, eps, NULL), 0);
        }
}

/* Pairs along a skew line, nearer and farther than eps by a few units in the last place. */
static void distances_next_to_eps(void)
{
    enum { ROWS = 512, UNITS = 7 };
    static double rows[ROWS * UNITS];
    for (int r = 0; r < ROWS; r++)
        for (int u = 0; u < UNITS; u++)
            rows[r * UNITS + u] = u == r % UNITS ? 1 + (r - 256) * 0x1p-52 : 0;
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, sqrt(2.0), NULL), 0);
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 1e-3, NULL), 0);
}

static void degenerate_rows(void)
{
    enum { ROWS = 50, UNITS = 4 };
    static double rows[ROWS * UNITS];
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 0, NULL), 0);
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 1, NULL), 0);
    for (int i = 0; i < ROWS; i++)
        rows[i * UNITS + 1] = i;
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 2.5, NULL), 0);
    rows[17] = NAN;
    rows[23] = INFINITY;
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 2.5, NULL), 0);
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, NAN, NULL), 0);
}

static void spread(void)
{
    enum { ROWS = 400, UNITS = 30 };
    static double rows[ROWS * UNITS];
    struct rg_cluster *cluster = NULL;
    make_sheet(ROWS, UNITS, 3, 5, rows);
    TEST_OK(rg_cluster_create(ROWS, UNITS, &cluster));
    rg_cluster_load(cluster, rows);
    CU_ASSERT_DOUBLE_EQUAL(rg_cluster_spread(cluster) / naive_spread(ROWS, UNITS, rows), 1, 1e-12);
    rg_cluster_destroy(&cluster);
}

/* Hidden states of a network as it learns, from one state a string to a few. */
static void hidden_states(void)
{
    enum { LENGTH = 8, ROWS = (1 << (LENGTH + 1)) - 1, UNITS = 20 };
    static double rows[ROWS * UNITS];
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_collection collection = {LENGTH, rows, NULL};
    struct rg_visitor visitor = rg_collection_visitor(&collection);
    struct rg_tree *tree = NULL;
    settings.hidden = UNITS;
    settings.max_length = LENGTH;
    struct rg_parity *net = test_parity_create(&settings, 4);
    TEST_OK(rg_tree_create(net, LENGTH, &tree));
    for (int round = 0; round < 6; round++) {
        TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
        const double spread = naive_spread(ROWS, UNITS, rows);
        for (int power = -5; power <= 0; power++)
            CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, pow(4, power) * spread, NULL), 0);
        for (int step = 0; step < 200; step++)
            TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
    }
    rg_tree_destroy(&tree);
    test_parity_destroy(net);
}

/* 2047 leaders, the worst case of the paper's figure. */
static void faster(void)
{
    enum { ROWS = 2047, UNITS = 100 };
    static double rows[ROWS * UNITS];
    double speedup;
    make_sheet(ROWS, UNITS, 4, 3, rows);
    CU_ASSERT_EQUAL(differences(ROWS, UNITS, rows, 0.1 * naive_spread(ROWS, UNITS, rows), &speedup),
                    0);
    printf(" %.0f times faster ...", speedup);
    CU_ASSERT(speedup > 3);
}

/* The comparison itself: a grouping under another eps is told apart. */
static void planted_fault(void)
{
    enum { ROWS = 300, UNITS = 5 };
    static double rows[ROWS * UNITS];
    int32_t groups[2][ROWS];
    make_sheet(ROWS, UNITS, 2, 9, rows);
    naive_group(ROWS, UNITS, rows, 0.5, groups[0]);
    naive_group(ROWS, UNITS, rows, 0.51, groups[1]);
    CU_ASSERT(memcmp(groups[0], groups[1], sizeof groups[0]) != 0);
}

const struct test_case test_cases[] = {
    {"random rows group as the naive rule says", random_rows},
    {"distances of exactly eps do not match", distances_at_eps},
    {"distances within rounding of eps agree", distances_next_to_eps},
    {"hidden states of a network in training", hidden_states},
    {"equal rows, lines, NaN and infinity", degenerate_rows},
    {"the spread is that of the definition", spread},
    {"2047 leaders take a fraction of the naive time", faster},
    {"a wrong eps is noticed", planted_fault},
    {0},
};
