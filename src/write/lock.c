/* PATH.lock: a lease.
 *
 * A holder on this very machine is judged by /proc at once. A holder elsewhere is dead when its lock has
 * not changed for three of its intervals; the file is opened anew at each look, because NFS caches. To
 * take over, a claim is made beside the lock, by one alone, the lock is compared with what was seen, and
 * the claim is renamed over it: of several that try, one wins. A holder writes to the file that it made,
 * never to one that took its place, and then looks whose lock has the name. One that stood still for
 * longer than its lease goes on if nobody took over: see settle. What is in the kernel when another takes
 * over is not fenced off.                                                                            */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "regime/clock.h"
#include "regime/lock.h"
#include "regime/memory.h"
#include "write/beside.h"
#include "write/lease.h"
#include "write/process.h"

enum { PATIENCE = 3 /* intervals */ };

struct rg_lock {
    char *path; /* PATH.lock */
    int file;   /* it, open; -1: not ours yet */
    struct rg_lease lease;
    double last_renewal;        /* on CLOCK_BOOTTIME: while this machine sleeps, others go on */
    bool lost;                  /* once and for all */
    int reason;                 /* an errno: why the last renewal was not written; 0: it was */
    long long noted;            /* in flight; the lease has what was written last */
    const struct rg_tick *tick; /* while it is taken */
};

/* What a tick returns that is not RG_OK ends the pause. */
static enum rg_status pause_for(double duration, const struct rg_tick *tick)
{
    static const double between_ticks = 0.1;
    const double end = rg_clock(CLOCK_MONOTONIC) + duration;
    for (double left; (left = end - rg_clock(CLOCK_MONOTONIC)) > 0;) {
        RG_TRY(rg_tick(tick));
        nanosleep(&(struct timespec){.tv_nsec = (long)(1e9 * fmin(left, between_ticks))}, NULL);
    }
    return RG_OK;
}

static bool still_ours(const struct rg_lock *lock)
{
    char text[RG_LEASE_SIZE + 1];
    struct rg_lease now;
    if (!rg_lease_read(lock->path, text))
        return false;
    rg_lease_parse(text, &now);
    return rg_lease_same_holder(&now, &lock->lease);
}

/* ---- judging a holder -------------------------------------------------------------------------- */

static bool is_here(const struct rg_lease *lease)
{
    char machine[128], host[RG_NAME_MAX];
    rg_process_machine(machine, sizeof machine);
    rg_process_host(host, sizeof host);
    return strcmp(lease->machine, machine) == 0 && strcmp(lease->host, host) == 0;
}

static enum rg_status refuse(const char *path, const struct rg_lease *holder)
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

/* Watches a lock for three intervals. RG_ERROR_LOCKED as soon as it changes; RG_OK: it is stale, or
 * gone.                                                                                             */
static enum rg_status watch(const char *path, const char *seen, double interval,
                            const struct rg_tick *tick)
{
    enum { LOOKS = 4 * PATIENCE };
    char text[RG_LEASE_SIZE + 1];
    struct rg_lease holder;
    rg_lease_parse(seen, &holder);
    rg_warn("waiting up to %.3g s to see whether %s (process %lld) still holds %s",
            interval * PATIENCE, holder.host[0] ? holder.host : "an unknown host", holder.pid,
            path);
    for (int look = 0; look < LOOKS; look++) {
        RG_TRY(pause_for(interval * PATIENCE / LOOKS, tick));
        if (!rg_lease_read(path, text))
            return RG_OK;
        rg_lease_parse(text, &holder);
        if (strcmp(text, seen) != 0)
            return refuse(path, &holder);
    }
    return RG_OK;
}

/* The holder of a lock at this path, ours or the claim to it. */
static enum rg_status judge(const struct rg_lock *lock, const char *path, const char *seen)
{
    struct rg_lease holder;
    rg_lease_parse(seen, &holder);
    if (!is_here(&holder))
        return watch(path, seen, fmax(lock->lease.interval, holder.interval), lock->tick);
    return rg_process_lives(holder.pid, holder.started) ? refuse(path, &holder) : RG_OK;
}

/* ---- taking ------------------------------------------------------------------------------------ */

static enum rg_status replace(struct rg_lock *lock, const char *claim, const char *seen)
{
    char text[RG_LEASE_SIZE + 1];
    struct rg_lease holder;
    bool unchanged = rg_lease_read(lock->path, text) && strcmp(text, seen) == 0;
    bool renamed = unchanged && rename(claim, lock->path) == 0;
    if (!renamed)
        unlink(claim);
    if (renamed && still_ours(lock))
        return RG_OK;
    rg_lease_parse(text, &holder);
    return refuse(lock->path, &holder);
}

/* The lease counts from the moment it is written: judging another holder may have taken several. */
static void start_lease(struct rg_lock *lock)
{
    lock->lease.since = lock->lease.renewed = rg_clock(CLOCK_REALTIME);
    lock->last_renewal = rg_clock(CLOCK_BOOTTIME);
}

