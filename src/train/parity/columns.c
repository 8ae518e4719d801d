/* The columns of parity_rnn about longer strings, proofs, the course of training, the theory and the weights. They
 * follow those of columns_states.c.                                                                 */
#include <assert.h>

#include "train/parity/tables.h"

#define AT(column) [(column)-RG_COL_VALIDATION_LOSS]
enum { N_COLUMNS = RG_N_PARITY_COLUMNS - RG_COL_VALIDATION_LOSS };

static const struct rg_column columns[] = {
    AT(RG_COL_VALIDATION_LOSS) = {.name = "validation_loss",
                                  .type = RG_F4,
                                  .dims = {"validation_length"},
                                  .flags = RG_HISTORY,
                                  .doc = "Mean loss over random strings of one length"},
    AT(RG_COL_VALIDATION_ACCURACY) =
        {.name = "validation_accuracy",
         .type = RG_F4,
         .dims = {"validation_length"},
         .flags = RG_HISTORY,
         .doc = "Share of random strings of one length that are classified rightly"},
    AT(RG_COL_TEST_ACCURACY) = {.name = "test_accuracy",
                                .type = RG_F4,
                                .doc = "Share of the test_strings random strings of length "
                                       "test_length that are classified rightly"},
    AT(RG_COL_STRUCTURED_ACCURACY) =
        {.name = "structured_accuracy",
         .type = RG_F4,
         .doc = "Share, among all strings of length 9 and each primitive word to length 6 repeated "
                "for 500 symbols (over more symbols than two: as many strings or fewer), of those "
                "on which every prefix is classified rightly"},
    AT(RG_COL_VERDICT) =
        {.name = "verdict",
         .type = RG_CODE,
         .flags = RG_HISTORY,
         .meanings = "untried proved refuted open",
         .doc = "Whether the network is right on all strings from the length proved_from on "
                "(proved), wrong on a string longer than the 9 symbols to which all are read "
                "(refuted), or neither was found (open): counterexample may name a shorter one"},
    AT(RG_COL_PROVED) = {.name = "proved",
                         .type = RG_FLAG,
                         .flags = RG_HISTORY,
                         .doc = "Whether verdict is proved"},
    AT(RG_COL_PROVED_FLOAT) =
        {.name = "proved_float",
         .type = RG_FLAG,
         .flags = RG_HISTORY,
         .doc = "Whether the proof covers the network as it runs in float32: prove_float_error is "
                "not above prove_delta. proved is of its weights in exact arithmetic"},
    AT(RG_COL_PROVED_FROM) =
        {.name = "proved_from",
         .type = RG_I4,
         .flags = RG_HISTORY,
         .doc = "Length from which on the network is proved right on every string: the least such "
                "length, or more than it"},
    AT(RG_COL_GENERALISATION_LENGTH) =
        {.name = "generalisation_length",
         .type = RG_I4,
         .flags = RG_HISTORY,
         .doc = "Length to which every tested string (short ones, repeated words, random ones to "
                "length 10000) is right; from proved_from on, where that is known"},
    AT(RG_COL_REFUTED_LENGTH) =
        {.name = "refuted_length",
         .type = RG_I4,
         .doc =
             "Length of the shortest string of more than 9 symbols (5, 4, 3, 3, 3, 3 over 3 to 8 "
             "symbols) that was found to be wrong, which refutes the network; 0: none was found"},
    AT(RG_COL_COUNTEREXAMPLE_LENGTH) =
        {.name = "counterexample_length",
         .type = RG_I4,
         .doc = "Length of the shortest string that was found to be wrong; 0: none was found"},
    AT(RG_COL_COUNTEREXAMPLE_SYMBOL) = {.name = "counterexample_symbol",
                                        .type = RG_I4,
                                        .dims = {"run"},
                                        .doc = "Symbol of each run of that string"},
    AT(RG_COL_COUNTEREXAMPLE_COUNT) = {.name = "counterexample_count",
                                       .type = RG_I4,
                                       .dims = {"run"},
                                       .doc = "Length of each run of that string; runs beyond the "
                                              "last are left out"},
    AT(RG_COL_PROVE_DELTA) =
        {.name = "prove_delta",
         .type = RG_F8,
         .doc = "Error that every new hidden state (Euclidean) and the difference "
                "of the outputs may have in an evaluation that is proved too"},
    AT(RG_COL_PROVE_FLOAT_ERROR) =
        {.name = "prove_float_error",
         .type = RG_F8,
         .doc = "Error of that kind that single precision does not exceed (proved_float)"},
    AT(RG_COL_PROVE_NODES) = {.name = "prove_nodes",
                              .type = RG_I4,
                              .doc = "Nodes of the graph of hidden states that was tried last; 0: "
                                     "none, or more than 1024"},
    AT(RG_COL_SLOW_RADIUS) =
        {.name = "slow_radius",
         .type = RG_F4,
         .doc = "Largest factor by which a repeated word of up to 6 symbols shrinks small "
                "differences of hidden states, taken to the root of its length"},
    AT(RG_COL_SPECTRAL_RADIUS) = {.name = "spectral_radius",
                                  .type = RG_F4,
                                  .doc = "Largest modulus of the eigenvalues of W_h"},
    AT(RG_COL_WEIGHT_CHANGE_IN) = {.name = "weight_change_in",
                                   .type = RG_F4,
                                   .flags = RG_HISTORY,
                                   .doc = "Frobenius norm of the change of W_in over training, "
                                          "relative to that of the initial W_in"},
    AT(RG_COL_WEIGHT_CHANGE_H) = {.name = "weight_change_h",
                                  .type = RG_F4,
                                  .flags = RG_HISTORY,
                                  .doc =
                                      "Frobenius norm of the change of W_h over training, relative "
                                      "to that of the initial W_h"},
    AT(RG_COL_WEIGHT_CHANGE_OUT) = {.name = "weight_change_out",
                                    .type = RG_F4,
                                    .flags = RG_HISTORY,
                                    .doc = "Frobenius norm of the change of W_out over training, "
                                           "relative to that of the initial W_out"},
    AT(RG_COL_KERNEL_DISTANCE) =
        {.name = "kernel_distance",
         .type = RG_F4,
         .doc = "One minus the cosine between the neural tangent kernels on 64 fixed strings "
                "before and after training"},
    AT(RG_COL_REPRESENTATION_CHANGE) =
        {.name = "representation_change",
         .type = RG_F4,
         .doc = "One minus the centred kernel alignment between the hidden states before and after "
                "training"},
    AT(RG_COL_THEORY_MERGED) =
        {.name = "theory_merged",
         .type = RG_F4,
         .dims = {"merge_distance"},
         .doc = "Share of the theory_pairs sampled pairs of strings that agree on every "
                "continuation whose hidden states are closer than the merge distance in the end"},
    AT(RG_COL_THEORY_COVERED) = {.name = "theory_covered",
                                 .type = RG_F4,
                                 .doc = "Share of the sampled pairs that are trained with a "
                                        "continuation in common; what follows is over these"},
    AT(RG_COL_THEORY_AUC) = {.name = "theory_auc",
                             .type = RG_F4,
                             .dims = {"merge_distance"},
                             .doc = "Chance that the condition of the effective theory ranks a "
                                    "sampled pair that merged above one that did not"},
    AT(RG_COL_THEORY_SENSITIVITY) = {.name = "theory_sensitivity",
                                     .type = RG_F4,
                                     .dims = {"merge_distance"},
                                     .doc = "Share of the sampled pairs that merged of which the "
                                            "condition with theory_kappa says so"},
    AT(RG_COL_THEORY_SPECIFICITY) = {.name = "theory_specificity",
                                     .type = RG_F4,
                                     .dims = {"merge_distance"},
                                     .doc =
                                         "Share of the sampled pairs that did not merge of which "
                                         "the condition with theory_kappa says so"},
    AT(RG_COL_BASELINE_AUC) = {.name = "baseline_auc",
                               .type = RG_F4,
                               .dims = {"merge_distance"},
                               .doc = "As theory_auc, of the length of the shorter string"},
    AT(RG_COL_BASELINE_SENSITIVITY) =
        {.name = "baseline_sensitivity",
         .type = RG_F4,
         .dims = {"merge_distance"},
         .doc = "As theory_sensitivity, of the rule that pairs merge "
                "whose strings both have baseline_length symbols or more"},
    AT(RG_COL_BASELINE_SPECIFICITY) = {.name = "baseline_specificity",
                                       .type = RG_F4,
                                       .dims = {"merge_distance"},
                                       .doc = "As theory_specificity, of that rule"},
    AT(RG_COL_BASELINE_LENGTH) = {.name = "baseline_length",
                                  .type = RG_I4,
                                  .dims = {"merge_distance"},
                                  .doc = "Length with which the sum of both shares is largest"},
    AT(RG_COL_THEORY_LENGTH) = {.name = "theory_length",
                                .type = RG_I4,
                                .dims = {"theory_pair", "member"},
                                .doc = "Length of each string of a sampled pair"},
    AT(RG_COL_THEORY_STRING) = {.name = "theory_string",
                                .type = RG_I4,
                                .dims = {"theory_pair", "member"},
                                .doc = "Each string of a sampled pair: its code, whose highest of "
                                       "theory_length bits is the first symbol"},
    AT(RG_COL_THEORY_CONTINUATIONS) = {.name = "theory_continuations",
                                       .type = RG_I4,
                                       .dims = {"theory_pair"},
                                       .doc =
                                           "N: continuations, the empty one too, with which both "
                                           "strings of a sampled pair are trained"},
    AT(RG_COL_THEORY_X_START) =
        {.name = "theory_x_start",
         .type = RG_F4,
         .dims = {"theory_pair"},
         .doc =
             "X(0): squared distance between the hidden states of a sampled pair before training"},
    AT(RG_COL_THEORY_Y_START) = {.name = "theory_y_start",
                                 .type = RG_F4,
                                 .dims = {"theory_pair"},
                                 .doc = "Y(0): squared distance between the outputs of a sampled "
                                        "pair before training, averaged over its continuations"},
    AT(RG_COL_THEORY_X_END) =
        {.name = "theory_x_end",
         .type = RG_F4,
         .dims = {"theory_pair"},
         .doc = "Squared distance between the hidden states of a sampled pair in the end"},
    AT(RG_COL_COURSE_LENGTH) =
        {.name = "course_length",
         .type = RG_I4,
         .dims = {"course", "member"},
         .doc = "Length of each string of a pair that is followed over training"},
    AT(RG_COL_COURSE_STRING) = {.name = "course_string",
                                .type = RG_I4,
                                .dims = {"course", "member"},
                                .doc = "Each string of such a pair: its code, whose highest of "
                                       "course_length bits is the first symbol"},
    AT(RG_COL_COURSE_AGREES) =
        {.name = "course_agrees",
         .type = RG_FLAG,
         .dims = {"course"},
         .doc =
             "Whether both strings of such a pair have the same target after every continuation"},
    AT(RG_COL_COURSE_THEORY) =
        {.name = "course_theory",
         .type = RG_F4,
         .dims = {"course", "theory_time"},
         .doc = "Squared distance between the hidden states of such a pair under the effective "
                "theory with theory_kappa, from the distances before training; NaN without a "
                "continuation in common, and from where eq 4 ends at X = 0, as it may of pairs "
                "that do "
                "not agree"},
    AT(RG_COL_COURSE_FIXED) = {.name = "course_fixed",
                               .type = RG_F4,
                               .dims = {"course", "theory_time"},
                               .doc = "Likewise, with the point of expansion fixed in the middle "
                                      "of both states before training"},
    AT(RG_COL_COURSE_DISTANCE) = {.name = "course_distance",
                                  .type = RG_F4,
                                  .dims = {"course"},
                                  .flags = RG_HISTORY,
                                  .doc =
                                      "Squared distance between the hidden states of such a pair"},
    AT(RG_COL_SNAPSHOT_HIDDEN) =
        {.name = "snapshot_hidden",
         .type = RG_F4,
         .dims = {"string", "unit"},
         .flags = RG_SNAPSHOT,
         .doc = "Hidden state after each string to analysis_length, in lexicographic order, the "
                "empty string last"},
    AT(RG_COL_SNAPSHOT_OUTPUT) = {.name = "snapshot_output",
                                  .type = RG_F4,
                                  .dims = {"string", "output"},
                                  .flags = RG_SNAPSHOT,
                                  .doc = "Outputs of the network after each of these strings"},
    AT(RG_COL_W_IN) = {.name = "W_in",
                       .type = RG_WEIGHT,
                       .dims = {"unit", "symbol"},
                       .flags = RG_KEPT,
                       .doc = "Weights from the one-hot symbol to the hidden units"},
    AT(RG_COL_W_H) = {.name = "W_h",
                      .type = RG_WEIGHT,
                      .dims = {"unit", "unit_from"},
                      .flags = RG_KEPT,
                      .doc = "Recurrent weights, from unit_from to unit"},
    AT(RG_COL_B_IN) = {.name = "b_in",
                       .type = RG_WEIGHT,
                       .dims = {"unit"},
                       .flags = RG_KEPT,
                       .doc = "First of the two trained biases of the hidden units"},
    AT(RG_COL_B_H) = {.name = "b_h",
                      .type = RG_WEIGHT,
                      .dims = {"unit"},
                      .flags = RG_KEPT,
                      .doc = "Second of the two trained biases of the hidden units"},
    AT(RG_COL_W_OUT) = {.name = "W_out",
                        .type = RG_WEIGHT,
                        .dims = {"output", "unit"},
                        .flags = RG_KEPT,
                        .doc = "Weights from the hidden units to the outputs"},
    AT(RG_COL_B_OUT) = {.name = "b_out",
                        .type = RG_WEIGHT,
                        .dims = {"output"},
                        .flags = RG_KEPT,
                        .doc = "Biases of the outputs"},
};
static_assert(sizeof columns / sizeof *columns == N_COLUMNS, "one row per index");

const struct rg_columns rg_parity_columns = {columns, N_COLUMNS};
