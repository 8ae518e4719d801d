/* Files beside an output file that many processes may have left. */
#pragma once

#include "regime/status.h"

/* Errors, for an errno other than 0: RG_ERROR_USER, for what was not read may still be of use. */
enum rg_status rg_beside_readable(const char *name, int reason) RG_MUST_CHECK;

/* Calls visit(context, name, number) for each file PATH + infix + number, e.g. PATH.inflight.3, until one does not
 * return RG_OK; returns what it returned. Errors: RG_ERROR_SYSTEM for a folder that cannot be read.  */
enum rg_status rg_beside_visit(const char *path, const char *infix,
                               enum rg_status (*visit)(void *context, const char *name,
                                                       long long number),
                               void *context) RG_MUST_CHECK;
