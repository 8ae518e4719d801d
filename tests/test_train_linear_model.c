/* linear_net from a sweep file: what is refused, what stops a point, what the columns hold. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "linear.h"
#include "train/linear/input.h"
#include "trained.h"

const char *const test_suite = "train_linear_model";

static struct trained train(const char *axes, const char *settings, int64_t id)
{
    char text[2048];
    struct trained trained;
    snprintf(text, sizeof text,
             "name = \"t\"; model = \"linear_net\"; seed = 1; axes = { %s }; settings = { %s }; "
             "record = { epochs = [0, 1, 100]; };",
             axes, settings);
    trained_make(text, id, NULL, &trained);
    TEST_OK(trained.status);
    return trained;
}

/* ---- mistakes ---------------------------------------------------------------------------------------- */

static void mistakes_are_named(void)
{
    static const struct {
        const char *settings, *message;
    } cases[] = {
        {"depth = 3; widths = [5]", "widths lists 1 layers, and depth = 3 has 2 hidden ones"},
        {"dataset = \"hierarchy\"", "n_in = 8 and n_out = 7, not 16 and 16"},
        {"dataset = \"hierarchy\"; n_in = 8; n_out = 7; dataset_size = 8", "is trained whole"},
        {"dataset = \"hierarchy\"; n_in = 8; n_out = 7; input_spectrum = \"power\"", "one-hot"},
        {"dataset = \"random\"", "dataset = random needs samples"},
        {"dataset = \"random\"; dataset_size = 9; noise = 0.1", "nothing but noise"},
        {"teacher_rank = 17", "teacher_rank = 17: at most min(n_in, n_out) = 16"},
        {"spectrum = \"list\"", "singular_values is empty"},
        {"spectrum = \"list\"; n_in = 2; singular_values = [3.0, 2.0, 1.0]", "more than min(n_in"},
        {"input_spectrum = \"list\"; input_variances = [1.0]", "n_in = 16 needs one each"},
        {"n_in = 1; input_spectrum = \"list\"; input_variances = [0.0]; whiten = true",
         "cannot be whitened"},
        {"whiten = true; dataset_size = 15", "15 samples do not span n_in = 16 inputs"},
        {"init = \"balanced\"; n_hidden = 15", "min(n_in, n_out) = 16 or more"},
        {"init = \"aligned\"; lambda = 1.0; depth = 3",
         "only depth = 2 has a balance other than 0"},
        {"init = \"balanced\"; lambda = 1.0; n_hidden = 17", "can only be balanced at lambda = 0"},
        {"init = \"balanced\"; lambda = -1.0; n_in = 9; n_hidden = 10",
         "wider than the input needs lambda >= 0"},
        {"init = \"balanced\"; lambda = 1.0; n_out = 9; n_hidden = 10",
         "wider than the output needs lambda <= 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        struct rg_spec *spec = NULL;
        snprintf(text, sizeof text,
                 "name = \"t\"; model = \"linear_net\"; seed = 1; axes = {}; settings = { %s; };",
                 cases[i].settings);
        TEST_OK(rg_spec_parse(&rg_models, "t.cfg", text, NULL, &spec));
        rg_error_clear();
        CU_ASSERT_EQUAL(rg_grid_check(spec), RG_ERROR_USER);
        CU_ASSERT_PTR_NOT_NULL(strstr(rg_error_message(), cases[i].message));
        if (!strstr(rg_error_message(), cases[i].message))
            fprintf(stderr, "%s: %s\n", cases[i].settings, rg_error_message());
        rg_spec_destroy(&spec);
    }
}

/* ---- data from a file ---------------------------------------------------------------------------------- */

static void add(struct rg_data *data, const char *name, int n_dims, int64_t rows, int64_t cols,
                const double *values)
{
    struct rg_array *array = &data->arrays[data->n++];
    const int64_t n = n_dims == 0 ? 1 : rows * cols;
    *array = (struct rg_array){.n_dims = n_dims, .dims = {rows, cols}, .first = data->n_values};
    snprintf(array->name, sizeof array->name, "%s", name);
    memcpy(data->values + data->n_values, values, (size_t)n * sizeof *values);
    data->n_values += n;
}

/* Two inputs, one output; 0: no such array. */
static void fill(struct rg_data *data, const double *sxx, int64_t syx_cols, double tr_syy)
{
    static const double syx[] = {2, 0.5, 0};
    data->n = 0;
    data->n_values = 0;
    if (sxx)
        add(data, "Sxx", 2, 2, 2, sxx);
    add(data, "Syx", 2, 1, syx_cols, syx);
    add(data, "tr_Syy", 0, 0, 0, &tr_syy);
}

/* The message of a network on these data; "": there is none. */
static const char *complaint(const struct rg_data *data)
{
    struct rg_linear_settings settings = test_linear_settings();
    const struct rg_point point = {.settings = &settings, .team = {1, 1}};
    void *net = NULL;
    settings.n_in = 2;
    settings.n_out = 1;
    settings.data.data = data;
    rg_error_clear();
    if (rg_linear_form.check(data, &settings) == RG_OK && rg_linear_check(&settings) == RG_OK)
        (void)!rg_linear_create(MPI_COMM_SELF, &point, &net);
    rg_linear_destroy(&net);
    return rg_error_message();
}

static void faulty_data_are_refused(void)
{
    static const double good[] = {2, 1, 1, 1}, skew[] = {2, 1, 0.9, 1}, below[] = {2, 1, 1, -1},
                        indefinite[] = {1, 2, 2, 1}, thin[] = {4, 1, 1, 0.25},
                        one_sided[] = {4, 0, 0, 0};
    static const struct {
        const double *sxx;
        int64_t syx_cols;
        double tr_syy;
        const char *message;
    } cases[] = {
        {good, 2, 2.6, ""},
        {NULL, 2, 3, "Sxx is missing"},
        {good, 3, 3, "a column for each of Sxx's 2 inputs"},
        {skew, 2, 3, "must be symmetric"},
        {below, 2, 3, "Sxx[1][1] = -1: a variance cannot be negative"},
        {indefinite, 2, 30, "has the eigenvalue -1"},
        {thin, 2, 3, ""}, /* Syx along Sxx's only direction */
        {one_sided, 2, 3, "Syx has a part of norm 0.5 along inputs to which Sxx gives no variance"},
        {good, 2, 2.4, "tr_Syy = 2.4 is less than the 2.5"}, /* Syx Sxx^-1 Syx^T = 2.5 */
    };
    double values[16];
    struct rg_data data = {.values = values};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fill(&data, cases[i].sxx, cases[i].syx_cols, cases[i].tr_syy);
        const char *message = complaint(&data);
        CU_ASSERT(cases[i].message[0] ? strstr(message, cases[i].message) != NULL : !message[0]);
    }
}

