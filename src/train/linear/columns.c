/* The columns and dimensions of linear_net. A column's place in the table is its index RG_LINEAR_... in
 * tables.h.                                                                                         */
#include <assert.h>

#include "train/linear/settings.h"
#include "train/linear/tables.h"

static const struct rg_column columns[] = {
    [RG_LINEAR_EXCESS_LOSS] = {.name = "excess_loss",
                               .type = RG_F8,
                               .flags = RG_HISTORY,
                               .unit = "1",
                               .doc = "Training loss above its floor, half the trace of "
                                      "(W - W*) Sxx (W - W*)^T, with the weights after the epoch"},
    [RG_LINEAR_LOSS_FLOOR] = {.name = "loss_floor",
                              .type = RG_F8,
                              .flags = RG_OF_DATA,
                              .unit = "1",
                              .doc = "Training loss of the best linear map W* = Syx Sxx^+"},
    [RG_LINEAR_TEST_LOSS] = {.name = "test_loss",
                             .type = RG_F8,
                             .flags = RG_HISTORY,
                             .unit = "1",
                             .doc = "Loss over the population that the training samples come from, "
                                    "noise included; the training loss after the epoch where "
                                    "training is on exact statistics"},
    [RG_LINEAR_W] = {.name = "W",
                     .type = RG_WEIGHT,
                     .dims = {"layer", "unit_out", "unit_in"},
                     .flags = RG_KEPT,
                     .unit = "1",
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
    {"layer", n_layers, layers, "1", "Layer of weights, from 1 at the input"},
    {"unit_out", n_units, NULL, "1", "Unit that a weight leads to"},
    {"unit_in", n_units, NULL, "1", "Unit that a weight comes from"},
};
