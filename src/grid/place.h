/* A place on one axis: its settings and its text. */
#pragma once

#include "regime/config.h"

/* Sets the axis's knobs to their values at place i. */
void rg_place_axis(const struct rg_spec *spec, const struct rg_axis *axis, int64_t i,
                   void *settings);

/* "gain=0.1", or "gain=0.1 learning_rate=0.02" of a paired axis, cut at size. Returns the length that
 * it has uncut.                                                                                    */
size_t rg_place_print(const struct rg_spec *spec, const struct rg_axis *axis, int64_t i, char *text,
                      size_t size);
