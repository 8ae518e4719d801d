/* Places of the training loop's columns in their table, and what timing shares with the loop. */
#pragma once

#include "regime/train.h"

enum rg_loop_column {
    RG_LOOP_EPOCHS_TRAINED,
    RG_LOOP_STOPPED_BY,
    RG_LOOP_TRAIN_LOSS,
    RG_LOOP_TRAIN_BELOW,
    RG_LOOP_VALIDATION_BELOW,
    RG_N_LOOP_COLUMNS
};

/* shapes[columns of the model], as rows to measure into have them; those that the layout has no field of stay. */
void rg_loop_shapes(const struct rg_layout *layout, struct rg_shape *shapes);
