/* What observers of a two-layer network can tell about its data, by train/linear/identify.h. The weights of
 * the records are kept for it, whole and on every rank, where no layer has more than RG_OBSERVED_WIDTH units;
 * of more records than RG_OBSERVED_MAX every second is let go, then every second of the others, and so on.
 * Collective on the team unless said otherwise. Errors: RG_ERROR_SYSTEM, the tick's.                 */
#pragma once

#include "regime/model.h"
#include "train/linear/task.h"

enum { RG_OBSERVED_WIDTH = 32, RG_OBSERVED_MAX = 256 };
enum { RG_STAGES_MAX = 6 }; /* of the loss curve: more cannot be told apart */

enum rg_observer {
    RG_SEES_WEIGHTS,  /* the final ones */
    RG_SEES_ACTIVITY, /* and what the hidden layer does on the training inputs */
    RG_SEES_COURSE,   /* the whole map at the records */
    RG_SEES_LOSS,     /* the loss above its floor at the records */
    RG_N_OBSERVERS
};

enum rg_observed { RG_OBSERVED_NOT, RG_OBSERVED, RG_OBSERVED_DEPTH, RG_OBSERVED_SIZE };
#define RG_OBSERVED_KINDS "none applies depth size"

struct rg_observation;

/* settings and task must outlive the observation. Not collective. */
enum rg_status rg_observation_create(const struct rg_linear_settings *settings,
                                     const struct rg_linear_task *task,
                                     struct rg_observation **observation) RG_MUST_CHECK;
void rg_observation_destroy(struct rg_observation **observation);

/* Can anything be told? Not collective. */
enum rg_observed rg_observation_kind(const struct rg_observation *observation);

/* Keeps a record: the map and the loss above its floor after an epoch. The same epoch again changes nothing. */
void rg_observation_take(struct rg_observation *observation, double epoch, double loss,
                         const struct rg_matrix *map);

/* NaN where an observer cannot tell. */
struct rg_finding {
    double *s, *d;           /* [n_modes] what stands for each true mode */
    double error_s, error_d; /* largest relative error over the modes that it tells */
    double error_v;          /* largest principal angle of the input modes, radians */
    int64_t n_modes;         /* how many modes it tells s of */
};

/* What each observer finds, with the network as it is. The lists are made here; free with
 * rg_findings_free.                                                                                 */
enum rg_status rg_observation_end(const struct rg_observation *observation,
                                  const struct rg_matrix *weights, const struct rg_matrix *map,
                                  const struct rg_tick *tick,
                                  struct rg_finding findings[RG_N_OBSERVERS]) RG_MUST_CHECK;
void rg_findings_free(struct rg_finding findings[RG_N_OBSERVERS]);

/* What training changes in it: rg_observation_n_state numbers. Not collective. */
int64_t rg_observation_n_state(const struct rg_observation *observation);
double *rg_observation_state(struct rg_observation *observation);
/* At the most, of any point of a sweep with these largest settings. Not collective. */
int64_t rg_observation_state_max(const struct rg_linear_settings *largest);

/* Bytes on every rank. Not collective. */
size_t rg_observation_memory(const struct rg_linear_settings *settings);
