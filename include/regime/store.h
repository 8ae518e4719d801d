/* Station 5, reading: serial, of a live, killed or finished file. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "regime/config.h"
#include "regime/record.h"
#include "regime/status.h"

struct rg_store;

/* Errors: RG_ERROR_USER (no such file, not readable), RG_ERROR_DAMAGED (damaged, or not ours). */
enum rg_status rg_store_open(const char *path, struct rg_store **store) RG_MUST_CHECK;
void rg_store_close(struct rg_store **store);

/* Root attributes, owned by the store; NULL when absent. */
const char *rg_store_attribute(const struct rg_store *store, const char *name);

/* Is all but the rows of the points as it was created? Errors: RG_ERROR_DAMAGED. */
enum rg_status rg_store_check_frame(const struct rg_store *store) RG_MUST_CHECK;

/* May this sweep continue the file? Errors: RG_ERROR_USER when it belongs to another sweep (with a diff)
 * or arithmetic, RG_ERROR_DAMAGED.                                                                  */
enum rg_status rg_store_check_sweep(const struct rg_store *store, const struct rg_spec *spec,
                                    const char *arithmetic) RG_MUST_CHECK;

struct rg_stored_time {
    int64_t id;
    enum rg_point_status status;
    int64_t rank;
    double start, wall_seconds; /* NaN, or nonsense of a point that is pending or failed */
};

enum { RG_FAILURES_MAX = 3 };

struct rg_summary {
    int64_t points, done, diverged, failed, pending;
    int64_t unknown; /* of the pending: those whose status is none of these */
    double first_start, last_end,
        busy_seconds; /* of the finished points, from provenance; NaN: none */
    int64_t workers;  /* different ranks that finished a point */
    int n_failures;
    struct rg_stored_time failures[RG_FAILURES_MAX]; /* the last points that failed, latest first */
};
enum rg_status rg_store_summary(struct rg_store *store, struct rg_summary *summary) RG_MUST_CHECK;

/* Calls visit with each point of a known status, ascending; with `sample`, of very many with an even sample. */
enum rg_status rg_store_times(const struct rg_store *store, bool sample,
                              void (*visit)(void *context, const struct rg_stored_time *time),
                              void *context) RG_MUST_CHECK;

/* Where a point was trained, in printable ASCII; "" if it was not. */
enum rg_status rg_store_host(const struct rg_store *store, int64_t id,
                             char host[RG_NAME_MAX]) RG_MUST_CHECK;

/* A point's bytes of one field, which every point has: value[field->size]. */
enum rg_status rg_store_field(const struct rg_store *store, const struct rg_field *field,
                              int64_t id, void *value) RG_MUST_CHECK;

/* Of these points, those that are pending. */
enum rg_status rg_store_pending(const struct rg_store *store, const int64_t *ids, int64_t n,
                                int64_t *n_pending) RG_MUST_CHECK;

/* One point: status, provenance, and the record read back field by field. The record is made here: free
 * it with rg_record_free.                                                                           */
struct rg_stored_point {
    enum rg_point_status status;
    bool checksum_holds;
    char host[RG_NAME_MAX];
    int64_t rank;
    double start, wall_seconds;
};
enum rg_status rg_store_point(struct rg_store *store, const struct rg_layout *layout, int64_t id,
                              struct rg_stored_point *info, struct rg_record *record) RG_MUST_CHECK;

/* Has the file a dataset of this field's name? One of a program with fewer columns may not. */
bool rg_store_has(const struct rg_store *store, const struct rg_field *field);

/* Recomputes every checksum; calls bad(context, id, status) for each point whose status is not pending
 * and whose checksum does not hold. repair: sets those back to pending (takes the lock). Errors:
 * RG_ERROR_DAMAGED when the rest of the file is not as created: after all points, but before any repair. */
enum rg_status rg_file_verify(const char *path, bool repair,
                              void (*bad)(void *context, int64_t id, int status), void *context,
                              int64_t *n_bad) RG_MUST_CHECK;

/* Takes that rest for right as it is now (takes the lock). */
enum rg_status rg_file_accept(const char *path) RG_MUST_CHECK;
