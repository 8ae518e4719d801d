/* The automata of a network, one for each merge distance, over training: how large, how they change, whether they
 * are the task's, what they reduce to.                                                               */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/settings.h"
#include "train/parity/task.h"

struct rg_automata;

/* All merge distances, i < n: those of merge_distances, then those of run_distances. */
int64_t rg_n_merge_distances(const struct rg_parity_settings *settings);
double rg_merge_distance(const struct rg_parity_settings *settings, int64_t i);

/* Is some distance a multiple of the spread over the whole run? */
bool rg_spread_is_run(const struct rg_parity_settings *settings);

enum rg_status rg_automata_create(const struct rg_parity_settings *settings,
                                  struct rg_automata **automata) RG_MUST_CHECK;
void rg_automata_destroy(struct rg_automata **automata);

/* Takes new hidden states, rows[n_rows][hidden] as automaton.h orders them, until the next call, and the spread over the
 * run until then, which matters only where rg_spread_is_run.                                        */
void rg_automata_load(struct rg_automata *automata, const double *rows, double run_spread);

/* What merge distance i is a multiple of, and their product. */
double rg_automata_spread(const struct rg_automata *automata, int64_t i);
double rg_automata_eps(const struct rg_automata *automata, int64_t i);

/* Fills the row's columns of them; classes[n_rows] likewise. */
enum rg_status rg_automata_measure(struct rg_automata *automata, const uint8_t *classes,
                                   const struct rg_task *task, const struct rg_row *row,
                                   const struct rg_tick *tick) RG_MUST_CHECK;

/* The measure of a record is over, of all columns: the next one is compared with it. */
void rg_automata_advance(struct rg_automata *automata);

/* Their part of a state of training: see struct rg_model. */
void rg_automata_move(struct rg_automata *automata, const struct rg_mover *mover);
size_t rg_automata_moved(const struct rg_parity_settings *settings); /* bytes */
