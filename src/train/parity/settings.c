/* What follows from the settings of parity_rnn before anything is trained: are they possible, what do
 * they cost, how much memory do they take.                                                        */
#include "train/parity/parity.h"

#include <inttypes.h>
#include <math.h>

#include "train/parity/automata.h"
#include "train/parity/input.h"
#include "train/parity/strings.h"
#include "train/parity/track.h"

static const double BESIDE = 1.001; /* times a distance: another, as good as that */

static int64_t n_strings_of(const struct rg_parity_settings *settings, int64_t length)
{
    const struct rg_data *data = settings->data.data;
    return data ? rg_strings_of(data, (int)length).n : rg_n_strings(settings->n_symbols, length);
}

int64_t rg_parity_n_strings(const struct rg_parity_settings *settings)
{
    int64_t n = 0;
    for (int64_t length = settings->min_length; length <= settings->max_length; length++)
        n += n_strings_of(settings, length);
    return n;
}

static enum rg_status check_lengths(const struct rg_parity_settings *s)
{
    const struct {
        const char *name;
        int64_t length, n_max;
    } rules[] = {
        {"max_length", s->max_length, RG_STRINGS_MAX},
        {"analysis_length", s->analysis_length, RG_ANALYSIS_STRINGS_MAX},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const int64_t longest = rg_longest(s->n_symbols, rules[i].n_max);
        RG_REQUIRE(rules[i].length <= longest, RG_ERROR_USER,
                   "%s = %" PRId64 ": at most %" PRId64 " with n_symbols = %" PRId64 " (%" PRId64
                   " strings in all)",
                   rules[i].name, rules[i].length, longest, s->n_symbols, rules[i].n_max);
    }
    return RG_OK;
}

/* Does the alphabet have all of a file's strings? That of the sweep's largest point has. */
static enum rg_status check_codes(const struct rg_parity_settings *s)
{
    for (int64_t length = s->min_length; s->data.data && length <= s->max_length; length++) {
        const struct rg_strings strings = rg_strings_of(s->data.data, (int)length);
        const double last = (double)rg_n_strings(s->n_symbols, length) - 1;
        for (int64_t i = 0; i < strings.n; i++)
            RG_REQUIRE(strings.codes[i] <= last, RG_ERROR_USER,
                       "data = \"%s\": strings_%" PRId64 ": element %" PRId64
                       " is %.10g, not a whole number from 0 to %.0f",
                       s->data.path, length, i, strings.codes[i], last);
    }
    return RG_OK;
}

static bool is_constant(const struct rg_ints *list)
{
    bool same = true;
    for (int64_t i = 1; i < list->n; i++)
        same &= list->values[i] == list->values[0];
    return same;
}

static enum rg_status check_table(const struct rg_parity_settings *s)
{
    const struct rg_ints *next = &s->task_transitions, *outputs = &s->task_outputs;
    if (s->task != RG_TABLE)
        return RG_OK;
    RG_REQUIRE(outputs->n >= 1 && outputs->n <= RG_TASK_STATES, RG_ERROR_USER,
               "task_outputs: %" PRId64 " states; task = table has 1 to %d", outputs->n,
               RG_TASK_STATES);
    RG_REQUIRE(next->n == outputs->n * s->n_symbols, RG_ERROR_USER,
               "task_transitions: %" PRId64 " numbers; %" PRId64
               " states (task_outputs) with %" PRId64 " symbols have %" PRId64,
               next->n, outputs->n, s->n_symbols, outputs->n * s->n_symbols);
    RG_REQUIRE(!is_constant(outputs), RG_ERROR_USER,
               "task_outputs: all %" PRId64 " states have class %" PRId64
               ", which leaves nothing to learn",
               outputs->n, outputs->values[0]);
    for (int64_t i = 0; i < next->n; i++)
        RG_REQUIRE(next->values[i] < outputs->n, RG_ERROR_USER,
                   "task_transitions: state %" PRId64 " leads to state %" PRId64
                   " by symbol %" PRId64 "; there are states 0 to %" PRId64 " (task_outputs)",
                   i / s->n_symbols, next->values[i], i % s->n_symbols, outputs->n - 1);
    return RG_OK;
}

