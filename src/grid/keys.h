/* Keys of a point's random streams. */
#pragma once

#include "regime/config.h"

/* key[s] = hash(sweep seed, s, replicate, sum over the training-knob axes of hash(name, value)); a stream
 * in spec->share leaves the sum out; a seed knob at 0 or above makes its stream's key hash(s, seed).
 * `point` has its settings and replicate; its keys are filled.                                      */
void rg_point_keys(const struct rg_spec *spec, struct rg_point *point);
