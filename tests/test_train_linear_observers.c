/* What observers of whole points of linear_net tell about the data: what is known, and where they say that
 * they do not know. The estimators by themselves: test_train_identify.c, _stages.c, _match.c.          */
#include <math.h>
#include <stdio.h>

#include "regime/memory.h"
#include "test.h"
#include "train/linear/observe.h"
#include "trained.h"

const char *const test_suite = "train_linear_observers";

static struct trained train_with(const char *record, const char *settings)
{
    char text[2048];
    struct trained t;
    snprintf(text, sizeof text,
             "name = \"t\"; model = \"linear_net\"; seed = 1; axes = {}; record = { %s; }; "
             "settings = { observers = true; %s; };",
             record, settings);
    trained_make_on(MPI_COMM_SELF, text, 0, NULL, &t);
    TEST_OK(t.status);
    return t;
}

static struct trained train_watched(const char *settings)
{
    return train_with("every = 5", settings);
}

static struct trained train_sparsely(const char *settings)
{
    return train_with("spacing = \"linear\"; count = 20", settings);
}

/* s = 3, 2, 1.2, 0.6 and d = 1.5, 0.5, 1, 0.8. */
#define KNOWN                                                                                    \
    "n_in = 4; n_hidden = 4; n_out = 4; spectrum = \"list\"; singular_values = [2.0, 4.0, 1.2, " \
    "0.75]; input_spectrum = \"list\"; input_variances = [1.5, 0.5, 1.0, 0.8]; "

static void check_activity(const char *settings, const double *expected, double tolerance)
{
    struct trained t = train_sparsely(settings);
    for (int64_t k = 0; k < 4; k++)
        CU_ASSERT_DOUBLE_EQUAL(
            trained_value(&t, "recovered_s", (int64_t)RG_SEES_ACTIVITY * 4 + k) / expected[k], 1,
            tolerance);
    trained_free(&t);
}

static void activity_reveals_s(void)
{
    static const double s[] = {3, 2, 1.2, 0.6}, lazier[] = {2.65, 1.88, 0.98, 0.43};
    check_activity(KNOWN "init = \"aligned\"; max_epochs = 5000", s, 1e-6);
    check_activity(KNOWN "init = \"gaussian\"; gain = 0.2; max_epochs = 5000", s, 0.05);
    check_activity(KNOWN "init = \"aligned\"; lambda = 0.5; max_epochs = 5000", lazier, 0.01);
    check_activity(KNOWN "init = \"balanced\"; lambda = 0.5; max_epochs = 5000", lazier, 0.01);
}

/* One hidden unit of four modes: its V is right, and of course and loss curve nothing is told. */
static void a_bottleneck_hides_the_rest(void)
{
    struct trained t = train_watched(
        "n_in = 4; n_hidden = 1; n_out = 4; spectrum = \"list\"; singular_values = [3.0, 2.0, 1.2, "
        "0.6]; gain = 0.01; learning_rate = 0.002; max_epochs = 8000");
    CU_ASSERT(trained_value(&t, "error_v", RG_SEES_WEIGHTS) < 1e-3);
    CU_ASSERT(trained_value(&t, "n_recovered", RG_SEES_ACTIVITY) >= 1);
    for (int observer = RG_SEES_COURSE; observer <= RG_SEES_LOSS; observer++) {
        CU_ASSERT_EQUAL(trained_value(&t, "n_recovered", observer), 0);
        CU_ASSERT(isnan(trained_value(&t, "error_d", observer)));
    }
    trained_free(&t);
}

