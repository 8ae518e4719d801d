/* The model parity_rnn: streaming parity. */
#pragma once

#include "regime/model.h"
#include "train/parity/settings.h"

extern const struct rg_model rg_parity_model;

/* Number of strings of length min_length to max_length: of all, or of those in a file. */
int64_t rg_parity_n_strings(const struct rg_parity_settings *settings);

/* Functions of struct rg_model. */
enum rg_status rg_parity_check(const void *settings) RG_MUST_CHECK;
bool rg_parity_wide(const void *settings);
double rg_parity_cost(const void *settings);
size_t rg_parity_memory(const void *settings, const int team[2]);
enum rg_status rg_parity_create(MPI_Comm team, const struct rg_point *point,
                                void **net) RG_MUST_CHECK;
enum rg_status rg_parity_step(void *net, struct rg_step *step) RG_MUST_CHECK;
extern const char rg_parity_export_doc[];
enum rg_status rg_parity_export(void *net, int64_t n_epochs,
                                const struct rg_sink *sink) RG_MUST_CHECK;
void rg_parity_restore(void *net, const struct rg_row *row);
const char *rg_parity_of_course(const void *settings);
void rg_parity_state(void *net, const struct rg_mover *mover);
void rg_parity_resumed(void *net);
size_t rg_parity_state_max(const void *largest, const int team[2]);
void rg_parity_destroy(void **net);
