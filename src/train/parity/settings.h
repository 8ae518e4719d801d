/* The knobs of parity_rnn, as parity.c's table fills them. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "regime/train.h"

/* Values of the choice knobs: the order of the names in the table. */
enum rg_activation { RG_RELU, RG_TANH, RG_DISCONTINUITY };
enum rg_loss { RG_CROSS_ENTROPY, RG_MSE };
enum rg_batching { RG_BY_LENGTH, RG_ALL };
enum rg_task_name { RG_PARITY, RG_MODULO, RG_RANDOM_AUTOMATON, RG_TABLE };
enum rg_precision { RG_FLOAT, RG_DOUBLE };
enum rg_spread_of { RG_SPREAD_FINAL, RG_SPREAD_RUN };
enum rg_prove_when { RG_PROVE_NEVER, RG_PROVE_END, RG_PROVE_RECORDS };

enum {
    RG_SYMBOLS_MAX = 8,
    RG_TASK_STATES = 8,
    RG_STRINGS_MAX = 2097150, /* of length 1 to max_length: all to RG_LENGTH_MAX over two symbols */
    RG_LENGTH_MAX = 20,
    RG_ANALYSIS_STRINGS_MAX = 8190, /* likewise of analysis_length */
    RG_ANALYSIS_LENGTH_MAX = 12
};

struct rg_parity_settings {
    struct rg_loop_settings loop; /* first: see struct rg_model */
    double gain, fraction, learning_rate;
    int64_t dataset_size, n_symbols, max_length, min_length, hidden;
    int64_t activation, loss, batching, batch, precision;
    int64_t task, modulus, task_states, task_seed;
    double p_new;
    struct rg_ints task_transitions, task_outputs; /* [states][n_symbols], [states] */
    struct rg_ints validation_lengths;
    int64_t validation_record_length, validation_strings, test_strings, test_length;
    struct rg_reals merge_distances, run_distances; /* see rg_merge_distance */
    int64_t analysis_length, max_states, spread, pairs, pair_records, prove;
    char track_pairs[RG_TEXT_MAX];
    int64_t theory_pairs;
    double theory_kappa;
    struct rg_input data;
};
