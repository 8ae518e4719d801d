/* See lease.h. The text is one "name=value" a line, padded with blanks to a fixed size, so that a renewal
 * is one write over the old one.                                                                    */
#include "write/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "regime/text.h"

static void lease_print(const struct rg_lease *lease, char text[RG_LEASE_SIZE])
{
    memset(text, ' ', RG_LEASE_SIZE);
    int n =
        snprintf(text, RG_LEASE_SIZE,
                 "machine=%s\nhost=%s\njob=%s\npid=%lld\nstarted=%lld\nepoch=%lld\n"
                 "counter=%lld\nin_flight=%lld\nsince=%.3f\nrenewed=%.3f\ninterval=%.3f\n",
                 lease->machine, lease->host, lease->job, lease->pid, lease->started, lease->epoch,
                 lease->counter, lease->in_flight, lease->since, lease->renewed, lease->interval);
    text[n] = ' ';
    text[RG_LEASE_SIZE - 1] = '\n';
}

static const char *entry(const char *text, const char *name)
{
    size_t length = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == '=')
            return line + length + 1;
    }
    return "";
}

static void copy_entry(const char *text, const char *name, char *out, size_t size)
{
    const char *value = entry(text, name);
    snprintf(out, size, "%.*s", (int)strcspn(value, "\n"), value);
    rg_printable(out);
}

/* What is no sensible number of seconds counts as missing. */
static double seconds(const char *text, const char *name, double most)
{
    const double value = strtod(entry(text, name), NULL);
    return value >= 0 && value <= most ? value : 0;
}

void rg_lease_parse(const char *text, struct rg_lease *lease)
{
    memset(lease, 0, sizeof *lease);
    copy_entry(text, "machine", lease->machine, sizeof lease->machine);
    copy_entry(text, "host", lease->host, sizeof lease->host);
    copy_entry(text, "job", lease->job, sizeof lease->job);
    lease->pid = strtoll(entry(text, "pid"), NULL, 10);
    lease->started = strtoll(entry(text, "started"), NULL, 10);
    lease->epoch = strtoll(entry(text, "epoch"), NULL, 10);
    lease->counter = strtoll(entry(text, "counter"), NULL, 10);
    lease->in_flight = strtoll(entry(text, "in_flight"), NULL, 10);
    lease->since = seconds(text, "since", 1e12);
    lease->renewed = seconds(text, "renewed", 1e12);
    lease->interval = seconds(text, "interval", RG_LEASE_LONGEST);
}

/* Of what is no ordinary file, such as a pipe, some never answer. */
static bool is_ordinary(int file)
{
    struct stat info;
    return fstat(file, &info) == 0 && S_ISREG(info.st_mode);
}

bool rg_lease_read(const char *path, char text[RG_LEASE_SIZE + 1])
{
    memset(text, 0, RG_LEASE_SIZE + 1);
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool whole = is_ordinary(file) && read(file, text, RG_LEASE_SIZE) >= 0;
    close(file);
    return whole;
}

/* 0, or an errno. */
static int write_text(int file, const char text[RG_LEASE_SIZE])
{
    ssize_t n = pwrite(file, text, RG_LEASE_SIZE, 0);
    if (n >= 0 && n < RG_LEASE_SIZE)
        return ENOSPC;
    return n < 0 || fsync(file) != 0 ? errno : 0;
}

/* Creates a file with this text, if there is none; else an errno. */
static int write_new(const char *path, const char text[RG_LEASE_SIZE])
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0)
        return errno;
    int reason = write_text(file, text);
    close(file);
    if (reason)
        unlink(path);
    return reason;
}

/* NFS may have lost the answer to a link that was made: the count of links tells. */
static int link_to(const char *from, const char *path)
{
    struct stat info;
    if (link(from, path) == 0)
        return 0;
    int reason = errno;
    return stat(from, &info) == 0 && info.st_nlink == 2 ? 0 : reason;
}

/* Some file systems have no links: there a kill may leave a lock without its text. */
static bool lacks_links(int reason)
{
    return reason == EPERM || reason == EOPNOTSUPP || reason == ENOSYS;
}

enum rg_status rg_lease_create(const char *path, const struct rg_lease *lease, bool *exists)
{
    char text[RG_LEASE_SIZE], whole[4096];
    lease_print(lease, text);
    snprintf(whole, sizeof whole, "%s.%s.%lld", path, lease->host, lease->pid);
    unlink(whole);
    int reason = write_new(whole, text);
    if (reason == 0)
        reason = link_to(whole, path);
    unlink(whole);
    if (lacks_links(reason))
        reason = write_new(path, text);
    *exists = reason == EEXIST;
    RG_REQUIRE(reason == 0 || *exists,
               reason == ENOSPC || reason == EDQUOT ? RG_ERROR_SPACE : RG_ERROR_USER,
               "cannot create the lock %s: %s", path, strerror(reason));
    return RG_OK;
}

bool rg_lease_same_holder(const struct rg_lease *a, const struct rg_lease *b)
{
    return strcmp(a->machine, b->machine) == 0 && strcmp(a->host, b->host) == 0 &&
           a->pid == b->pid && a->started == b->started && a->epoch == b->epoch;
}

int rg_lease_open(const char *path, const struct rg_lease *lease)
{
    char text[RG_LEASE_SIZE + 1] = "";
    struct rg_lease found;
    const int file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return -1;
    const bool whole = read(file, text, RG_LEASE_SIZE) == RG_LEASE_SIZE;
    rg_lease_parse(text, &found);
    if (whole && rg_lease_same_holder(&found, lease))
        return file;
    close(file);
    return -1;
}

int rg_lease_rewrite(int file, const struct rg_lease *lease)
{
    char text[RG_LEASE_SIZE];
    lease_print(lease, text);
    return write_text(file, text);
}
