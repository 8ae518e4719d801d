/* The model linear_net: deep linear networks. */
#pragma once

#include "regime/model.h"
#include "train/linear/settings.h"

extern const struct rg_model rg_linear_model;

/* Functions of struct rg_model. */
enum rg_status rg_linear_check(const void *settings) RG_MUST_CHECK;
bool rg_linear_wide(const void *settings);
double rg_linear_cost(const void *settings);
size_t rg_linear_memory(const void *settings, const int team[2]);
enum rg_status rg_linear_create(MPI_Comm team, const struct rg_point *point,
                                void **net) RG_MUST_CHECK;
enum rg_status rg_linear_step(void *net, struct rg_step *step) RG_MUST_CHECK;
enum rg_status rg_linear_measure(void *net, const struct rg_row *row,
                                 const struct rg_tick *tick) RG_MUST_CHECK;
enum rg_status rg_linear_validation_loss(void *net, const struct rg_tick *tick,
                                         double *loss) RG_MUST_CHECK;
extern const char rg_linear_export_doc[];
enum rg_status rg_linear_export(void *net, int64_t n_epochs,
                                const struct rg_sink *sink) RG_MUST_CHECK;
void rg_linear_state(void *net, const struct rg_mover *mover);
size_t rg_linear_state_max(const void *largest, const int team[2]);
void rg_linear_destroy(void **net);
