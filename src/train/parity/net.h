/* The network itself, for the files that make and train it. */
#pragma once

#include "train/parity/dataset.h"
#include "train/parity/network.h"
#include "train/parity/order.h"
#include "train/parity/rnn.h"
#include "train/parity/trie.h"

struct rg_parity {
    const struct rg_parity_settings *settings;
    struct rg_point point;
    struct rg_task task;
    struct rg_dataset universe, dataset;
    struct rg_order order;

    struct rg_tensor tensors[RG_N_TENSORS];
    struct rg_rnn rnn;
    void *own; /* [rnn.n] the parameters: rnn's, but for the time of a measure that shows others */
    void *initial;   /* likewise, before training */
    int64_t *places; /* [n_parameters] of each parameter in a block */
    struct rg_trie trie;
    struct rg_pass pass;
    const struct rg_rnn_kernels *kernels;
    const struct rg_sgd *sgd;

    int64_t epoch; /* that the next step belongs to, from 1 */
    int group;     /* likewise */
    int64_t batch; /* likewise, within its group */
    double loss;   /* running mean of the epoch so far */

    struct rg_measures *measures;
};

/* Allocates the blocks of parameters and lays out their tensors. */
enum rg_status rg_parameters_create(struct rg_parity *net) RG_MUST_CHECK;
/* Draws the initial weights. */
void rg_parameters_draw(struct rg_parity *net);
void rg_parameters_free(struct rg_parity *net);

/* A block of parameters as doubles, [n_parameters], in the order of the tensors, and back. */
void rg_parameters_read(const struct rg_parity *net, const void *block, double *out);
void rg_parameters_set(struct rg_parity *net, const double *values);

size_t rg_real_size(const struct rg_parity *net); /* of the number type */
double rg_real_get(const struct rg_parity *net, const void *array, int64_t i);

/* The parts of a step, apart so that tests can look between them: the next batch as a tree, its loss,
 * the gradient into net->rnn.gradient.                                                             */
void rg_parity_load_batch(struct rg_parity *net);
double rg_parity_pass(struct rg_parity *net);