/* A value names its place in the dimension, whichever of the two lists it is from. */
static enum rg_status check_distances(const struct rg_parity_settings *s)
{
    const int64_t n = s->merge_distances.n;
    RG_REQUIRE(rg_n_merge_distances(s) > 0, RG_ERROR_USER,
               "merge_distances = []: must hold one or more, as in [0.1], or run_distances must");
    for (int64_t i = 0; i < rg_n_merge_distances(s); i++) {
        const char *name = i < n ? "merge_distances" : "run_distances";
        const double distance = rg_merge_distance(s, i);
        for (int64_t k = 0; k < i; k++) {
            const bool same = distance == rg_merge_distance(s, k), one_list = (i < n) == (k < n);
            RG_REQUIRE(!same || !one_list, RG_ERROR_USER, "%s: %g is given twice", name, distance);
            RG_REQUIRE(!same, RG_ERROR_USER,
                       "%s: %g is in merge_distances too, and the file tells both rules apart by "
                       "their numbers alone: write %g, say",
                       name, distance, BESIDE * distance);
        }
    }
    return RG_OK;
}

enum rg_status rg_parity_check(const void *settings)
{
    const struct rg_parity_settings *s = settings;
    struct rg_tracked tracked;
    RG_REQUIRE(rg_tracked_read(s->track_pairs, s->n_symbols, &tracked), RG_ERROR_USER,
               "track_pairs = \"%s\": must be pairs of different strings of 1 to %d symbols, 0 to "
               "%" PRId64 ", as in \"0 1, 00 11\"",
               s->track_pairs, RG_TRACKED_LENGTH, s->n_symbols - 1);
    RG_REQUIRE(s->theory_pairs == 0 || s->n_symbols == 2, RG_ERROR_USER,
               "theory_pairs = %" PRId64 ": only with n_symbols = 2", s->theory_pairs);
    RG_REQUIRE(s->min_length <= s->max_length, RG_ERROR_USER,
               "min_length = %" PRId64 " exceeds max_length = %" PRId64, s->min_length,
               s->max_length);
    RG_TRY(check_lengths(s));
    RG_TRY(check_codes(s));
    RG_TRY(check_table(s));
    RG_TRY(check_distances(s));
    const int64_t n = rg_parity_n_strings(s);
    const char *where = s->data.data ? "are in the data" : "exist";
    RG_REQUIRE(n > 0, RG_ERROR_USER, "no strings of length %" PRId64 "..%" PRId64 " %s",
               s->min_length, s->max_length, where);
    RG_REQUIRE(s->dataset_size <= n, RG_ERROR_USER,
               "only %" PRId64 " strings of length %" PRId64 "..%" PRId64
               " %s, fewer than dataset_size = %" PRId64,
               n, s->min_length, s->max_length, where, s->dataset_size);
    RG_REQUIRE(s->dataset_size == 0 || s->fraction == 1, RG_ERROR_USER,
               "fraction and dataset_size both say how many strings are trained: give one of them");
    RG_REQUIRE(s->fraction > 0, RG_ERROR_USER,
               "fraction = 0 leaves no string to train on (or give dataset_size in its place)");
    return RG_OK;
}

bool rg_parity_wide(const void *settings)
{
    const struct rg_parity_settings *s = settings;
    return s->precision == RG_DOUBLE;
}

static double share_trained(const struct rg_parity_settings *s)
{
    if (s->dataset_size > 0)
        return (double)s->dataset_size / (double)rg_parity_n_strings(s);
    return s->fraction;
}

/* Expected number of distinct prefixes shorter than `length` among n random strings of that length. */
static double n_internal(int64_t n_symbols, int64_t length, double n)
{
    double sum = 0;
    for (int64_t d = 0; d < length; d++) {
        const double all = (double)rg_n_strings(n_symbols, d);
        sum += d == 0 ? 1 : -all * expm1(n * log1p(-1 / all));
    }
    return sum;
}

/* Products of one epoch: W_h h, its transpose, and the outer product, for every internal prefix. A
 * batch of mixed lengths is taken as one of its longest strings, which are half of it or more.      */
static double flops_per_epoch(const struct rg_parity_settings *s)
{
    const double share = share_trained(s);
    double n_nodes = 0;
    for (int64_t length = s->min_length; length <= s->max_length; length++) {
        const double n = share * (double)n_strings_of(s, length);
        const double batch = s->batch > 0 ? fmin(n, (double)s->batch) : n;
        n_nodes += batch > 0 ? n / batch * n_internal(s->n_symbols, length, batch) : 0;
    }
    return 6 * (double)(s->hidden * s->hidden) * n_nodes;
}

/* Where a loss may stop it: 600 epochs on all strings and about ten times as many on a tenth of them. */
double rg_parity_cost(const void *settings)
{
    const struct rg_parity_settings *s = settings;
    const double all = (double)s->loop.max_epochs, share = fmax(share_trained(s), 1e-3);
    return (s->loop.stop_loss > 0 ? fmin(600 / share, all) : all) * flops_per_epoch(s);
}
