/* Strings and targets from a file: they take the place of all strings and the task's targets, everywhere
 * that a training set or a score is made, and nowhere else. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parity.h"
#include "regime/arrays.h"
#include "regime/memory.h"
#include "regime/train.h"
#include "train/parity/evaluate.h"
#include "train/parity/input.h"

const char *const test_suite = "train_data";

/* ---- data as rg_data_read hands them out ---------------------------------------------------------- */

static struct rg_data *new_data(void)
{
    struct rg_data *data = NULL;
    TEST_OK(rg_alloc(&data, 1, sizeof *data));
    TEST_OK(rg_alloc(&data->values, 1 << 13, sizeof *data->values));
    return data;
}

/* Appends an array; the names of a test come in any order, for nothing depends on it. */
static void add(struct rg_data *data, const char *kind, int length, int64_t n, const double *values)
{
    struct rg_array *array = &data->arrays[data->n++];
    *array = (struct rg_array){.n_dims = 1, .dims = {n}, .first = data->n_values};
    snprintf(array->name, sizeof array->name, "%s_%d", kind, length);
    memcpy(data->values + data->n_values, values, (size_t)n * sizeof *values);
    data->n_values += n;
}

static int parity_of(uint32_t code)
{
    return __builtin_popcount(code) % 2;
}

static enum rg_status check_form(const struct rg_data *data)
{
    const struct rg_parity_settings settings = test_parity_settings();
    return rg_parity_form.check(data, &settings);
}

/* The strings of length 1 to max_length whose codes are multiples of `step`, the last first, with their
 * parities as targets, or the opposite. */
static struct rg_data *strings_to(int max_length, uint32_t step, bool inverted)
{
    struct rg_data *data = new_data();
    double codes[1024], targets[1024];
    for (int length = 1; length <= max_length; length++) {
        int64_t n = 0;
        for (uint32_t code = 1u << length; code-- > 0;)
            if (code % step == 0) {
                targets[n] = parity_of(code) ^ inverted;
                codes[n++] = code;
            }
        add(data, "strings", length, n, codes);
        add(data, "targets", length, n, targets);
    }
    TEST_OK(check_form(data));
    return data;
}

/* ---- the training set ------------------------------------------------------------------------------- */

static struct rg_dataset choose(const struct rg_parity_settings *settings)
{
    struct rg_dataset universe, dataset;
    const struct rg_task task = rg_task_of(settings, 0);
    TEST_OK(rg_dataset_all(settings, &task, &universe));
    CU_ASSERT_EQUAL(universe.n, rg_parity_n_strings(settings));
    TEST_OK(rg_dataset_choose(settings, 7, &universe, &dataset));
    rg_dataset_free(&universe);
    return dataset;
}

static bool same(const struct rg_dataset *a, const struct rg_dataset *b)
{
    return a->n == b->n && memcmp(a->n_of, b->n_of, sizeof a->n_of) == 0 &&
           memcmp(a->codes, b->codes, (size_t)a->n * sizeof *a->codes) == 0 &&
           memcmp(a->targets, b->targets, (size_t)a->n) == 0;
}

static void all_strings_are_no_file(void)
{
    static const struct {
        double fraction;
        int64_t dataset_size, min_length, max_length;
    } cases[] = {{1, 0, 1, 9}, {0.5, 0, 1, 8}, {0.1, 0, 3, 9}, {1, 200, 1, 9}, {1, 7, 4, 6}};
    struct rg_data *data = strings_to(9, 1, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rg_parity_settings settings = test_parity_settings();
        settings.fraction = cases[i].fraction;
        settings.dataset_size = cases[i].dataset_size;
        settings.min_length = cases[i].min_length;
        settings.max_length = cases[i].max_length;
        struct rg_dataset without = choose(&settings);
        settings.data.data = data;
        struct rg_dataset with = choose(&settings);
        CU_ASSERT(with.n > 0 && same(&with, &without));
        with.targets[0] ^= 1; /* the planted fault */
        CU_ASSERT_FALSE(same(&with, &without));
        rg_dataset_free(&with);
        rg_dataset_free(&without);
    }
    rg_data_free(&data);
}

/* What is trained of a part is what is trained of everything, where the part has it. */
static void fraction_of_a_part(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.fraction = 0.4;
    struct rg_dataset of_all = choose(&settings);
    struct rg_data *data = strings_to(9, 3, true);
    settings.data.data = data;
    struct rg_dataset of_part = choose(&settings);
    for (int length = 1; length <= 10; length++) {
        int64_t n = 0;
        for (int64_t i = 0; length < 10 && i < of_all.n_of[length]; i++) {
            const uint32_t code = of_all.codes_of[length][i];
            if (code % 3 != 0)
                continue;
            CU_ASSERT_EQUAL(of_part.codes_of[length][n], code);
            CU_ASSERT_EQUAL(of_part.targets_of[length][n], 1 - parity_of(code));
            n++;
        }
        CU_ASSERT_EQUAL(of_part.n_of[length], n);
    }
    rg_dataset_free(&of_all);
    rg_dataset_free(&of_part);
    rg_data_free(&data);
}

