/* One hidden linear neuron, f(x) = a w.x, taught a linear map of unit length by gradient descent on whitened
 * inputs: loss = |teacher - a w|^2 / 2. Gradient flow conserves delta = a^2 - |w|^2, and by the delta and the
 * scale of the start it learns lazily (the tangent kernel a^2 I + w w^T stays) or richly (it turns): Kunin
 * et al. 2024, arXiv 2406.06158, section 3. An epoch is one step, for the data are their second moments.  */
#include "neuron.h"

#include <math.h>
#include <string.h>

#include "regime/memory.h"
#include "regime/train.h"
#include "train/cells.h"

struct settings {
    struct rg_loop_settings loop; /* first: the training loop's own */
    int64_t n_in;
    double delta, gain, learning_rate;
};

#define AT(field) offsetof(struct settings, field)

static const struct rg_knob knobs[] = {
    {.name = "n_in",
     .type = RG_INT,
     .role = RG_TRAINING,
     .offset = AT(n_in),
     .fallback = "10",
     .min = 1,
     .max = 1000000,
     .help = "Number of inputs"},
    {.name = "delta",
     .type = RG_REAL,
     .role = RG_TRAINING,
     .offset = AT(delta),
     .fallback = "0.0",
     .min = -1e6,
     .max = 1e6,
     .help = "a^2 - |w|^2 at the start"},
    {.name = "gain",
     .type = RG_REAL,
     .role = RG_TRAINING,
     .offset = AT(gain),
     .fallback = "0.1",
     .min = 1e-9,
     .max = 1e6,
     .help = "a |w| at the start"},
    {.name = "learning_rate",
     .type = RG_REAL,
     .role = RG_TRAINING,
     .offset = AT(learning_rate),
     .fallback = "0.01",
     .min = 1e-9,
     .max = 1e6,
     .help = "Step size"},
};
static const struct rg_knobs knob_table = {knobs, sizeof knobs / sizeof *knobs};

enum column { W, A, MAP, TEACHER, ALIGNMENT, KERNEL_DISTANCE, N_COLUMNS };

static const struct rg_column columns[N_COLUMNS] = {
    [W] = {.name = "w",
           .type = RG_WEIGHT,
           .dims = {"input"},
           .flags = RG_KEPT,
           .doc = "Weights of the hidden neuron"},
    [A] = {.name = "a", .type = RG_WEIGHT, .flags = RG_KEPT, .doc = "Weight of the readout"},
    [MAP] = {.name = "map",
             .type = RG_F8,
             .dims = {"input"},
             .flags = RG_HISTORY,
             .doc = "What is computed: a w"},
    [TEACHER] = {.name = "teacher",
                 .type = RG_F8,
                 .dims = {"input"},
                 .flags = RG_OF_DATA,
                 .doc = "What is taught"},
    [ALIGNMENT] = {.name = "alignment",
                   .type = RG_F8,
                   .flags = RG_HISTORY,
                   .doc = "Cosine between w and the teacher"},
    [KERNEL_DISTANCE] =
        {.name = "kernel_distance",
         .type = RG_F8,
         .flags = RG_HISTORY,
         .doc = "One minus the cosine between the tangent kernels at the start and now"},
};
static const struct rg_columns column_table = {columns, N_COLUMNS};

static int64_t n_inputs(const void *largest)
{
    return ((const struct settings *)largest)->n_in;
}

static const struct rg_dimension dimensions[] = {
    {.name = "input", .size = n_inputs, .doc = "Input"},
};

struct neuron {
    const struct settings *settings;
    double a, a_start;
    double *w, *w_start, *teacher; /* [n_in] each, in one block that w begins */
};

static double dot(int64_t n, const double *x, const double *y)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* A vector of this length in a random direction. */
static void draw(uint64_t key, double length, int64_t n, double *x)
{
    struct rg_rng rng = rg_rng_make(key, 0, 0);
    for (int64_t i = 0; i < n; i++)
        x[i] = rg_rng_normal(&rng);
    const double factor = length / sqrt(dot(n, x, x));
    for (int64_t i = 0; i < n; i++)
        x[i] *= factor;
}

static enum rg_status create(MPI_Comm team, const struct rg_point *point, void **out)
{
    const struct settings *s = point->settings;
    const double a2_plus_w2 = sqrt(s->delta * s->delta + 4 * s->gain * s->gain);
    struct neuron *net;
    (void)team;
    RG_TRY(rg_alloc(&net, 1, sizeof *net));
    *out = net; /* at once: destroy is called after an error too */
    RG_TRY(rg_alloc(&net->w, 3 * (size_t)s->n_in, sizeof *net->w));
    net->settings = s;
    net->w_start = net->w + s->n_in;
    net->teacher = net->w_start + s->n_in;
    net->a = net->a_start = sqrt((a2_plus_w2 + s->delta) / 2);
    draw(point->key[RG_STREAM_INIT], s->gain / net->a, s->n_in, net->w_start);
    draw(point->key[RG_STREAM_DATA], 1, s->n_in, net->teacher);
    memcpy(net->w, net->w_start, (size_t)s->n_in * sizeof *net->w);
    return RG_OK;
}

