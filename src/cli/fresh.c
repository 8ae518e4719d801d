/* See fresh.h. */
#include "cli/fresh.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/stored.h"
#include "regime/inflight.h"
#include "regime/store.h"

/* Nothing but a sweep's file is set aside: a folder or another file was hardly meant. States of a file that is gone
 * are, for a run that was killed in between.                                                        */
enum rg_status rg_fresh_make_way(const char *path)
{
    char old[RG_PATH_SIZE + 4];
    struct rg_store *store = NULL;
    enum rg_status code = access(path, F_OK) == 0 ? rg_store_open(path, &store) : RG_OK;
    rg_store_close(&store);
    if (code != RG_OK)
        return rg_fail(code, __FILE__, __LINE__,
                       "--fresh sets aside files of regime only: %s; move it away yourself",
                       rg_error_message());
    snprintf(old, sizeof old, "%s.old", path);
    code = rg_file_set_aside(path, old);
    if (code != RG_OK)
        return rg_fail(code, __FILE__, __LINE__, "--fresh: %s", rg_error_message());
    return RG_OK;
}
