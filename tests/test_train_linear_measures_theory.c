/* Whole points of linear_net against theory: gradient descent leaves the closed forms, the exact course and
 * the balance by an error in proportion to the learning rate; where a theory does not hold none is given;
 * and the same values on every team, those of observers too: test_train_linear_observers.c.           */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regime/memory.h"
#include "teams.h"
#include "test.h"
#include "train/linear/compare.h"
#include "train/linear/modes.h"
#include "train/linear/observe.h"
#include "trained.h"

const char *const test_suite = "train_linear_measures_theory";

static const double HALVED = 0.05; /* 10 % of the ratio 1/2: the next order of the learning rate */
static const double TEAMS = 1e-10; /* sums in another order */

enum { RECORDS = 20, SEED_TRIALS = 12 };

static struct trained train_on(MPI_Comm comm, const char *extra, const char *settings, int64_t id)
{
    char text[2048];
    struct trained t;
    snprintf(text, sizeof text,
             "name = \"t\"; model = \"linear_net\"; seed = 1; settings = { observers = true; %s; };"
             "%s;",
             settings, extra);
    trained_make_on(comm, text, id, NULL, &t);
    TEST_OK(t.status);
    return t;
}

#define TWENTY "; record = { spacing = \"linear\"; count = 20; }"

static struct trained train(const char *settings)
{
    return train_on(MPI_COMM_SELF, "axes = {}" TWENTY, settings, 0);
}

static struct trained train_replicate(const char *settings, int64_t replicate)
{
    return train_on(MPI_COMM_SELF, "axes = { replicate = { count = 12; }; }" TWENTY, settings,
                    replicate);
}

/* A value of the whole time, 3 / learning rate, with a learning rate of 0.01 / divisor. */
static double value_at_rate(const char *settings, const char *name, int divisor)
{
    char text[1024];
    snprintf(text, sizeof text, "%s; learning_rate = %.17g; max_epochs = %d", settings,
             0.01 / divisor, 300 * divisor);
    struct trained t = train(text);
    const double value = trained_value(&t, name, 0);
    trained_free(&t);
    return value;
}

static void check_order(const char *settings, const char *name)
{
    const double coarse = value_at_rate(settings, name, 4), fine = value_at_rate(settings, name, 8);
    CU_ASSERT(coarse > 1e-6 && coarse < 0.1);
    CU_ASSERT_DOUBLE_EQUAL(fine / coarse, 0.5, HALVED);
    if (!(fabs(fine / coarse - 0.5) < HALVED))
        printf("%s of %s: %g, %g\n", name, settings, coarse, fine);
}

/* ---- closed forms ---------------------------------------------------------------------------------- */

#define NET433   "n_in = 4; n_hidden = 3; n_out = 3; init = \"aligned\""
#define SPECTRUM "spectrum = \"list\"; singular_values = [3.0, 2.0, 0.5]"
#define COLOURED "input_spectrum = \"list\"; input_variances = [0.5, 1.5, 2.0, 1.0]"