static void refused(const struct rg_parity_settings *settings, const char *message)
{
    CU_ASSERT_EQUAL(rg_parity_check(settings), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), message);
    rg_error_clear();
}

static void sizes_follow_the_file(void)
{
    struct rg_parity_settings settings = test_parity_settings(), all = settings;
    struct rg_data *data = strings_to(6, 2, false);
    settings.data.data = data;
    CU_ASSERT_EQUAL(rg_parity_n_strings(&settings), 63);
    CU_ASSERT(rg_parity_memory(&settings, (int[]){1, 1}) < rg_parity_memory(&all, (int[]){1, 1}));
    CU_ASSERT(rg_parity_cost(&settings) < rg_parity_cost(&all) / 10);
    settings.dataset_size = 63;
    TEST_OK(rg_parity_check(&settings));
    settings.dataset_size = 64;
    refused(&settings,
            "only 63 strings of length 1..10 are in the data, fewer than dataset_size = 64");
    settings.min_length = 7;
    refused(&settings, "no strings of length 7..10 are in the data");
    rg_data_free(&data);
}

/* ---- training and scores ---------------------------------------------------------------------------- */

static void score(const struct rg_parity *net, struct rg_score *train, struct rg_score *heldout)
{
    struct rg_tree *tree = NULL;
    struct rg_evaluation evaluation;
    const struct rg_visitor visitor = rg_evaluation_start(&evaluation, net);
    TEST_OK(rg_tree_create(net, (int)net->settings->max_length, &tree));
    TEST_OK(rg_tree_walk(tree, 1, &visitor, NULL));
    rg_tree_destroy(&tree);
    *train = rg_score_sum(evaluation.train, RG_LENGTH_MAX + 1);
    *heldout = rg_score_sum(evaluation.heldout, RG_LENGTH_MAX + 1);
}

/* Strings that the file lacks count nowhere; with opposite targets the right ones are the wrong ones. */
static void scores_go_by_the_file(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    settings.fraction = 0.5;
    struct rg_score train[2], heldout[2];
    for (int inverted = 0; inverted < 2; inverted++) {
        struct rg_data *data = strings_to(8, 3, inverted);
        settings.data.data = data;
        struct rg_parity *net = test_parity_create(&settings, 3);
        score(net, &train[inverted], &heldout[inverted]);
        CU_ASSERT_EQUAL(train[inverted].n, net->dataset.n);
        CU_ASSERT_EQUAL(train[inverted].n + heldout[inverted].n, rg_parity_n_strings(&settings));
        test_parity_destroy(net);
        rg_data_free(&data);
    }
    CU_ASSERT(train[0].n > 0 && heldout[0].n > 0 && train[0].n == train[1].n);
    CU_ASSERT_EQUAL(train[0].n_right + train[1].n_right, train[0].n);
    CU_ASSERT_EQUAL(heldout[0].n_right + heldout[1].n_right, heldout[0].n);
}

static void targets_are_trained(void)
{
    for (int batching = 0; batching < 2; batching++) {
        struct rg_parity_settings settings = test_parity_settings();
        struct rg_data *data = strings_to(8, 3, true);
        settings.batching = batching;
        settings.data.data = data;
        struct rg_parity *net = test_parity_create(&settings, 3);
        for (int64_t i = 0; i < net->order.n; i++)
            CU_ASSERT_EQUAL(net->order.targets[i],
                            1 - parity_of(rg_key_code(2, net->order.keys[i])));
        test_parity_destroy(net);
        rg_data_free(&data);
    }
}

static void unloaded_is_refused(void)
{
    struct rg_parity_settings settings = test_parity_settings();
    const struct rg_point point = {.settings = &settings, .team = {1, 1}};
    void *net = NULL;
    strcpy(settings.data.path, "strings.h5");
    CU_ASSERT_EQUAL(rg_parity_create(MPI_COMM_SELF, &point, &net), RG_ERROR_SYSTEM);
    CU_ASSERT_PTR_NULL(net);
    rg_error_clear();
}

/* ---- identity ---------------------------------------------------------------------------------------- */

