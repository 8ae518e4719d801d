/* The recurrent network over prefix trees: its arrays in the number type, and the kernels over them.
 *
 * A hidden state is a vector of `hidden` elements, `stride` apart from the next (see num/gemm.h). All
 * parameters lie in one block; RG_W_IN are n_symbols vectors (one for each symbol), RG_W_H `hidden` vectors
 * (one for each unit that the weights come from), the biases one each, RG_W_OUT two (one for each
 * output), RG_B_OUT two elements. Pointers to void are to the number type.                          */
#pragma once

#include <stdint.h>

#include "train/num/gemm.h"
#include "train/num/sgd.h"
#include "train/parity/network.h"
#include "train/parity/trie.h"

struct rg_rnn {
    int64_t n_symbols, hidden, stride;
    int64_t activation, loss;     /* values of the knobs */
    int64_t offset[RG_N_TENSORS]; /* of each tensor in a block, in elements */
    int64_t n;                    /* elements of a block */
    void *parameters, *gradient;  /* [n] */
    void *w_h_transposed;         /* [hidden][stride] */
    void *table;                  /* [n_symbols][stride] W_in x + b_in + b_h of each symbol x */
    void *z;                      /* [RG_GEMM_WIDTH][stride] scratch */
    const struct rg_gemm *gemm;
};

struct rg_pass {            /* what forward leaves for backward; room for the largest batch */
    const uint8_t *targets; /* [n_strings] */
    void *h;                /* [n_nodes][stride] states */
    void *dz;               /* [n_internal][stride] gradients before the activation */
    void *sums;             /* [n_internal][stride] sums of dz over a node's children */
    void *dy;               /* [n_strings][2] gradients of the outputs */
};

struct rg_rnn_kernels {
    /* Brings what is derived from the parameters up to date. */
    void (*refresh)(struct rg_rnn *rnn);

    /* States of all nodes; returns the mean loss and leaves the outputs' gradients of it. */
    void (*forward)(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass);
    double (*readout)(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass);
    /* The gradient of that mean loss, into rnn->gradient. */
    void (*backward)(const struct rg_rnn *rnn, const struct rg_trie *trie, struct rg_pass *pass);

    /* n states: at the beginning; one symbol on; every symbol on (n_symbols n children); their outputs. */
    void (*start)(const struct rg_rnn *rnn, int64_t n, void *h);
    void (*advance)(const struct rg_rnn *rnn, int64_t n, const uint8_t *symbols, void *h);
    void (*expand)(const struct rg_rnn *rnn, int64_t n, const void *parents, void *children);
    void (*outputs)(const struct rg_rnn *rnn, int64_t n, const void *h, double *outputs);
};

RG_KERNEL_DECLARE(struct rg_rnn_kernels, rg_rnn);

/* Loss of one string with outputs y. */
double rg_string_loss(int64_t loss, const double y[2], int target);