/* Of more records than are kept every second is let go, and what is left tells as much. */
static void errors_grow_with_the_start(void)
{
    struct trained brief = train_watched(KNOWN
                                         "init = \"aligned\"; max_epochs = 3000; "
                                         "learning_rate = 2e-3"),
                   rich = train_watched(KNOWN
                                        "init = \"aligned\"; max_epochs = 6000; "
                                        "learning_rate = 2e-3"),
                   wide = train_watched(KNOWN
                                        "init = \"gaussian\"; gain = 1.0; "
                                        "max_epochs = 6000; learning_rate = 2e-3");
    CU_ASSERT(rich.spec->n_records > 3 * RG_OBSERVED_MAX);
    for (int64_t k = 0; k < 4; k++) /* the final weights alone tell neither */
        CU_ASSERT(isnan(trained_value(&rich, "recovered_s", k)));
    CU_ASSERT_EQUAL(trained_value(&rich, "n_recovered", RG_SEES_WEIGHTS), 0);
    CU_ASSERT_EQUAL(trained_value(&rich, "n_recovered", RG_SEES_COURSE), 4);
    CU_ASSERT(trained_value(&rich, "error_s", RG_SEES_COURSE) < 0.01);
    CU_ASSERT(trained_value(&rich, "error_d", RG_SEES_COURSE) < 0.01);
    CU_ASSERT(trained_value(&brief, "error_s", RG_SEES_LOSS) < 0.02);
    CU_ASSERT(trained_value(&brief, "error_d", RG_SEES_LOSS) < 0.02);
    CU_ASSERT(trained_value(&rich, "error_v", RG_SEES_WEIGHTS) < 1e-6);
    CU_ASSERT(isnan(trained_value(&rich, "error_v", RG_SEES_LOSS)));
    CU_ASSERT(trained_value(&wide, "error_s", RG_SEES_ACTIVITY) > 0.2);
    CU_ASSERT(trained_value(&wide, "error_v", RG_SEES_WEIGHTS) < 0.01); /* V is told all the same */
    trained_free(&brief);
    trained_free(&rich);
    trained_free(&wide);
}

static void check_observer(const struct trained *t, int observer, int64_t n_told, double tolerance)
{
    CU_ASSERT_EQUAL((int64_t)trained_value(t, "n_recovered", observer), n_told);
    if (n_told == 0) {
        CU_ASSERT(isnan(trained_value(t, "error_s", observer)));
        CU_ASSERT(isnan(trained_value(t, "error_d", observer)));
    } else {
        CU_ASSERT(trained_value(t, "error_s", observer) < tolerance);
        CU_ASSERT(trained_value(t, "error_d", observer) < tolerance);
    }
}

#define EQUAL_S                                                                                  \
    "n_in = 4; n_hidden = 4; n_out = 4; spectrum = \"list\"; singular_values = [2.0, 1.0, 0.8, " \
    "0.4]; input_spectrum = \"list\"; input_variances = [0.5, 1.0, 1.0, 2.0]; sigma = 0.01; "    \
    "gain = 0.02; max_epochs = 4000; learning_rate = 0.01; "

/* s = 1, 1, 0.8, 0.8, each with two d. Not all that is told is told by the loss, which cannot part them. */
static void equal_s_is_told_apart(void)
{
    static const char *const starts[] = {"aligned", "balanced", "gaussian"};
    for (int i = 0; i < 3; i++) {
        char settings[512];
        snprintf(settings, sizeof settings, EQUAL_S "init = \"%s\"", starts[i]);
        struct trained t = train_watched(settings);
        check_observer(&t, RG_SEES_ACTIVITY, 4, 1e-3);
        check_observer(&t, RG_SEES_COURSE, 4, 0.01);
        trained_free(&t);
    }
}

/* Untrained, hardly trained or lazy, an observer says that it does not know. */
static void nothing_learnt_nothing_told(void)
{
    static const char *const settings[] = {
        KNOWN "init = \"aligned\"; max_epochs = 200; learning_rate = 0.0",
        KNOWN "init = \"aligned\"; max_epochs = 300; learning_rate = 1e-3",
        KNOWN "init = \"gaussian\"; gain = 0.1; max_epochs = 300; learning_rate = 1e-3",
        KNOWN "init = \"balanced\"; lambda = -100.0; max_epochs = 300; learning_rate = 1e-7",
        KNOWN "init = \"aligned\"; a0 = 0.0; max_epochs = 300",
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct trained t = train_watched(settings[i]);
        for (int observer = 0; observer < RG_N_OBSERVERS; observer++) {
            check_observer(&t, observer, 0, 0);
            CU_ASSERT(isnan(trained_value(&t, "error_v", observer)));
        }
        trained_free(&t);
    }
}

