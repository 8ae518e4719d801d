/* Mergers are those that a double loop over all pairs finds, disagreeing ones are told apart, and to count
 * them changes nothing in training.                                                                 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "parity.h"
#include "regime/memory.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/pairs.h"
#include "train/parity/track.h"
#include "train/parity/watch.h"
#include "trained.h"

const char *const test_suite = "train_pairs";

enum { LENGTH = 6, STRINGS = (1 << (LENGTH + 1)) - 2, UNITS = 9, EPOCHS = 40, RECORDS = 21 };

struct strings { /* in the order of the rows: */
    int length[STRINGS], ones[STRINGS];
};

static struct strings describe(void)
{
    struct strings s;
    for (int n = 1; n <= LENGTH; n++)
        for (uint32_t code = 0; code < 1U << n; code++) {
            s.length[rg_automaton_row(2, LENGTH, n, code)] = n;
            s.ones[rg_automaton_row(2, LENGTH, n, code)] = __builtin_popcount(code);
        }
    return s;
}

static double naive_distance(const double *a, const double *b)
{
    double square = 0;
    for (int u = 0; u < UNITS; u++)
        square += pow(a[u] - b[u], 2);
    return sqrt(square);
}

/* Every pair at every time: rows[n_times][STRINGS + 1][UNITS], the last time is the end. */
static void naive_count(int n_times, double (*rows)[STRINGS + 1][UNITS], struct rg_mergers *m)
{
    const struct strings s = describe();
    *m = (struct rg_mergers){.eps = m->eps};
    for (int i = 0; i < STRINGS; i++)
        for (int j = 0; j < i; j++) {
            const int a = s.length[i], b = s.length[j];
            bool diverged = false;
            for (int t = 0; t < n_times - 1; t++)
                diverged |= naive_distance(rows[t][i], rows[t][j]) >= 10 * m->eps;
            if (!(naive_distance(rows[n_times - 1][i], rows[n_times - 1][j]) < m->eps))
                continue;
            if (s.ones[i] % 2 != s.ones[j] % 2) {
                m->n_disagreeing++;
                continue;
            }
            m->n_agreeing++;
            m->merged.n[a][b]++;
            m->diverged.n[a][b] += diverged;
            if (a != b) {
                m->merged.n[b][a]++;
                m->diverged.n[b][a] += diverged;
            }
        }
}

/* What the network's own functions find in the same rows. */
static void fast_count(int n_times, double (*rows)[STRINGS + 1][UNITS], int64_t n,
                       struct rg_mergers *mergers)
{
    struct rg_pairs *pairs;
    TEST_OK(rg_pairs_create(LENGTH, UNITS, &test_parity_task, &pairs));
    for (int t = 0; t < n_times - 1; t++)
        TEST_OK(rg_pairs_see(pairs, rows[t][0], NULL));
    TEST_OK(rg_pairs_count(pairs, rows[n_times - 1][0], n, mergers, NULL));
    rg_pairs_destroy(&pairs);
}

static double rows_of[RECORDS][STRINGS + 1][UNITS];

#define SWEEP(settings)                                                                          \
    "name = \"t\"; model = \"parity_rnn\"; seed = 7; axes = {}; record = { every = 2; };\n"      \
    "keep = (\"final\"); settings = { hidden = 9; max_length = 4; max_epochs = 40; batch = 5;\n" \
    "  gain = 1.0; learning_rate = 0.1; precision = \"double\"; analysis_length = 6;\n"          \
    "  merge_distances = [1e-9, 0.01, 0.03, 0.1, 0.3, 1.0]; validation_lengths = [5];\n"         \
    "  test_strings = 3;" settings "};"

enum { FACTORS = 6 };
static const double factors[FACTORS] = {1e-9, 0.01, 0.03, 0.1, 0.3, 1};

/* The rows of a network that is trained here once more, at every record. */
static void collect_records(const struct trained *trained)
{
    void *net = NULL;
    struct rg_tree *tree;
    TEST_OK(rg_parity_create(MPI_COMM_SELF, &trained->point, &net));
    TEST_OK(rg_tree_create(net, LENGTH, &tree));
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
        struct rg_step step = {0};
        struct rg_collection collection = {LENGTH, rows_of[epoch / 2][0], NULL};
        const struct rg_visitor visitor = rg_collection_visitor(&collection);
        if (epoch % 2 == 0)
            TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
        while (!step.epoch_end)
            TEST_OK(rg_parity_step(net, &step));
    }
    rg_tree_destroy(&tree);
    rg_parity_destroy(&net);
}

