/* Networks of the model parity_rnn for tests, and a naive one to compare with. */
#pragma once

#include "test.h"
#include "train/parity/net.h"
#include "train/parity/parity.h"

/* The paper's settings (Fig. 9) with fewer hidden units, in double. */
struct rg_parity_settings test_parity_settings(void);

/* Parity of the ones, over two symbols. */
extern const struct rg_task test_parity_task;

/* A network with every stream's key made from `seed`. `settings` must outlive it. */
struct rg_parity *test_parity_create(const struct rg_parity_settings *settings, uint64_t seed);
void test_parity_destroy(struct rg_parity *net);

/* The RNN with nothing shared: unrolled over every string of the network's present batch, in double,
 * with parameters[n_parameters]. Returns the mean loss; gradient[n_parameters] of it, or NULL.        */
double test_naive_loss(const struct rg_parity *net, const double *parameters, double *gradient);

/* Largest |a - b| over i < n, relative to the largest |b|. */
double test_difference(int64_t n, const double *a, const double *b);
