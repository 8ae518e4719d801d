/* A recurrent network as plain numbers, for analyses that look at its weights alone:
 *
 *   h_t = act(W_in x_t + b_in + b_h + W_h h_{t-1}),  h_0 = 1,  y = W_out h_T + b_out,  act = relu or tanh;
 * with the activation `discontinuity` act = relu, and y is taken of h_T + 1 where h_T > 0.              */
#pragma once

#include <stdbool.h>

#include "train/parity/network.h"

struct rg_weights { /* row-major; not owned */
    int n;          /* hidden units */
    int n_symbols;
    enum rg_activation activation;
    const double *w_in;       /* [n][n_symbols] */
    const double *w_h;        /* [n][n] */
    const double *b_in, *b_h; /* [n] */
    const double *w_out;      /* [2][n] */
    const double *b_out;      /* [2] */
};

/* A view of parameters[n_parameters], in the order of the network's tensors. */
struct rg_weights rg_weights_view(const struct rg_parity *net, const double *parameters);

/* z[n] = W_in x + b_in + b_h + W_h h: before the activation. */
void rg_weights_preactivate(const struct rg_weights *weights, const double *h, int symbol,
                            double *z);

/* h[n] = act(z) */
void rg_weights_activate(const struct rg_weights *weights, const double *z, double *h);

/* y[2] at h; and their difference y_1 - y_0: the answer is 1 where it is above 0. */
void rg_weights_outputs(const struct rg_weights *weights, const double *h, double *y);
double rg_weights_output(const struct rg_weights *weights, const double *h);
