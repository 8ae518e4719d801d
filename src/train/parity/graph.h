/* The states that a network passes through, as a finite graph: the skeleton of a certificate. */
#pragma once

#include "train/parity/certificate.h"

/* From h_0 on each centre is mapped by each symbol; an image nearer than eps to a centre of the same task state is
 * that node's, the nearest one's, else it opens a node. Makes a certificate with everything but norms, radii and
 * switching units, for the caller to free. More than most_nodes: none, n_nodes = 0.                 */
enum rg_status rg_graph_build(const struct rg_weights *weights, const struct rg_task *task,
                              double eps, int most_nodes, const struct rg_tick *tick,
                              struct rg_certificate *certificate) RG_MUST_CHECK;
