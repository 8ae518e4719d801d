/* A model with columns of every type and dimension, and sweeps over it built by hand: for tests of the
 * record and of the file that should not depend on any real model or on the sweep-file parser.       */
#pragma once

#include "regime/config.h"
#include "regime/record.h"
#include "regime/train.h"

struct tiny_settings {
    struct rg_loop_settings loop;
    double gain;
    int64_t width, activation, biased, precision;
    struct rg_ints lengths;
};

extern const struct rg_model tiny_model;
extern const struct rg_registry tiny_registry;

/* A sweep of gain (linear, n_gain) x activation (relu tanh) x replicate (n_replicates), with three
 * records and the weights kept at start and end; everything in it is static storage of `tiny`.       */
struct tiny_sweep {
    struct rg_spec spec;
    struct rg_member members[4];
    union rg_value choices[2], pair[2][3];
    struct tiny_settings settings, largest;
    int64_t epochs[3];
};

void tiny_sweep_make(struct tiny_sweep *sweep, int64_t n_gain, int64_t n_replicates);

/* The same with snapshots of replicate 1 of tanh and of all points of the first gain. */
void tiny_sweep_snapshots(struct tiny_sweep *sweep, int64_t n_gain, int64_t n_replicates);

/* The same without axes: one point. */
void tiny_sweep_single(struct tiny_sweep *sweep);

/* The same with `pair` (gain and width moving together, 3 places) as its only axis. */
void tiny_sweep_paired(struct tiny_sweep *sweep);

/* A record whose every element is a function of field, place and id; `salt` makes another. */
enum rg_status tiny_record(const struct rg_layout *layout, int64_t id, int salt,
                           struct rg_record *record) RG_MUST_CHECK;
