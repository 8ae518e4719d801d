/* States of networks as bytes in memory: movers over a place that goes on with each piece. */
#pragma once

#include <stddef.h>

#include "regime/model.h"

/* Writes pieces to *place, or fills them from there; the place must outlive the mover. */
struct rg_mover mover_to(char **place);
struct rg_mover mover_from(char **place);