/* Free with rg_free. */
static enum rg_status name_claim(const struct rg_lock *lock, char **claim)
{
    RG_TRY(rg_alloc(claim, strlen(lock->path) + 8, 1));
    strcat(strcpy(*claim, lock->path), ".claim");
    return RG_OK;
}

/* Makes the claim, once more if there is one whose maker is gone. Of two that do so at once neither may win: the
 * lock names the winner.                                                                             */
static enum rg_status make_claim(const struct rg_lock *lock, const char *claim)
{
    char text[RG_LEASE_SIZE + 1];
    bool exists = true;
    RG_TRY(rg_lease_create(claim, &lock->lease, &exists));
    if (exists && rg_lease_read(claim, text)) {
        RG_TRY(judge(lock, claim, text));
        unlink(claim);
        RG_TRY(rg_lease_create(claim, &lock->lease, &exists));
    }
    RG_REQUIRE(!exists, RG_ERROR_LOCKED, "another run is just taking over %s", lock->path);
    return RG_OK;
}

/* Puts our lease in the place of a stale one, whose text is `seen`. */
static enum rg_status take_over(struct rg_lock *lock, const char *seen)
{
    struct rg_lease holder;
    char *claim = NULL;
    rg_lease_parse(seen, &holder);
    lock->lease.epoch = holder.epoch + 1;
    RG_TRY(name_claim(lock, &claim));
    start_lease(lock);
    enum rg_status code = make_claim(lock, claim);
    if (code == RG_OK)
        code = replace(lock, claim, seen);
    rg_free(&claim);
    RG_TRY(code);
    rg_warn("took over %s from a run that is gone: host %s, process %lld", lock->path,
            holder.host[0] ? holder.host : "unknown", holder.pid);
    return RG_OK;
}

/* Of a lock that could not be read. */
static enum rg_status complain_if_there(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return RG_OK;
    RG_REQUIRE(S_ISREG(info.st_mode), RG_ERROR_USER,
               "cannot read the lock %s: it is no ordinary file, and none of ours: move it away",
               path);
    return rg_fail(RG_ERROR_USER, __FILE__, __LINE__,
                   "cannot read the lock %s: make it readable, or remove it if the run that it is "
                   "of is gone for certain",
                   path);
}

static enum rg_status take(struct rg_lock *lock)
{
    char seen[RG_LEASE_SIZE + 1];
    bool exists = true;
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
        start_lease(lock);
        RG_TRY(rg_lease_create(lock->path, &lock->lease, &exists));
        if (!exists)
            return RG_OK;
        if (!rg_lease_read(lock->path, seen)) {
            RG_TRY(complain_if_there(lock->path));
            continue; /* released between the two looks */
        }
        RG_TRY(judge(lock, lock->path, seen));
        if (access(lock->path, F_OK) == 0)
            return take_over(lock, seen);
    }
    return rg_fail(RG_ERROR_LOCKED, __FILE__, __LINE__, "%s: several runs start at once",
                   lock->path);
}

static enum rg_status take_and_open(struct rg_lock *lock)
{
    RG_TRY(take(lock));
    lock->file = rg_lease_open(lock->path, &lock->lease);
    RG_REQUIRE(lock->file >= 0, RG_ERROR_LOCKED, "%s: another run took it at once", lock->path);
    return RG_OK;
}

static enum rg_status remove_orphan(void *context, const char *name, long long pid)
{
    char text[RG_LEASE_SIZE + 1];
    struct rg_lease lease;
    (void)context;
    const bool readable = rg_lease_read(name, text);
    rg_lease_parse(text, &lease);
    if (readable && rg_process_start(pid) < 0 && (text[0] == '\0' || is_here(&lease)))
        unlink(name);
    return RG_OK;
}

/* Leases that were never put in their place, for their makers on this host were killed before. */
static void tidy(const char *path, const char *host)
{
    static const char *const kinds[] = {".lock", ".lock.claim"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char infix[RG_NAME_MAX + 16];
        snprintf(infix, sizeof infix, "%s.%s.", kinds[i], host);
        if (rg_beside_visit(path, infix, remove_orphan, NULL) != RG_OK)
            rg_error_clear();
    }
}

double rg_lock_interval(void)
{
    const char *text = getenv("REGIME_LEASE");
    const double wanted = text ? strtod(text, NULL) : 0;
    return wanted >= 1 && wanted <= 3600 ? wanted : RG_LEASE;
}

enum rg_status rg_lock_take(const char *path, double interval, struct rg_lock **lock)
{
    return rg_lock_await(path, interval, NULL, lock);
}

