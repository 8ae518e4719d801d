/* PATH.lock: a lease. One line per entry, the whole padded to a fixed size so that a renewal is one write
 * over the old one.
 *
 * A holder on this very machine is judged by /proc at once. A holder elsewhere is dead when its lock has
 * not changed for three of its intervals; the file is opened anew at each look, because NFS caches. To
 * take over, a claim is made beside the lock with O_EXCL, the lock is compared with what was seen, and
 * the claim is renamed over it: of several that try, one wins. A holder that could not renew for an
 * interval gives up by itself. What is in the kernel at that moment is not fenced off.               */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "regime/memory.h"
#include "regime/write.h"
#include "write/process.h"

enum { LOCK_SIZE = 1024, PATIENCE = 3 /* intervals */ };

struct lease { /* what the file says */
    char machine[128], host[RG_NAME_MAX], job[RG_NAME_MAX];
    long long pid, started, epoch, counter, in_flight;
    double since, renewed, interval;
};

struct rg_lock {
    char *path; /* PATH.lock */
    struct lease lease;
    double last_renewal; /* monotonic */
};

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void pause_for(double duration)
{
    struct timespec rest = {.tv_sec = (time_t)duration,
                            .tv_nsec = (long)(1e9 * (duration - floor(duration)))};
    nanosleep(&rest, NULL);
}

/* ---- the file ---------------------------------------------------------------------------------- */

static void lease_print(const struct lease *lease, char text[LOCK_SIZE])
{
    memset(text, ' ', LOCK_SIZE);
    int n =
        snprintf(text, LOCK_SIZE,
                 "machine=%s\nhost=%s\njob=%s\npid=%lld\nstarted=%lld\nepoch=%lld\n"
                 "counter=%lld\nin_flight=%lld\nsince=%.3f\nrenewed=%.3f\ninterval=%.3f\n",
                 lease->machine, lease->host, lease->job, lease->pid, lease->started, lease->epoch,
                 lease->counter, lease->in_flight, lease->since, lease->renewed, lease->interval);
    text[n] = ' ';
    text[LOCK_SIZE - 1] = '\n';
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
}

static void lease_parse(const char *text, struct lease *lease)
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
    lease->since = strtod(entry(text, "since"), NULL);
    lease->renewed = strtod(entry(text, "renewed"), NULL);
    lease->interval = strtod(entry(text, "interval"), NULL);
}

/* The text of the lock file; false when there is none. */
static bool read_text(const char *path, char text[LOCK_SIZE + 1])
{
    memset(text, 0, LOCK_SIZE + 1);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t n = read(file, text, LOCK_SIZE);
    close(file);
    return n >= 0;
}

static bool write_text(int file, const char text[LOCK_SIZE])
{
    return pwrite(file, text, LOCK_SIZE, 0) == LOCK_SIZE && fsync(file) == 0;
}

/* Creates the file with this lease; *exists when somebody has it. */
static enum rg_status create_exclusively(const char *path, const struct lease *lease, bool *exists)
{
    char text[LOCK_SIZE];
    lease_print(lease, text);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    *exists = file < 0 && errno == EEXIST;
    if (*exists)
        return RG_OK;
    RG_REQUIRE(file >= 0, errno == ENOSPC ? RG_ERROR_SPACE : RG_ERROR_USER,
               "cannot create the lock %s: %s", path, strerror(errno));
    bool ok = write_text(file, text);
    int reason = errno;
    close(file);
    if (!ok)
        unlink(path);
    RG_REQUIRE(ok, reason == ENOSPC ? RG_ERROR_SPACE : RG_ERROR_SYSTEM,
               "cannot write the lock %s: %s", path, strerror(reason));
    return RG_OK;
}

static bool same_holder(const struct lease *a, const struct lease *b)
{
    return strcmp(a->machine, b->machine) == 0 && strcmp(a->host, b->host) == 0 &&
           a->pid == b->pid && a->started == b->started && a->epoch == b->epoch;
}