/* Of the 21 records of the sweep every second is watched, as more than 16 may not be; the last is the end too. */
static int collect_watched(const struct trained *trained, double (*times)[STRINGS + 1][UNITS])
{
    int n = 0;
    collect_records(trained);
    for (int record = 0; record < RECORDS; record += 2)
        memcpy(times[n++], rows_of[record], sizeof *times);
    memcpy(times[n++], rows_of[RECORDS - 1], sizeof *times);
    return n;
}

static void check_tables(const struct trained *t, int k, const struct rg_mergers *m)
{
    for (int a = 0; a < LENGTH; a++)
        for (int b = 0; b < LENGTH; b++) {
            const int64_t place = (k * LENGTH + a) * LENGTH + b;
            CU_ASSERT_EQUAL(trained_value(t, "merged_by_length", place), m->merged.n[a + 1][b + 1]);
            CU_ASSERT_EQUAL(trained_value(t, "diverged_by_length", place),
                            m->diverged.n[a + 1][b + 1]);
        }
}

static void columns_are_a_double_loop(void)
{
    static double times[RECORDS][STRINGS + 1][UNITS];
    static struct rg_mergers m;
    struct trained t;
    int64_t merged = 0, disagreeing = 0, diverged = 0;
    trained_make(SWEEP("pairs = true;"), 0, NULL, &t);
    TEST_OK(t.status);
    const int n_times = collect_watched(&t, times);
    for (int k = 0; k < FACTORS; k++) {
        m.eps = factors[k] * trained_value(&t, "state_spread", 0);
        naive_count(n_times, times, &m);
        CU_ASSERT_EQUAL(trained_value(&t, "n_merged_agreeing", k), m.n_agreeing);
        CU_ASSERT_EQUAL(trained_value(&t, "n_merged_disagreeing", k), m.n_disagreeing);
        CU_ASSERT_EQUAL(trained_value(&t, "n_merged", k), m.n_agreeing + m.n_disagreeing);
        check_tables(&t, k, &m);
        merged += m.n_agreeing;
        disagreeing += m.n_disagreeing;
        for (int a = 1; a <= LENGTH; a++)
            for (int b = 1; b <= LENGTH; b++)
                diverged += m.diverged.n[a][b];
    }
}

/* Whole numbers: distances are exact, and many are exactly eps; their squares are not, so that products alone
 * could not tell.                                                                                   */
static void distances_at_eps(void)
{
    static double times[2][STRINGS + 1][UNITS];
    struct rg_rng rng = rg_rng_make(5, 0, 0);
    struct rg_mergers fast = {0}, naive = {0};
    for (int eps = 0; eps <= 4; eps++) {
        for (int i = 0; i < 2 * (STRINGS + 1); i++)
            for (int u = 0; u < 2; u++)
                times[i % 2][i / 2][u] = (double)rg_rng_below(&rng, 6) + 1e8;
        fast.eps = naive.eps = eps;
        fast_count(2, times, 1, &fast);
        naive_count(2, times, &naive);
        CU_ASSERT_EQUAL(memcmp(&fast, &naive, sizeof fast), 0);
    }
}

/* Planted: two strings of unlike parity in one place, one pair of like parity, all others far apart; then a row
 * that is not finite.                                                                               */
static void disagreement_is_counted(void)
{
    static double times[2][STRINGS + 1][UNITS];
    struct rg_mergers m = {.eps = 0.5};
    for (int i = 0; i <= STRINGS; i++)
        times[0][i][0] = times[1][i][0] = i;
    const int64_t odd = rg_automaton_row(2, LENGTH, 3, 1), even = rg_automaton_row(2, LENGTH, 5, 3),
                  alike = rg_automaton_row(2, LENGTH, 2, 1);
    times[1][even][0] = times[1][odd][0];
    fast_count(2, times, 1, &m);
    CU_ASSERT(m.n_disagreeing == 1 && m.n_agreeing == 0);
    times[1][even][0] = (double)even;
    times[1][alike][0] = times[1][odd][0];
    fast_count(2, times, 1, &m);
    CU_ASSERT(m.n_disagreeing == 0 && m.n_agreeing == 1);
    CU_ASSERT(m.merged.n[2][3] == 1 && m.merged.n[3][2] == 1 && m.merged.n[3][3] == 0);
    CU_ASSERT(m.diverged.n[2][3] == 1 && m.diverged.n[3][2] == 1); /* they were 62 rows apart */
    times[1][alike][1] = times[1][odd][2] = NAN;
    fast_count(2, times, 1, &m);
    CU_ASSERT(m.n_disagreeing == 0 && m.n_agreeing == 0);
}

