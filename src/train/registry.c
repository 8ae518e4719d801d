/* The models that exist. A new one is a folder beside this file and a line in the list below. */
#include "regime/train.h"
#include "train/command/command.h"
#include "train/linear/linear.h"
#include "train/parity/parity.h"

static const struct rg_model *const models[] = {
    &rg_parity_model,
    &rg_linear_model,
    &rg_command_model,
};

const struct rg_registry rg_models = {models, sizeof models / sizeof *models};
