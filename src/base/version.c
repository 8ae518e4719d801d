#include "regime/version.h"

#include "version_config.h" /* made by CMake */

const char *rg_version(void)
{
    return REGIME_VERSION;
}

const char *rg_git_revision(void)
{
    return REGIME_GIT_REVISION;
}
