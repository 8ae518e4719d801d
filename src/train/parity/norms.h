/* The search for the norms, switching units and radii of a certificate. Nothing here has to be sound: what is found
 * is checked afterwards.                                                                            */
#pragma once

#include "train/parity/certificate.h"

/* P_s = 1 + beta sum over the symbols of the motion from s, iterated to its fixed point; then the least radii; units
 * within reach may switch; and again until no further unit does. The radii bear an error in each step of `share`
 * times what float32 makes at the most. found: the certificate, as it came from rg_graph_build, is complete
 * and worth a check.                                                                                */
enum rg_status rg_norms_search(struct rg_certificate *certificate, double beta, double share,
                               const struct rg_tick *tick, bool *found) RG_MUST_CHECK;
