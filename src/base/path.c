/* Links are followed one by one and not by realpath: that fails where the file is still to be made, and turns a
 * short path into one that its user would not know again. Links among the folders need no following.  */
#include "regime/path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, LINKS_MAX = 40 /* as in the kernel */ };

/* Puts in the place of a link what it says. False: it is none. */
static bool follow(char path[PATH_SIZE], bool *fits)
{
    char target[PATH_SIZE], whole[2 * PATH_SIZE];
    const ssize_t n = readlink(path, target, sizeof target - 1);
    if (n < 0)
        return false;
    target[n] = '\0';
    const char *slash = strrchr(path, '/');
    const int folder = slash && target[0] != '/' ? (int)(slash - path) + 1 : 0;
    snprintf(whole, sizeof whole, "%.*s%s", folder, path, target);
    *fits = strlen(whole) < PATH_SIZE;
    snprintf(path, PATH_SIZE, "%.*s", PATH_SIZE - 1, whole);
    return *fits;
}

enum rg_status rg_path_resolve(const char *path, char *resolved, size_t size)
{
    char name[PATH_SIZE];
    bool fits = strlen(path) < PATH_SIZE;
    int n_links = 0;
    snprintf(name, sizeof name, "%s", path);
    while (fits && n_links <= LINKS_MAX && follow(name, &fits))
        n_links++;
    RG_REQUIRE(n_links <= LINKS_MAX, RG_ERROR_USER, "%s: %s", path, strerror(ELOOP));
    if (access(path, F_OK) == 0 &&
        access(name, F_OK) != 0) /* a link in /proc may lead to no name */
        snprintf(name, sizeof name, "%s", path);
    RG_REQUIRE(fits && strlen(name) < size, RG_ERROR_USER, "the name of the file is too long");
    memcpy(resolved, name, strlen(name) + 1);
    return RG_OK;
}
