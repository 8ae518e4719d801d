/* The dimensions of parity_rnn's columns. */
#include <math.h>

#include "train/parity/automata.h"
#include "train/parity/automaton.h"
#include "train/parity/refute.h"
#include "train/parity/settings.h"
#include "train/parity/tables.h"
#include "train/parity/theory_pairs.h"
#include "train/parity/track.h"

static const struct rg_parity_settings *largest_of(const void *largest)
{
    return largest;
}

static int64_t two(const void *largest)
{
    (void)largest;
    return 2;
}

static int64_t n_symbols(const void *largest)
{
    return largest_of(largest)->n_symbols;
}

static int64_t n_units(const void *largest)
{
    return largest_of(largest)->hidden;
}

static int64_t n_lengths(const void *largest)
{
    return largest_of(largest)->max_length;
}

static int64_t n_validation_lengths(const void *largest)
{
    return largest_of(largest)->validation_lengths.n;
}

static int64_t n_merge_distances(const void *largest)
{
    return rg_n_merge_distances(largest);
}

static int64_t max_states(const void *largest)
{
    return largest_of(largest)->max_states;
}

static int64_t n_task_states(const void *largest)
{
    (void)largest;
    return RG_TASK_STATES;
}

static int64_t n_pair_lengths(const void *largest)
{
    return largest_of(largest)->pairs ? largest_of(largest)->analysis_length : 0;
}

static int64_t n_tracked(const void *largest)
{
    struct rg_tracked tracked;
    (void)rg_tracked_read(largest_of(largest)->track_pairs, n_symbols(largest), &tracked);
    return tracked.n;
}

static int64_t n_runs(const void *largest)
{
    return largest_of(largest)->prove == RG_PROVE_NEVER ? 1 : RG_RUNS_MAX;
}

static int64_t n_theory_pairs(const void *largest)
{
    return largest_of(largest)->theory_pairs;
}

static int64_t n_courses(const void *largest)
{
    return largest_of(largest)->theory_pairs > 0 ? RG_N_COURSES : 0;
}

static int64_t n_theory_times(const void *largest)
{
    return largest_of(largest)->theory_pairs > 0 ? RG_N_THEORY_TIMES : 0;
}

double rg_theory_time(int i)
{
    return pow(10, i / 4.0);
}

static void theory_times(const void *largest, double *values)
{
    for (int i = 0; i < n_theory_times(largest); i++)
        values[i] = rg_theory_time(i);
}

static int64_t n_strings(const void *largest)
{
    return rg_automaton_n_rows(largest_of(largest)->n_symbols,
                               largest_of(largest)->analysis_length);
}

static void lengths(const void *largest, double *values)
{
    for (int64_t i = 0; i < n_lengths(largest); i++)
        values[i] = (double)(i + 1);
}

static void pair_lengths(const void *largest, double *values)
{
    for (int64_t i = 0; i < n_pair_lengths(largest); i++)
        values[i] = (double)(i + 1);
}

static void validation_lengths(const void *largest, double *values)
{
    for (int64_t i = 0; i < n_validation_lengths(largest); i++)
        values[i] = (double)largest_of(largest)->validation_lengths.values[i];
}

static void merge_distances(const void *largest, double *values)
{
    for (int64_t i = 0; i < n_merge_distances(largest); i++)
        values[i] = rg_merge_distance(largest, i);
}

const struct rg_dimension rg_parity_dimensions[RG_N_PARITY_DIMENSIONS] = {
    {.name = "length",
     .size = n_lengths,
     .values = lengths,
     .doc = "Length of strings up to max_length"},
    {.name = "validation_length",
     .size = n_validation_lengths,
     .values = validation_lengths,
     .doc = "Length of random validation strings",
     .knob = "validation_lengths"},
    {.name = "merge_distance",
     .size = n_merge_distances,
     .values = merge_distances,
     .doc = "Distance below which hidden states are one state, in units of state_spread: those of "
            "merge_distances, then those of run_distances",
     .knob = "merge_distances"},
    {.name = "state", .size = max_states, .doc = "State of an automaton"},
    {.name = "task_state", .size = n_task_states, .doc = "State of the task's automaton"},
    {.name = "pair_length",
     .size = n_pair_lengths,
     .values = pair_lengths,
     .doc = "Length of one string of a pair",
     .knob = "pairs"},
    {.name = "pair_length2",
     .size = n_pair_lengths,
     .values = pair_lengths,
     .doc = "Length of the other string of a pair",
     .knob = "pairs"},
    {.name = "tracked_pair",
     .size = n_tracked,
     .doc = "Pair of strings, in the order of track_pairs",
     .knob = "track_pairs"},
    {.name = "string", .size = n_strings, .doc = "String to analysis_length"},
    {.name = "unit", .size = n_units, .doc = "Hidden unit"},
    {.name = "unit_from", .size = n_units, .doc = "Hidden unit that a recurrent weight comes from"},
    {.name = "symbol", .size = n_symbols, .doc = "Input symbol"},
    {.name = "output", .size = two, .doc = "Output class"},
    {.name = "run", .size = n_runs, .doc = "Run of one symbol in a string"},
    {.name = "theory_pair",
     .size = n_theory_pairs,
     .doc = "Random pair of strings that agree",
     .knob = "theory_pairs"},
    {.name = "course",
     .size = n_courses,
     .doc = "Random pair of strings that is followed over training",
     .knob = "theory_pairs"},
    {.name = "theory_time",
     .size = n_theory_times,
     .values = theory_times,
     .doc = "Time in units of the outputs' time constant tau_y",
     .knob = "theory_pairs"},
    {.name = "member", .size = two, .doc = "First and second string of a pair"},
};
