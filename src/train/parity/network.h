/* The streaming-parity RNN as its measures see it: in terms that do not depend on the number type.
 *
 *   h_t = act(W_in x_t + b_in + W_h h_{t-1} + b_h),  h_0 = 1,  y = W_out f(h_T) + b_out
 *
 * f(h) = h; with the activation `discontinuity`, act is relu and f(h) = h + 1 where h > 0, whose gradient is
 * taken to be 1 (van Rossem and Saxe 2025, Fig. 20).
 * A string is a length and a code, see strings.h.                                                   */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/model.h"
#include "train/parity/settings.h"
#include "train/parity/task.h"

struct rg_parity;

const struct rg_parity_settings *rg_parity_settings(const struct rg_parity *net);
const struct rg_task *rg_parity_task(const struct rg_parity *net);

/* Key of a random stream of this point. */
uint64_t rg_parity_key(const struct rg_parity *net, enum rg_stream stream);

/* ---- strings ------------------------------------------------------------------------------------ */

struct rg_dataset { /* length after length, the strings of each in ascending order of their codes */
    int min_length, max_length;
    int64_t n;                                    /* strings in all */
    int64_t n_of[RG_LENGTH_MAX + 1];              /* [length] */
    const uint32_t *codes_of[RG_LENGTH_MAX + 1];  /* [length][n_of[length]] */
    const uint8_t *targets_of[RG_LENGTH_MAX + 1]; /* likewise */
    uint32_t *codes;                              /* [n] of all lengths, owned */
    uint8_t *targets;                             /* likewise */
};

/* Those that can be trained, and those among them that are. Owned by the network. */
const struct rg_dataset *rg_parity_universe(const struct rg_parity *net);
const struct rg_dataset *rg_parity_dataset(const struct rg_parity *net);

/* Loss of one string with outputs y[2], as the knob `loss` says (MSE: mean over the two outputs). */
double rg_parity_loss(const struct rg_parity *net, const double *y, int target);

/* ---- running the network over blocks of strings -------------------------------------------------- */

/* Hidden states in the network's number type; one column is one state. */
struct rg_states;

/* Room for `capacity` states. The caller's; allocate in rg_measures_create, not in a measure. */
enum rg_status rg_states_create(const struct rg_parity *net, int64_t capacity,
                                struct rg_states **states) RG_MUST_CHECK;
void rg_states_destroy(struct rg_states **states);

/* The first n states become h_0. */
void rg_states_start(const struct rg_parity *net, struct rg_states *states, int64_t n);

/* State i reads symbols[i], i < n. In place. */
void rg_states_advance(const struct rg_parity *net, struct rg_states *states, int64_t n,
                       const uint8_t *symbols);

/* States n_symbols i + x of children become what states first + i of parents become after symbol x,
 * i < n: expanding h_0 again and again gives the full tree, each depth in the order of the codes.   */
void rg_states_expand(const struct rg_parity *net, const struct rg_states *parents, int64_t first,
                      int64_t n, struct rg_states *children);

/* State j of `to` becomes what state i of `from` is; are two states the same to the bit? */
void rg_states_copy(const struct rg_parity *net, const struct rg_states *from, int64_t i,
                    struct rg_states *to, int64_t j);
bool rg_states_equal(const struct rg_parity *net, const struct rg_states *a, int64_t i,
                     const struct rg_states *b, int64_t j);

/* outputs[n][2] and hidden[n][settings.hidden] of states first .. first + n - 1. */
void rg_states_outputs(const struct rg_parity *net, const struct rg_states *states, int64_t first,
                       int64_t n, double *outputs);
void rg_states_hidden(const struct rg_parity *net, const struct rg_states *states, int64_t first,
                      int64_t n, double *hidden);

/* ---- parameters ---------------------------------------------------------------------------------- */

enum rg_tensor_name { RG_W_IN, RG_W_H, RG_B_IN, RG_B_H, RG_W_OUT, RG_B_OUT, RG_N_TENSORS };

struct rg_tensor { /* a part of all parameters; row-major [rows][cols], rows = target unit */
    const char *name;
    int64_t rows, cols;
    int64_t offset; /* in the block of all n_parameters */
};
const struct rg_tensor *rg_parity_tensor(const struct rg_parity *net, enum rg_tensor_name name);
int64_t rg_parity_n_parameters(const struct rg_parity *net);

/* out[n_parameters] in the order of the tensors: now, and before training. */
void rg_parity_parameters(const struct rg_parity *net, double *out);
void rg_parity_initial(const struct rg_parity *net, double *out);

/* All parameters as they lie in memory, in bytes. keep copies them to a block of rg_alloc; show gives the network
 * those of a block for the time of a measure, and with NULL its own again, bit for bit; swap shows those before
 * training, and called again its own. A tick may come in between: a state that is saved then is of its own. */
size_t rg_parity_size(const struct rg_parity *net);
void rg_parity_keep(const struct rg_parity *net, void *block);
void rg_parity_show(struct rg_parity *net, void *block);
void rg_parity_swap(struct rg_parity *net);
