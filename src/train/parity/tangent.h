/* The neural tangent kernel of a fixed set of strings: products of the gradients of their outputs. In double, whatever the network's number type.                         */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"

enum { RG_N_PROBES = 64, RG_PROBE_LENGTH = 10, RG_N_GRADIENTS = 2 * RG_N_PROBES };

struct rg_tangent;

/* For strings of length 0 to RG_PROBE_LENGTH. */
enum rg_status rg_tangent_create(const struct rg_parity *net, const int lengths[RG_N_PROBES],
                                 const uint32_t codes[RG_N_PROBES],
                                 struct rg_tangent **tangent) RG_MUST_CHECK;
void rg_tangent_destroy(struct rg_tangent **tangent);
size_t rg_tangent_memory(int64_t n_symbols, int64_t hidden); /* bytes */

/* Runs all strings forward and backward at parameters[n_parameters], in the order of the tensors. */
enum rg_status rg_tangent_load(struct rg_tangent *tangent, const double *parameters,
                               const struct rg_tick *tick) RG_MUST_CHECK;

/* kernel[RG_N_GRADIENTS][RG_N_GRADIENTS]: products of the gradients, with respect to all parameters, of output 0
 * and of output 1 of each string in turn. Cheapest where long strings come first.                   */
enum rg_status rg_tangent_kernel(const struct rg_tangent *tangent, const struct rg_tick *tick,
                                 double *kernel) RG_MUST_CHECK;
