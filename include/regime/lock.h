/* PATH.lock: a lease on an output file, which its holder renews. Rank 0 only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/config.h"
#include "regime/model.h"
#include "regime/status.h"

struct rg_lock;

enum { RG_LEASE = 60 }; /* seconds: the interval of a command's lock */

/* That of a run: the environment's REGIME_LEASE from 1 to 3600 (docs/reliability.md), or RG_LEASE. */
double rg_lock_interval(void);

/* Takes the lock, waiting out a stale one of another host. RG_ERROR_LOCKED names the holder. */
enum rg_status rg_lock_take(const char *path, double interval, struct rg_lock **lock) RG_MUST_CHECK;
/* Likewise; while it waits it ticks ten times a second, and it ends with what a tick returns, if not RG_OK. */
enum rg_status rg_lock_await(const char *path, double interval, const struct rg_tick *tick,
                             struct rg_lock **lock) RG_MUST_CHECK;
/* Renews the lease when a third of the interval has passed; cheap otherwise. A lease that ran out, as after the
 * machine slept, is renewed if nobody took over. RG_ERROR_LOCKED when somebody did, or when it ran out and
 * cannot be renewed: the caller must not write again.                                               */
enum rg_status rg_lock_renew(struct rg_lock *lock) RG_MUST_CHECK;
/* The same at once: before and after a long operation that cannot renew, such as a flush. */
enum rg_status rg_lock_refresh(struct rg_lock *lock) RG_MUST_CHECK;
/* How many points are being worked on, for `regime status`: written with the next renewal, which then comes
 * within a second.                                                                                  */
void rg_lock_note(struct rg_lock *lock, int64_t in_flight);
void rg_lock_release(struct rg_lock **lock);

/* Who holds PATH, if anybody. Changes nothing, never waits: a holder on another host counts as live while
 * its last renewal is less than three intervals off.                                               */
struct rg_lock_info {
    bool exists, live;
    char host[RG_NAME_MAX], job[RG_NAME_MAX];
    int64_t pid, in_flight;
    double since; /* seconds since 1970 */
};
void rg_lock_look(const char *path, struct rg_lock_info *info);
