/* The columns of parity_rnn about strings to max_length and the states that the network makes of them. A
 * column's place in the table is its index RG_COL_... in tables.h.                                  */
#include <assert.h>

#include "train/parity/tables.h"

static const struct rg_column columns[] = {
    [RG_COL_N_TRAIN] = {.name = "n_train",
                        .type = RG_I4,
                        .flags = RG_OF_DATA,
                        .doc = "Number of training strings"},
    [RG_COL_TRAIN_ACCURACY] = {.name = "train_accuracy",
                               .type = RG_F4,
                               .flags = RG_HISTORY,
                               .doc = "Share of the training strings that are classified rightly"},
    [RG_COL_HELDOUT_ACCURACY] =
        {.name = "heldout_accuracy",
         .type = RG_F4,
         .flags = RG_HISTORY,
         .doc = "Share of the strings of length min_length to max_length outside the training set "
                "that are classified rightly"},
    [RG_COL_HELDOUT_LOSS] = {.name = "heldout_loss",
                             .type = RG_F4,
                             .flags = RG_HISTORY,
                             .doc = "Mean loss over the strings of length min_length to max_length "
                                    "outside the training set"},
    [RG_COL_N_TRAIN_BY_LENGTH] = {.name = "n_train_by_length",
                                  .type = RG_I4,
                                  .dims = {"length"},
                                  .flags = RG_OF_DATA,
                                  .doc = "Number of training strings of one length"},
    [RG_COL_TRAIN_LOSS_BY_LENGTH] = {.name = "train_loss_by_length",
                                     .type = RG_F4,
                                     .dims = {"length"},
                                     .doc = "Mean loss over the training strings of one length, "
                                            "with the weights after the epoch"},
    [RG_COL_TRAIN_ACCURACY_BY_LENGTH] =
        {.name = "train_accuracy_by_length",
         .type = RG_F4,
         .dims = {"length"},
         .doc = "Share of the training strings of one length that are classified rightly"},
    [RG_COL_HELDOUT_ACCURACY_BY_LENGTH] =
        {.name = "heldout_accuracy_by_length",
         .type = RG_F4,
         .dims = {"length"},
         .doc = "Share of the strings of one length outside the training set that are classified "
                "rightly"},
    [RG_COL_N_STATES] = {.name = "n_states",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .flags = RG_HISTORY,
                         .doc = "Number of states of the automaton that the hidden states of all "
                                "strings to analysis_length form"},
    [RG_COL_IS_FINITE] = {.name = "is_finite",
                          .type = RG_FLAG,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY,
                          .doc = "Whether every state of the automaton has all transitions"},
    [RG_COL_N_EXIT] = {.name = "n_exit",
                       .type = RG_I4,
                       .dims = {"merge_distance"},
                       .flags = RG_HISTORY,
                       .doc = "Number of states of the automaton that lack a transition"},
    [RG_COL_N_CONFLICTS] = {.name = "n_conflicts",
                            .type = RG_I4,
                            .dims = {"merge_distance"},
                            .flags = RG_HISTORY,
                            .doc = "Number of transitions on which strings of one state disagree"},
    [RG_COL_LEARNED_TASK] = {.name = "learned_task",
                             .type = RG_FLAG,
                             .dims = {"merge_distance"},
                             .flags = RG_HISTORY,
                             .doc = "Whether the automaton is finite, free of conflicts and right "
                                    "on every non-empty string"},
    [RG_COL_N_MERGERS] = {.name = "n_mergers",
                          .type = RG_I4,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY | RG_OF_RECORDS,
                          .doc = "Number of states that joined another since the record before; at "
                                 "the end, since the first record"},
    [RG_COL_N_SPLITS] = {.name = "n_splits",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .flags = RG_HISTORY | RG_OF_RECORDS,
                         .doc =
                             "Number of states that came out of another since the record before; "
                             "at the end, since the first record"},
    [RG_COL_N_REDUCED] = {.name = "n_reduced_states",
                          .type = RG_I4,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY,
                          .doc = "Number of states of the least automaton with the same outputs "
                                 "after every non-empty string; 0: "
                                 "a state that is reached lacks a transition"},
    [RG_COL_AUTOMATON_OVERFLOW] = {.name = "automaton_overflow",
                                   .type = RG_FLAG,
                                   .dims = {"merge_distance"},
                                   .doc = "Whether the automaton has more states than max_states, "
                                          "and those beyond are not kept"},
    [RG_COL_TRANSITION] = {.name = "transition",
                           .type = RG_I4,
                           .dims = {"merge_distance", "state", "symbol"},
                           .doc = "State that each state of the automaton goes to; -1: none"},
    [RG_COL_STATE_OUTPUT] = {.name = "state_output",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .doc = "Class that the network answers with in each state"},
    [RG_COL_STATE_LENGTH] = {.name = "state_length",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .doc = "Length of a shortest string that leads to each state"},
    [RG_COL_STATE_STRING] = {.name = "state_string",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .doc = "That string, its symbols read as the digits of a number, the "
                                    "first one highest"},
    [RG_COL_REDUCED_TRANSITION] =
        {.name = "reduced_transition",
         .type = RG_I4,
         .dims = {"merge_distance", "state", "symbol"},
         .doc = "State that each state of the reduced automaton goes to; 0 is the initial one, the "
                "others follow as a breadth-first search finds them"},
    [RG_COL_REDUCED_OUTPUT] = {.name = "reduced_output",
                               .type = RG_I4,
                               .dims = {"merge_distance", "state"},
                               .doc = "Class of each state of the reduced automaton"},
    [RG_COL_HIDDEN_STD] = {.name = "hidden_std",
                           .type = RG_F4,
                           .flags = RG_HISTORY,
                           .doc = "Standard deviation of the hidden states of all strings to "
                                  "analysis_length: 2-norm of those of the units"},
    [RG_COL_CONTRACTION] =
        {.name = "contraction",
         .type = RG_F4,
         .flags = RG_HISTORY,
         .doc = "Standard deviation of the hidden states after one more symbol, the same for all, "
                "relative to that before; the root of the mean over the symbols of its square"},
    [RG_COL_PARTICIPATION_RATIO] =
        {.name = "participation_ratio",
         .type = RG_F4,
         .flags = RG_HISTORY,
         .doc = "Number of directions that the hidden states spread over: the covariance's squared "
                "trace relative to its squared norm"},
    [RG_COL_N_DEAD_UNITS] = {.name = "n_dead_units",
                             .type = RG_I4,
                             .flags = RG_HISTORY,
                             .doc = "Number of hidden units that are 0 after every string"},
    [RG_COL_STATE_SPREAD] = {.name = "state_spread",
                             .type = RG_F8,
                             .dims = {"merge_distance"},
                             .flags = RG_HISTORY,
                             .doc = "Standard deviation of the hidden states that the merge "
                                    "distance is a multiple of, as the knobs spread and "
                                    "run_distances say: 2-norm over the units"},
    [RG_COL_N_AGREEING_PAIRS] = {.name = "n_agreeing_pairs",
                                 .type = RG_I4,
                                 .doc = "Number of pairs of strings to analysis_length that have "
                                        "the same target after every continuation (knob pairs)"},
    [RG_COL_N_MERGED] = {.name = "n_merged",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .doc = "Number of pairs of strings to analysis_length whose hidden states "
                                "are closer than the merge distance (knob pairs)"},
    [RG_COL_N_MERGED_AGREEING] = {.name = "n_merged_agreeing",
                                  .type = RG_I4,
                                  .dims = {"merge_distance"},
                                  .doc = "Number of merged pairs that have the same target after "
                                         "every continuation (knob pairs)"},
    [RG_COL_N_MERGED_DISAGREEING] = {.name = "n_merged_disagreeing",
                                     .type = RG_I4,
                                     .dims = {"merge_distance"},
                                     .doc = "Number of merged pairs that have another target after "
                                            "some continuation (knob pairs)"},
    [RG_COL_AGREEING_BY_LENGTH] = {.name = "agreeing_by_length",
                                   .type = RG_I4,
                                   .dims = {"pair_length", "pair_length2"},
                                   .doc = "Number of agreeing pairs of strings of two lengths"},
    [RG_COL_MERGED_BY_LENGTH] =
        {.name = "merged_by_length",
         .type = RG_I4,
         .dims = {"merge_distance", "pair_length", "pair_length2"},
         .doc = "Number of agreeing pairs of strings of two lengths that have merged"},
    [RG_COL_DIVERGED_BY_LENGTH] =
        {.name = "diverged_by_length",
         .type = RG_I4,
         .dims = {"merge_distance", "pair_length", "pair_length2"},
         .flags = RG_OF_RECORDS,
         .doc = "Number of agreeing pairs of strings of two lengths that have merged and were ten "
                "merge distances apart or more at one of the records before (knob pair_records)"},
    [RG_COL_PAIR_DISTANCE] = {.name = "pair_distance",
                              .type = RG_F8,
                              .dims = {"tracked_pair"},
                              .flags = RG_HISTORY,
                              .doc = "Squared distance between the hidden states of the two "
                                     "strings of a pair of track_pairs"},
    [RG_COL_TASK_TRANSITION] = {.name = "task_transition",
                                .type = RG_I4,
                                .dims = {"task_state", "symbol"},
                                .flags = RG_OF_DATA,
                                .doc = "State that each state of the task's automaton goes to; "
                                       "strings begin in state 0"},
    [RG_COL_TASK_OUTPUT] = {.name = "task_output",
                            .type = RG_I4,
                            .dims = {"task_state"},
                            .flags = RG_OF_DATA,
                            .doc = "Class of strings that end in each state of the task"},
};
static_assert(sizeof columns / sizeof *columns == RG_COL_VALIDATION_LOSS, "one row per index");

const struct rg_columns rg_parity_state_columns = {columns, RG_COL_VALIDATION_LOSS};
