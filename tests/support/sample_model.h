/* A model with a knob of every type and role, for tests of stations that need tables, not training. */
#pragma once

#include "regime/config.h"
#include "regime/train.h"

struct sample_settings {
    struct rg_loop_settings loop;
    double gain, fraction, learning_rate, shift;
    int64_t hidden, max_length, dataset_size, activation, loss, biased;
    struct rg_reals merge_distances;
    struct rg_ints validation_lengths;
    char data[RG_TEXT_MAX];
};

extern const struct rg_model sample_model;
extern const struct rg_registry sample_registry;

/* The spec of this text, read as "x.cfg"; NULL after a failure, which the test then reports. */
struct rg_spec *sample_spec(const char *text, const char *overrides);

/* name and model, then `rest`. */
struct rg_spec *sample_sweep(const char *rest);