static void destroy(void **out)
{
    struct neuron *net = *out;
    if (net)
        rg_free(&net->w);
    rg_free(out);
}

static double loss(const struct neuron *net)
{
    double sum = 0;
    for (int64_t i = 0; i < net->settings->n_in; i++) {
        const double error = net->teacher[i] - net->a * net->w[i];
        sum += error * error / 2;
    }
    return sum;
}

static enum rg_status step(void *out, struct rg_step *step)
{
    struct neuron *net = out;
    const double rate = net->settings->learning_rate, a = net->a;
    const double before = loss(net);
    for (int64_t i = 0; i < net->settings->n_in; i++) {
        const double error = net->teacher[i] - a * net->w[i];
        net->a += rate * error * net->w[i];
        net->w[i] += rate * error * a;
    }
    *step = (struct rg_step){.epoch_end = true, .train_loss = before, .stop_loss = before};
    return RG_OK;
}

/* With K = a^2 I + w w^T of the start and of now, 1 - tr(K_0 K) / (|K_0| |K|). */
static double kernel_distance(const struct neuron *net)
{
    const int64_t n = net->settings->n_in;
    const double a = net->a * net->a, w = dot(n, net->w, net->w),
                 cross = dot(n, net->w_start, net->w);
    const double a0 = net->a_start * net->a_start, w0 = dot(n, net->w_start, net->w_start);
    const double product = (double)n * a0 * a + a0 * w + a * w0 + cross * cross;
    const double square = (double)n * a * a + 2 * a * w + w * w;
    const double square0 = (double)n * a0 * a0 + 2 * a0 * w0 + w0 * w0;
    return 1 - product / sqrt(square0 * square);
}

static enum rg_status measure(void *out, const struct rg_row *row, const struct rg_tick *tick)
{
    const struct neuron *net = out;
    const int64_t n = net->settings->n_in;
    (void)tick;
    for (int64_t i = 0; i < n; i++) {
        rg_row_put(row, W, i, net->w[i]);
        rg_row_put(row, MAP, i, net->a * net->w[i]);
        rg_row_put(row, TEACHER, i, net->teacher[i]);
    }
    rg_row_put(row, A, 0, net->a);
    rg_row_put(row, ALIGNMENT, 0, dot(n, net->w, net->teacher) / sqrt(dot(n, net->w, net->w)));
    rg_row_put(row, KERNEL_DISTANCE, 0, kernel_distance(net));
    return RG_OK;
}

static enum rg_status validation_loss(void *out, const struct rg_tick *tick, double *now)
{
    (void)tick;
    *now = loss(out);
    return RG_OK;
}

static void restore(void *out, const struct rg_row *row)
{
    struct neuron *net = out;
    for (int64_t i = 0; i < net->settings->n_in; i++)
        net->w[i] = rg_row_get(row, W, i);
    net->a = rg_row_get(row, A, 0);
}

static void state(void *out, const struct rg_mover *mover)
{
    struct neuron *net = out;
    mover->move(mover->context, net->w, (size_t)net->settings->n_in * sizeof *net->w);
    mover->move(mover->context, &net->a, sizeof net->a);
}

static size_t state_max(const void *largest, const int team[2])
{
    (void)team;
    return ((size_t)n_inputs(largest) + 1) * sizeof(double);
}

static size_t memory(const void *settings, const int team[2])
{
    (void)team;
    return sizeof(struct neuron) + 3 * (size_t)n_inputs(settings) * sizeof(double);
}

static double cost(const void *settings)
{
    const struct settings *s = settings;
    return 10 * (double)s->n_in * (double)s->loop.max_epochs;
}

static bool wide(const void *settings) /* weights are kept in double precision */
{
    (void)settings;
    return true;
}

static enum rg_status check(const void *settings)
{
    const struct settings *s = settings;
    const double sharpness = sqrt(s->delta * s->delta + 4);
    RG_REQUIRE(s->learning_rate * sharpness < 2, RG_ERROR_USER,
               "learning_rate = %g: below %g with delta = %g, or it cannot settle at the solution",
               s->learning_rate, 2 / sharpness, s->delta);
    return RG_OK;
}

const struct rg_model rg_neuron_model = {
    .name = "linear_neuron",
    .doc =
        "One hidden linear neuron, f(x) = a w.x, on whitened inputs: the smallest network that "
        "learns lazily or "
        "richly by its start, as in Kunin et al. 2024.",
    .draw = "map --column kernel_distance",
    .settings_size = sizeof(struct settings),
    .knobs = {&rg_loop_knobs, &knob_table},
    .columns = {&rg_loop_columns, &column_table},
    .dimensions = dimensions,
    .n_dimensions = 1,
    .checked = "learning_rate delta",
    .check = check,
    .cost = cost,
    .memory = memory,
    .wide = wide,
    .create = create,
    .step = step,
    .measure = measure,
    .validation_loss = validation_loss,
    .restore = restore,
    .state = state,
    .state_max = state_max,
    .destroy = destroy,
};
