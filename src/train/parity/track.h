/* Chosen pairs of strings, whose hidden states are followed over training (van Rossem and Saxe 2025, Fig. 10). */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"

enum { RG_TRACKED_MAX = RG_TEXT_MAX / 4, RG_TRACKED_LENGTH = 30 };

struct rg_tracked {
    int64_t n;
    struct rg_tracked_pair {
        int length[2];
        uint8_t symbols[2][RG_TRACKED_LENGTH];
    } pairs[RG_TRACKED_MAX];
};

/* Reads "0 1, 00 12, ...", or "" for none: pairs of different strings of 1 to RG_TRACKED_LENGTH symbols, 0 to
 * n_symbols - 1. False: this is something else, and there are none.                                 */
bool rg_tracked_read(const char *text, int64_t n_symbols, struct rg_tracked *tracked);

/* Squared distance of the hidden states that the two strings of a pair lead to. states has room for one;
 * rows[2][hidden] is overwritten.                                                                   */
double rg_tracked_distance(const struct rg_parity *net, const struct rg_tracked_pair *pair,
                           struct rg_states *states, double *rows);
