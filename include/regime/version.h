/* Which program this is. */
#pragma once

#define RG_FORMAT_VERSION 1 /* of the HDF5 file; raised when an older reader would misread it */

const char *rg_version(void);      /* "0.1.0" */
const char *rg_git_revision(void); /* short hash, "-dirty" appended; "unknown" outside a checkout */
