/* In which order the strings are trained. */
#pragma once

#include <stdint.h>

#include "regime/status.h"
#include "train/parity/network.h"

/* Strings that are shuffled together: one length, or all. */
struct rg_group {
    int64_t id; /* the length; 0: all. Names the sub-stream of the order */
    int64_t n, n_batches, batch;
    const uint32_t *keys; /* [n] ascending, into rg_order.keys */
    int64_t first;        /* place of keys[0] among them */
};

struct rg_order {
    int64_t n_symbols;
    int n_groups;
    struct rg_group groups[RG_LENGTH_MAX];
    int64_t n;              /* strings in all */
    int64_t n_steps;        /* of an epoch */
    int64_t batch;          /* strings of the largest batch */
    uint32_t *keys;         /* [n] of the groups in turn */
    uint8_t *targets;       /* [n] likewise */
    uint32_t *shuffled;     /* [n] scratch */
    uint32_t *batch_of;     /* [n] scratch */
    int64_t *taken;         /* [batches of a group] scratch */
    uint32_t *dealt_keys;   /* [n] keys of the dealt group, batch after batch, each ascending */
    uint8_t *dealt_targets; /* [n] likewise */
};

/* The groups of a training set, in the order of training. Free with rg_order_free. */
enum rg_status rg_order_init(struct rg_order *order, const struct rg_parity_settings *settings,
                             const struct rg_dataset *dataset) RG_MUST_CHECK;
void rg_order_free(struct rg_order *order);

/* Deals a group's strings into batches for an epoch: batch b is dealt_keys[b * batch ...]. Needs no
 * earlier epoch.                                                                                   */
void rg_order_deal(struct rg_order *order, const struct rg_group *group, uint64_t key,
                   int64_t epoch);