/* 2046 strings, half of them odd: 2 * 1023 * 1022 / 2 pairs agree. */
static void agreeing_pairs(void)
{
    struct rg_pairs *pairs;
    struct rg_pair_table table;
    TEST_OK(rg_pairs_create(10, 1, &test_parity_task, &pairs));
    CU_ASSERT_EQUAL(rg_pairs_agreeing(pairs, &table), 1045506);
    CU_ASSERT_EQUAL(table.n[1][1], 0);
    CU_ASSERT_EQUAL(table.n[2][1], 4);
    CU_ASSERT_EQUAL(table.n[1][2], 4);
    CU_ASSERT_EQUAL(table.n[3][3], 12);
    rg_pairs_destroy(&pairs);
}

/* Five states; 1 and 3 do the same, 2 and 4 answer alike and part after one symbol. */
static void equivalent_states(void)
{
    static const struct rg_task task = {
        .n_symbols = 2,
        .n_states = 5,
        .next = {{1, 2}, {3, 2}, {4, 1}, {1, 2}, {2, 4}},
        .output = {0, 1, 0, 1, 0},
    };
    uint8_t first[RG_TASK_STATES];
    rg_task_equivalent(&task, first);
    CU_ASSERT(first[0] == 0 && first[1] == 1 && first[2] == 2 && first[3] == 1 && first[4] == 4);
    rg_task_equivalent(&test_parity_task, first);
    CU_ASSERT(first[0] == 0 && first[1] == 1);
}

static void training_is_the_same(void)
{
    struct trained with, without;
    trained_make(SWEEP("pairs = true;"), 0, NULL, &with);
    trained_make(SWEEP(""), 0, NULL, &without);
    for (int i = 0; i < UNITS * UNITS; i++)
        CU_ASSERT_EQUAL(trained_value(&with, "W_h", i), trained_value(&without, "W_h", i));
    for (int k = 0; k < FACTORS; k++)
        CU_ASSERT_EQUAL(trained_value(&with, "n_states", k),
                        trained_value(&without, "n_states", k));
    CU_ASSERT_EQUAL(trained_value(&without, "n_merged", 0), -1);
    trained_free(&with);
    trained_free(&without);
}

/* Of records 0 to 100 every stride-th, and one that comes again counts once. */
static void check_watch(struct rg_parity *net, int64_t most, int64_t n, int64_t stride)
{
    double *values = NULL;
    struct rg_watch *watch;
    TEST_OK(rg_alloc(&values, (size_t)rg_parity_n_parameters(net), sizeof *values));
    TEST_OK(rg_watch_create(net, most, &watch));
    for (int64_t record = 0; record <= 100; record++) {
        values[0] = (double)record;
        rg_parameters_set(net, values);
        rg_watch_take(watch, 10 * record);
        rg_watch_take(watch, 10 * record);
    }
    CU_ASSERT_EQUAL(rg_watch_n(watch), n);
    for (int64_t k = 0; k < rg_watch_n(watch); k++) {
        rg_parity_show(net, rg_watch_block(watch, k));
        rg_parity_parameters(net, values);
        CU_ASSERT_EQUAL(values[0], stride * k);
    }
    rg_parity_show(net, NULL);
    rg_parity_parameters(net, values);
    CU_ASSERT_EQUAL(values[0], 100);
    rg_watch_destroy(&watch);
    rg_free(&values);
}

static void watch_is_thinned(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_parity *net = test_parity_create(&settings, 1);
    check_watch(net, 16, 13, 8);
    check_watch(net, 13, 13, 8);
    check_watch(net, 12, 7, 16);
    check_watch(net, 5, 4, 32);
    check_watch(net, 1, 1, 128);
    check_watch(net, 101, 101, 1);
    check_watch(net, 1024, 101, 1);
    test_parity_destroy(net);
}