static void closed_forms_are_followed(void)
{
    static const char *const cases[] = {
        NET433 "; a0 = 0.05; " SPECTRUM,
        NET433 "; a0 = 0.05; " SPECTRUM "; " COLOURED,
        NET433 "; a0 = 0.05; lambda = 1.0; " SPECTRUM,
        NET433 "; a0 = 0.05; lambda = -1.0; " SPECTRUM "; " COLOURED,
        NET433 "; a0 = 0.2; depth = 3; " SPECTRUM,
        NET433 "; a0 = 0.3; depth = 5; widths = [4, 7, 3, 5]; " SPECTRUM "; " COLOURED,
        NET433 "; a0 = 0.05; depth = 1; " SPECTRUM,
        "n_in = 2; n_hidden = 3; n_out = 4; init = \"aligned\"; a0 = 0.05; lambda = 0.5",
        "n_in = 2; n_hidden = 5; n_out = 2; init = \"aligned\"; a0 = 0.05; input_scale = 2.0",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_order(cases[i], "theory_deviation");
}

/* One layer follows its modes from any start. */
static void one_layer_needs_no_alignment(void)
{
    check_order("depth = 1; n_in = 4; n_out = 3; init = \"gaussian\"; " COLOURED,
                "theory_deviation");
}

static void balance_is_kept(void)
{
    check_order("n_in = 4; n_hidden = 4; n_out = 4; init = \"balanced\"; sigma = 0.5; lambda = 0.5",
                "balancedness");
    check_order("depth = 4; n_in = 4; n_hidden = 5; n_out = 4; init = \"balanced\"; sigma = 0.8",
                "balancedness");
}

/* What was looked at in steps of 1 % comes within them, and the largest deviation is that of a record. */
static void columns_agree(void)
{
    struct trained t =
        train(NET433 "; a0 = 0.01; " SPECTRUM "; learning_rate = 0.001; max_epochs = 8000");
    double worst = trained_value(&t, "theory_deviation_history", 0);
    CU_ASSERT(worst < 1e-12);
    for (int64_t k = 0; k < 3; k++) {
        const double time = trained_value(&t, "mode_time", k),
                     theory = trained_value(&t, "mode_time_theory", k);
        CU_ASSERT(time >= theory - 1 && time <= 1.02 * theory + 1);
        CU_ASSERT_DOUBLE_EQUAL(trained_value(&t, "mode_strength_history", k), 0.01, 1e-12);
        for (int64_t r = 0; r <= RECORDS; r++) {
            const double a = trained_value(&t, "mode_strength_history", 3 * r + k);
            const double b = trained_value(&t, "mode_theory_history", 3 * r + k);
            const double s = trained_value(&t, "true_s", k);
            CU_ASSERT(fabs(a - b) / s <= trained_value(&t, "theory_deviation_history", r) + 1e-15);
        }
    }
    for (int64_t r = 0; r <= RECORDS; r++)
        worst = test_worst(worst, trained_value(&t, "theory_deviation_history", r));
    CU_ASSERT_EQUAL(trained_value(&t, "theory_deviation", 0), worst);
    CU_ASSERT_EQUAL(trained_value(&t, "kernel_distance_history", 0), 0);
    CU_ASSERT_DOUBLE_EQUAL(trained_value(&t, "effective_rank_history", 0), 3, 1e-12);
    CU_ASSERT_EQUAL(trained_value(&t, "noncommuting", 0), 0);
    trained_free(&t);
}

/* ---- the exact course ------------------------------------------------------------------------------ */

static void the_exact_course_is_followed(void)
{
    static const char *const shapes[] = {"n_in = 3; n_hidden = 3; n_out = 3",
                                         "n_in = 2; n_hidden = 2; n_out = 4",
                                         "n_in = 4; n_hidden = 2; n_out = 2; input_scale = 2.0"};
    static const double lambdas[] = {-2, 0, 0.5};
    for (int s = 0; s < 3; s++)
        for (int l = 0; l < 3; l++) {
            char text[256];
            snprintf(text, sizeof text, "%s; init = \"balanced\"; sigma = 0.5; lambda = %.17g",
                     shapes[s], lambdas[l]);
            check_order(text, "exact_deviation");
        }
}

static void its_loss_is_that_of_the_network(void)
{
    struct trained t = train(
        "n_in = 5; n_hidden = 5; n_out = 5; init = \"balanced\"; lambda = 3.0;"
        "learning_rate = 1e-4; max_epochs = 3000; input_scale = 0.5");
    for (int64_t r = 0; r <= RECORDS; r++) {
        const double loss = trained_value(&t, "excess_loss_history", r);
        CU_ASSERT_DOUBLE_EQUAL(trained_value(&t, "excess_loss_theory_history", r), loss,
                               1e-3 * loss);
    }
    trained_free(&t);
}

/* Numbers with 7 digits stray by a few of them more. */
static void floats_are_compared_too(void)
{
    struct trained t = train(NET433
                             "; lambda = 1.0; learning_rate = 1e-3; max_epochs = 1000; precision = "
                             "\"float\"");
    CU_ASSERT_EQUAL(trained_value(&t, "exact_kind", 0), RG_KIND_APPLIES);
    CU_ASSERT_EQUAL(trained_value(&t, "mode_theory_kind", 0), RG_THEORY_CLOSED);
    CU_ASSERT(trained_value(&t, "exact_deviation", 0) < 1e-2);
    CU_ASSERT(trained_value(&t, "theory_deviation", 0) < 1e-2);
    trained_free(&t);
}

/* ---- where nothing holds --------------------------------------------------------------------------- */

static void refusals_are_named(void)
{
    static const struct {
        const char *settings;
        enum rg_mode_theory theory;
        enum rg_exact_kind exact;
        enum rg_observed observed;
    } cases[] = {
        {"n_in = 3; n_hidden = 3; n_out = 3; init = \"gaussian\"", RG_THEORY_NOT_BALANCED,
         RG_KIND_NOT_BALANCED, RG_OBSERVED},
        {"n_in = 3; n_hidden = 3; n_out = 3; init = \"balanced\"; lambda = 0.5",
         RG_THEORY_NOT_ALIGNED, RG_KIND_APPLIES, RG_OBSERVED},
        {NET433 "; " COLOURED "; input_angle = 30", RG_THEORY_NOT_COMMUTING, RG_KIND_NOT_WHITE,
         RG_OBSERVED},
        {NET433 "; " COLOURED, RG_THEORY_CLOSED, RG_KIND_NOT_WHITE, RG_OBSERVED},
        {NET433 "; depth = 3", RG_THEORY_ODE, RG_KIND_DEPTH, RG_OBSERVED_DEPTH},
        {"n_in = 3; n_hidden = 4; n_out = 3; init = \"aligned\"", RG_THEORY_CLOSED, RG_KIND_WIDTH,
         RG_OBSERVED},
        {"n_in = 500; n_hidden = 13; n_out = 13; init = \"aligned\"; kernel = false",
         RG_THEORY_CLOSED, RG_KIND_SIZE, RG_OBSERVED_SIZE},
        {"n_in = 3; n_hidden = 3; n_out = 3; dataset_size = 20; init = \"aligned\"",
         RG_THEORY_NOT_COMMUTING, RG_KIND_NOT_WHITE, RG_OBSERVED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s; max_epochs = 20", cases[i].settings);
        struct trained t = train(text);
        const bool closed = cases[i].theory == RG_THEORY_CLOSED || cases[i].theory == RG_THEORY_ODE;
        const bool exact = cases[i].exact == RG_KIND_APPLIES;
        CU_ASSERT_EQUAL(trained_value(&t, "mode_theory_kind", 0), cases[i].theory);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "mode_theory", 0)), closed);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "theory_deviation", 0)), closed);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "mode_time_theory", 0)), closed);
        CU_ASSERT_EQUAL(trained_value(&t, "exact_kind", 0), cases[i].exact);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "exact_deviation", 0)), exact);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "excess_loss_theory", 0)), exact);
        CU_ASSERT_EQUAL(trained_value(&t, "recovered_kind", 0), cases[i].observed);
        CU_ASSERT_EQUAL(trained_value(&t, "n_recovered", 0) == 0, cases[i].observed == RG_OBSERVED);
        CU_ASSERT_EQUAL(isfinite(trained_value(&t, "kernel_distance", 0)),
                        !strstr(text, "kernel = false"));
        trained_free(&t);
    }
}