/* Half of the modes done: these are told, and no more. */
static void modes_at_rest_are_told(void)
{
    struct trained t = train_watched(KNOWN
                                     "init = \"aligned\"; max_epochs = 2800; "
                                     "learning_rate = 2e-3");
    check_observer(&t, RG_SEES_ACTIVITY, 2, 0.01);
    check_observer(&t, RG_SEES_COURSE, 2, 0.01);
    CU_ASSERT(trained_value(&t, "error_v", RG_SEES_WEIGHTS) < 1e-6);
    trained_free(&t);
}

/* A bottleneck has fewer modes than the task; its V is that of those. */
static void a_bottleneck_has_fewer_modes(void)
{
    static const char *const settings[] = {
        "n_in = 4; n_hidden = 1; n_out = 4; spectrum = \"list\"; singular_values = [3.0, 2.0, 1.2, "
        "0.6]; gain = 0.1; max_epochs = 3000",
        "n_in = 4; n_hidden = 2; n_out = 4; spectrum = \"list\"; singular_values = [3.0, 2.0, 1.2, "
        "0.6]; gain = 0.1; max_epochs = 3000"};
    for (int i = 0; i < 2; i++) {
        struct trained t = train_watched(settings[i]);
        check_observer(&t, RG_SEES_ACTIVITY, i + 1, 0.03);
        CU_ASSERT(trained_value(&t, "error_v", RG_SEES_WEIGHTS) < 1e-6);
        trained_free(&t);
    }
}

/* Lazy learning has no course and no stages of the kind that is looked for, though all of it is seen. */
static void lazy_learning_is_refused(void)
{
    struct trained t = train_watched(KNOWN
                                     "init = \"aligned\"; lambda = -60.0; max_epochs = 2000; "
                                     "learning_rate = 1e-4");
    check_observer(&t, RG_SEES_COURSE, 0, 0);
    check_observer(&t, RG_SEES_LOSS, 0, 0);
    trained_free(&t);
}

/* The course of a start that is neither aligned nor balanced; of few records it tells less, and as well. */
static void a_course_needs_no_alignment(void)
{
    static const char *const settings[] = {
        KNOWN "init = \"gaussian\"; gain = 0.11; max_epochs = 6000; learning_rate = 5e-3",
        KNOWN "init = \"balanced\"; sigma = 0.1; max_epochs = 6000; learning_rate = 5e-3"};
    for (int i = 0; i < 2; i++) {
        struct trained watched = train_watched(settings[i]), sparse = train_sparsely(settings[i]);
        check_observer(&watched, RG_SEES_COURSE, 4, 0.02);
        CU_ASSERT(trained_value(&sparse, "n_recovered", RG_SEES_COURSE) < 4);
        CU_ASSERT_FALSE(trained_value(&sparse, "error_s", RG_SEES_COURSE) > 0.1);
        CU_ASSERT_EQUAL(trained_value(&sparse, "n_recovered", RG_SEES_LOSS), 0);
        trained_free(&watched);
        trained_free(&sparse);
    }
}

static void nothing_is_left_behind(void)
{
    CU_ASSERT_EQUAL(rg_alloc_live(), 0);
}

const struct test_case test_cases[] = {
    {"a bottleneck hides the rest", a_bottleneck_hides_the_rest},
    {"activity reveals s", activity_reveals_s},
    {"errors grow with the start", errors_grow_with_the_start},
    {"modes of equal s are told apart", equal_s_is_told_apart},
    {"nothing learnt, nothing told", nothing_learnt_nothing_told},
    {"modes at rest are told", modes_at_rest_are_told},
    {"a bottleneck has fewer modes", a_bottleneck_has_fewer_modes},
    {"lazy learning is refused", lazy_learning_is_refused},
    {"a course needs no alignment", a_course_needs_no_alignment},
    {"nothing is left behind", nothing_is_left_behind},
    {0},
};
