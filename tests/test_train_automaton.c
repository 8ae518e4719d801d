/* Known automata are read off hand-made hidden states. */
#include <string.h>

#include "test.h"
#include "train/parity/automaton.h"
#include "train/parity/strings.h"

const char *const test_suite = "train_automaton";

enum { LENGTH = 10, ROWS = (1 << (LENGTH + 1)) - 1, UNITS = 3 };

static double rows[ROWS][UNITS];
static uint8_t classes[ROWS]; /* the network's answers */

/* Gives every string the row that a rule says. */
static void make_rows(void (*state)(int length, uint32_t string, double *row))
{
    memset(rows, 0, sizeof rows);
    for (int n = 0; n <= LENGTH; n++)
        for (uint32_t string = 0; string < 1U << n; string++)
            state(n, string, rows[rg_automaton_row(2, LENGTH, n, string)]);
}

static struct rg_automaton_size extract(double factor)
{
    struct rg_automaton *automaton = NULL;
    TEST_OK(rg_automaton_create(2, LENGTH, UNITS, &automaton));
    rg_automaton_load(automaton, rows[0]);
    struct rg_automaton_size size;
    TEST_OK(rg_automaton_extract(automaton, factor, classes, NULL, &size));
    rg_automaton_destroy(&automaton);
    return size;
}

/* The words themselves, sorted as text: "0" < "00" < ... < "1" < ... */
static void order_is_lexicographic(void)
{
    static char words[ROWS][LENGTH + 1];
    bool seen[ROWS] = {false};
    for (int n = 0; n <= LENGTH; n++)
        for (uint32_t string = 0; string < 1U << n; string++) {
            int64_t row = rg_automaton_row(2, LENGTH, n, string);
            CU_ASSERT_FATAL(row >= 0 && row < ROWS && !seen[row]);
            seen[row] = true;
            for (int i = 0; i < n; i++)
                words[row][i] = (char)('0' + (string >> (n - 1 - i) & 1));
        }
    for (int row = 1; row < ROWS - 1; row++)
        CU_ASSERT(strcmp(words[row - 1], words[row]) < 0);
    CU_ASSERT_STRING_EQUAL(words[ROWS - 1], "");
}

/* Likewise over three symbols. */
static void order_over_three_symbols(void)
{
    enum { SYMBOLS = 3, DEEPEST = 5 };
    static char words[(SYMBOLS * 243 - 1) / 2][DEEPEST + 1];
    const int64_t n_rows = rg_automaton_n_rows(SYMBOLS, DEEPEST);
    CU_ASSERT_EQUAL_FATAL(n_rows, sizeof words / sizeof *words);
    for (int n = 0; n <= DEEPEST; n++)
        for (uint32_t string = 0; string < (uint32_t)rg_n_strings(SYMBOLS, n); string++) {
            char *word = words[rg_automaton_row(SYMBOLS, DEEPEST, n, string)];
            CU_ASSERT_STRING_EQUAL(word, "");
            uint32_t left = string;
            for (int i = n - 1; i >= 0; i--, left /= SYMBOLS)
                word[i] = (char)('0' + left % SYMBOLS);
        }
    for (int64_t row = 1; row < n_rows - 1; row++)
        CU_ASSERT(strcmp(words[row - 1], words[row]) < 0);
    CU_ASSERT_STRING_EQUAL(words[n_rows - 1], "");
}

static void parity_state(int length, uint32_t string, double *row)
{
    row[length > 0 && __builtin_parity(string)] = 1;
}

static void parity_is_two_states(void)
{
    make_rows(parity_state);
    struct rg_automaton_size size = extract(0.1);
    CU_ASSERT_EQUAL(size.n_states, 2);
    CU_ASSERT_EQUAL(size.n_exit, 0);
    CU_ASSERT_EQUAL(size.n_conflicts, 0);
    CU_ASSERT_TRUE(size.is_finite);
}

static void parity_transitions(void)
{
    struct rg_automaton *automaton = NULL;
    make_rows(parity_state);
    TEST_OK(rg_automaton_create(2, LENGTH, UNITS, &automaton));
    rg_automaton_load(automaton, rows[0]);
    struct rg_automaton_size size;
    TEST_OK(rg_automaton_extract(automaton, 0.1, classes, NULL, &size));
    const int32_t expected[] = {0, 1, 1, 0};
    CU_ASSERT_EQUAL(memcmp(rg_automaton_transitions(automaton), expected, sizeof expected), 0);
    CU_ASSERT_EQUAL(rg_automaton_states(automaton)[ROWS - 1], 0);
    rg_automaton_destroy(&automaton);
}

/* Counts down; the call after the last is told to end. */
static enum rg_status count_down(void *context)
{
    int *left = context;
    return (*left)-- > 0 ? RG_OK : RG_STOPPED;
}

static void extraction_ticks(void)
{
    int left = 8; /* one in 256 of 2047 rows */
    struct rg_tick tick = {count_down, &left};
    struct rg_automaton *automaton = NULL;
    struct rg_automaton_size size;
    make_rows(parity_state);
    TEST_OK(rg_automaton_create(2, LENGTH, UNITS, &automaton));
    rg_automaton_load(automaton, rows[0]);
    TEST_OK(rg_automaton_extract(automaton, 0.1, classes, &tick, &size));
    CU_ASSERT_EQUAL(left, 0);
    CU_ASSERT_EQUAL(size.n_states, 2);
    CU_ASSERT_EQUAL(rg_automaton_extract(automaton, 0.1, classes, &tick, &size), RG_STOPPED);
    CU_ASSERT_EQUAL(left, -1);
    rg_automaton_destroy(&automaton);
}

