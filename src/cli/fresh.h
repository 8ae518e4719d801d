/* regime run --fresh. */
#pragma once

#include "regime/status.h"

/* Renames the file of a sweep, and what lies beside it, to PATH.old. Errors: RG_ERROR_USER, RG_ERROR_DAMAGED. */
enum rg_status rg_fresh_make_way(const char *path) RG_MUST_CHECK;
