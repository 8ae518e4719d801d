/* Trains points so that their state is kept: what is in training when a run stops, or is stopped, a later run
 * goes on with.                                                                                      */
#pragma once

#include "regime/inflight.h"
#include "regime/train.h"

struct rg_keeper {
    const struct rg_spec *spec;
    const struct rg_layout *layout;
    struct rg_inflight *inflight; /* NULL: the model has no state */
    MPI_Comm team;
    struct rg_training *training; /* NULL: none */
    int64_t id;
    double begun, spent, last; /* seconds: when it began, in saving in all, in the last save */
    int64_t saved_id;          /* of the point that was saved last, and when */
    double saved;
    bool gave_up; /* saving failed: without it the run goes on */
};

/* Collective on comm; all ranks return the same code. done[n_points] is read on rank 0. `identity` as of
 * rg_inflight_plan. Where there is no space nothing is kept, and rank 0 says so. Errors: the others of
 * rg_inflight_open.                                                                                  */
enum rg_status rg_keeper_open(MPI_Comm comm, const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, uint64_t identity,
                              const uint8_t *done, struct rg_keeper *keeper) RG_MUST_CHECK;
void rg_keeper_close(struct rg_keeper *keeper);

/* States that an earlier run left. */
int64_t rg_keeper_n_kept(const struct rg_keeper *keeper);

/* As rg_train, from the point's saved state if there is one. Collective on team. */
enum rg_status rg_keeper_train(struct rg_keeper *keeper, MPI_Comm team,
                               const struct rg_point *point, const struct rg_tick *tick,
                               struct rg_record *record) RG_MUST_CHECK;

/* Makes the file of states anew if somebody removed it: true, and then all must save. Collective on comm, that of
 * rg_keeper_open.                                                                                   */
bool rg_keeper_mend(struct rg_keeper *keeper, MPI_Comm comm);

/* From within a tick: saves the state of the point in training, if there is one; unless `must`, only where
 * saving has taken less than 1 % of the time. Not again where it has just been saved: so long before as saving
 * takes. Collective on the team.                                                                     */
void rg_keeper_save(struct rg_keeper *keeper, bool must);
