/* What follows from the settings of linear_net before anything is trained: are they possible, what do
 * they cost, how much memory do they take.                                                         */
#include "train/linear/settings.h"

#include <inttypes.h>
#include <math.h>

#include "train/dist/matrix.h"
#include "train/linear/input.h"
#include "train/linear/linear.h"
#include "train/linear/measures.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t rg_linear_width(const struct rg_linear_settings *s, int64_t layer)
{
    if (layer == 0)
        return s->n_in;
    if (layer >= s->depth)
        return s->n_out;
    return layer <= s->widths.n ? s->widths.values[layer - 1] : s->n_hidden;
}

int64_t rg_linear_n_modes(const struct rg_linear_settings *s)
{
    return smaller(s->n_in, s->n_out);
}

int64_t rg_linear_widest(const struct rg_linear_settings *s)
{
    int64_t widest = 0;
    for (int64_t layer = 0; layer <= s->depth; layer++)
        widest = larger(widest, rg_linear_width(s, layer));
    return widest;
}

/* ---- what is refused ----------------------------------------------------------------------------- */

static enum rg_status check_widths(const struct rg_linear_settings *s)
{
    RG_REQUIRE(s->widths.n == 0 || s->widths.n == s->depth - 1, RG_ERROR_USER,
               "widths lists %" PRId64 " layers, and depth = %" PRId64 " has %" PRId64
               " hidden ones",
               s->widths.n, s->depth, s->depth - 1);
    return RG_OK;
}

static enum rg_status check_data(const struct rg_linear_settings *s)
{
    const struct rg_data *data = s->data.data;
    if (!data)
        return RG_OK;
    RG_REQUIRE(rg_linear_input_n_in(data) == s->n_in && rg_linear_input_n_out(data) == s->n_out,
               RG_ERROR_USER,
               "data has n_in = %" PRId64 " and n_out = %" PRId64 ", not %" PRId64 " and %" PRId64,
               rg_linear_input_n_in(data), rg_linear_input_n_out(data), s->n_in, s->n_out);
    RG_REQUIRE(s->dataset == RG_DATASET_TEACHER, RG_ERROR_USER,
               "data takes the place of dataset: leave that at \"teacher\"");
    RG_REQUIRE(s->dataset_size == 0, RG_ERROR_USER,
               "dataset_size = %" PRId64
               ": a file of second moments has no samples to choose among",
               s->dataset_size);
    RG_REQUIRE(s->noise == 0, RG_ERROR_USER, "noise = %g: the noise of data is in its tr_Syy",
               s->noise);
    return RG_OK;
}

static enum rg_status check_hierarchy(const struct rg_linear_settings *s)
{
    if (s->dataset != RG_DATASET_HIERARCHY)
        return RG_OK;
    RG_REQUIRE(s->n_in == RG_HIERARCHY_ITEMS && s->n_out == RG_HIERARCHY_SPLITS, RG_ERROR_USER,
               "dataset = hierarchy has %d items and %d branchings: n_in = %d and n_out = %d, not "
               "%" PRId64 " and %" PRId64,
               RG_HIERARCHY_ITEMS, RG_HIERARCHY_SPLITS, RG_HIERARCHY_ITEMS, RG_HIERARCHY_SPLITS,
               s->n_in, s->n_out);
    RG_REQUIRE(s->dataset_size == 0, RG_ERROR_USER,
               "dataset_size = %" PRId64 ": dataset = hierarchy is trained whole, with 0",
               s->dataset_size);
    RG_REQUIRE(s->input_spectrum == RG_INPUT_WHITE, RG_ERROR_USER,
               "input_spectrum: the items of dataset = hierarchy are one-hot, hence white");
    return RG_OK;
}

static enum rg_status check_random(const struct rg_linear_settings *s)
{
    if (s->dataset != RG_DATASET_RANDOM)
        return RG_OK;
    RG_REQUIRE(s->dataset_size > 0, RG_ERROR_USER,
               "dataset_size = 0: dataset = random needs samples, for its exact statistics hold "
               "nothing to learn");
    RG_REQUIRE(s->noise == 0, RG_ERROR_USER,
               "noise = %g: the targets of dataset = random are nothing but noise, of size "
               "target_scale",
               s->noise);
    return RG_OK;
}

static enum rg_status check_teacher(const struct rg_linear_settings *s)
{
    const int64_t n_modes = rg_linear_n_modes(s);
    if (s->dataset != RG_DATASET_TEACHER)
        return RG_OK;
    RG_REQUIRE(s->teacher_rank <= n_modes, RG_ERROR_USER,
               "teacher_rank = %" PRId64 ": at most min(n_in, n_out) = %" PRId64, s->teacher_rank,
               n_modes);
    if (s->spectrum != RG_SPECTRUM_LIST)
        return RG_OK;
    RG_REQUIRE(s->singular_values.n > 0, RG_ERROR_USER,
               "spectrum = list: singular_values is empty");
    RG_REQUIRE(s->singular_values.n <= n_modes, RG_ERROR_USER,
               "singular_values lists %" PRId64 ", more than min(n_in, n_out) = %" PRId64,
               s->singular_values.n, n_modes);
    return RG_OK;
}

static double smallest(const struct rg_reals *list)
{
    double least = INFINITY;
    for (int64_t i = 0; i < list->n; i++)
        least = fmin(least, list->values[i]);
    return least;
}

