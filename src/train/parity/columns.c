/* The columns and dimensions of parity_rnn. A column's place in the table is its index
 * RG_COL_... in tables.h.                                                                  */
#include <assert.h>
#include <math.h>

#include "train/parity/automaton.h"
#include "train/parity/refute.h"
#include "train/parity/settings.h"
#include "train/parity/tables.h"
#include "train/parity/theory_pairs.h"
#include "train/parity/track.h"

static const struct rg_column columns[] = {
    [RG_COL_N_TRAIN] = {.name = "n_train",
                        .type = RG_I4,
                        .flags = RG_OF_DATA,
                        .unit = "1",
                        .doc = "Number of training strings"},
    [RG_COL_TRAIN_ACCURACY] = {.name = "train_accuracy",
                               .type = RG_F4,
                               .flags = RG_HISTORY,
                               .unit = "1",
                               .doc = "Share of the training strings that are classified rightly"},
    [RG_COL_HELDOUT_ACCURACY] =
        {.name = "heldout_accuracy",
         .type = RG_F4,
         .flags = RG_HISTORY,
         .unit = "1",
         .doc = "Share of the strings of length min_length to max_length outside the training set "
                "that are classified rightly"},
    [RG_COL_HELDOUT_LOSS] = {.name = "heldout_loss",
                             .type = RG_F4,
                             .flags = RG_HISTORY,
                             .unit = "1",
                             .doc = "Mean loss over the strings of length min_length to max_length "
                                    "outside the training set"},
    [RG_COL_N_TRAIN_BY_LENGTH] = {.name = "n_train_by_length",
                                  .type = RG_I4,
                                  .dims = {"length"},
                                  .flags = RG_OF_DATA,
                                  .unit = "1",
                                  .doc = "Number of training strings of one length"},
    [RG_COL_TRAIN_LOSS_BY_LENGTH] = {.name = "train_loss_by_length",
                                     .type = RG_F4,
                                     .dims = {"length"},
                                     .unit = "1",
                                     .doc = "Mean loss over the training strings of one length, "
                                            "with the weights after the epoch"},
    [RG_COL_TRAIN_ACCURACY_BY_LENGTH] =
        {.name = "train_accuracy_by_length",
         .type = RG_F4,
         .dims = {"length"},
         .unit = "1",
         .doc = "Share of the training strings of one length that are classified rightly"},
    [RG_COL_HELDOUT_ACCURACY_BY_LENGTH] =
        {.name = "heldout_accuracy_by_length",
         .type = RG_F4,
         .dims = {"length"},
         .unit = "1",
         .doc = "Share of the strings of one length outside the training set that are classified "
                "rightly"},
    [RG_COL_N_STATES] = {.name = "n_states",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .flags = RG_HISTORY,
                         .unit = "1",
                         .doc = "Number of states of the automaton that the hidden states of all "
                                "strings to analysis_length form"},
    [RG_COL_IS_FINITE] = {.name = "is_finite",
                          .type = RG_FLAG,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY,
                          .unit = "1",
                          .doc = "Whether every state of the automaton has all transitions"},
    [RG_COL_N_EXIT] = {.name = "n_exit",
                       .type = RG_I4,
                       .dims = {"merge_distance"},
                       .flags = RG_HISTORY,
                       .unit = "1",
                       .doc = "Number of states of the automaton that lack a transition"},
    [RG_COL_N_CONFLICTS] = {.name = "n_conflicts",
                            .type = RG_I4,
                            .dims = {"merge_distance"},
                            .flags = RG_HISTORY,
                            .unit = "1",
                            .doc = "Number of transitions on which strings of one state disagree"},
    [RG_COL_LEARNED_TASK] = {.name = "learned_task",
                             .type = RG_FLAG,
                             .dims = {"merge_distance"},
                             .flags = RG_HISTORY,
                             .unit = "1",
                             .doc = "Whether the automaton is finite, free of conflicts and right "
                                    "on every non-empty string"},
    [RG_COL_N_MERGERS] = {.name = "n_mergers",
                          .type = RG_I4,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY | RG_OF_RECORDS,
                          .unit = "1",
                          .doc = "Number of states that joined another since the record before; at "
                                 "the end, since the first record"},
    [RG_COL_N_SPLITS] = {.name = "n_splits",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .flags = RG_HISTORY | RG_OF_RECORDS,
                         .unit = "1",
                         .doc =
                             "Number of states that came out of another since the record before; "
                             "at the end, since the first record"},
    [RG_COL_N_REDUCED] = {.name = "n_reduced_states",
                          .type = RG_I4,
                          .dims = {"merge_distance"},
                          .flags = RG_HISTORY,
                          .unit = "1",
                          .doc =
                              "Number of states of the least automaton with the same outputs; 0: "
                              "a state that is reached lacks a transition"},
    [RG_COL_AUTOMATON_OVERFLOW] = {.name = "automaton_overflow",
                                   .type = RG_FLAG,
                                   .dims = {"merge_distance"},
                                   .unit = "1",
                                   .doc = "Whether the automaton has more states than max_states, "
                                          "and those beyond are not kept"},
    [RG_COL_TRANSITION] = {.name = "transition",
                           .type = RG_I4,
                           .dims = {"merge_distance", "state", "symbol"},
                           .unit = "1",
                           .doc = "State that each state of the automaton goes to; -1: none"},
    [RG_COL_STATE_OUTPUT] = {.name = "state_output",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .unit = "1",
                             .doc = "Class that the network answers with in each state"},
    [RG_COL_STATE_LENGTH] = {.name = "state_length",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .unit = "1",
                             .doc = "Length of a shortest string that leads to each state"},
    [RG_COL_STATE_STRING] = {.name = "state_string",
                             .type = RG_I4,
                             .dims = {"merge_distance", "state"},
                             .unit = "1",
                             .doc = "That string, its symbols read as the digits of a number, the "
                                    "first one highest"},
    [RG_COL_REDUCED_TRANSITION] =
        {.name = "reduced_transition",
         .type = RG_I4,
         .dims = {"merge_distance", "state", "symbol"},
         .unit = "1",
         .doc = "State that each state of the reduced automaton goes to; 0 is the initial one, the "
                "others follow as a breadth-first search finds them"},
    [RG_COL_REDUCED_OUTPUT] = {.name = "reduced_output",
                               .type = RG_I4,
                               .dims = {"merge_distance", "state"},
                               .unit = "1",
                               .doc = "Class of each state of the reduced automaton"},
    [RG_COL_HIDDEN_STD] = {.name = "hidden_std",
                           .type = RG_F4,
                           .flags = RG_HISTORY,
                           .unit = "1",
                           .doc = "Standard deviation of the hidden states of all strings to "
                                  "analysis_length: 2-norm of those of the units"},
    [RG_COL_CONTRACTION] = {.name = "contraction",
                            .type = RG_F4,
                            .flags = RG_HISTORY,
                            .unit = "1",
                            .doc = "Standard deviation of the hidden states after one more symbol, "
                                   "the same for all, relative to that before"},
    [RG_COL_PARTICIPATION_RATIO] =
        {.name = "participation_ratio",
         .type = RG_F4,
         .flags = RG_HISTORY,
         .unit = "1",
         .doc = "Number of directions that the hidden states spread over: the covariance's squared "
                "trace relative to its squared norm"},
    [RG_COL_N_DEAD_UNITS] = {.name = "n_dead_units",
                             .type = RG_I4,
                             .flags = RG_HISTORY,
                             .unit = "1",
                             .doc = "Number of hidden units that are 0 after every string"},
    [RG_COL_STATE_SPREAD] = {.name = "state_spread",
                             .type = RG_F8,
                             .flags = RG_HISTORY,
                             .unit = "1",
                             .doc = "Standard deviation of the hidden states that merge distances "
                                    "are multiples of, as the knob spread says: 2-norm over the "
                                    "units"},
    [RG_COL_N_AGREEING_PAIRS] = {.name = "n_agreeing_pairs",
                                 .type = RG_I4,
                                 .unit = "1",
                                 .doc = "Number of pairs of strings to analysis_length that have "
                                        "the same target after every continuation (knob pairs)"},
    [RG_COL_N_MERGED] = {.name = "n_merged",
                         .type = RG_I4,
                         .dims = {"merge_distance"},
                         .unit = "1",
                         .doc = "Number of pairs of strings to analysis_length whose hidden states "
                                "are closer than the merge distance (knob pairs)"},
    [RG_COL_N_MERGED_AGREEING] = {.name = "n_merged_agreeing",
                                  .type = RG_I4,
                                  .dims = {"merge_distance"},
                                  .unit = "1",
                                  .doc = "Number of merged pairs that have the same target after "
                                         "every continuation (knob pairs)"},
    [RG_COL_N_MERGED_DISAGREEING] = {.name = "n_merged_disagreeing",
                                     .type = RG_I4,
                                     .dims = {"merge_distance"},
                                     .unit = "1",
                                     .doc = "Number of merged pairs that have another target after "
                                            "some continuation (knob pairs)"},
    [RG_COL_AGREEING_BY_LENGTH] = {.name = "agreeing_by_length",
                                   .type = RG_I4,
                                   .dims = {"pair_length", "pair_length2"},
                                   .unit = "1",
                                   .doc = "Number of agreeing pairs of strings of two lengths"},
    [RG_COL_MERGED_BY_LENGTH] =
        {.name = "merged_by_length",
         .type = RG_I4,
         .dims = {"merge_distance", "pair_length", "pair_length2"},
         .unit = "1",
         .doc = "Number of agreeing pairs of strings of two lengths that have merged"},
    [RG_COL_DIVERGED_BY_LENGTH] =
        {.name = "diverged_by_length",
         .type = RG_I4,
         .dims = {"merge_distance", "pair_length", "pair_length2"},
         .flags = RG_OF_RECORDS,
         .unit = "1",
         .doc = "Number of agreeing pairs of strings of two lengths that have merged and were ten "
                "merge distances apart or more at one of the records before (knob pair_records)"},
    [RG_COL_PAIR_DISTANCE] = {.name = "pair_distance",
                              .type = RG_F8,
                              .dims = {"tracked_pair"},
                              .flags = RG_HISTORY,
                              .unit = "1",
                              .doc = "Squared distance between the hidden states of the two "
                                     "strings of a pair of track_pairs"},
    [RG_COL_VALIDATION_LOSS] = {.name = "validation_loss",
                                .type = RG_F4,
                                .dims = {"validation_length"},
                                .flags = RG_HISTORY,
                                .unit = "1",
                                .doc = "Mean loss over random strings of one length"},
    [RG_COL_VALIDATION_ACCURACY] =
        {.name = "validation_accuracy",
         .type = RG_F4,
         .dims = {"validation_length"},
         .flags = RG_HISTORY,
         .unit = "1",
         .doc = "Share of random strings of one length that are classified rightly"},
    [RG_COL_TEST_ACCURACY] = {.name = "test_accuracy",
                              .type = RG_F4,
                              .unit = "1",
                              .doc = "Share of the test_strings random strings of length "
                                     "test_length that are classified rightly"},
    [RG_COL_STRUCTURED_ACCURACY] =
        {.name = "structured_accuracy",
         .type = RG_F4,
         .unit = "1",
         .doc = "Share, among all strings of length 9 and each primitive word to length 6 repeated "
                "for 500 symbols (over more symbols than two: as many strings or fewer), of those "
                "on which every prefix is classified rightly"},
    [RG_COL_VERDICT] =
        {.name = "verdict",
         .type = RG_CODE,
         .flags = RG_HISTORY,
         .meanings = "untried proved refuted open",
         .unit = "1",
         .doc = "Whether the network is right on all strings from the length proved_from on "
                "(proved), wrong on counterexample (refuted), or neither was found"},
    [RG_COL_PROVED] = {.name = "proved",
                       .type = RG_FLAG,
                       .flags = RG_HISTORY,
                       .unit = "1",
                       .doc = "Whether verdict is proved"},
    [RG_COL_PROVED_FROM] = {.name = "proved_from",
                            .type = RG_I4,
                            .flags = RG_HISTORY,
                            .unit = "1",
                            .doc = "Length from which on the network is right on every string"},
    [RG_COL_GENERALISATION_LENGTH] =
        {.name = "generalisation_length",
         .type = RG_I4,
         .flags = RG_HISTORY,
         .unit = "1",
         .doc = "Length to which every tested string (short ones, repeated words, random ones to "
                "length 10000) is right; from proved_from on, where that is known"},
    [RG_COL_COUNTEREXAMPLE_LENGTH] =
        {.name = "counterexample_length",
         .type = RG_I4,
         .unit = "1",
         .doc = "Length of the shortest string that was found to be wrong; 0: none was found"},
    [RG_COL_COUNTEREXAMPLE_SYMBOL] = {.name = "counterexample_symbol",
                                      .type = RG_I4,
                                      .dims = {"run"},
                                      .unit = "1",
                                      .doc = "Symbol of each run of that string"},
    [RG_COL_COUNTEREXAMPLE_COUNT] = {.name = "counterexample_count",
                                     .type = RG_I4,
                                     .dims = {"run"},
                                     .unit = "1",
                                     .doc = "Length of each run of that string; runs beyond the "
                                            "last are left out"},
    [RG_COL_PROVE_DELTA] = {.name = "prove_delta",
                            .type = RG_F4,
                            .unit = "1",
                            .doc =
                                "Error that every new hidden state (Euclidean) and the difference "
                                "of the outputs may have in an evaluation that is proved too"},
    [RG_COL_PROVE_FLOAT_ERROR] =
        {.name = "prove_float_error",
         .type = RG_F4,
         .unit = "1",
         .doc = "Error of that kind that single precision does not exceed: float32 is proved too "
                "where it is below prove_delta"},
    [RG_COL_PROVE_NODES] = {.name = "prove_nodes",
                            .type = RG_I4,
                            .unit = "1",
                            .doc = "Nodes of the graph of hidden states that was tried last; 0: "
                                   "none, or more than 1024"},
    [RG_COL_SLOW_RADIUS] =
        {.name = "slow_radius",
         .type = RG_F4,
         .unit = "1",
         .doc = "Largest factor by which a repeated word of up to 6 symbols shrinks small "
                "differences of hidden states, taken to the root of its length"},
    [RG_COL_SPECTRAL_RADIUS] = {.name = "spectral_radius",
                                .type = RG_F4,
                                .unit = "1",
                                .doc = "Largest modulus of the eigenvalues of W_h"},
    [RG_COL_WEIGHT_CHANGE_IN] = {.name = "weight_change_in",
                                 .type = RG_F4,
                                 .flags = RG_HISTORY,
                                 .unit = "1",
                                 .doc = "Frobenius norm of the change of W_in over training, "
                                        "relative to that of the initial W_in"},
    [RG_COL_WEIGHT_CHANGE_H] = {.name = "weight_change_h",
                                .type = RG_F4,
                                .flags = RG_HISTORY,
                                .unit = "1",
                                .doc =
                                    "Frobenius norm of the change of W_h over training, relative "
                                    "to that of the initial W_h"},
    [RG_COL_WEIGHT_CHANGE_OUT] = {.name = "weight_change_out",
                                  .type = RG_F4,
                                  .flags = RG_HISTORY,
                                  .unit = "1",
                                  .doc = "Frobenius norm of the change of W_out over training, "
                                         "relative to that of the initial W_out"},
    [RG_COL_KERNEL_DISTANCE] =
        {.name = "kernel_distance",
         .type = RG_F4,
         .unit = "1",
         .doc = "One minus the cosine between the neural tangent kernels on 64 fixed strings "
                "before and after training"},
    [RG_COL_REPRESENTATION_CHANGE] =
        {.name = "representation_change",
         .type = RG_F4,
         .unit = "1",
         .doc = "One minus the centred kernel alignment between the hidden states before and after "
                "training"},
    [RG_COL_THEORY_MERGED] =
        {.name = "theory_merged",
         .type = RG_F4,
         .dims = {"merge_distance"},
         .unit = "1",
         .doc = "Share of the theory_pairs sampled pairs of strings that agree on every "
                "continuation whose hidden states are closer than the merge distance in the end"},
    [RG_COL_THEORY_COVERED] = {.name = "theory_covered",
                               .type = RG_F4,
                               .unit = "1",
                               .doc = "Share of the sampled pairs that are trained with a "
                                      "continuation in common; what follows is over these"},
    [RG_COL_THEORY_AUC] = {.name = "theory_auc",
                           .type = RG_F4,
                           .dims = {"merge_distance"},
                           .unit = "1",
                           .doc = "Chance that the condition of the effective theory ranks a "
                                  "sampled pair that merged above one that did not"},
    [RG_COL_THEORY_SENSITIVITY] = {.name = "theory_sensitivity",
                                   .type = RG_F4,
                                   .dims = {"merge_distance"},
                                   .unit = "1",
                                   .doc = "Share of the sampled pairs that merged of which the "
                                          "condition with theory_kappa says so"},
    [RG_COL_THEORY_SPECIFICITY] = {.name = "theory_specificity",
                                   .type = RG_F4,
                                   .dims = {"merge_distance"},
                                   .unit = "1",
                                   .doc = "Share of the sampled pairs that did not merge of which "
                                          "the condition with theory_kappa says so"},
    [RG_COL_BASELINE_AUC] = {.name = "baseline_auc",
                             .type = RG_F4,
                             .dims = {"merge_distance"},
                             .unit = "1",
                             .doc = "As theory_auc, of the length of the shorter string"},
    [RG_COL_BASELINE_SENSITIVITY] = {.name = "baseline_sensitivity",
                                     .type = RG_F4,
                                     .dims = {"merge_distance"},
                                     .unit = "1",
                                     .doc =
                                         "As theory_sensitivity, of the rule that pairs merge "
                                         "whose strings both have baseline_length symbols or more"},
    [RG_COL_BASELINE_SPECIFICITY] = {.name = "baseline_specificity",
                                     .type = RG_F4,
                                     .dims = {"merge_distance"},
                                     .unit = "1",
                                     .doc = "As theory_specificity, of that rule"},
    [RG_COL_BASELINE_LENGTH] = {.name = "baseline_length",
                                .type = RG_I4,
                                .dims = {"merge_distance"},
                                .unit = "1",
                                .doc = "Length with which the sum of both shares is largest"},
    [RG_COL_THEORY_LENGTH] = {.name = "theory_length",
                              .type = RG_I4,
                              .dims = {"theory_pair", "member"},
                              .unit = "1",
                              .doc = "Length of each string of a sampled pair"},
    [RG_COL_THEORY_STRING] = {.name = "theory_string",
                              .type = RG_I4,
                              .dims = {"theory_pair", "member"},
                              .unit = "1",
                              .doc = "Each string of a sampled pair: its code, whose highest of "
                                     "theory_length bits is the first symbol"},
    [RG_COL_THEORY_CONTINUATIONS] = {.name = "theory_continuations",
                                     .type = RG_I4,
                                     .dims = {"theory_pair"},
                                     .unit = "1",
                                     .doc = "N: continuations, the empty one too, with which both "
                                            "strings of a sampled pair are trained"},
    [RG_COL_THEORY_X_START] =
        {.name = "theory_x_start",
         .type = RG_F4,
         .dims = {"theory_pair"},
         .unit = "1",
         .doc =
             "X(0): squared distance between the hidden states of a sampled pair before training"},
    [RG_COL_THEORY_Y_START] = {.name = "theory_y_start",
                               .type = RG_F4,
                               .dims = {"theory_pair"},
                               .unit = "1",
                               .doc = "Y(0): squared distance between the outputs of a sampled "
                                      "pair before training, averaged over its continuations"},
    [RG_COL_THEORY_X_END] =
        {.name = "theory_x_end",
         .type = RG_F4,
         .dims = {"theory_pair"},
         .unit = "1",
         .doc = "Squared distance between the hidden states of a sampled pair in the end"},
    [RG_COL_COURSE_LENGTH] = {.name = "course_length",
                              .type = RG_I4,
                              .dims = {"course", "member"},
                              .unit = "1",
                              .doc =
                                  "Length of each string of a pair that is followed over training"},
    [RG_COL_COURSE_STRING] = {.name = "course_string",
                              .type = RG_I4,
                              .dims = {"course", "member"},
                              .unit = "1",
                              .doc = "Each string of such a pair: its code, whose highest of "
                                     "course_length bits is the first symbol"},
    [RG_COL_COURSE_AGREES] =
        {.name = "course_agrees",
         .type = RG_FLAG,
         .dims = {"course"},
         .unit = "1",
         .doc =
             "Whether both strings of such a pair have the same target after every continuation"},
    [RG_COL_COURSE_THEORY] =
        {.name = "course_theory",
         .type = RG_F4,
         .dims = {"course", "theory_time"},
         .unit = "1",
         .doc = "Squared distance between the hidden states of such a pair under the effective "
                "theory with theory_kappa, from the distances before training"},
    [RG_COL_COURSE_DISTANCE] = {.name = "course_distance",
                                .type = RG_F4,
                                .dims = {"course"},
                                .flags = RG_HISTORY,
                                .unit = "1",
                                .doc = "Squared distance between the hidden states of such a pair"},
    [RG_COL_SNAPSHOT_HIDDEN] =
        {.name = "snapshot_hidden",
         .type = RG_F4,
         .dims = {"string", "unit"},
         .flags = RG_SNAPSHOT,
         .unit = "1",
         .doc = "Hidden state after each string to analysis_length, in lexicographic order, the "
                "empty string last"},
    [RG_COL_SNAPSHOT_OUTPUT] = {.name = "snapshot_output",
                                .type = RG_F4,
                                .dims = {"string", "output"},
                                .flags = RG_SNAPSHOT,
                                .unit = "1",
                                .doc = "Outputs of the network after each of these strings"},
    [RG_COL_W_IN] = {.name = "W_in",
                     .type = RG_WEIGHT,
                     .dims = {"unit", "symbol"},
                     .flags = RG_KEPT,
                     .unit = "1",
                     .doc = "Weights from the one-hot symbol to the hidden units"},
    [RG_COL_W_H] = {.name = "W_h",
                    .type = RG_WEIGHT,
                    .dims = {"unit", "unit_from"},
                    .flags = RG_KEPT,
                    .unit = "1",
                    .doc = "Recurrent weights, from unit_from to unit"},
    [RG_COL_B_IN] = {.name = "b_in",
                     .type = RG_WEIGHT,
                     .dims = {"unit"},
                     .flags = RG_KEPT,
                     .unit = "1",
                     .doc = "First of the two trained biases of the hidden units"},
    [RG_COL_B_H] = {.name = "b_h",
                    .type = RG_WEIGHT,
                    .dims = {"unit"},
                    .flags = RG_KEPT,
                    .unit = "1",
                    .doc = "Second of the two trained biases of the hidden units"},
    [RG_COL_W_OUT] = {.name = "W_out",
                      .type = RG_WEIGHT,
                      .dims = {"output", "unit"},
                      .flags = RG_KEPT,
                      .unit = "1",
                      .doc = "Weights from the hidden units to the outputs"},
    [RG_COL_B_OUT] = {.name = "b_out",
                      .type = RG_WEIGHT,
                      .dims = {"output"},
                      .flags = RG_KEPT,
                      .unit = "1",
                      .doc = "Biases of the outputs"},
};
static_assert(sizeof columns / sizeof *columns == RG_N_PARITY_COLUMNS, "one row per index");