static void tree_state(int length, uint32_t string, double *row)
{
    row[0] = (double)((1U << length) + string);
}

/* Answers of a network that is right on all strings but those that `wrong` says. */
static bool has_learned(bool (*wrong)(int length, uint32_t string))
{
    const struct rg_parity_settings settings = {.n_symbols = 2, .task = RG_PARITY};
    const struct rg_task task = rg_task_of(&settings, 0);
    struct rg_automaton *automaton = NULL;
    for (int n = 0; n <= LENGTH; n++)
        for (uint32_t string = 0; string < 1U << n; string++)
            classes[rg_automaton_row(2, LENGTH, n, string)] =
                (uint8_t)(rg_task_target(&task, n, string) ^ wrong(n, string));
    TEST_OK(rg_automaton_create(2, LENGTH, UNITS, &automaton));
    rg_automaton_load(automaton, rows[0]);
    struct rg_automaton_size size;
    TEST_OK(rg_automaton_extract(automaton, 1e-4, classes, NULL, &size));
    bool learned = rg_automaton_learned(automaton, &size, &task);
    rg_automaton_destroy(&automaton);
    return learned;
}

static bool nowhere(int length, uint32_t string)
{
    (void)string;
    return length < 0;
}

static bool on_empty(int length, uint32_t string)
{
    (void)string;
    return length == 0;
}

static bool on_first_string(int length, uint32_t string)
{
    return length == 1 && string == 0;
}

/* Strings are told apart by their last symbol too: four states and h_0 where two would do. */
static void split_state(int length, uint32_t string, double *row)
{
    if (length == 0)
        return;
    parity_state(length, string, row);
    row[2] = string & 1;
}

static void task_is_recognised(void)
{
    make_rows(parity_state);
    CU_ASSERT_TRUE(has_learned(nowhere));
    CU_ASSERT_FALSE(has_learned(on_first_string));
    make_rows(split_state);
    CU_ASSERT_TRUE(has_learned(nowhere));
    CU_ASSERT_TRUE(has_learned(on_empty));
    CU_ASSERT_FALSE(has_learned(on_first_string));
    make_rows(tree_state);
    CU_ASSERT_FALSE(has_learned(nowhere));
}

/* Every string a state of its own: those of the greatest length lead nowhere. */
static void full_tree_is_not_finite(void)
{
    make_rows(tree_state);
    struct rg_automaton_size size = extract(1e-4);
    CU_ASSERT_EQUAL(size.n_states, ROWS);
    CU_ASSERT_EQUAL(size.n_exit, 1 << LENGTH);
    CU_ASSERT_EQUAL(size.n_conflicts, 0);
    CU_ASSERT_FALSE(size.is_finite);
}

/* Parity, but all strings of length 3 and more are one state: 0, 00 -> even or that one. */
static void conflict_state(int length, uint32_t string, double *row)
{
    if (length == 0 || length >= 3)
        row[2] = 1;
    else
        parity_state(length, string, row);
}

static void conflicts_are_counted(void)
{
    make_rows(conflict_state);
    struct rg_automaton_size size = extract(0.01);
    CU_ASSERT_EQUAL(size.n_states, 3);
    CU_ASSERT_EQUAL(size.n_exit, 0);
    /* Even and odd lead to each other or onward (4 edges); h_0 leads back where its state does not. */
    CU_ASSERT_EQUAL(size.n_conflicts, 6);
}

/* Two clusters at distance 1 with half of the rows each: eps = factor * 1/2 * sqrt(n / (n - 1)). */
static void eps_is_factor_times_spread(void)
{
    make_rows(parity_state);
    for (int row = 0; row < ROWS; row++)
        rows[row][0] = 0;
    CU_ASSERT_EQUAL(extract(1.999).n_states, 2);
    CU_ASSERT_EQUAL(extract(2.001).n_states, 1);
}

static void planted_fault(void)
{
    make_rows(parity_state);
    rows[rg_automaton_row(2, LENGTH, 4, 0x5)][2] = 1;
    struct rg_automaton_size size = extract(0.1);
    CU_ASSERT_EQUAL(size.n_states, 3);
    CU_ASSERT(size.n_conflicts > 0);
}

const struct test_case test_cases[] = {
    {"rows stand in lexicographic order", order_is_lexicographic},
    {"over three symbols too", order_over_three_symbols},
    {"parity is two states", parity_is_two_states},
    {"and its transitions are those of parity", parity_transitions},
    {"extraction ticks, and ends when told to", extraction_ticks},
    {"the task is recognised, whatever is told apart", task_is_recognised},
    {"the full tree is not finite", full_tree_is_not_finite},
    {"conflicting transitions are counted", conflicts_are_counted},
    {"eps is the factor times the spread", eps_is_factor_times_spread},
    {"one displaced state is noticed", planted_fault},
    {0},
};
