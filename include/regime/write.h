/* Station 5: records -> one HDF5 file. The only includer of hdf5.h.
 *
 * The file is created whole by rank 0 under a temporary name and renamed; afterwards no rank touches
 * metadata again. A batch of records is committed collectively: data, then checksums, then status.
 * A point counts as done only if its status says so and its checksum holds.                        */
#pragma once

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "regime/config.h"
#include "regime/data.h"
#include "regime/record.h"
#include "regime/status.h"

/* ---- lock ---------------------------------------------------------------------------------------- */

/* PATH.lock, a lease that its holder renews. Rank 0 only. */
struct rg_lock;

enum { RG_LEASE = 60 }; /* seconds: the interval of a command's lock */

/* Takes the lock, waiting out a stale one of another host. RG_ERROR_LOCKED names the holder. */
enum rg_status rg_lock_take(const char *path, double interval, struct rg_lock **lock) RG_MUST_CHECK;
/* Renews the lease when a third of the interval has passed; cheap otherwise. RG_ERROR_LOCKED when the
 * lease ran out or was taken over: the caller must not write again.                                */
enum rg_status rg_lock_renew(struct rg_lock *lock) RG_MUST_CHECK;
/* Renews the lease at once, also when it ran out: for the end of a long operation of our own, such as a
 * flush, that could not renew. RG_ERROR_LOCKED when the lock no longer names us.                    */
enum rg_status rg_lock_refresh(struct rg_lock *lock) RG_MUST_CHECK;
/* How many points are being worked on, for `regime status`: written with the next renewal, which then comes
 * within a second.                                                                                  */
void rg_lock_note(struct rg_lock *lock, int64_t in_flight);
void rg_lock_release(struct rg_lock **lock);

/* Who holds PATH, if anybody. Changes nothing, never waits: a holder on another host counts as live while
 * its last renewal is less than three intervals old.                                               */
struct rg_lock_info {
    bool exists, live;
    char host[RG_NAME_MAX], job[RG_NAME_MAX];
    int64_t pid, in_flight;
    double since; /* seconds since 1970 */
};
void rg_lock_look(const char *path, struct rg_lock_info *info);

/* ---- writing ------------------------------------------------------------------------------------- */

struct rg_file;

/* Can a file be made there? Errors: RG_ERROR_USER with the remedy. */
enum rg_status rg_file_check_folder(const char *path) RG_MUST_CHECK;

/* Creates the file. Not collective: rank 0. Errors: RG_ERROR_SPACE when it would not fit with a
 * margin, RG_ERROR_USER when the folder cannot be written to.                                      */
enum rg_status rg_file_create(const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, const char *arithmetic) RG_MUST_CHECK;

/* Opens the file for writing. Collective on comm; all ranks return the same code. MPI_COMM_NULL: this process
 * alone, and neither here nor in what is called on the file afterwards is MPI used or needed; the bytes
 * are the same. Errors: RG_ERROR_USER when it belongs to another sweep (with a diff) or arithmetic,
 * RG_ERROR_DAMAGED.                                                                                 */
enum rg_status rg_file_open(MPI_Comm comm, const char *path, const struct rg_spec *spec,
                            const struct rg_layout *layout, const char *arithmetic,
                            struct rg_file **file) RG_MUST_CHECK;

/* done[n_points]: 1 where status is done or diverged and the checksum holds. Written on rank 0; may be
 * NULL elsewhere. Collective.                                                                       */
enum rg_status rg_file_scan(struct rg_file *file, uint8_t *done) RG_MUST_CHECK;

/* Takes over the record's data until the next flush. Not collective. */
enum rg_status rg_file_put(struct rg_file *file, struct rg_record *record) RG_MUST_CHECK;
size_t rg_file_held(const struct rg_file *file); /* bytes waiting on this rank */
enum { RG_HELD_MAX = 64 << 20 };                 /* more of them call for a flush */

