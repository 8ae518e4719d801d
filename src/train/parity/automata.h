/* The automata of a network, one for each merge distance, over training: how large, how they change, whether they
 * are the task's, what they reduce to.                                                               */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "regime/model.h"
#include "regime/status.h"
#include "train/parity/settings.h"
#include "train/parity/task.h"

struct rg_automata;

enum rg_status rg_automata_create(const struct rg_parity_settings *settings,
                                  struct rg_automata **automata) RG_MUST_CHECK;
void rg_automata_destroy(struct rg_automata **automata);

/* Takes new hidden states, rows[n_rows][hidden] as automaton.h orders them, until the next call; and what merge
 * distances are multiples of, unless another is set: their spread.                                   */
void rg_automata_load(struct rg_automata *automata, const double *rows);
double rg_automata_spread(const struct rg_automata *automata);
void rg_automata_set_spread(struct rg_automata *automata, double spread);

/* Fills the row's columns of them; classes[n_rows] likewise. */
enum rg_status rg_automata_measure(struct rg_automata *automata, const uint8_t *classes,
                                   const struct rg_task *task, const struct rg_row *row,
                                   const struct rg_tick *tick) RG_MUST_CHECK;

/* The measure of a record is over, of all columns: the next one is compared with it. */
void rg_automata_advance(struct rg_automata *automata);

/* Their part of a state of training: see struct rg_model. */
void rg_automata_move(struct rg_automata *automata, const struct rg_mover *mover);
size_t rg_automata_moved(const struct rg_parity_settings *settings); /* bytes */
