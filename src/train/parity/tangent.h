/* Gradients of the outputs with respect to single parameters, on a fixed set of strings: what the neural
 * tangent kernel is made of. In double, whatever the network's number type.                         */
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

/* Runs all strings forward and backward at parameters[n_parameters], which must stay as they are while
 * gradients are asked for.                                                                          */
enum rg_status rg_tangent_load(struct rg_tangent *tangent, const double *parameters,
                               const struct rg_tick *tick) RG_MUST_CHECK;

/* gradient[RG_N_GRADIENTS] of output 0 and of output 1 of each string in turn, with respect to one
 * parameter.                                                                                        */
void rg_tangent_gradient(const struct rg_tangent *tangent, int64_t parameter, double *gradient);
