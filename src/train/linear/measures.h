/* What the measures of a linear network remember of its course. Collective on the team unless said
 * otherwise. Errors: RG_ERROR_SYSTEM.                                                                */
#pragma once

#include "train/linear/compare.h"
#include "train/linear/kernel.h"
#include "train/linear/modes.h"
#include "train/linear/network.h"
#include "train/linear/observe.h"

/* Largest deviations over the records so far, NaN before the first. */
enum rg_linear_worst { RG_WORST_THEORY, RG_WORST_EXACT, RG_N_WORST };

struct rg_linear_measures {
    struct rg_balance balance; /* of the start */
    struct rg_modes *modes;
    struct rg_comparison *comparison;
    struct rg_linear_kernel *kernel; /* NULL: the knob `kernel` is off */
    struct rg_observation *observation;
    double worst[RG_N_WORST];
};

/* At the start: the network's weights and task are there. */
enum rg_status rg_linear_measures_create(struct rg_linear *net,
                                         struct rg_linear_measures **measures) RG_MUST_CHECK;
void rg_linear_measures_destroy(struct rg_linear_measures **measures);

/* What training changes in them, for the network's state. Not collective. */
enum { RG_MEASURES_PARTS = 3 };
struct rg_measures_part {
    double *values;
    size_t n;
};
void rg_linear_measures_parts(struct rg_linear_measures *measures,
                              struct rg_measures_part parts[RG_MEASURES_PARTS]);

/* Bytes of the parts at the most, of any point of a sweep with these largest settings. Not collective. */
size_t rg_linear_measures_state_max(const struct rg_linear_settings *largest);

/* Bytes: of matrices that a team shares, and of what each of its ranks has whole. Not collective. */
size_t rg_linear_measures_shared(const struct rg_linear_settings *settings);
size_t rg_linear_measures_whole(const struct rg_linear_settings *settings);
