/* See named.h. The file is open, so that no other one can get its inode's number. */
#include "write/named.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum rg_status rg_named_note(const char *path, struct rg_named *named)
{
    snprintf(named->path, sizeof named->path, "%s", path);
    RG_REQUIRE(stat(path, &named->file) == 0, RG_ERROR_SYSTEM, "%s: %s", path, strerror(errno));
    return RG_OK;
}

enum rg_status rg_named_check(const struct rg_named *named)
{
    static const char *const remedy =
        "put it back under its name, or leave that name free to begin anew; the same command then "
        "also takes up what this run had not yet written to it";
    struct stat now;
    RG_REQUIRE(stat(named->path, &now) == 0, RG_ERROR_DAMAGED,
               "%s was deleted or moved while the run wrote it (%s): %s", named->path,
               strerror(errno), remedy);
    RG_REQUIRE(now.st_dev == named->file.st_dev && now.st_ino == named->file.st_ino,
               RG_ERROR_DAMAGED,
               "%s is another file than the one that the run wrote, which was moved or deleted: %s",
               named->path, remedy);
    RG_REQUIRE(now.st_size == named->file.st_size, RG_ERROR_DAMAGED,
               "%s has %lld bytes and not %lld: another program changed it while the run wrote it. "
               "Move it away; of a copy of it from before, %s",
               named->path, (long long)now.st_size, (long long)named->file.st_size, remedy);
    return RG_OK;
}
