/* PATH.inflight: the states of the points in training, so that a later run goes on with them.
 *
 * Each rank of a team has two slots, written in turn: while one is half written the other still holds. A
 * slot says which point it is of, at which step, and has a checksum. Every run makes a new file, with the
 * states that it can still use and room for its own teams: one that was thought dead writes into the old
 * file, which nobody reads. A state that is lost costs that point only.                               */
#pragma once

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"

struct rg_inflight;

struct rg_inflight_plan {
    const char *path;    /* of the output file */
    uint64_t identity;   /* of sweep, arithmetic and program: states of others are of no use */
    size_t state_max;    /* bytes of one rank's state, at the most */
    int team_size;       /* rank r is part r % team_size of team r / team_size */
    const uint8_t *done; /* [n_points] states of these are let go; read on rank 0 only */
    int64_t n_points;
};

/* Makes the file anew. Collective on comm; all ranks return the same code. Free with rg_inflight_close.
 * Errors: RG_ERROR_SPACE, RG_ERROR_USER when the old file is there and cannot be read, RG_ERROR_SYSTEM. */
enum rg_status rg_inflight_open(MPI_Comm comm, const struct rg_inflight_plan *plan,
                                struct rg_inflight **inflight) RG_MUST_CHECK;
/* Not collective; the file stays. */
void rg_inflight_close(struct rg_inflight **inflight);
/* Removes the file of an output file, if it is there. Not collective: rank 0. */
void rg_inflight_remove(const char *path);

/* If somebody removed the file while it is in use: makes it anew, with what is there of the states of an earlier run;
 * those of this run are to be saved once more: *anew. Collective on the comm of rg_inflight_open; all ranks return
 * the same code. Errors: RG_ERROR_SPACE, RG_ERROR_SYSTEM, and the file is then as gone as before.    */
enum rg_status rg_inflight_mend(MPI_Comm comm, struct rg_inflight *inflight,
                                bool *anew) RG_MUST_CHECK;

/* States that an earlier run left and that may be loaded. Not collective. */
int64_t rg_inflight_n_kept(const struct rg_inflight *inflight);

/* The points, below n_points, of which PATH.inflight has a state that holds: ids[*n] is made here, free with rg_free.
 * None where there is no such file, or a damaged one. Not collective. Errors: RG_ERROR_USER when it cannot be read. */
enum rg_status rg_inflight_ids(const char *path, int64_t n_points, int64_t **ids,
                               int64_t *n) RG_MUST_CHECK;

/* What is saved or loaded: calls the mover for each piece, always the same pieces. */
struct rg_inflight_state {
    void (*move)(void *context, const struct rg_mover *mover);
    void *context;
};

/* Fills this rank's part of the state of a point, if there is one: *found. One that holds no longer, in any part of the
 * team, is warned of and not found. Collective on the team, whose ranks find the same. Errors: RG_ERROR_SYSTEM,
 * after which the state is half filled.                                                             */
enum rg_status rg_inflight_load(struct rg_inflight *inflight, MPI_Comm team, int64_t id,
                                const struct rg_inflight_state *state, bool *found) RG_MUST_CHECK;

/* Writes this rank's part, at step `steps` of the point, and syncs it. Not collective, but every rank of a
 * team does so or none. Errors: RG_ERROR_SPACE, RG_ERROR_SYSTEM; an earlier state still holds then.  */
enum rg_status rg_inflight_save(struct rg_inflight *inflight, int64_t id, int64_t steps,
                                const struct rg_inflight_state *state) RG_MUST_CHECK;

/* ---- finished, and not committed ------------------------------------------------------------------- */

struct rg_file;

/* Writes what waits on this rank beside the output file at `path`, where a later run finds it: for a rank that is
 * told to end and may not reach the next flush, or whose flush failed. The next flush that does not removes
 * it. Not collective. Errors: RG_ERROR_SYSTEM.                                                       */
enum rg_status rg_file_rescue(struct rg_file *file, const char *path) RG_MUST_CHECK;
/* Puts what ranks of earlier runs wrote so and marks it in done[n_points]: it is committed by the next flush,
 * after which rg_file_forget_rescued removes what they wrote. What does not hold is left out. Not
 * collective: rank 0. Errors: RG_ERROR_USER for what cannot be read, RG_ERROR_SYSTEM.               */
enum rg_status rg_file_adopt(struct rg_file *file, const char *path, uint8_t *done) RG_MUST_CHECK;
void rg_file_forget_rescued(const char *path);

/* Renames the output file, if there is one, and then what lies beside it of points that are not committed, so that
 * `aside` can be resumed as `path` could. Errors: RG_ERROR_USER; nothing is written over.          */
enum rg_status rg_file_set_aside(const char *path, const char *aside) RG_MUST_CHECK;
