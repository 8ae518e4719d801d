/* A network that knows parity is right on every string, one with a planted flaw is not, and scores over
 * the tree of all strings are those of reading each string alone.                                   */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "handmade.h"
#include "train/parity/evaluate.h"
#include "train/parity/strings.h"
#include "train/parity/validate.h"

const char *const test_suite = "train_validate";

static struct rg_parity *make(struct rg_parity_settings *settings, int64_t hidden)
{
    *settings = test_parity_settings();
    settings->hidden = hidden;
    return test_parity_create(settings, 1);
}

static double random_accuracy(struct rg_parity *net, enum rg_validation set, int64_t length,
                              int64_t n, double *loss)
{
    struct rg_validator *validator = NULL;
    struct rg_score score = {0};
    TEST_OK(rg_validator_create(net, &validator));
    TEST_OK(rg_validate_random(validator, set, length, n, NULL, &score));
    CU_ASSERT_EQUAL(score.n, n);
    if (loss)
        *loss = rg_score_loss(&score);
    rg_validator_destroy(&validator);
    return rg_score_accuracy(&score);
}

static double structured_accuracy(struct rg_parity *net)
{
    struct rg_validator *validator = NULL;
    struct rg_tree *tree = NULL;
    double accuracy = NAN;
    TEST_OK(rg_validator_create(net, &validator));
    TEST_OK(
        rg_tree_create(net, (int)rg_structured_length(rg_parity_settings(net)->n_symbols), &tree));
    TEST_OK(rg_validate_structured(validator, tree, NULL, &accuracy));
    rg_tree_destroy(&tree);
    rg_validator_destroy(&validator);
    return accuracy;
}

static void perfect_network(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = make(&settings, 5);
    double loss;
    handmade_perfect(net, 1);
    CU_ASSERT_EQUAL(random_accuracy(net, RG_VALIDATION, 1000, 200, &loss), 1);
    CU_ASSERT_DOUBLE_EQUAL(loss, log1p(exp(-1.0)), 1e-6);
    CU_ASSERT_EQUAL(random_accuracy(net, RG_TEST, 100, 1000, NULL), 1);
    CU_ASSERT_EQUAL(structured_accuracy(net), 1);
    test_parity_destroy(net);
}

static void perfect_over_three_symbols(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.hidden = 5;
    settings.n_symbols = 3;
    settings.max_length = 5;
    struct rg_parity *net = test_parity_create(&settings, 1);
    handmade_perfect(net, 1);
    CU_ASSERT_EQUAL(random_accuracy(net, RG_VALIDATION, 1000, 200, NULL), 1);
    CU_ASSERT_EQUAL(structured_accuracy(net), 1);
    test_parity_destroy(net);
}

/* Is the network right on the parity of ones after each of n symbols, a word of this length again and again? */
static bool is_right_along(const struct rg_parity *net, struct rg_states *states, int length,
                           const uint8_t *word, int n)
{
    int ones = 0;
    bool right = true;
    rg_states_start(net, states, 1);
    for (int t = 0; t < n; t++) {
        double y[2];
        rg_states_advance(net, states, 1, &word[t % length]);
        rg_states_outputs(net, states, 0, 1, y);
        ones += word[t % length] == 1;
        right &= (y[1] > y[0]) == ones % 2;
    }
    return right;
}

/* A word that is no shorter one repeated: none of its rotations is itself. */
static bool is_primitive(int length, const uint8_t *word)
{
    for (int shift = 1; shift < length; shift++) {
        int same = 0;
        for (int i = 0; i < length; i++)
            same += word[i] == word[(i + shift) % length];
        if (same == length)
            return false;
    }
    return true;
}

/* Strings to these lengths one by one, on a network that is right on some. */
static void check_structured(int64_t n_symbols, int n_steps, int length_max, int word_max)
{
    struct rg_parity_settings settings = test_parity_settings();
    struct rg_states *states = NULL;
    int n = 0, n_right = 0;
    settings.n_symbols = n_symbols;
    settings.max_length = 4;
    settings.learning_rate = 0.1;
    settings.batch = 8;
    struct rg_parity *net = test_parity_create(&settings, 2);
    for (int step = 0; step < n_steps; step++)
        TEST_OK(rg_parity_step(net, &(struct rg_step){0}));
    TEST_OK(rg_states_create(net, 1, &states));
    for (int length = 1; length <= length_max; length++)
        for (uint32_t code = 0; code < rg_n_strings(n_symbols, length); code++) {
            uint8_t word[RG_LENGTH_MAX];
            rg_string_symbols(n_symbols, length, code, word);
            const bool whole = length == length_max;
            const bool repeated = length <= word_max && is_primitive(length, word);
            n += whole + repeated;
            n_right += whole && is_right_along(net, states, length, word, length);
            n_right += repeated && is_right_along(net, states, length, word, 500);
        }
    CU_ASSERT(n_right > n / 20 && n_right < n);
    CU_ASSERT_DOUBLE_EQUAL(structured_accuracy(net), (double)n_right / n, 1e-12);
    printf("\n  %d symbols: %d of %d", (int)n_symbols, n_right, n);
    rg_states_destroy(&states);
    test_parity_destroy(net);
}

