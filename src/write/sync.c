/* fsync by name; a folder's fsync makes a rename in it durable. */
#include "write/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum rg_status rg_sync_file(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    RG_REQUIRE(file >= 0, RG_ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    int failed = fsync(file) != 0 && errno != EINVAL; /* some file systems do not sync folders */
    close(file);
    RG_REQUIRE(!failed, RG_ERROR_SYSTEM, "%s: cannot sync: %s", path, strerror(errno));
    return RG_OK;
}