static bool still_ours(const struct rg_lock *lock)
{
    char text[LOCK_SIZE + 1];
    struct lease now;
    if (!read_text(lock->path, text))
        return false;
    lease_parse(text, &now);
    return same_holder(&now, &lock->lease);
}

/* ---- judging a holder -------------------------------------------------------------------------- */

static bool is_here(const struct lease *lease)
{
    char machine[128], host[RG_NAME_MAX];
    rg_process_machine(machine, sizeof machine);
    rg_process_host(host, sizeof host);
    return strcmp(lease->machine, machine) == 0 && strcmp(lease->host, host) == 0;
}

static enum rg_status refuse(const char *path, const struct lease *holder)
{
    char when[32] = "an unknown time";
    time_t since = (time_t)holder->since;
    struct tm local;
    if (holder->since > 0 && localtime_r(&since, &local))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &local);
    return rg_fail(RG_ERROR_LOCKED, __FILE__, __LINE__,
                   "%s: another run holds it since %s: host %s, process %lld%s%s. Wait for it or "
                   "stop it; if it is gone for certain, remove the file",
                   path, when, holder->host[0] ? holder->host : "unknown", holder->pid,
                   holder->job[0] ? ", SLURM job " : "", holder->job);
}

/* Watches the lock for three intervals. RG_ERROR_LOCKED as soon as it changes; RG_OK: it is stale, or
 * gone.                                                                                             */
static enum rg_status watch(const char *path, const char *seen, double interval)
{
    enum { LOOKS = 4 * PATIENCE };
    char text[LOCK_SIZE + 1];
    struct lease holder;
    for (int look = 0; look < LOOKS; look++) {
        pause_for(interval * PATIENCE / LOOKS);
        if (!read_text(path, text))
            return RG_OK;
        lease_parse(text, &holder);
        if (strcmp(text, seen) != 0)
            return refuse(path, &holder);
    }
    return RG_OK;
}

static enum rg_status judge(const char *path, const char *seen, double interval)
{
    struct lease holder;
    lease_parse(seen, &holder);
    if (!is_here(&holder))
        return watch(path, seen, fmax(interval, holder.interval));
    return rg_process_lives(holder.pid, holder.started) ? refuse(path, &holder) : RG_OK;
}

/* ---- taking ------------------------------------------------------------------------------------ */

static enum rg_status replace(struct rg_lock *lock, const char *claim, const char *seen)
{
    char text[LOCK_SIZE + 1];
    struct lease holder;
    bool unchanged = read_text(lock->path, text) && strcmp(text, seen) == 0;
    bool renamed = unchanged && rename(claim, lock->path) == 0;
    if (!renamed)
        unlink(claim);
    if (renamed && still_ours(lock))
        return RG_OK;
    lease_parse(text, &holder);
    return refuse(lock->path, &holder);
}

/* Puts our lease in the place of a stale one, whose text is `seen`. */
static enum rg_status take_over(struct rg_lock *lock, const char *seen)
{
    struct lease holder;
    char *claim = NULL;
    bool exists;
    lease_parse(seen, &holder);
    lock->lease.epoch = holder.epoch + 1;
    RG_TRY(rg_alloc(&claim, strlen(lock->path) + 8, 1));
    strcat(strcpy(claim, lock->path), ".claim");
    enum rg_status code = create_exclusively(claim, &lock->lease, &exists);
    if (code == RG_OK && exists)
        code =
            rg_fail(RG_ERROR_LOCKED, __FILE__, __LINE__,
                    "another run is just taking over %s; if none is, remove %s", lock->path, claim);
    else if (code == RG_OK)
        code = replace(lock, claim, seen);
    rg_free(&claim);
    RG_TRY(code);
    rg_warn("took over %s from a run that is gone: host %s, process %lld", lock->path,
            holder.host[0] ? holder.host : "unknown", holder.pid);
    return RG_OK;
}