static void resolved(const char *path, struct rg_data *data, char **text)
{
    struct rg_spec *spec = NULL;
    char sweep[256];
    snprintf(sweep, sizeof sweep,
             "name = \"x\"; model = \"parity_rnn\"; settings = { data = \"%s\"; };", path);
    TEST_OK(rg_spec_parse(&rg_models, NULL, sweep, NULL, &spec));
    if (data)
        rg_spec_adopt_data(spec, data);
    TEST_OK(rg_spec_resolved(spec, text));
    rg_spec_destroy(&spec);
}

static void identity_is_content(void)
{
    char *none, *here, *moved, *other;
    resolved("", NULL, &none);
    resolved("here.h5", strings_to(4, 1, false), &here);
    resolved("there/moved.h5", strings_to(4, 1, false), &moved);
    resolved("here.h5", strings_to(4, 1, true), &other);
    CU_ASSERT_PTR_NULL(strstr(none, "data ="));
    CU_ASSERT_PTR_NULL(strstr(none, "data_hash"));
    CU_ASSERT_PTR_NOT_NULL(strstr(here, "\ndata_hash = "));
    CU_ASSERT_STRING_EQUAL(here, moved);
    CU_ASSERT_STRING_NOT_EQUAL(here, other);
    rg_free(&none);
    rg_free(&here);
    rg_free(&moved);
    rg_free(&other);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

/* ---- mistakes ---------------------------------------------------------------------------------------- */

static void mistakes_are_named(void)
{
    static const struct {
        const char *kind;
        int length;
        int64_t n;
        double values[2];
        const char *message;
    } cases[] = {
        {"strings", 4, 2, {1, 16}, "strings_4: element 1 is 16, not a whole number from 0 to 15"},
        {"strings", 4, 2, {-1, 3}, "strings_4: element 0 is -1, not a whole number from 0 to 15"},
        {"strings", 4, 2, {1, 2.5}, "strings_4: element 1 is 2.5, not a whole number from 0 to 15"},
        {"strings", 4, 2, {3, 3}, "strings_4: the string 3 stands there twice"},
        {"strings", 4, 1, {3}, "strings_4 and targets_4 have 1 and 2 elements"},
        {"targets", 4, 2, {0, 2}, "targets_4: element 1 is 2, not a whole number from 0 to 1"},
        {"targets", 4, 2, {0, 0.5}, "targets_4: element 1 is 0.5, not a whole number from 0 to 1"},
        {"strings", 5, 2, {1, 2}, "targets_5 is missing: strings and targets come in pairs"},
        {"targets", 5, 2, {1, 0}, "strings_5 is missing: strings and targets come in pairs"},
        {"strings",
         21,
         2,
         {1, 0},
         "strings_21: the arrays are named strings_L and targets_L, with"},
        {"string", 4, 2, {1, 0}, "string_4: the arrays are named strings_L and targets_L, with"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rg_data *data = new_data();
        add(data, cases[i].kind, cases[i].length, cases[i].n, cases[i].values);
        if (cases[i].length != 4 || strcmp(cases[i].kind, "strings") != 0)
            add(data, "strings", 4, 2, (double[]){0, 15});
        if (cases[i].length != 4 || strcmp(cases[i].kind, "targets") != 0)
            add(data, "targets", 4, 2, (double[]){0, 1});
        CU_ASSERT_EQUAL(check_form(data), RG_ERROR_USER);
        if (strncmp(rg_error_message(), cases[i].message, strlen(cases[i].message)) != 0)
            CU_FAIL(rg_error_message());
        rg_error_clear();
        rg_data_free(&data);
    }
}

static void shapes_are_checked(void)
{
    struct rg_data *data = new_data();
    add(data, "strings", 2, 0, (double[]){0});
    add(data, "targets", 2, 0, (double[]){0});
    CU_ASSERT_EQUAL(check_form(data), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), "holds no string");
    data->arrays[1].n_dims = 2;
    CU_ASSERT_EQUAL(check_form(data), RG_ERROR_USER);
    CU_ASSERT_STRING_EQUAL(rg_error_message(), "targets_2: must have one dimension");
    rg_error_clear();
    rg_data_free(&data);
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"a file of all strings trains as no file", all_strings_are_no_file},
    {"a fraction of a part is that part of a fraction", fraction_of_a_part},
    {"sizes, memory and cost follow the file", sizes_follow_the_file},
    {"scores go by the file's strings and targets", scores_go_by_the_file},
    {"the file's targets are trained", targets_are_trained},
    {"a file that was not loaded is refused", unloaded_is_refused},
    {"content is what makes another sweep", identity_is_content},
    {"mistakes are named with their element", mistakes_are_named},
    {"shapes are checked", shapes_are_checked},
    {0},
};
