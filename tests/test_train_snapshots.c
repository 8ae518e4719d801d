/* A snapshot of parity_rnn is what its network does: the same strings by hand, from the weights that are kept at
 * the same records. Keeping it changes nothing else.                                                */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "test.h"
#include "train/parity/automaton.h"
#include "trained.h"

const char *const test_suite = "train_snapshots";

static const double TOLERANCE = 2e-6; /* some dozen sums of 7 products in single precision */

enum { HIDDEN = 7, LENGTH = 5, N_STRINGS = (2 << LENGTH) - 1, N_RECORDS = 4, POINT = 1 };

#define SWEEP                                                                                   \
    "name = \"t\"; model = \"parity_rnn\"; seed = 4; axes = { hidden = [3, 7, 9]; };\n"         \
    "settings = { max_length = 4; analysis_length = 5; max_epochs = 33; learning_rate = 0.1;\n" \
    "  gain = 0.8; test_strings = 5; validation_lengths = [5]; };\n"                            \
    "record = { every = 11; }; keep = (\"record\");\n"

/* Hidden state and outputs after a string, from the weights of record r. */
static void run_by_hand(const struct trained *t, int64_t r, int n, uint32_t string, double *h,
                        double *y)
{
    const int64_t stride = 9; /* padded to the largest network */
    for (int i = 0; i < HIDDEN; i++)
        h[i] = 1;
    for (int at = n - 1; at >= 0; at--) {
        double next[HIDDEN];
        for (int64_t i = 0; i < HIDDEN; i++) {
            const int64_t unit = r * stride + i;
            next[i] = trained_value(t, "b_in_history", unit) +
                      trained_value(t, "b_h_history", unit) +
                      trained_value(t, "W_in_history", 2 * unit + (string >> at & 1));
            for (int64_t j = 0; j < HIDDEN; j++)
                next[i] += trained_value(t, "W_h_history", unit * stride + j) * h[j];
        }
        for (int i = 0; i < HIDDEN; i++)
            h[i] = fmax(next[i], 0);
    }
    for (int64_t o = 0; o < 2; o++) {
        y[o] = trained_value(t, "b_out_history", 2 * r + o);
        for (int64_t i = 0; i < HIDDEN; i++)
            y[o] += trained_value(t, "W_out_history", (2 * r + o) * stride + i) * h[i];
    }
}

/* Place of a string in the order of words: it begins with as many zeros as there are shorter ones. */
static int64_t place(int n, uint32_t string)
{
    int64_t before = 0;
    for (int m = 1; m <= LENGTH; m++)
        for (uint32_t other = 0; other < 1U << m; other++) {
            const int both = m < n ? m : n;
            const uint32_t a = other >> (m - both), b = string >> (n - both);
            before += a < b || (a == b && m < n);
        }
    return n > 0 ? before : N_STRINGS - 1;
}

static double worst_string(const struct trained *t, int64_t r, int n, uint32_t string)
{
    double h[HIDDEN], y[2], worst = 0;
    const int64_t at = r * N_STRINGS + place(n, string);
    run_by_hand(t, r, n, string, h, y);
    for (int64_t i = 0; i < HIDDEN; i++)
        worst = test_worst(worst, fabs(h[i] - trained_value(t, "snapshot_hidden", at * 9 + i)));
    for (int64_t o = 0; o < 2; o++)
        worst = test_worst(worst, fabs(y[o] - trained_value(t, "snapshot_output", at * 2 + o)));
    return worst;
}

static void is_what_the_network_does(void)
{
    struct trained t;
    double worst = 0;
    trained_make(SWEEP "snapshots = ( { hidden = 7; } );", POINT, NULL, &t);
    TEST_OK(t.status);
    const struct rg_field *hidden = trained_field(&t, "snapshot_hidden");
    CU_ASSERT_EQUAL(hidden->count, (int64_t)N_RECORDS * N_STRINGS * 9);
    for (int64_t r = 0; r < N_RECORDS; r++)
        for (int n = 0; n <= LENGTH; n++)
            for (uint32_t string = 0; string < 1U << n; string++)
                worst = test_worst(worst, worst_string(&t, r, n, string));
    CU_ASSERT(worst < TOLERANCE);
    CU_ASSERT(isnan(trained_value(&t, "snapshot_hidden", 7))); /* a unit of the larger network */
    const double first = trained_value(&t, "snapshot_output", 0),
                 last = trained_value(&t, "snapshot_output", 2 * 3 * N_STRINGS);
    CU_ASSERT(fabs(first - last) > 1e-3); /* training goes on between the records */
    trained_free(&t);
}

static void changes_nothing_else(void)
{
    struct trained with, without, other;
    trained_make(SWEEP "snapshots = ( { hidden = 7; } );", POINT, NULL, &with);
    trained_make(SWEEP, POINT, NULL, &without);
    trained_make(SWEEP "snapshots = ( { hidden = 3; } );", POINT, NULL, &other);
    const size_t size = without.layout->record_size;
    CU_ASSERT_EQUAL(with.layout->common_size, size);
    CU_ASSERT_EQUAL(rg_record_size(other.layout, POINT), size);
    CU_ASSERT_EQUAL(memcmp(with.record.data, without.record.data, size), 0);
    CU_ASSERT_EQUAL(memcmp(other.record.data, without.record.data, size), 0);
    trained_free(&with);
    trained_free(&without);
    trained_free(&other);
}

const struct test_case test_cases[] = {
    {"a snapshot is what the network does", is_what_the_network_does},
    {"snapshots change no other number", changes_nothing_else},
    {0},
};
