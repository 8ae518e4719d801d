/* Many strings read side by side by a network and by the task's automaton. */
#pragma once

#include "regime/status.h"
#include "train/parity/task.h"
#include "train/parity/weights.h"

struct rg_reader {
    const struct rg_weights *weights; /* not owned, as the task */
    const struct rg_task *task;
    int capacity;
    double *h, *z;   /* [capacity][n] states; scratch */
    uint8_t *states; /* [capacity] of the task */
    double *table;   /* [n_symbols][n] W_in x + b_in + b_h */
};

enum rg_status rg_reader_create(const struct rg_weights *weights, const struct rg_task *task,
                                int capacity, struct rg_reader *reader) RG_MUST_CHECK;
void rg_reader_free(struct rg_reader *reader);

/* The first n_rows strings are empty. */
void rg_reader_start(struct rg_reader *reader, int n_rows);

/* String i reads symbols[i], i < n_rows. */
void rg_reader_advance(struct rg_reader *reader, int n_rows, const uint8_t *symbols);

/* Is the network's answer to string `row` another than the task's? */
bool rg_reader_errs(const struct rg_reader *reader, int row);
