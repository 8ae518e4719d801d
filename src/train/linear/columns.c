/* The columns and dimensions of linear_net. A column's place in the table is its index RG_LINEAR_... in
 * tables.h.                                                                                         */
#include <assert.h>

#include "train/linear/compare.h"
#include "train/linear/modes.h"
#include "train/linear/observe.h"
#include "train/linear/settings.h"
#include "train/linear/tables.h"

static const struct rg_column columns[] = {
    [RG_LINEAR_EXCESS_LOSS] = {.name = "excess_loss",
                               .type = RG_F8,
                               .flags = RG_HISTORY,
                               .doc = "Training loss above its floor, half the trace of "
                                      "(W - W*) Sxx (W - W*)^T, with the weights after the epoch"},
    [RG_LINEAR_LOSS_FLOOR] = {.name = "loss_floor",
                              .type = RG_F8,
                              .flags = RG_OF_DATA,
                              .doc = "Training loss of the best linear map W* = Syx Sxx^+"},
    [RG_LINEAR_TEST_LOSS] = {.name = "test_loss",
                             .type = RG_F8,
                             .flags = RG_HISTORY,
                             .doc = "Loss over the population that the training samples come from, "
                                    "noise included; the training loss after the epoch where "
                                    "training is on exact statistics"},
    [RG_LINEAR_MODE_STRENGTH] = {.name = "mode_strength",
                                 .type = RG_F8,
                                 .dims = {"mode"},
                                 .flags = RG_HISTORY,
                                 .doc = "Strength of each mode of the task, diag(u^T W v) with the "
                                        "whole map W and Syx = u diag(s) v^T; none where s is 0 "
                                        "and u and v therefore arbitrary"},
    [RG_LINEAR_MODE_THEORY] = {.name = "mode_theory",
                               .type = RG_F8,
                               .dims = {"mode"},
                               .flags = RG_HISTORY,
                               .doc = "Strength of each mode by its closed form or, see "
                                      "mode_theory_kind, its own differential equation"},
    [RG_LINEAR_MODE_TIME] =
        {.name = "mode_time",
         .type = RG_I8,
         .dims = {"mode"},
         .flags = RG_OF_COURSE,
         .doc = "Epoch at which a mode was first seen with half of the strength s/d that the data "
                "ask for; every epoch up to 100 is looked at, later about one in a hundred"},
    [RG_LINEAR_MODE_TIME_THEORY] =
        {.name = "mode_time_theory",
         .type = RG_F8,
         .dims = {"mode"},
         .doc = "The same epoch by the theory of the mode strengths, as a real number"},
    [RG_LINEAR_THEORY_DEVIATION] =
        {.name = "theory_deviation",
         .type = RG_F8,
         .flags = RG_HISTORY | RG_OF_RECORDS,
         .doc = "Largest deviation of a mode strength from mode_theory, relative to s/d, over the "
                "modes with s > 0; at the end the largest over the records and the end, so that it "
                "depends on which epochs are recorded"},
    [RG_LINEAR_EXACT_DEVIATION] =
        {.name = "exact_deviation",
         .type = RG_F8,
         .flags = RG_HISTORY | RG_OF_RECORDS,
         .doc = "Frobenius norm of QQ^T, Q = [W1^T; W2], less the exact course of lambda-balanced "
                "weights, relative to that course; at the end the largest over the records and the "
                "end, so that it depends on which epochs are recorded"},
    [RG_LINEAR_EXCESS_LOSS_THEORY] =
        {.name = "excess_loss_theory",
         .type = RG_F8,
         .flags = RG_HISTORY,
         .doc = "Training loss above its floor by the exact course of lambda-balanced weights"},
    [RG_LINEAR_BALANCEDNESS] =
        {.name = "balancedness",
         .type = RG_F8,
         .flags = RG_HISTORY,
         .doc = "Largest Frobenius norm over neighbouring layers of W_(l+1)^T W_(l+1) - W_l W_l^T "
                "- lambda I, with lambda only where the start is balanced"},
    [RG_LINEAR_KERNEL_DISTANCE] =
        {.name = "kernel_distance",
         .type = RG_F8,
         .flags = RG_HISTORY,
         .doc = "One minus the cosine between the neural tangent kernels on the training inputs at "
                "the start and now; with the knob kernel"},
    [RG_LINEAR_EFFECTIVE_RANK] =
        {.name = "effective_rank",
         .type = RG_F8,
         .flags = RG_HISTORY,
         .doc = "Effective rank of the whole map, (sum s^2)^2 / sum s^4 over its singular values"},
    [RG_LINEAR_WEIGHT_NORM] = {.name = "weight_norm",
                               .type = RG_F8,
                               .dims = {"layer"},
                               .flags = RG_HISTORY,
                               .doc = "Frobenius norm of the weights of each layer"},
    [RG_LINEAR_MODE_THEORY_KIND] =
        {.name = "mode_theory_kind",
         .type = RG_CODE,
         .flags = RG_OF_DATA,
         .meanings = RG_MODE_THEORIES,
         .doc = "What mode_theory is, or why there is none: Sxx does not share the axes of Syx, "
                "the start is not balanced, its map is not diagonal in the task's modes, a mode "
                "starts below 0"},
    [RG_LINEAR_EXACT_KIND] =
        {.name = "exact_kind",
         .type = RG_CODE,
         .flags = RG_OF_DATA,
         .meanings = RG_EXACT_KINDS,
         .doc = "Whether the exact course of lambda-balanced weights holds, or why not: it ends at "
                "a saddle or the data ask for fewer modes than there are, the start is not "
                "balanced, inputs are not white, depth is not 2, the "
                "hidden layer is not min(n_in, n_out) wide, n_in + n_out is above 512"},
    [RG_LINEAR_RECOVERED_KIND] =
        {.name = "recovered_kind",
         .type = RG_CODE,
         .flags = RG_OF_DATA,
         .meanings = RG_OBSERVED_KINDS,
         .doc = "Whether observers were asked (by the knob observers), or why not: depth is not "
                "2, a layer has more than 32 units"},
    [RG_LINEAR_TRUE_S] =
        {.name = "true_s",
         .type = RG_F8,
         .dims = {"mode"},
         .flags = RG_OF_DATA,
         .doc = "Singular values of Syx, in the order of the modes; 0 where it is only rounding"},
    [RG_LINEAR_TRUE_D] = {.name = "true_d",
                          .type = RG_F8,
                          .dims = {"mode"},
                          .flags = RG_OF_DATA,
                          .doc = "Variance of the inputs along each mode, diag(v^T Sxx v); "
                                 "none where s is 0 and v therefore arbitrary"},
    [RG_LINEAR_NONCOMMUTING] = {.name = "noncommuting",
                                .type = RG_F8,
                                .flags = RG_OF_DATA,
                                .doc = "Frobenius norm of the commutator of Sxx and Syx^T Syx, "
                                       "relative to the product of theirs"},
    [RG_LINEAR_RECOVERED_S] =
        {.name = "recovered_s",
         .type = RG_F8,
         .dims = {"observer", "mode"},
         .flags = RG_OF_RECORDS,
         .doc = "What an observer of the network takes for the singular values of Syx. The first "
                "three "
                "take it for trained: they tell a mode only where the records show that it moved "
                "and then came to rest. How much course and loss tell depends on the record grid; "
                "missing where they see that it does not resolve the rise, or that the course is "
                "not that of small, balanced weights"},
    [RG_LINEAR_RECOVERED_D] = {.name = "recovered_d",
                               .type = RG_F8,
                               .dims = {"observer", "mode"},
                               .flags = RG_OF_RECORDS,
                               .doc = "What an observer of the network takes for the variances of "
                                      "the inputs along the modes; as recovered_s"},
    [RG_LINEAR_N_RECOVERED] = {.name = "n_recovered",
                               .type = RG_I4,
                               .dims = {"observer"},
                               .flags = RG_OF_RECORDS,
                               .doc = "Number of modes that an observer tells s of, see "
                                      "recovered_s; the final weights alone tell of none"},
    [RG_LINEAR_ERROR_S] =
        {.name = "error_s",
         .type = RG_F8,
         .dims = {"observer"},
         .flags = RG_OF_RECORDS,
         .doc = "Largest relative error of recovered_s over the modes that the observer tells"},
    [RG_LINEAR_ERROR_D] =
        {.name = "error_d",
         .type = RG_F8,
         .dims = {"observer"},
         .flags = RG_OF_RECORDS,
         .doc = "Largest relative error of recovered_d over the modes that the observer tells"},
    [RG_LINEAR_ERROR_V] = {.name = "error_v",
                           .type = RG_F8,
                           .dims = {"observer"},
                           .flags = RG_OF_RECORDS,
                           .unit = "radian",
                           .doc = "Largest principal angle between the input modes of the data and "
                                  "of the final weights, modes of equal s/d taken together; over "
                                  "the modes that the final weights have and that came to rest, "
                                  "missing without any"},
    [RG_LINEAR_W] = {.name = "W",
                     .type = RG_WEIGHT,
                     .dims = {"layer", "unit_out", "unit_in"},
                     .flags = RG_KEPT,
                     .doc =
                         "Weights of each layer, from unit_in to unit_out; the matrices lie in the "
                         "corner of one that holds the largest"},
};
static_assert(sizeof columns / sizeof *columns == RG_N_LINEAR_COLUMNS, "one row per index");

