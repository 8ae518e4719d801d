/* What a measure works on, and those that have files of their own. Each fills some columns of the row. */
#pragma once

#include "train/parity/automata.h"
#include "train/parity/geometry.h"
#include "train/parity/measure.h"
#include "train/parity/spread.h"
#include "train/parity/theory_score.h"
#include "train/parity/track.h"
#include "train/parity/validate.h"
#include "train/parity/watch.h"

struct rg_measures {
    int length;     /* of the longest strings whose states are compared */
    int64_t n_rows; /* of them all */
    struct rg_tree *tree;
    struct rg_automata *automata;
    struct rg_geometry *geometry;
    struct rg_validator *validator;
    struct rg_score validated; /* see rg_parity_validation_loss; n = 0: nothing */
    struct rg_spread *spread;  /* NULL: only that of the moment is asked for */
    struct rg_tracked tracked;
    struct rg_states *state; /* one */
    struct rg_watch *watch;  /* NULL: no pairs are compared */
    double *rows;            /* [rg_automaton_n_rows(n_symbols, analysis_length)][hidden] */
    uint8_t *classes;        /* likewise, a number each */
    double *now;             /* [n_parameters] */
    double *initial;
    struct rg_theory_pairs pairs; /* none without theory_pairs */
    double *distances;            /* [theory_pairs] */
    struct rg_outcome *cases;     /* [theory_pairs] */
};

struct rg_measurement { /* what every function below gets */
    struct rg_parity *net;
    struct rg_measures *measures;
    const struct rg_parity_settings *settings;
    const struct rg_row *row;
    const struct rg_tick *tick;
};

/* The hidden states of all strings to analysis_length, into measures->rows. */
enum rg_status rg_measures_collect(struct rg_measures *measures,
                                   const struct rg_tick *tick) RG_MUST_CHECK;

/* Gives those rows to the automata, and the spread over the run. */
void rg_measures_load(const struct rg_measurement *m);

/* All pairs of strings; collects the rows. Chosen ones; overwrites rows. */
enum rg_status rg_measure_pairs(const struct rg_measurement *m) RG_MUST_CHECK;
enum rg_status rg_measure_tracked(const struct rg_measurement *m) RG_MUST_CHECK;

/* Right on every length? */
enum rg_status rg_measure_proof(const struct rg_measurement *m) RG_MUST_CHECK;

/* The effective theory, and the pairs that are followed; both read the rows that the last walk left. */
enum rg_status rg_measure_theory(const struct rg_measurement *m) RG_MUST_CHECK;
enum rg_status rg_measure_courses(const struct rg_measurement *m) RG_MUST_CHECK;