static void structured_strings_are_those_one_by_one(void)
{
    check_structured(2, 3000, 9, 6);
    check_structured(3, 450, 5, 4);
    check_structured(5, 1000, 4, 2);
    printf("\n ");
}

/* A network that always answers 0 is right where the last symbol is not the one that makes the class 1. Strings of
 * length 1, and of one more than a random number has symbols.                                        */
static void symbols_are_equally_often(void)
{
    enum { N = 20000 };
    static const struct rg_ints next = {9, {1, 1, 2, 1, 1, 2, 1, 1, 2}}, outputs = {3, {0, 0, 1}};
    struct rg_parity_settings settings = test_parity_settings();
    double parameters[128] = {0};
    settings.hidden = 2;
    settings.n_symbols = 3;
    settings.max_length = 5;
    settings.task = RG_TABLE;
    settings.task_transitions = next;
    settings.task_outputs = outputs;
    struct rg_parity *net = test_parity_create(&settings, 1);
    parameters[rg_parity_tensor(net, RG_B_OUT)->offset] = 1;
    rg_parameters_set(net, parameters);
    const double deviation = sqrt(N * 2.0 / 9);
    for (int64_t length = 1; length <= 41; length += 40) {
        const double right = N * random_accuracy(net, RG_VALIDATION, length, N, NULL);
        CU_ASSERT(fabs(right - N * 2.0 / 3) < 5 * deviation);
        CU_ASSERT(fabs(right - N * 3.0 / 4) > 5 * deviation); /* planted fault: a quarter */
    }
    test_parity_destroy(net);
}

/* The class is inverted: right nowhere. */
static void inverted_network(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = make(&settings, 5);
    handmade_perfect(net, -1);
    CU_ASSERT_EQUAL(random_accuracy(net, RG_VALIDATION, 100, 200, NULL), 0);
    CU_ASSERT_EQUAL(structured_accuracy(net), 0);
    test_parity_destroy(net);
}

/* Planted fault: each zero leaks a little of the state; only long runs of zeros go wrong. */
static void fading_network(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = make(&settings, 5);
    double values[5 * 11 + 2];
    handmade_perfect(net, 1);
    rg_parity_parameters(net, values);
    values[rg_parity_tensor(net, RG_W_IN)->offset + 2 * 2] -= 0.01;
    values[rg_parity_tensor(net, RG_B_OUT)->offset] += 0.2;
    rg_parameters_set(net, values);
    const double accuracy = structured_accuracy(net);
    CU_ASSERT(accuracy > 0.8 && accuracy < 1);
    test_parity_destroy(net);
}

/* One string, symbol by symbol. */
static void read_alone(const struct rg_parity *net, struct rg_states *states, int length,
                       uint32_t string, struct rg_score *score)
{
    double y[2];
    rg_states_start(net, states, 1);
    uint8_t symbols[RG_LENGTH_MAX];
    rg_string_symbols(rg_parity_settings(net)->n_symbols, length, string, symbols);
    for (int t = 0; t < length; t++)
        rg_states_advance(net, states, 1, &symbols[t]);
    rg_states_outputs(net, states, 0, 1, y);
    rg_score_add(score, net, y, rg_task_target(rg_parity_task(net), length, string));
}

/* Is the network right after every prefix of the word's repetition? */
static bool knows_word(const struct rg_parity *net, struct rg_states *states, int length,
                       uint32_t word)
{
    const struct rg_task *task = rg_parity_task(net);
    int task_state = 0;
    rg_states_start(net, states, 1);
    for (int t = 0; t < RG_STRUCTURED_SYMBOLS; t++) {
        double y[2];
        const uint8_t symbol = word >> (length - 1 - t % length) & 1;
        rg_states_advance(net, states, 1, &symbol);
        rg_states_outputs(net, states, 0, 1, y);
        task_state = task->next[task_state][symbol];
        if (rg_class(y) != task->output[task_state])
            return false;
    }
    return true;
}

static bool is_repetition(int length, uint32_t word)
{
    for (int period = 1; period < length; period++) {
        bool same = length % period == 0;
        for (int bit = 0; bit + period < length; bit++)
            same &= (word >> bit & 1) == (word >> (bit + period) & 1);
        if (same)
            return true;
    }
    return false;
}

/* The share of structured strings as validate.h defines it, each string alone and to its end. */
static double naive_structured(struct rg_parity *net)
{
    const int longest = (int)rg_longest(2, RG_STRUCTURED_STRINGS);
    struct rg_states *states = NULL;
    int n = 0, n_right = 0;
    TEST_OK(rg_states_create(net, 1, &states));
    for (uint32_t string = 0; string < 1U << longest; string++, n++) {
        bool right = true;
        for (int length = 1; length <= longest; length++) {
            struct rg_score score = {0};
            read_alone(net, states, length, string >> (longest - length), &score);
            right &= score.n_right == 1;
        }
        n_right += right;
    }
    for (int length = 1; length <= rg_longest(2, RG_STRUCTURED_WORDS); length++)
        for (uint32_t word = 0; word < 1U << length; word++)
            if (!is_repetition(length, word)) {
                n_right += knows_word(net, states, length, word);
                n++;
            }
    rg_states_destroy(&states);
    return (double)n_right / n;
}