/* A square network at lambda = 0 ends at a saddle for about half of the draws. */
static void saddles_are_named(void)
{
    int n_saddles = 0;
    for (int64_t i = 0; i < SEED_TRIALS; i++) {
        struct trained t = train_replicate(
            "n_in = 3; n_hidden = 3; n_out = 3; allow_saddle = true;"
            "init = \"balanced\"; max_epochs = 20",
            i);
        const double kind = trained_value(&t, "exact_kind", 0);
        CU_ASSERT(kind == RG_KIND_SADDLE || kind == RG_KIND_APPLIES);
        CU_ASSERT_EQUAL(isnan(trained_value(&t, "exact_deviation", 0)), kind == RG_KIND_SADDLE);
        n_saddles += kind == RG_KIND_SADDLE;
        trained_free(&t);
    }
    CU_ASSERT(n_saddles > 1 && n_saddles < SEED_TRIALS - 1);
}

/* A chain of single units is balanced and aligned by any draw; only its sign may be wrong. */
static void theory_goes_by_the_numbers(void)
{
    int n_wrong = 0;
    for (int64_t i = 0; i < SEED_TRIALS; i++) {
        struct trained t = train_replicate(
            "n_in = 1; n_hidden = 1; n_out = 1; init = \"gaussian\";"
            "learning_rate = 1e-3; max_epochs = 1000",
            i);
        const bool wrong = trained_value(&t, "mode_strength_history", 0) < 0;
        CU_ASSERT_EQUAL(trained_value(&t, "mode_theory_kind", 0),
                        wrong ? RG_THEORY_WRONG_SIGN : RG_THEORY_CLOSED);
        CU_ASSERT(wrong ? isnan(trained_value(&t, "theory_deviation", 0))
                        : trained_value(&t, "theory_deviation", 0) < 5e-3);
        n_wrong += wrong;
        trained_free(&t);
    }
    CU_ASSERT(n_wrong > 1 && n_wrong < SEED_TRIALS - 1);
}

