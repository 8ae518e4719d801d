/* What is refused in the text of a sweep file before libconfig sees it. */
#pragma once

#include "regime/status.h"

/* Bounds on a text: what they allow costs libconfig neither stack nor noticeable time. */
enum { RG_FILE_MAX = 1 << 20, RG_DEPTH_MAX = 8, RG_ASSIGNMENTS_MAX = 1000 };

/* Errors: RG_ERROR_USER with place and remedy. `path` NULL: the text is no file, no place is given. */
enum rg_status rg_scan(const char *path, const char *text) RG_MUST_CHECK;