/* ---- what ends a point -------------------------------------------------------------------------------- */

static void the_stop_rule_looks_above_the_floor(void)
{
    struct trained trained = train(
        "", "n_out = 4; noise = 1.0; learning_rate = 0.1; stop_loss = 1e-6; max_epochs = 100000;",
        0);
    const double excess = trained_value(&trained, "excess_loss", 0);
    CU_ASSERT_EQUAL(trained_value(&trained, "stopped_by", 0), RG_BY_LOSS);
    CU_ASSERT(trained_value(&trained, "epochs_trained", 0) < 100000);
    CU_ASSERT(excess < 1e-6 && excess > 0.5e-6);
    CU_ASSERT_EQUAL(trained_value(&trained, "loss_floor", 0), 2); /* n_out noise^2 / 2 */
    CU_ASSERT_DOUBLE_EQUAL(trained_value(&trained, "train_loss", 0), 2, 1.1e-6);
    CU_ASSERT_EQUAL(trained_value(&trained, "test_loss", 0), 2 + excess);
    trained_free(&trained);
}

static void divergence_is_an_outcome(void)
{
    struct trained trained = train("", "gain = 10.0; learning_rate = 1.0;", 0);
    CU_ASSERT_EQUAL(trained.record.status, RG_DIVERGED);
    CU_ASSERT_EQUAL(trained_value(&trained, "stopped_by", 0), RG_BY_DIVERGENCE);
    CU_ASSERT(trained_value(&trained, "epochs_trained", 0) < 100);
    CU_ASSERT_EQUAL(trained_value(&trained, "loss_floor", 0), 0);
    CU_ASSERT(isnan(trained_value(&trained, "excess_loss", 0)));
    trained_free(&trained);
}

/* ---- columns ------------------------------------------------------------------------------------------- */

static void a_record_is_what_it_says(void)
{
    struct trained trained =
        train("", "n_in = 6; n_out = 4; dataset_size = 20; noise = 0.5; max_epochs = 100;", 0);
    const double floor = trained_value(&trained, "loss_floor", 0);
    CU_ASSERT(floor > 0 && floor < 0.5);
    CU_ASSERT(isnan(trained_value(&trained, "train_loss_history", 0)));
    /* the first epoch's loss is the one before its step, which record 0 has measured */
    CU_ASSERT_DOUBLE_EQUAL(trained_value(&trained, "train_loss_history", 1),
                           trained_value(&trained, "excess_loss_history", 0) + floor, 1e-14);
    for (int k = 0; k < 3; k++) /* the population's own noise is the least that a test can lose */
        CU_ASSERT(trained_value(&trained, "test_loss_history", k) > 0.5);
    CU_ASSERT_EQUAL(trained_value(&trained, "excess_loss_history", 2),
                    trained_value(&trained, "excess_loss", 0));
    trained_free(&trained);
}

/* A small network's matrices in the corner of the largest's. */
static void kept_weights_are_padded(void)
{
    struct trained trained =
        train("pair = { depth = [1, 3]; n_out = [2, 9]; };",
              "init = \"aligned\"; a0 = 0.5; n_in = 3; n_hidden = 9; max_epochs = 100;", 0);
    const struct rg_field *field = trained_field(&trained, "W");
    CU_ASSERT_EQUAL(field->count, 3 * 9 * 9);
    int n = 0;
    for (int64_t i = 0; i < field->count; i++) {
        const bool inside = i < 2 * 9 && i % 9 < 3;
        CU_ASSERT_EQUAL(isnan(trained_value(&trained, "W", i)), !inside);
        n += inside;
    }
    CU_ASSERT_EQUAL(n, 2 * 3);
    trained_free(&trained);
}

const struct test_case test_cases[] = {
    {"mistakes are named", mistakes_are_named},
    {"faulty data are refused", faulty_data_are_refused},
    {"the stop rule looks above the floor", the_stop_rule_looks_above_the_floor},
    {"divergence is an outcome", divergence_is_an_outcome},
    {"a record is what it says", a_record_is_what_it_says},
    {"kept weights are padded", kept_weights_are_padded},
    {0},
};
