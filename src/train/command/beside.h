/* What a failed point leaves beside the output file FILE: FILE.failed/ID.json, what its program was told, and
 * FILE.failed/ID.stderr, what it said. Both are removed once the point has succeeded.                   */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "train/command/child.h"

struct rg_beside {
    const char *file; /* NULL: there is none, and nothing is kept */
    int64_t id;
    const char *command;
    char *question;
};

/* Keeps both, and says in one line what the command was, what is wrong (`reason`), the last that it said, and how to
 * start it again by hand. What cannot be kept is left out.                                          */
void rg_beside_keep(const struct rg_beside *beside, const struct rg_child *child,
                    const char *reason, char *line, size_t size);
void rg_beside_clear(const struct rg_beside *beside);
