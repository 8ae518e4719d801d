/* Whether a path still names the file that was opened by it: other programs may delete, move, replace or cut it, and
 * what is then written to the open file is nowhere to be found.                                      */
#pragma once

#include <sys/stat.h>

#include "regime/status.h"

struct rg_named {
    char path[4096];
    struct stat file; /* as it was when it was opened; its size never changes */
};

/* Not collective. Errors: RG_ERROR_SYSTEM. */
enum rg_status rg_named_note(const char *path, struct rg_named *named) RG_MUST_CHECK;
/* Not collective. Errors: RG_ERROR_DAMAGED, with the remedy. */
enum rg_status rg_named_check(const struct rg_named *named) RG_MUST_CHECK;
