/* Looks through the folder of a file. */
#include "write/beside.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum rg_status rg_beside_readable(const char *name, int reason)
{
    RG_REQUIRE(reason != EISDIR && reason != ELOOP, RG_ERROR_USER,
               "%s cannot be read: %s. It is none of ours: move it away", name, strerror(reason));
    RG_REQUIRE(
        reason == 0, RG_ERROR_USER,
        "%s cannot be read: %s. Make it readable; or remove it, and what it holds is trained "
        "anew",
        name, strerror(reason));
    return RG_OK;
}

/* The digits of PREFIX + digits; NULL: another name. */
static const char *number_of(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);
    if (strncmp(name, prefix, length) != 0 || name[length] == '\0')
        return NULL;
    const char *digits = name + length;
    return digits[strspn(digits, "0123456789")] == '\0' ? digits : NULL;
}

enum rg_status rg_beside_visit(const char *path, const char *infix,
                               enum rg_status (*visit)(void *context, const char *name,
                                                       long long number),
                               void *context)
{
    char folder[4096], prefix[4096], name[4096 + 256];
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 2,
             slash ? path : "./");
    snprintf(prefix, sizeof prefix, "%s%s", base, infix);
    DIR *entries = opendir(folder);
    RG_REQUIRE(entries, RG_ERROR_SYSTEM, "%s: %s", folder, strerror(errno));
    enum rg_status code = RG_OK;
    for (struct dirent *entry; code == RG_OK && (entry = readdir(entries));) {
        const char *digits = number_of(entry->d_name, prefix);
        if (!digits)
            continue;
        snprintf(name, sizeof name, "%s%s", slash ? folder : "", entry->d_name);
        code = visit(context, name, strtoll(digits, NULL, 10));
    }
    closedir(entries);
    return code;
}
