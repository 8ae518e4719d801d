/* The parameters that a network had at some of its records, for what can only be told at the end. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"

struct rg_watch;

/* Room for `most` records, one at least. The network must outlive the watch. */
enum rg_status rg_watch_create(const struct rg_parity *net, int64_t most,
                               struct rg_watch **watch) RG_MUST_CHECK;
void rg_watch_destroy(struct rg_watch **watch);

/* Called at each record, in their order; again at the same one changes nothing. Keeps the first record and every
 * w-th after it, w the least power of 2 for which there is room.                                    */
void rg_watch_take(struct rg_watch *watch, int64_t epoch);

/* Those that are kept: how many, and the k-th block for rg_parity_show. Owned by the watch. */
int64_t rg_watch_n(const struct rg_watch *watch);
void *rg_watch_block(const struct rg_watch *watch, int64_t k);

/* For struct rg_model's state, and the bytes that it moves for `most` blocks of this size. */
void rg_watch_state(struct rg_watch *watch, const struct rg_mover *mover);
size_t rg_watch_size(int64_t most, size_t block);
