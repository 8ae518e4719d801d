/* Paths as users type them. */
#pragma once

#include <stddef.h>

#include "regime/status.h"

/* The path of the file itself where `path` is a link to it, or a link to a file that is still to be made; else the
 * path as it is. Everything that lies beside a file is named after this one, so that it is found by whatever
 * name the file was given. Errors: RG_ERROR_USER for a path that is too long, or links in a circle.   */
enum rg_status rg_path_resolve(const char *path, char *resolved, size_t size) RG_MUST_CHECK;