static enum rg_status take(struct rg_lock *lock)
{
    char seen[LOCK_SIZE + 1];
    bool exists = true;
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
        RG_TRY(create_exclusively(lock->path, &lock->lease, &exists));
        if (!exists)
            return RG_OK;
        if (!read_text(lock->path, seen))
            continue; /* released between the two looks */
        RG_TRY(judge(lock->path, seen, lock->lease.interval));
        if (access(lock->path, F_OK) == 0)
            return take_over(lock, seen);
    }
    return rg_fail(RG_ERROR_LOCKED, __FILE__, __LINE__, "%s: several runs start at once",
                   lock->path);
}

enum rg_status rg_lock_take(const char *path, double interval, struct rg_lock **lock)
{
    const char *job = getenv("SLURM_JOB_ID");
    RG_TRY(rg_alloc(lock, 1, sizeof **lock));
    struct lease *lease = &(*lock)->lease;
    *lease = (struct lease){.pid = getpid(),
                            .started = rg_process_start(getpid()),
                            .epoch = 1,
                            .since = seconds(CLOCK_REALTIME),
                            .renewed = seconds(CLOCK_REALTIME),
                            .interval = interval};
    rg_process_machine(lease->machine, sizeof lease->machine);
    rg_process_host(lease->host, sizeof lease->host);
    snprintf(lease->job, sizeof lease->job, "%s", job ? job : "");
    (*lock)->last_renewal = seconds(CLOCK_MONOTONIC);
    enum rg_status code = rg_alloc(&(*lock)->path, strlen(path) + 8, 1);
    if (code == RG_OK) {
        strcat(strcpy((*lock)->path, path), ".lock");
        code = take(*lock);
    }
    if (code != RG_OK) {
        rg_free(&(*lock)->path);
        rg_free(lock);
    }
    return code;
}

/* ---- holding ----------------------------------------------------------------------------------- */

static bool write_renewal(const struct rg_lock *lock)
{
    char text[LOCK_SIZE];
    lease_print(&lock->lease, text);
    int file = open(lock->path, O_WRONLY | O_CLOEXEC);
    bool ok = file >= 0 && write_text(file, text);
    if (file >= 0)
        close(file);
    return ok;
}

enum rg_status rg_lock_renew(struct rg_lock *lock)
{
    double now = seconds(CLOCK_MONOTONIC), age = now - lock->last_renewal;
    if (age < lock->lease.interval / 3)
        return RG_OK;
    RG_REQUIRE(age <= lock->lease.interval, RG_ERROR_LOCKED,
               "the lock %s could not be renewed for %.0f s (its lease is %.0f s): another run may "
               "have taken over; nothing more is written",
               lock->path, age, lock->lease.interval);
    RG_REQUIRE(still_ours(lock), RG_ERROR_LOCKED,
               "the lock %s was taken over or removed: nothing more is written", lock->path);
    lock->lease.counter++;
    lock->lease.renewed = seconds(CLOCK_REALTIME);
    if (write_renewal(lock)) /* else the lease runs out, and the next call says so */
        lock->last_renewal = now;
    return RG_OK;
}

void rg_lock_note(struct rg_lock *lock, int64_t in_flight)
{
    lock->lease.in_flight = in_flight;
}

void rg_lock_release(struct rg_lock **lock)
{
    if (!*lock)
        return;
    if (still_ours(*lock))
        unlink((*lock)->path);
    rg_free(&(*lock)->path);
    rg_free(lock);
}

void rg_lock_look(const char *path, struct rg_lock_info *info)
{
    char name[4096], text[LOCK_SIZE + 1];
    struct lease lease;
    memset(info, 0, sizeof *info);
    snprintf(name, sizeof name, "%s.lock", path);
    info->exists = read_text(name, text);
    if (!info->exists)
        return;
    lease_parse(text, &lease);
    info->live = is_here(&lease)
                     ? rg_process_lives(lease.pid, lease.started)
                     : seconds(CLOCK_REALTIME) - lease.renewed < PATIENCE * lease.interval;
    snprintf(info->host, sizeof info->host, "%s", lease.host);
    snprintf(info->job, sizeof info->job, "%s", lease.job);
    info->pid = lease.pid;
    info->in_flight = lease.in_flight;
    info->since = lease.since;
}
