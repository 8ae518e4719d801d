/* Networks for tests: one with the default settings, and one whose weights were written by hand. */
#pragma once

#include "train/parity/network.h"
#include "train/parity/parity.h"

/* Default settings and a point with keys of its own. `settings` must outlive the network. */
void handmade_default(struct rg_parity_settings *settings);
struct rg_parity *handmade_network(const struct rg_parity_settings *settings);

/* Turns a network of 5 hidden units into one that knows the parity of every string. `strength`
 * multiplies the readout.                                                                          */
void handmade_perfect(struct rg_parity *net, double strength);
