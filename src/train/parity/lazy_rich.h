/* Lazy or rich? How far weights, tangent kernel and representation moved from start to end. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"
#include "train/parity/tangent.h"
#include "train/parity/tree.h"

/* ||now - initial|| / ||initial|| of n numbers. */
double rg_relative_change(int64_t n, const double *now, const double *initial);

/* 1 - <A, B> / (||A|| ||B||) of n numbers. */
double rg_cosine_distance(int64_t n, const double *a, const double *b);

/* 1 - linear CKA of two sets of vectors, x[n_rows][n_units] and y likewise (Kornblith et al. 2019):
 * 1 - ||Y^T X||^2 / (||X^T X|| ||Y^T Y||) after each unit's mean was taken off.                     */
enum rg_status rg_cka_distance(int64_t n_rows, int64_t n_units, const double *x, const double *y,
                               double *distance) RG_MUST_CHECK;

/* Cosine distance between the neural tangent kernels at the start and now: products of the gradients of
 * both outputs on RG_N_PROBES fixed strings of length 1 to 10, the same for all points over as many symbols. */
void rg_probes_draw(int64_t n_symbols, int lengths[RG_N_PROBES], uint32_t strings[RG_N_PROBES]);
size_t rg_kernel_memory(int64_t n_symbols, int64_t hidden,
                        int64_t n_parameters); /* bytes that it allocates */
enum rg_status rg_kernel_distance(const struct rg_parity *net, const struct rg_tick *tick,
                                  double *distance) RG_MUST_CHECK;

/* CKA distance between the hidden states of all strings of length 1 to `length` at the start and now.
 * The tree must reach that length.                                                                  */
enum rg_status rg_representation_change(struct rg_parity *net, struct rg_tree *tree, int length,
                                        const struct rg_tick *tick, double *change) RG_MUST_CHECK;
