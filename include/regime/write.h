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
#include "regime/record.h"
#include "regime/status.h"

struct rg_file;
struct rg_lock;

/* Can a file be made there? Errors: RG_ERROR_USER with the remedy. */
enum rg_status rg_file_check_folder(const char *path) RG_MUST_CHECK;

/* Creates the file, and renews the lock meanwhile (NULL: there is none). Not collective: rank 0. Errors: RG_ERROR_SPACE
 * when it would not fit with a margin, RG_ERROR_DISK, RG_ERROR_USER for the folder, RG_ERROR_LOCKED.  */
enum rg_status rg_file_create(const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, const char *arithmetic,
                              struct rg_lock *lock) RG_MUST_CHECK;

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

uint64_t rg_file_identity(const struct rg_file *file); /* of the resolved sweep. Not collective. */

/* Takes over the record's data until the next flush. Not collective. */
enum rg_status rg_file_put(struct rg_file *file, struct rg_record *record) RG_MUST_CHECK;
/* Likewise, of a point that was trained before: by that rank of another run, on that host. */
enum rg_status rg_file_put_from(struct rg_file *file, struct rg_record *record, int64_t rank,
                                const char *host) RG_MUST_CHECK;
/* Does so much wait on this rank that a flush is due: bytes, or points, for scattered rows cost ever more. */
bool rg_file_is_full(const struct rg_file *file);
enum { RG_HELD_MAX = 64 << 20, RG_HELD_POINTS = 1000 };

/* Commits what was put on all ranks: data, sync, checksums, sync, status, sync, read-back. Collective;
 * all ranks return the same code. Errors, after which what was put still waits: RG_ERROR_SPACE, RG_ERROR_DISK,
 * RG_ERROR_DAMAGED when the path no longer names the file, whole.                                   */
enum rg_status rg_file_flush(struct rg_file *file) RG_MUST_CHECK;

/* Collective. Unflushed records are lost. With MPI nothing is written, so that it cannot fail for want of
 * space.                                                                                            */
enum rg_status rg_file_close(struct rg_file **file) RG_MUST_CHECK;

/* Puts the whole and closed file `made` in the place of the one at `path`, at once, whose lock this is. Not
 * collective: rank 0. Errors: RG_ERROR_SYSTEM, RG_ERROR_LOCKED; nothing has changed then.            */
enum rg_status rg_file_replace(const char *made, const char *path,
                               struct rg_lock *lock) RG_MUST_CHECK;

/* Bytes of the file that would be created: data, and an estimate of the rest. */
double rg_file_planned(const struct rg_spec *spec, const struct rg_layout *layout);

/* What must be free for a file of so many bytes to be created: with a margin. */
double rg_file_required(double bytes);
/* Is so much free where PATH is to be? `room`: the bytes free there; NaN when nobody can tell, and then there is
 * none.                                                                                             */
bool rg_file_fits(const char *path, double bytes, double *room);
/* Can the file be created? Errors: RG_ERROR_SPACE. */
enum rg_status rg_file_check_space(const char *path, const struct rg_spec *spec,
                                   const struct rg_layout *layout) RG_MUST_CHECK;