/* ---- teams ----------------------------------------------------------------------------------------- */

static bool alike(const char *name, double a, double b)
{
    const bool fitted = strstr(name, "recovered") || strstr(name, "error_");
    const double tolerance = fitted ? 1e4 * TEAMS : TEAMS; /* a fit gives rounding more weight */
    return (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance * fmax(1, fabs(b));
}

static void compare_records(const struct trained *a, const struct trained *b)
{
    for (int f = 0; f < a->layout->n_fields; f++) {
        const struct rg_field *field = &a->layout->fields[f];
        int64_t n_wrong = 0;
        for (int64_t i = 0; i < field->count; i++)
            n_wrong += !alike(field->name, trained_value(a, field->name, i),
                              trained_value(b, field->name, i));
        CU_ASSERT_EQUAL(n_wrong, 0);
        if (n_wrong)
            printf("%s differs\n", field->name);
    }
}

static void check_team(int rows, int cols, const char *settings)
{
    char extra[128];
    MPI_Comm comm = team_comm(rows, cols);
    if (comm == MPI_COMM_NULL)
        return;
    snprintf(extra, sizeof extra, "axes = {}; team = [%d, %d]" TWENTY, rows, cols);
    struct trained team = train_on(comm, extra, settings, 0), alone = train(settings);
    compare_records(&team, &alone);
    trained_free(&team);
    trained_free(&alone);
    MPI_Comm_free(&comm);
}

static void teams_measure_alike(void)
{
    static const char *const cases[] = {
        "n_in = 4; n_hidden = 4; n_out = 4; spectrum = \"list\"; singular_values = [2.0, 4.0, 1.2, "
        "0.75]; input_spectrum = \"list\"; input_variances = [1.5, 0.5, 1.0, 0.8]; init = "
        "\"aligned\"; max_epochs = 1200; block = 1",
        "n_in = 7; n_hidden = 5; n_out = 5; init = \"balanced\"; lambda = 0.5; sigma = 0.5; "
        "max_epochs = 100; block = 2",
        "depth = 3; n_in = 7; n_hidden = 9; n_out = 5; init = \"gaussian\"; max_epochs = 100; "
        "block "
        "= 3; dataset_size = 40; noise = 0.1",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_team(1, 2, cases[i]);
        check_team(2, 1, cases[i]);
        check_team(2, 2, cases[i]);
    }
}

static void another_network_is_seen(void)
{
    CU_ASSERT(alike("kernel_distance", 1, 1 + 1e-12));
    CU_ASSERT_FALSE(alike("kernel_distance", 1, 1 + 1e-8));
    CU_ASSERT_FALSE(alike("kernel_distance", 1, NAN));
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"mode strengths follow their closed forms", closed_forms_are_followed},
    {"one layer follows them from any start", one_layer_needs_no_alignment},
    {"balance is kept", balance_is_kept},
    {"columns agree with each other", columns_agree},
    {"the exact course is followed", the_exact_course_is_followed},
    {"its loss is that of the network", its_loss_is_that_of_the_network},
    {"floats are compared too", floats_are_compared_too},
    {"refusals are named", refusals_are_named},
    {"saddles are named", saddles_are_named},
    {"a theory goes by the numbers", theory_goes_by_the_numbers},
    {"teams measure alike", teams_measure_alike},
    {"another network is seen", another_network_is_seen},
    {NULL, NULL},
};
