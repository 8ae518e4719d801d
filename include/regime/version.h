/* Which program this is. */
#pragma once

/* Of the HDF5 file; raised when an older reader would misread it: the newest that this program reads, and that of a file
 * without snapshots.                                                                                */
#define RG_FORMAT_VERSION 2
#define RG_FORMAT_PLAIN   1

const char *rg_version(void);      /* "0.1.0" */
const char *rg_git_revision(void); /* short hash, "-dirty" appended; "unknown" outside a checkout */
