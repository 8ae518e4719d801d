/* The model linear_neuron: one hidden linear neuron. */
#pragma once

#include "regime/model.h"

extern const struct rg_model rg_neuron_model;
