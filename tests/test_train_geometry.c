/* How hidden states lie: against sums over all pairs, and matrices whose eigenvalues are known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"
#include "regime/rng.h"
#include "train/parity/automaton.h"
#include "train/parity/collect.h"
#include "train/parity/geometry.h"

const char *const test_suite = "train_geometry";

/* More rows and units than are multiplied in one go. */
enum { LENGTH = 8, ROWS = (1 << (LENGTH + 1)) - 1, UNITS = 53 };

static double rows[ROWS][UNITS];

static struct rg_geometry_of_states measure(void)
{
    struct rg_geometry *geometry = NULL;
    TEST_OK(rg_geometry_create(2, LENGTH, UNITS, &geometry));
    const struct rg_geometry_of_states of = rg_geometry_measure(geometry, rows[0]);
    rg_geometry_destroy(&geometry);
    return of;
}

static double *row_of(int n, uint32_t string)
{
    return rows[rg_automaton_row(2, LENGTH, n, string)];
}

/* The mean depends on the last symbol, and is another one of the longest strings. */
static void draw_rows(void)
{
    struct rg_rng rng = rg_rng_make(3, 0, 0);
    for (int n = 0; n <= LENGTH; n++)
        for (uint32_t string = 0; string < 1U << n; string++)
            for (int u = 0; u < UNITS; u++)
                row_of(n, string)[u] = (u + 1) * (rg_rng_normal(&rng) + string % 2) + (n == LENGTH);
}

static double squared_distance(const double *a, const double *b)
{
    double sum = 0;
    for (int u = 0; u < UNITS; u++)
        sum += (a[u] - b[u]) * (a[u] - b[u]);
    return sum;
}

/* Over all pairs of strings that can be continued, symbol after symbol. */
static double contraction_of_pairs(void)
{
    double before = 0, after = 0;
    for (int n = 0; n < LENGTH; n++)
        for (uint32_t a = 0; a < 1U << n; a++)
            for (int m = 0; m < LENGTH; m++)
                for (uint32_t b = 0; b < 1U << m; b++) {
                    before += squared_distance(row_of(n, a), row_of(m, b));
                    for (uint32_t x = 0; x < 2; x++)
                        after +=
                            squared_distance(row_of(n + 1, 2 * a + x), row_of(m + 1, 2 * b + x)) /
                            2;
                }
    return sqrt(after / before);
}

/* Of the covariance, element after element. */
static double naive_participation(void)
{
    double mean[UNITS] = {0}, trace = 0, square = 0;
    for (int r = 0; r < ROWS; r++)
        for (int u = 0; u < UNITS; u++)
            mean[u] += rows[r][u] / ROWS;
    for (int u = 0; u < UNITS; u++)
        for (int v = 0; v < UNITS; v++) {
            double sum = 0;
            for (int r = 0; r < ROWS; r++)
                sum += (rows[r][u] - mean[u]) * (rows[r][v] - mean[v]);
            trace += u == v ? sum : 0;
            square += sum * sum;
        }
    return trace * trace / square;
}

static void against_all_pairs(void)
{
    double spread = 0;
    draw_rows();
    for (int a = 0; a < ROWS; a++)
        for (int b = 0; b < a; b++)
            spread += squared_distance(rows[a], rows[b]);
    const struct rg_geometry_of_states of = measure();
    const double participation = naive_participation();
    CU_ASSERT_DOUBLE_EQUAL(of.participation_ratio, participation, 1e-12 * participation);
    CU_ASSERT_DOUBLE_EQUAL(of.hidden_std, sqrt(spread / ROWS / (ROWS - 1)), 1e-12 * of.hidden_std);
    CU_ASSERT_DOUBLE_EQUAL(of.contraction, contraction_of_pairs(), 1e-12);
    CU_ASSERT_EQUAL(of.n_dead, 0);
}

/* As many directions as are in use, if alike. */
static void participation_counts_directions(void)
{
    for (int k = 1; k <= 3; k++) {
        memset(rows, 0, sizeof rows);
        for (int r = 0; r < ROWS - ROWS % (2 * k);
             r++) /* a whole number of rounds; the rest lies at the mean */
            rows[r][7 + r / 2 % k] = r % 2 ? 1 : -1;
        const struct rg_geometry_of_states of = measure();
        CU_ASSERT_DOUBLE_EQUAL(of.participation_ratio, k, 1e-12);
        CU_ASSERT_EQUAL(of.n_dead, UNITS - k);
    }
}

/* A unit that is on at the beginning only is dead; one that is on after one string is not, nor one that is 0 in the
 * mean alone.                                                                                        */
static void dead_units(void)
{
    draw_rows();
    for (int r = 0; r < ROWS - 1; r++)
        rows[r][4] = rows[r][9] = rows[r][11] = 0;
    rows[ROWS - 1][4] = rows[ROWS - 1][9] = 1;
    row_of(LENGTH, 3)[9] = row_of(LENGTH, 5)[11] = 0.1;
    row_of(LENGTH, 7)[11] = -0.1;
    CU_ASSERT_EQUAL(measure().n_dead, 1);
}

