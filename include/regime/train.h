/* Station 4: point -> record. The registry of models and the one training loop. */
#pragma once

#include <mpi.h>

#include "regime/config.h"
#include "regime/model.h"
#include "regime/record.h"

/* The knobs of the training loop: the first member of every model's settings struct. */
struct rg_loop_settings {
    int64_t max_epochs;
    double stop_loss;
    int64_t validate_every;
    double train_below, validation_below;
    struct rg_reals measure_at_loss;
    int64_t data_seed, init_seed, order_seed;
};

extern const struct rg_knobs rg_loop_knobs;
extern const struct rg_columns rg_loop_columns;

enum rg_stopped_by { RG_BY_NOTHING, RG_BY_LOSS, RG_BY_MAX_EPOCHS, RG_BY_DIVERGENCE, RG_BY_FAILURE };

/* The models that exist. A new model is one line there. */
extern const struct rg_registry rg_models;

/* Trains one point to its stop and fills the record (made with rg_record_init). Collective on team;
 * every rank of the team gets the same record. A team of one makes no MPI call and needs no MPI started.
 * Divergence is an outcome: status RG_DIVERGED.
 * Errors: RG_ERROR_SYSTEM; whatever the tick returns.                                              */
enum rg_status rg_train(MPI_Comm team, const struct rg_spec *spec, const struct rg_layout *layout,
                        const struct rg_point *point, const struct rg_tick *tick,
                        struct rg_record *record) RG_MUST_CHECK;

/* ---- a point in training, whose state can be saved ------------------------------------------------- */

struct rg_training;

/* rg_train in parts: the record is filled by run, to the stop or to where the tick ends it. Collective on
 * team. What is handed in must outlive the training. Free with rg_training_destroy, after an error too. */
enum rg_status rg_training_create(MPI_Comm team, const struct rg_spec *spec,
                                  const struct rg_layout *layout, const struct rg_point *point,
                                  struct rg_record *record,
                                  struct rg_training **training) RG_MUST_CHECK;
enum rg_status rg_training_run(struct rg_training *training,
                               const struct rg_tick *tick) RG_MUST_CHECK;
void rg_training_destroy(struct rg_training **training);

/* The state of one rank's part. Saved from within a tick and loaded into a new training of the same point, on
 * the same rank of a team of the same shape, before it runs: it goes on with the same bits, and the record
 * becomes the same. For models that have a state. Not collective, but all ranks of a team must save in the
 * same tick.                                                                                        */
void rg_training_save(struct rg_training *training, const struct rg_mover *mover);
void rg_training_load(struct rg_training *training, const struct rg_mover *mover);
size_t rg_training_state_size(struct rg_training *training);
int64_t rg_training_steps(const struct rg_training *training); /* taken, in earlier runs too */
/* The most that a state of this sweep takes. */
size_t rg_training_state_max(const struct rg_spec *spec, const struct rg_layout *layout);

/* ---- measures from kept weights -------------------------------------------------------------------- */

/* Can the points of this sweep be measured from the weights that their records keep? RG_ERROR_USER says why not. */
enum rg_status rg_check_weights(const struct rg_spec *spec) RG_MUST_CHECK;
/* Do they alone, and the point, determine this field? */
bool rg_field_is_of_weights(const struct rg_spec *spec, const struct rg_field *field);
/* Fills those fields of the record (made with rg_record_init) as rg_train would; what it puts into others means
 * nothing. `known`: status, epochs_trained and kept weights of the same point, in the same layout. Collective
 * on team. Errors: RG_ERROR_SYSTEM; whatever the tick returns.                                       */
enum rg_status rg_measure_again(MPI_Comm team, const struct rg_spec *spec,
                                const struct rg_layout *layout, const struct rg_point *point,
                                const struct rg_record *known, const struct rg_tick *tick,
                                struct rg_record *record) RG_MUST_CHECK;

/* What takes a point's time: a measure at each moment (enum rg_moment), and besides */
enum rg_time { RG_TIME_EPOCH = RG_N_MOMENTS, RG_TIME_VALIDATION, RG_TIME_CREATE, RG_N_TIMES };

/* How often each of them happens in so many epochs, at most. */
void rg_train_counts(const struct rg_spec *spec, const struct rg_loop_settings *loop, double epochs,
                     double counts[RG_N_TIMES]);

/* Seconds of each, once, from about `budget` seconds with a point of one rank: NaN of what did not end in
 * them, or never happens to this point. Not collective.                                                    */
enum rg_status rg_train_time(const struct rg_spec *spec, const struct rg_point *point,
                             double budget, double seconds[RG_N_TIMES]) RG_MUST_CHECK;

/* Which bits this process makes of a model's points: instruction set, and the libraries that the model
 * names. Goes into the file; a resume with another arithmetic is refused. Static memory.           */
const char *rg_arithmetic(const struct rg_model *model);

/* Errors: RG_ERROR_USER when REGIME_ISA in the environment names no instruction set. */
enum rg_status rg_arithmetic_check(void) RG_MUST_CHECK;

/* Both before anything is trained. Narrows the instruction set to that of a stored arithmetic, if it is
 * the narrower one: whether the bits are the same then, a comparison with rg_arithmetic tells. NULL:
 * nothing is stored.                                                                               */
void rg_arithmetic_adopt(const char *stored);
/* Narrows it to what every rank has. Collective on comm; all ranks return the same code. Errors:
 * RG_ERROR_USER when the ranks' libraries, or the kernels of their BLAS, differ.                   */
enum rg_status rg_arithmetic_agree(MPI_Comm comm, const struct rg_model *model) RG_MUST_CHECK;
