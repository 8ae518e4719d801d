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
    {"length", n_lengths, lengths, "1", "Length of strings up to max_length"},
    {"validation_length", n_validation_lengths, validation_lengths, "1",
     "Length of random validation strings", "validation_lengths"},
    {"merge_distance", n_merge_distances, merge_distances, "1",
     "Distance below which hidden states are one state, in units of state_spread: those of "
     "merge_distances, then those of run_distances",
     "merge_distances"},
    {"state", max_states, NULL, "1", "State of an automaton"},
    {"task_state", n_task_states, NULL, "1", "State of the task's automaton"},
    {"pair_length", n_pair_lengths, pair_lengths, "1", "Length of one string of a pair", "pairs"},
    {"pair_length2", n_pair_lengths, pair_lengths, "1", "Length of the other string of a pair",
     "pairs"},
    {"tracked_pair", n_tracked, NULL, "1", "Pair of strings, in the order of track_pairs",
     "track_pairs"},
    {"string", n_strings, NULL, "1", "String to analysis_length"},
    {"unit", n_units, NULL, "1", "Hidden unit"},
    {"unit_from", n_units, NULL, "1", "Hidden unit that a recurrent weight comes from"},
    {"symbol", n_symbols, NULL, "1", "Input symbol"},
    {"output", two, NULL, "1", "Output class"},
    {"run", n_runs, NULL, "1", "Run of one symbol in a string"},
    {"theory_pair", n_theory_pairs, NULL, "1", "Random pair of strings that agree", "theory_pairs"},
    {"course", n_courses, NULL, "1", "Random pair of strings that is followed over training",
     "theory_pairs"},
    {"theory_time", n_theory_times, theory_times, "1",
     "Time in units of the outputs' time constant tau_y", "theory_pairs"},
    {"member", two, NULL, "1", "First and second string of a pair"},
};
