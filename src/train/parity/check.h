/* The check of a certificate. Every bound is one for real arithmetic on the weights as they stand: it holds with
 * the rounding errors of its own computation.                                                       */
#pragma once

#include "regime/model.h"
#include "train/parity/certificate.h"

struct rg_check;

/* The certificate must outlive it. */
enum rg_status rg_check_create(const struct rg_certificate *certificate,
                               struct rg_check **check) RG_MUST_CHECK;
void rg_check_destroy(struct rg_check **check);

struct rg_checked {
    bool holds;
    int64_t from; /* the network is right on every string of at least this length, 1 or more */
    double float_error; /* no step in float32 errs by more within the sets, nor y_1 - y_0 */
};

/* Holds for exact evaluation, and for every one whose error in each new hidden state (Euclidean) and in y_1 - y_0 is
 * at most the certificate's delta. Nodes where the readout may err are allowed if the walks to them are
 * bounded: they set `from`.                                                                         */
enum rg_status rg_check_all(struct rg_check *check, const struct rg_tick *tick,
                            struct rg_checked *checked) RG_MUST_CHECK;

/* ---- its parts, for the search ------------------------------------------------------------------------- */

/* reach[n + 1]: the most that row i of W_h, and last the readout's difference, changes over the unit ball of the
 * node's norm. False: the norm is not above RG_NORM_LEAST.                                         */
bool rg_check_reach(struct rg_check *check, int node, double *reach);

/* z[n], preactivations at the node's centre, and error[n], the most that they are off. Returns the most that
 * the new state is off the next node's centre, in the norm there, for an evaluation within delta.    */
double rg_check_offset(struct rg_check *check, int node, int symbol, double *z, double *error);

/* Does this symbol contract by the certificate's gain? z as above. */
bool rg_check_gain(struct rg_check *check, int node, int symbol, const double *z);

/* No step in float32 errs by more, nor y_1 - y_0, of those that the two functions above and below were asked about. */
double rg_check_float_error(const struct rg_check *check);

/* How far the readout at the node's centre is on the right side of 0, at least. */
double rg_check_margin(struct rg_check *check, int node);

/* Length of the longest walk from node 0 to each node, n_nodes if there is no longest: depths[n_nodes]. */
void rg_certificate_depths(const struct rg_certificate *certificate, int32_t *depths);