static enum rg_status check_inputs(const struct rg_linear_settings *s)
{
    const bool listed = s->input_spectrum == RG_INPUT_LIST;
    RG_REQUIRE(!listed || s->input_variances.n == s->n_in, RG_ERROR_USER,
               "input_variances lists %" PRId64 ", and n_in = %" PRId64 " needs one each",
               s->input_variances.n, s->n_in);
    if (!s->whiten)
        return RG_OK;
    RG_REQUIRE(!listed || smallest(&s->input_variances) > 0, RG_ERROR_USER,
               "whiten = true: an input without variance (input_variances) cannot be whitened");
    RG_REQUIRE(s->dataset_size == 0 || s->dataset_size >= s->n_in, RG_ERROR_USER,
               "whiten = true: %" PRId64 " samples do not span n_in = %" PRId64
               " inputs (dataset_size >= n_in, or 0)",
               s->dataset_size, s->n_in);
    return RG_OK;
}

/* Which layers can hold a balanced map, and with which lambda: Domine, Anguita et al. 2024. */
static enum rg_status check_balance(const struct rg_linear_settings *s)
{
    const int64_t least = rg_linear_n_modes(s), most = larger(s->n_in, s->n_out);
    if (s->init == RG_INIT_GAUSSIAN)
        return RG_OK;
    for (int64_t layer = 1; layer < s->depth; layer++)
        RG_REQUIRE(rg_linear_width(s, layer) >= least, RG_ERROR_USER,
                   "a hidden layer of %" PRId64
                   " units: a balanced or aligned init needs min(n_in, n_out) = %" PRId64
                   " or more",
                   rg_linear_width(s, layer), least);
    if (s->lambda == 0)
        return RG_OK;
    const int64_t hidden = rg_linear_width(s, 1);
    RG_REQUIRE(s->depth == 2, RG_ERROR_USER,
               "lambda = %g: only depth = 2 has a balance other than 0, not depth = %" PRId64,
               s->lambda, s->depth);
    RG_REQUIRE(hidden == least || (hidden <= most && s->n_in != s->n_out), RG_ERROR_USER,
               "lambda = %g: with n_in = %" PRId64 " and n_out = %" PRId64
               " a hidden layer of %" PRId64 " units can only be balanced at lambda = 0",
               s->lambda, s->n_in, s->n_out, hidden);
    RG_REQUIRE(hidden == least || (s->lambda > 0) == (s->n_out > s->n_in), RG_ERROR_USER,
               "lambda = %g: a hidden layer wider than the %s needs lambda %s 0", s->lambda,
               s->n_out > s->n_in ? "input" : "output", s->n_out > s->n_in ? ">=" : "<=");
    return RG_OK;
}

enum rg_status rg_linear_check(const void *settings)
{
    static enum rg_status (*const checks[])(const struct rg_linear_settings *) = {
        check_widths,  check_data,   check_hierarchy, check_random,
        check_teacher, check_inputs, check_balance,
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        const enum rg_status code = checks[i](settings);
        if (code != RG_OK)
            return code;
    }
    return RG_OK;
}

/* ---- what it takes ------------------------------------------------------------------------------- */

bool rg_linear_wide(const void *settings)
{
    const struct rg_linear_settings *s = settings;
    return s->precision == RG_NUMBER_F8;
}

/* Forward, backward and outer product of every layer but the first; a pass over the whole map. */
static double flops_per_epoch(const struct rg_linear_settings *s)
{
    double products = 4 * (double)s->n_out;
    for (int64_t layer = 2; layer <= s->depth; layer++)
        products += 6 * (double)(rg_linear_width(s, layer) * rg_linear_width(s, layer - 1));
    return products * (double)s->n_in;
}

/* The slowest mode of a task of order 1 is learnt within some tens of 1 / learning_rate. */
double rg_linear_cost(const void *settings)
{
    const struct rg_linear_settings *s = settings;
    const double slowest = s->loop.stop_loss > 0 ? 50 / fmax(s->learning_rate, 1e-9) : INFINITY;
    return fmin(slowest, (double)s->loop.max_epochs) * flops_per_epoch(s);
}

/* Weights, maps and slopes; Syx, the modes and, of a finite sample, the population's moments and what it takes
 * to hold a map against them; the axes, if inputs are turned to them; the measures' own.             */
size_t rg_linear_memory(const void *settings, const int team[2])
{
    const struct rg_linear_settings *s = settings;
    const int64_t n_modes = rg_linear_n_modes(s), sample = s->dataset_size > 0;
    const bool turned =
        !s->whiten && (sample || s->data.data || s->input_spectrum != RG_INPUT_WHITE);
    int64_t n = sample * s->n_in * s->n_in + (1 + 2 * sample) * s->n_out * s->n_in +
                (s->n_out + s->n_in) * n_modes;
    for (int64_t layer = 1; layer <= s->depth; layer++)
        n += rg_linear_width(s, layer) *
             (rg_linear_width(s, layer - 1) + (layer > 1 ? 2 : 1) * s->n_in);
    const size_t shared =
        (size_t)n * (s->precision == RG_NUMBER_F8 ? sizeof(double) : sizeof(float)) +
        (turned ? (size_t)(s->n_in * s->n_in) * sizeof(double) : 0) + rg_linear_measures_shared(s);
    return shared / (size_t)(team[0] * team[1]) + rg_linear_measures_whole(s);
}
