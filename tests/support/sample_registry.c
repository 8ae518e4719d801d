/* The registry of a regime whose only model is the sample model, which takes teams and trains nothing. */
#include "regime/train.h"
#include "sample_model.h"

static const struct rg_model *const models[] = {&sample_model};
const struct rg_registry rg_models = {models, 1};
