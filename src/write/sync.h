/* Making sure that bytes have reached the disk. */
#pragma once

#include "regime/status.h"

/* fsync of a file or folder by name. */
enum rg_status rg_sync_file(const char *path) RG_MUST_CHECK;