enum rg_status rg_lock_await(const char *path, double interval, const struct rg_tick *tick,
                             struct rg_lock **lock)
{
    const char *job = getenv("SLURM_JOB_ID");
    RG_TRY(rg_alloc(lock, 1, sizeof **lock));
    (*lock)->tick = tick;
    (*lock)->file = -1;
    struct rg_lease *lease = &(*lock)->lease;
    *lease = (struct rg_lease){
        .pid = getpid(), .started = rg_process_start(getpid()), .epoch = 1, .interval = interval};
    rg_process_machine(lease->machine, sizeof lease->machine);
    rg_process_host(lease->host, sizeof lease->host);
    snprintf(lease->job, sizeof lease->job, "%s", job ? job : "");
    enum rg_status code = rg_alloc(&(*lock)->path, strlen(path) + 8, 1);
    if (code == RG_OK) {
        strcat(strcpy((*lock)->path, path), ".lock");
        code = take_and_open(*lock);
    }
    if (code != RG_OK) {
        rg_free(&(*lock)->path);
        rg_free(lock);
        return code;
    }
    tidy(path, lease->host);
    return RG_OK;
}

/* ---- holding ----------------------------------------------------------------------------------- */

/* After a renewal that came late: waits until no take-over is under way that began before it. One that takes over
 * compares the lock and puts its own in the place under the claim, which one alone can have. Once we have
 * had the claim, those who compared before our renewal have either put their lock in its place, where we
 * shall see it, or cannot any more; and those who compare later see the renewal and give way. A claim that
 * stays is of one that was killed, or stands still: without its claim it will not take over.          */
static enum rg_status settle(const struct rg_lock *lock)
{
    enum { LOOKS = 4 * PATIENCE };
    char *claim = NULL;
    bool exists = true;
    RG_TRY(name_claim(lock, &claim));
    enum rg_status code = rg_lease_create(claim, &lock->lease, &exists);
    for (int look = 0; look < LOOKS && code == RG_OK && exists; look++) {
        code = pause_for(lock->lease.interval * PATIENCE / LOOKS, NULL);
        if (code == RG_OK)
            code = rg_lease_create(claim, &lock->lease, &exists);
    }
    if (code == RG_OK)
        unlink(claim);
    rg_free(&claim);
    if (code != RG_OK)
        return rg_fail(RG_ERROR_LOCKED, __FILE__, __LINE__, "%s: nothing more is written",
                       rg_error_message());
    return RG_OK;
}

enum rg_status rg_lock_refresh(struct rg_lock *lock)
{
    const double now = rg_clock(CLOCK_BOOTTIME);
    lock->lease.counter++;
    lock->lease.in_flight = lock->noted;
    lock->lease.renewed = rg_clock(CLOCK_REALTIME);
    lock->reason = rg_lease_rewrite(lock->file, &lock->lease);
    const double age = rg_clock(CLOCK_BOOTTIME) - lock->last_renewal; /* writing it may take long */
    const bool late = age > lock->lease.interval;
    if (late && lock->reason == 0)
        RG_TRY(settle(lock));
    lock->lost = lock->lost || !still_ours(lock);
    RG_REQUIRE(!lock->lost, RG_ERROR_LOCKED,
               "the lock %s was taken over or removed: nothing more is written", lock->path);
    RG_REQUIRE(
        !late || lock->reason == 0, RG_ERROR_LOCKED,
        "the lock %s could not be renewed for %.0f s (its lease is %.0f s; the last attempt: "
        "%s): another run may take over; nothing more is written",
        lock->path, age, lock->lease.interval, strerror(lock->reason));
    if (lock->reason == 0) /* else the lease runs out, and a later renewal says so */
        lock->last_renewal = now;
    return RG_OK;
}

enum rg_status rg_lock_renew(struct rg_lock *lock)
{
    const double age = rg_clock(CLOCK_BOOTTIME) - lock->last_renewal;
    const bool has_news = lock->noted != lock->lease.in_flight && age >= 1;
    if (age < lock->lease.interval / 3 && !has_news && !lock->lost)
        return RG_OK;
    return rg_lock_refresh(lock);
}

void rg_lock_note(struct rg_lock *lock, int64_t in_flight)
{
    lock->noted = in_flight;
}

void rg_lock_release(struct rg_lock **lock)
{
    if (!*lock)
        return;
    if (still_ours(*lock))
        unlink((*lock)->path);
    close((*lock)->file);
    rg_free(&(*lock)->path);
    rg_free(lock);
}

void rg_lock_look(const char *path, struct rg_lock_info *info)
{
    char name[4096], text[RG_LEASE_SIZE + 1];
    struct rg_lease lease;
    memset(info, 0, sizeof *info);
    snprintf(name, sizeof name, "%s.lock", path);
    info->exists = rg_lease_read(name, text);
    if (!info->exists)
        return;
    rg_lease_parse(text, &lease);
    info->live = is_here(&lease)
                     ? rg_process_lives(lease.pid, lease.started)
                     : fabs(rg_clock(CLOCK_REALTIME) - lease.renewed) < PATIENCE * lease.interval;
    snprintf(info->host, sizeof info->host, "%s", lease.host);
    snprintf(info->job, sizeof info->job, "%s", lease.job);
    info->pid = lease.pid;
    info->in_flight = lease.in_flight;
    info->since = lease.since;
}
