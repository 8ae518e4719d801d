/* The model command: a program of the user's trains each point. */
#pragma once

#include "regime/model.h"

extern const struct rg_model rg_command_model;
