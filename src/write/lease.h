/* What a lock file says, and the file itself. */
#pragma once

#include <stdbool.h>

#include "regime/config.h"
#include "regime/status.h"

enum {
    RG_LEASE_SIZE = 1024,
    RG_LEASE_LONGEST = 86400 /* seconds */
};

struct rg_lease {
    char machine[128], host[RG_NAME_MAX], job[RG_NAME_MAX];
    long long pid, started, epoch, counter, in_flight;
    double since, renewed, interval; /* seconds; the first two since 1970 */
};

/* The text of the file, opened anew; false when there is none that can be read. */
bool rg_lease_read(const char *path, char text[RG_LEASE_SIZE + 1]);

/* Entries that are missing, or make no sense, come out empty or 0; words are printable. */
void rg_lease_parse(const char *text, struct rg_lease *lease);

/* Creates the file, whole from the first: another file is linked into its place. *exists when somebody
 * was there before.                                                                                 */
enum rg_status rg_lease_create(const char *path, const struct rg_lease *lease,
                               bool *exists) RG_MUST_CHECK;

/* Opens the file for rewriting; -1: it is of another holder, or cannot be opened. Close it with close. */
int rg_lease_open(const char *path, const struct rg_lease *lease);

/* Writes over the open file, whatever has its name by now, and syncs it: 0, or an errno. */
int rg_lease_rewrite(int file, const struct rg_lease *lease);

/* Whether both name the same process and the same turn. */
bool rg_lease_same_holder(const struct rg_lease *a, const struct rg_lease *b);