/* Commits what was put on all ranks: data, sync, checksums, sync, status, sync, read-back. Collective;
 * all ranks return the same code.                                                                  */
enum rg_status rg_file_flush(struct rg_file *file) RG_MUST_CHECK;

/* Collective. Unflushed records are lost. */
enum rg_status rg_file_close(struct rg_file **file) RG_MUST_CHECK;

/* Bytes of the file that would be created: data, and an estimate of the rest. */
double rg_file_planned(const struct rg_spec *spec, const struct rg_layout *layout);

/* Is there room for so many bytes, with a margin, where PATH is to be? `room`: the bytes free there; NaN when
 * nobody can tell, and then there is none.                                                          */
bool rg_file_fits(const char *path, double bytes, double *room);
/* Can the file be created? Errors: RG_ERROR_SPACE. */
enum rg_status rg_file_check_space(const char *path, const struct rg_spec *spec,
                                   const struct rg_layout *layout) RG_MUST_CHECK;

/* ---- reading: serial, of a live, killed or finished file ------------------------------------------ */

struct rg_store;

/* Leaves HDF5 as if it had not been used: it has to be started after MPI, not before. No file is open. */
void rg_hdf5_end(void);

/* Errors: RG_ERROR_USER (no such file, not readable), RG_ERROR_DAMAGED (damaged, or not ours). */
enum rg_status rg_store_open(const char *path, struct rg_store **store) RG_MUST_CHECK;
void rg_store_close(struct rg_store **store);

/* Root attributes, owned by the store; NULL when absent. */
const char *rg_store_attribute(const struct rg_store *store, const char *name);

/* May this sweep continue the file? Errors: RG_ERROR_USER when it belongs to another sweep (with a diff)
 * or arithmetic, RG_ERROR_DAMAGED.                                                                  */
enum rg_status rg_store_check_sweep(const struct rg_store *store, const struct rg_spec *spec,
                                    const char *arithmetic) RG_MUST_CHECK;

struct rg_summary {
    int64_t points, done, diverged, failed, pending;
    double first_start, last_end,
        busy_seconds; /* of the finished points, from provenance; NaN: none */
    int64_t workers;  /* different ranks that finished a point */
};
enum rg_status rg_store_summary(struct rg_store *store, struct rg_summary *summary) RG_MUST_CHECK;

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

/* Recomputes every checksum; calls bad(context, id, status) for each point whose status is not pending
 * and whose checksum does not hold. repair: sets those back to pending (takes the lock).           */
enum rg_status rg_file_verify(const char *path, bool repair,
                              void (*bad)(void *context, int64_t id, int status), void *context,
                              int64_t *n_bad) RG_MUST_CHECK;

/* ---- numbers from a file: knobs of type RG_DATA ---------------------------------------------------- */

/* All datasets in the root group whose names match one of the patterns `names` (struct rg_data_form), in
 * the order of their names. Free with rg_data_free. Not collective. Errors: RG_ERROR_USER, naming the
 * dataset but not the file: no such file, not HDF5, no such dataset, not numbers, not finite, too large. */
enum rg_status rg_data_read(const char *path, const char *names,
                            struct rg_data **data) RG_MUST_CHECK;

/* ---- loose arrays: `regime export` -------------------------------------------------- */

/* A sink that writes each array as a dataset of a new file PATH, with text attributes. */
struct rg_arrays;
enum rg_status rg_arrays_create(const char *path, struct rg_arrays **arrays) RG_MUST_CHECK;
enum rg_status rg_arrays_note(struct rg_arrays *arrays, const char *name,
                              const char *text) RG_MUST_CHECK;
struct rg_sink rg_arrays_sink(struct rg_arrays *arrays);
enum rg_status rg_arrays_close(struct rg_arrays **arrays) RG_MUST_CHECK;

/* ---- the library ------------------------------------------------------------------------------------ */

/* "HDF5 1.10.8", cut at size, of the library in use; was it built with MPI? Not collective. */
void rg_hdf5_version(char *text, size_t size, bool *parallel);