/* Networks that know parity but for a leak of the state: the smaller it is, the later they go wrong. */
static void structured_strings_are_read_to_their_end(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = make(&settings, 5);
    double values[5 * 11 + 2], least = 1, most = 0;
    for (int power = 4; power <= 14; power++) {
        handmade_perfect(net, 1);
        rg_parity_parameters(net, values);
        values[rg_parity_tensor(net, RG_W_IN)->offset + 2 * 2] -= ldexp(1, -power);
        values[rg_parity_tensor(net, RG_B_OUT)->offset] += 0.2;
        rg_parameters_set(net, values);
        const double accuracy = naive_structured(net);
        CU_ASSERT_EQUAL(structured_accuracy(net), accuracy);
        least = fmin(least, accuracy);
        most = fmax(most, accuracy);
    }
    CU_ASSERT(least < 0.9 && most == 1);
    test_parity_destroy(net);
}

static void strings_are_fixed(void)
{
    struct rg_parity_settings settings;
    struct rg_parity *net = make(&settings, 20);
    double losses[4];
    random_accuracy(net, RG_VALIDATION, 30, 7, &losses[0]);
    random_accuracy(net, RG_VALIDATION, 30, 7, &losses[1]);
    random_accuracy(net, RG_TEST, 30, 7, &losses[2]);
    random_accuracy(net, RG_VALIDATION, 31, 7, &losses[3]);
    CU_ASSERT_EQUAL(losses[0], losses[1]);
    CU_ASSERT_NOT_EQUAL(losses[0], losses[2]);
    CU_ASSERT_NOT_EQUAL(losses[0], losses[3]);
    test_parity_destroy(net);
}

static bool is_trained(const struct rg_parity *net, int length, uint32_t string)
{
    const struct rg_dataset *data = rg_parity_dataset(net);
    for (int64_t i = 0; i < data->n_of[length]; i++)
        if (data->codes_of[length][i] == string)
            return true;
    return false;
}

static void assert_same(const struct rg_score *a, const struct rg_score *b)
{
    CU_ASSERT_EQUAL(a->n, b->n);
    CU_ASSERT_EQUAL(a->n_right, b->n_right);
    CU_ASSERT_DOUBLE_EQUAL(a->loss, b->loss, 1e-10 * (1 + fabs(a->loss)));
}

/* The tree is deeper than a block is wide, and the network is no special one. */
static void check_scores(int64_t n_symbols, int length_max)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.hidden = 11;
    settings.fraction = 0.3;
    settings.min_length = 2;
    settings.n_symbols = n_symbols;
    settings.max_length = length_max;
    struct rg_parity *net = test_parity_create(&settings, 1);
    struct rg_tree *tree = NULL;
    struct rg_states *states = NULL;
    struct rg_evaluation evaluation;
    struct rg_visitor visitor = rg_evaluation_start(&evaluation, net);
    TEST_OK(rg_tree_create(net, length_max, &tree));
    TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
    TEST_OK(rg_states_create(net, 1, &states));
    for (int length = 1; length <= length_max; length++) {
        struct rg_score scores[2] = {{0}};
        for (uint32_t string = 0; length >= 2 && string < rg_n_strings(n_symbols, length); string++)
            read_alone(net, states, length, string, &scores[is_trained(net, length, string)]);
        assert_same(&scores[1], &evaluation.train[length]);
        assert_same(&scores[0], &evaluation.heldout[length]);
    }
    const struct rg_score sum = rg_score_sum(evaluation.train, RG_LENGTH_MAX + 1);
    CU_ASSERT_EQUAL(sum.n, rg_parity_dataset(net)->n);
    rg_states_destroy(&states);
    rg_tree_destroy(&tree);
    test_parity_destroy(net);
}

static void scores_are_those_of_single_strings(void)
{
    check_scores(2, 10);
    check_scores(3, 6); /* 86 parents' children fill no block */
    check_scores(7, 3);
}

const struct test_case test_cases[] = {
    {"a perfect network is right on all strings", perfect_network},
    {"and over three symbols", perfect_over_three_symbols},
    {"structured strings are those read one by one", structured_strings_are_those_one_by_one},
    {"random strings have each symbol equally often", symbols_are_equally_often},
    {"an inverted one on none", inverted_network},
    {"one that fades is found out by structured strings", fading_network},
    {"structured strings are those of the definition", structured_strings_are_read_to_their_end},
    {"validation strings are fixed, sets and lengths differ", strings_are_fixed},
    {"scores are those of single strings", scores_are_those_of_single_strings},
    {0},
};
