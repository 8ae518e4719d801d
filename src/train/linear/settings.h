/* The knobs of linear_net, as knobs.c's table fills them, and what follows from them alone. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/train.h"

/* Values of the choice knobs: the order of the names in the table. */
enum rg_linear_dataset { RG_DATASET_TEACHER, RG_DATASET_RANDOM, RG_DATASET_HIERARCHY };
enum rg_spectrum { RG_SPECTRUM_LIST, RG_SPECTRUM_POWER, RG_SPECTRUM_FLAT };
enum rg_input_spectrum { RG_INPUT_WHITE, RG_INPUT_LIST, RG_INPUT_POWER };
enum rg_input_basis { RG_BASIS_TEACHER, RG_BASIS_RANDOM };
enum rg_linear_init { RG_INIT_GAUSSIAN, RG_INIT_BALANCED, RG_INIT_ALIGNED };

enum {
    RG_DEPTH_MAX = 64,
    RG_SIZE_MAX = 32768,    /* units of a layer: a matrix of doubles then has 8 GiB */
    RG_HIERARCHY_ITEMS = 8, /* leaves of a binary tree, and its branchings */
    RG_HIERARCHY_SPLITS = 7
};

struct rg_linear_settings {
    struct rg_loop_settings loop; /* first: see struct rg_model */
    int64_t depth, n_in, n_hidden, n_out;
    struct rg_ints widths;

    int64_t dataset, dataset_size, whiten;
    double noise, target_scale;
    int64_t spectrum, teacher_rank;
    struct rg_reals singular_values;
    double spectrum_scale, spectrum_exponent;
    int64_t input_spectrum, input_basis;
    struct rg_reals input_variances;
    double input_scale, input_exponent, input_angle;

    struct rg_input data; /* in place of the above, but for whiten and target_scale */

    int64_t init, allow_saddle;
    double gain, sigma, init_singular_value, a0, lambda;

    double learning_rate;
    int64_t precision; /* enum rg_number */
    int64_t block;

    int64_t kernel, observers;
};

/* Units of layer l: 0 is the input, depth the output. */
int64_t rg_linear_width(const struct rg_linear_settings *settings, int64_t layer);
/* Number of modes: the largest rank that the whole map can have, min(n_in, n_out). */
int64_t rg_linear_n_modes(const struct rg_linear_settings *settings);
/* The largest of all widths. */
int64_t rg_linear_widest(const struct rg_linear_settings *settings);
