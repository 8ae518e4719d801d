/* What the measures of a network keep between calls. */
#pragma once

#include "train/parity/network.h"

struct rg_measures;

/* Called last in the network's creation; the network is at its start. */
enum rg_status rg_measures_create(const struct rg_parity *net,
                                  struct rg_measures **measures) RG_MUST_CHECK;
void rg_measures_destroy(struct rg_measures **measures);
size_t rg_measures_memory(const struct rg_parity_settings *settings); /* bytes, at the most */

/* At the start, epoch 0, and as part of the last step of each epoch: so what the measures gather in the course
 * of training is saved and resumed as the network is. No tick.                                      */
enum { RG_SPREAD_EVERY = 20 }; /* epochs; no knob, so that spreads of all sweeps compare */
enum rg_status rg_measures_epoch(struct rg_measures *measures, int64_t epoch) RG_MUST_CHECK;

/* For struct rg_model's state, and the most bytes that it moves where parameters take `block` bytes. */
void rg_measures_state(struct rg_measures *measures, const struct rg_mover *mover);
size_t rg_measures_state_max(const struct rg_parity_settings *largest, size_t block);
struct rg_measures *rg_parity_measures(struct rg_parity *net);

/* struct rg_model's measure and validation_loss. */
enum rg_status rg_parity_measure(void *net, const struct rg_row *row,
                                 const struct rg_tick *tick) RG_MUST_CHECK;
enum rg_status rg_parity_validation_loss(void *net, const struct rg_tick *tick,
                                         double *loss) RG_MUST_CHECK;
