/* The model of docs/adding_a_model.md against the exact course of gradient flow, and its measure against matrices. */
#include <math.h>
#include <stdio.h>

#include "test.h"
#include "trained.h"

const char *const test_suite = "train_neuron";

static const double FIRST_ORDER =
    2.0;                          /* largest deviation from gradient flow, over the step size */
static const double HALVED = 0.1; /* how far halving the step may be from halving the deviation */
static const double ROUNDING = 1e-12;   /* of some hundred operations */
static const double SMALL_START = 0.02; /* what a start of scale 1e-3 leaves of the limit */

enum { N_TIMES = 8, N_IN = 6 };

static const double deltas[] = {-4, -1, 0, 1, 4};
static const double gains[] = {0.05, 0.5, 2};
enum { N_DELTAS = sizeof deltas / sizeof *deltas, N_GAINS = sizeof gains / sizeof *gains };

/* One point, with records at the times 1 ... N_TIMES. */
static struct trained train(double delta, double gain, double learning_rate)
{
    char text[1024];
    const int every = (int)lround(1 / learning_rate);
    struct trained trained;
    snprintf(text, sizeof text,
             "name = \"n\"; model = \"linear_neuron\"; seed = 3; keep = (\"initial\", \"final\", "
             "\"record\");"
             "record = { every = %d; }; settings = { n_in = %d; delta = %g; gain = %g; "
             "learning_rate = %.17g;"
             "max_epochs = %d; };",
             every, N_IN, delta, gain, learning_rate, N_TIMES * every);
    trained_make(text, 0, NULL, &trained);
    CU_ASSERT_EQUAL(trained.status, RG_OK);
    return trained;
}

/* ---- gradient flow --------------------------------------------------------------------------------- */

/* The integral of exp(rate s) over s = 0 ... t. */
static double integral(double rate, double t)
{
    return rate == 0 ? t : expm1(rate * t) / rate;
}

/* With |w|^2 = a^2 - delta gradient flow is  w' = a e - a^2 w,  a' = w.e + delta a - a^2 a  (e: the teacher), so
 * that (w, a) = u / sqrt(1 + 2 int u_a^2), where u obeys the same without the last terms: a linear equation, in
 * w along e and a, with the eigenvalues (delta +- sqrt(delta^2 + 4)) / 2 and eigenvectors (1, eigenvalue).   */
struct flow {
    double across; /* factor on w across the teacher */
    double along, a;
};

static struct flow flow_at(double delta, double along, double a, double t)
{
    const double root = sqrt(delta * delta + 4), p = (delta + root) / 2, q = (delta - root) / 2;
    const double up = (a - q * along) / root, uq = (p * along - a) / root;
    const double squares = up * p * up * p * integral(2 * p, t) +
                           uq * q * uq * q * integral(2 * q, t) +
                           2 * up * p * uq * q * integral(delta, t);
    const double norm = sqrt(1 + 2 * squares);
    const double ep = up * exp(p * t), eq = uq * exp(q * t);
    return (struct flow){1 / norm, (ep + eq) / norm, (p * ep + q * eq) / norm};
}

/* Largest over all times of the deviation of a weight. */
static double worst_deviation(double delta, double gain, double learning_rate)
{
    struct trained trained = train(delta, gain, learning_rate);
    double along = 0, worst = 0;
    const double a = trained_value(&trained, "a_initial", 0);
    for (int i = 0; i < N_IN; i++)
        along += trained_value(&trained, "w_initial", i) * trained_value(&trained, "teacher", i);
    for (int k = 1; k <= N_TIMES; k++) {
        const struct flow flow = flow_at(delta, along, a, k);
        worst = test_worst(worst, fabs(trained_value(&trained, "a_history", k) - flow.a));
        for (int i = 0; i < N_IN; i++) {
            const double teacher = trained_value(&trained, "teacher", i);
            const double across = trained_value(&trained, "w_initial", i) - along * teacher;
            const double w = flow.across * across + flow.along * teacher;
            worst = test_worst(worst, fabs(trained_value(&trained, "w_history", k * N_IN + i) - w));
        }
    }
    trained_free(&trained);
    return worst;
}

static void course_of_gradient_flow(void)
{
    double worst = 0;
    for (int i = 0; i < N_DELTAS * N_GAINS; i++) {
        const double delta = deltas[i / N_GAINS], gain = gains[i % N_GAINS];
        const double coarse = worst_deviation(delta, gain, 0.002);
        const double fine = worst_deviation(delta, gain, 0.001);
        worst = test_worst(worst, coarse / 0.002);
        CU_ASSERT_DOUBLE_EQUAL(coarse / fine, 2, HALVED);
    }
    printf(" %.2f times the step ...", worst);
    CU_ASSERT(worst < FIRST_ORDER);
}

/* ---- the kernel ------------------------------------------------------------------------------------ */

static double value(const struct trained *trained, const char *name, const char *when, int i)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s", name, when);
    return trained_value(trained, full, i);
}

/* Element (i, j) of a^2 I + w w^T. */
static double kernel(const struct trained *trained, const char *when, int i, int j)
{
    const double a = value(trained, "a", when, 0);
    return (i == j ? a * a : 0) + value(trained, "w", when, i) * value(trained, "w", when, j);
}

static double naive_distance(const struct trained *trained)
{
    double both = 0, before = 0, after = 0;
    for (int i = 0; i < N_IN; i++)
        for (int j = 0; j < N_IN; j++) {
            const double x = kernel(trained, "_initial", i, j), y = kernel(trained, "", i, j);
            both += x * y;
            before += x * x;
            after += y * y;
        }
    return 1 - both / sqrt(before * after);
}

static void kernel_of_matrices(void)
{
    for (int i = 0; i < N_DELTAS * N_GAINS; i++) {
        struct trained trained = train(deltas[i / N_GAINS], gains[i % N_GAINS], 0.01);
        CU_ASSERT_DOUBLE_EQUAL(trained_value(&trained, "kernel_distance", 0),
                               naive_distance(&trained), ROUNDING);
        trained_free(&trained);
    }
}

/* From a balanced start, small against the teacher, K = g (I + w w^T / |w|^2) turns into I + e e^T: with the
 * cosine c between w and e the distance is 1 - (n + 2 + c^2) / (n + 3). From a large delta it stays.   */
static void lazy_and_rich(void)
{
    struct trained rich = train(0, 1e-3, 0.01), lazy = train(30, 1e-3, 0.01);
    const double c = trained_value(&rich, "alignment_history", 0);
    CU_ASSERT(fabs(c) < 0.9);
    CU_ASSERT(trained_value(&rich, "kernel_distance", 0) > 0);
    CU_ASSERT_DOUBLE_EQUAL(
        trained_value(&rich, "kernel_distance", 0) / (1 - (N_IN + 2 + c * c) / (N_IN + 3)), 1,
        SMALL_START);
    CU_ASSERT(trained_value(&lazy, "kernel_distance", 0) < 1e-6);
    CU_ASSERT(trained_value(&lazy, "train_loss", 0) < 1e-6);
    trained_free(&rich);
    trained_free(&lazy);
}

const struct test_case test_cases[] = {{"the course of gradient flow", course_of_gradient_flow},
                                       {"the kernel's turn, by matrices", kernel_of_matrices},
                                       {"lazy and rich, in the limits", lazy_and_rich},
                                       {NULL, NULL}};