const struct rg_columns rg_parity_columns = {columns, RG_N_PARITY_COLUMNS};

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
    return largest_of(largest)->merge_distances.n;
}

static int64_t max_states(const void *largest)
{
    return largest_of(largest)->max_states;
}

static int64_t n_pair_lengths(const void *largest)
{
    return largest_of(largest)->pairs ? largest_of(largest)->analysis_length : 0;
}

static int64_t n_tracked(const void *largest)
{
    struct rg_tracked tracked;
    (void)rg_tracked_read(largest_of(largest)->track_pairs, &tracked);
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
        values[i] = largest_of(largest)->merge_distances.values[i];
}

const struct rg_dimension rg_parity_dimensions[RG_N_PARITY_DIMENSIONS] = {
    {"length", n_lengths, lengths, "1", "Length of strings up to max_length"},
    {"validation_length", n_validation_lengths, validation_lengths, "1",
     "Length of random validation strings"},
    {"merge_distance", n_merge_distances, merge_distances, "1",
     "Distance below which hidden states are one state, in standard deviations"},
    {"state", max_states, NULL, "1", "State of an automaton"},
    {"pair_length", n_pair_lengths, pair_lengths, "1", "Length of one string of a pair"},
    {"pair_length2", n_pair_lengths, pair_lengths, "1", "Length of the other string of a pair"},
    {"tracked_pair", n_tracked, NULL, "1", "Pair of strings, in the order of track_pairs"},
    {"string", n_strings, NULL, "1", "String to analysis_length"},
    {"unit", n_units, NULL, "1", "Hidden unit"},
    {"unit_from", n_units, NULL, "1", "Hidden unit that a recurrent weight comes from"},
    {"symbol", n_symbols, NULL, "1", "Input symbol"},
    {"output", two, NULL, "1", "Output class"},
    {"run", n_runs, NULL, "1", "Run of one symbol in a string"},
    {"theory_pair", n_theory_pairs, NULL, "1", "Random pair of strings that agree"},
    {"course", n_courses, NULL, "1", "Random pair of strings that is followed over training"},
    {"theory_time", n_theory_times, theory_times, "1",
     "Time in units of the outputs' time constant tau_y"},
    {"member", two, NULL, "1", "First and second string of a pair"},
};