/* ---- the map's eigenvalues --------------------------------------------------------------------------- */

void dgeev_(const char *left, const char *right, const int *n, double *a, const int *lead,
            double *re, double *im, double *vl, const int *lead_l, double *vr, const int *lead_r,
            double *work, const int *n_work, int *info, size_t left_length, size_t right_length);

static double radius(const double *w)
{
    struct rg_geometry *geometry = NULL;
    TEST_OK(rg_geometry_create(2, 1, UNITS, &geometry));
    const double of = rg_spectral_radius(geometry, w);
    rg_geometry_destroy(&geometry);
    return of;
}

static double lapack_radius(const double *w)
{
    double a[UNITS * UNITS], re[UNITS], im[UNITS], work[64 * UNITS], largest = 0;
    int info = -1;
    memcpy(a, w, sizeof a);
    dgeev_("N", "N", &(int){UNITS}, a, &(int){UNITS}, re, im, NULL, &(int){1}, NULL, &(int){1},
           work, &(int){64 * UNITS}, &info, 1, 1);
    CU_ASSERT_EQUAL(info, 0);
    for (int i = 0; i < UNITS; i++)
        largest = fmax(largest, hypot(re[i], im[i]));
    return largest;
}

static void radius_of_random_matrices(void)
{
    double w[UNITS * UNITS];
    for (uint64_t k = 0; k < 20; k++) {
        struct rg_rng rng = rg_rng_make(k, 0, 0);
        for (int i = 0; i < UNITS * UNITS; i++)
            w[i] = exp((double)k - 10) * rg_rng_normal(&rng);
        const double expected = lapack_radius(w);
        CU_ASSERT_DOUBLE_EQUAL(radius(w), expected, 2e-5 * expected);
    }
}

static void radius_of_known_matrices(void)
{
    double w[UNITS][UNITS] = {{0}};
    CU_ASSERT_EQUAL(radius(w[0]), 0);
    for (int i = 0; i + 1 < UNITS; i++)
        w[i][i + 1] = 1e6; /* nilpotent */
    CU_ASSERT_EQUAL(radius(w[0]), 0);
    memset(w, 0, sizeof w);
    w[0][0] = w[1][1] = 0.9; /* defective */
    w[0][1] = 30;
    CU_ASSERT_DOUBLE_EQUAL(radius(w[0]), 0.9, 1e-4);
    memset(w, 0, sizeof w);
    w[3][5] = 0.5;
    w[5][3] = -0.5; /* a rotation */
    CU_ASSERT_DOUBLE_EQUAL(radius(w[0]), 0.5, 1e-6);
    w[0][0] = NAN;
    CU_ASSERT(isnan(radius(w[0])));
}

/* ---- a network ------------------------------------------------------------------------------------- */

static double contraction_of(double gain, uint64_t seed)
{
    enum { LONG = 10 };
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_tree *tree = NULL;
    struct rg_geometry *geometry = NULL;
    settings.gain = gain;
    settings.hidden = 100;
    struct rg_parity *net = test_parity_create(&settings, seed);
    double *states =
        malloc((size_t)(rg_automaton_n_rows(2, LONG) * settings.hidden) * sizeof *states);
    struct rg_collection collection = {LONG, states, NULL};
    const struct rg_visitor visitor = rg_collection_visitor(&collection);
    TEST_OK(rg_tree_create(net, LONG, &tree));
    TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
    TEST_OK(rg_geometry_create(2, LONG, settings.hidden, &geometry));
    const double contraction = rg_geometry_measure(geometry, states).contraction;
    rg_geometry_destroy(&geometry);
    rg_tree_destroy(&tree);
    test_parity_destroy(net);
    free(states);
    return contraction;
}

/* Reference values at the start of training. One network differs from the next by 12 %. */
static void contraction_at_the_start(void)
{
    static const double checks[][2] = {
        {0.1, 0.0704}, {0.3, 0.209}, {1, 0.665}}; /* gain, contraction */
    enum { N_SEEDS = 40 };
    for (int k = 0; k < 3; k++) {
        double mean = 0;
        for (uint64_t seed = 0; seed < N_SEEDS; seed++)
            mean += contraction_of(checks[k][0], seed) / N_SEEDS;
        CU_ASSERT_DOUBLE_EQUAL(mean, checks[k][1], 0.05 * checks[k][1]);
    }
}

const struct test_case test_cases[] = {
    {"spread and contraction are sums over all pairs", against_all_pairs},
    {"the participation ratio counts directions", participation_counts_directions},
    {"units are dead that no string turns on", dead_units},
    {"spectral radius of random matrices, as LAPACK has it", radius_of_random_matrices},
    {"spectral radius of nilpotent, defective, turning and broken ones", radius_of_known_matrices},
    {"contraction at the start of training", contraction_at_the_start},
    {0},
};