/* Against the states of all strings. */
static void tracked_pairs(void)
{
    static const struct {
        int length[2];
        uint32_t code[2];
    } pairs[] = {{{1, 1}, {0, 1}}, {{3, 2}, {5, 3}}, {{6, 4}, {44, 9}}};
    struct trained t;
    trained_make(SWEEP("track_pairs = \"0 1, 101 11 ,101100  1001\";"), 0, NULL, &t);
    TEST_OK(t.status);
    collect_records(&t);
    for (int record = 0; record < RECORDS; record++)
        for (int k = 0; k < 3; k++) {
            const double *rows[2];
            for (int i = 0; i < 2; i++)
                rows[i] = rows_of[record][rg_automaton_row(2, LENGTH, pairs[k].length[i],
                                                           pairs[k].code[i])];
            CU_ASSERT_DOUBLE_EQUAL(trained_value(&t, "pair_distance_history", 3 * record + k),
                                   pow(naive_distance(rows[0], rows[1]), 2), 1e-12);
        }
    CU_ASSERT_EQUAL(trained_value(&t, "pair_distance", 2),
                    trained_value(&t, "pair_distance_history", 3 * (RECORDS - 1) + 2));
    CU_ASSERT(trained_value(&t, "pair_distance", 0) > 1e-3);
    trained_free(&t);
}

/* Over three symbols, against states that are read one by one. */
static void tracked_pairs_of_three_symbols(void)
{
    static const uint8_t symbols[] = {2, 0, 1, 2};
    struct rg_parity_settings settings = test_parity_settings();
    settings.n_symbols = 3;
    settings.max_length = 4;
    struct rg_parity *net = test_parity_create(&settings, 1);
    struct rg_tracked tracked;
    struct rg_states *states = NULL;
    double rows[2 * 20], expected[2][20], square = 0;
    TEST_OK(rg_states_create(net, 1, &states));
    CU_ASSERT(rg_tracked_read("2012 201", 3, &tracked));
    rg_states_start(net, states, 1);
    for (int t = 0; t < 4; t++) {
        rg_states_advance(net, states, 1, &symbols[t]);
        if (t >= 2)
            rg_states_hidden(net, states, 0, 1, expected[3 - t]);
    }
    for (int u = 0; u < settings.hidden; u++)
        square += pow(expected[0][u] - expected[1][u], 2);
    CU_ASSERT(square > 0);
    CU_ASSERT_DOUBLE_EQUAL(rg_tracked_distance(net, &tracked.pairs[0], states, rows), square,
                           1e-12 * square);
    rg_states_destroy(&states);
    test_parity_destroy(net);
}

static void tracked_text(void)
{
    static const char *const wrong[] = {
        "0",          "0 1,",    ",",
        "0 1 0",      "0 2",     "0,1",
        "0 1, 00",    "x",       "0 1;",
        "0 0", /* one string twice */
        "0 1, 10 10", "0 1;0 1", "0 0000000000000000000000000000000" /* 31 */};
    static const char *const right[] = {"", "  ", "0 1", " 01  10 , 1 0 ",
                                        "000000000000000000000000000000 1"};
    struct rg_tracked tracked;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CU_ASSERT(!rg_tracked_read(wrong[i], 2, &tracked) && tracked.n == 0);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        CU_ASSERT(rg_tracked_read(right[i], 2, &tracked));
    CU_ASSERT(rg_tracked_read("0 2, 12 021", 3, &tracked));
    CU_ASSERT_EQUAL(tracked.pairs[1].length[1], 3);
    CU_ASSERT_EQUAL(memcmp(tracked.pairs[1].symbols[1], (uint8_t[]){0, 2, 1}, 3), 0);
    CU_ASSERT_FALSE(rg_tracked_read("0 3", 3, &tracked));
    char text[RG_TEXT_MAX] = "0 1";
    while (strlen(text) + 4 < sizeof text)
        strcat(text, ",0 1");
    CU_ASSERT(rg_tracked_read(text, 2, &tracked));
    CU_ASSERT_EQUAL(tracked.n, RG_TRACKED_MAX);
}

const struct test_case test_cases[] = {
    {"mergers of a trained network are those of a double loop", columns_are_a_double_loop},
    {"pairs exactly eps apart have not merged", distances_at_eps},
    {"a planted disagreement is counted", disagreement_is_counted},
    {"1045506 pairs agree", agreeing_pairs},
    {"states that no continuation tells apart", equivalent_states},
    {"to compare pairs changes no network", training_is_the_same},
    {"records are thinned to as many as are watched", watch_is_thinned},
    {"tracked pairs are as far apart as their states", tracked_pairs},
    {"of three symbols too", tracked_pairs_of_three_symbols},
    {"texts that are pairs, and that are not", tracked_text},
    {0},
};
