/* The model parity_rnn: streaming parity. */
#pragma once

#include "regime/model.h"
#include "train/parity/settings.h"

extern const struct rg_model rg_parity_model;

/* Number of strings of length min_length to max_length. */
int64_t rg_parity_n_strings(const struct rg_parity_settings *settings);

/* Functions of struct rg_model. */
enum rg_status rg_parity_check(const void *settings) RG_MUST_CHECK;
bool rg_parity_wide(const void *settings);
double rg_parity_cost(const void *settings);