const struct rg_columns rg_linear_columns = {columns, RG_N_LINEAR_COLUMNS};

static const struct rg_linear_settings *largest_of(const void *largest)
{
    return largest;
}

static int64_t n_modes(const void *largest)
{
    return rg_linear_n_modes(largest_of(largest));
}

static int64_t n_observers(const void *largest)
{
    (void)largest;
    return RG_N_OBSERVERS;
}

static int64_t n_layers(const void *largest)
{
    return largest_of(largest)->depth;
}

static int64_t n_units(const void *largest)
{
    return rg_linear_widest(largest_of(largest));
}

static void layers(const void *largest, double *values)
{
    for (int64_t i = 0; i < n_layers(largest); i++)
        values[i] = (double)(i + 1);
}

const struct rg_dimension rg_linear_dimensions[RG_N_LINEAR_DIMENSIONS] = {
    {.name = "mode",
     .size = n_modes,
     .doc = "Mode of the task: a singular value of Syx and its vectors"},
    {.name = "observer",
     .size = n_observers,
     .doc =
         "Who looks at the network: 0 at its final weights, 1 also at the hidden activity on the "
         "training inputs, 2 at the whole map at the records and the end, 3 at the loss above its "
         "floor at the records"},
    {.name = "layer",
     .size = n_layers,
     .values = layers,
     .doc = "Layer of weights, from 1 at the input"},
    {.name = "unit_out", .size = n_units, .doc = "Unit that a weight leads to"},
    {.name = "unit_in", .size = n_units, .doc = "Unit that a weight comes from"},
};
