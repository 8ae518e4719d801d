/* The models of the example's program: this one alone. */
#include "neuron.h"
#include "regime/train.h"

static const struct rg_model *const models[] = {&rg_neuron_model};
const struct rg_registry rg_models = {models, sizeof models / sizeof *models};
