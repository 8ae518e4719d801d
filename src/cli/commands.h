/* All commands: what main dispatches to, and what man pages and completions are made of. */
#pragma once

#include "cli/cli.h"

extern const struct rg_command *const rg_commands[]; /* ends with NULL */
