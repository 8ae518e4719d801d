/* Station 1: sweep file -> struct rg_spec, the resolved sweep. The only includer of libconfig.
 *
 * Every key is checked against a table; a mistake is RG_ERROR_USER with one line
 * "file:line: path = value: what is allowed", with a nearest name where one is close.             */
#pragma once

#include <mpi.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/data.h"
#include "regime/model.h"
#include "regime/snapshots.h"
#include "regime/status.h"

enum {
    RG_AXES_MAX = 16,
    RG_NAME_MAX = 64,
    RG_REPLICATE = -1, /* the knob index of the replicate axis */
    RG_BY_SET = -1     /* the line of a knob that --set gives */
};

enum rg_spacing { RG_LIST, RG_LINEAR, RG_LOG };

/* What varies along an axis: one knob; an axis of several members moves them together. */
struct rg_member {
    int knob; /* index into the model's knobs, or RG_REPLICATE (values from, from + 1, ...) */
    enum rg_spacing spacing;
    double from, to;        /* RG_LINEAR (numpy.linspace bit for bit), RG_LOG (numpy.geomspace) */
    union rg_value *values; /* RG_LIST: [count]; else NULL, so that 10^8 values need no memory */
};

/* Value i of a range (RG_LINEAR, RG_LOG) of `count` values. */
double rg_range_value(const struct rg_member *range, int64_t count, int64_t i);

struct rg_axis {
    char name[RG_NAME_MAX];
    int64_t count;
    int n_members;
    struct rg_member *members;
};

struct rg_spec {
    char *path, *text;            /* the sweep file: where it came from, and what it said */
    char *overrides;              /* --set options, one "knob=value" a line; "" if none */
    char name[RG_NAME_MAX];       /* of the sweep; the default file is NAME.h5 */
    const struct rg_model *model; /* of the registry, or the one that the file declares */
    struct rg_declared *declared; /* its tables; NULL: the model has its own */
    uint64_t seed;
    int *lines; /* [knobs] where each is given in the sweep file; RG_BY_SET; 0: default */
    int n_axes;
    struct rg_axis axes[RG_AXES_MAX]; /* outermost first */
    int64_t n_points;                 /* product of the counts, below 2^63 */
    void *settings;                   /* model->settings_size bytes: defaults, file, --set */
    void *largest;        /* likewise; every scalar knob at its largest value in the sweep */
    struct rg_data *data; /* numbers from a file; NULL: none, or not loaded */
    uint64_t data_hash;   /* rg_data_hash of what the sweep trains on; 0: nothing from a file */
    int64_t n_records;
    int64_t *record_epochs; /* [n_records] ascending, record_epochs[0] = 0 */
    struct rg_snapshots snapshots;
    unsigned share;         /* bit s: stream s has its key from (seed, replicate) alone */
    unsigned keep;          /* bit m: weights are kept at moment m (enum rg_moment) */
    int team[2];            /* process grid of each point */
    char draw[RG_NAME_MAX]; /* name and options of the figure to draw; "": that of the model */
};

struct rg_registry { /* the models that exist; cli hands it on from train */
    const struct rg_model *const *models;
    int n;
};

/* Parses the text of a sweep file. `path` is used in messages only; NULL: they name no place. `overrides`: lines "knob=value",
 * or NULL. Not collective; starts no MPI. The spec is the caller's; see rg_spec_destroy.
 * Errors: RG_ERROR_USER; RG_ERROR_SYSTEM for memory.                                               */
enum rg_status rg_spec_parse(const struct rg_registry *registry, const char *path, const char *text,
                             const char *overrides, struct rg_spec **spec) RG_MUST_CHECK;

/* Reads the file, then parses it. Not collective. */
enum rg_status rg_spec_read(const struct rg_registry *registry, const char *path,
                            const char *overrides, struct rg_spec **spec) RG_MUST_CHECK;

/* Collective on comm: rank 0 reads and checks, then broadcasts the text; all ranks return the same
 * code, and only rank 0 has a message.                                                             */
enum rg_status rg_spec_share(MPI_Comm comm, const struct rg_registry *registry, const char *path,
                             const char *overrides, struct rg_spec **spec) RG_MUST_CHECK;

void rg_spec_destroy(struct rg_spec **spec);

/* Gives the spec the data that its model's knob of type RG_DATA asks for: it owns them from now on, the
 * settings point to them, and their hash is part of what the sweep is.                             */
void rg_spec_adopt_data(struct rg_spec *spec, struct rg_data *data);

/* Where the sweep gives what a message is about: "x.cfg:4" of the first of its knobs that the message
 * names, "--set" if one of them stands there, "x.cfg" if it gives none of them. Cut at size.         */
void rg_spec_place(const struct rg_spec *spec, const char *message, char *text, size_t size);

/* The top-level keys of a sweep file, as `describe` shows them. */
struct rg_key {
    const char *name, *example, *help;
};
const struct rg_key *rg_spec_key(int index); /* NULL: beyond the last */

/* Bytes of one point's weights, as kept once. */
double rg_spec_weight_bytes(const struct rg_spec *spec);

/* The resolved sweep as text, one "key = value" a line in a fixed order: model, seed, axes, settings
 * with defaults, record, snapshots, share, keep, team. What the sweep's hash is taken of: the content of a
 * data file is, its path is not. Free with rg_free.                                                 */
enum rg_status rg_spec_resolved(const struct rg_spec *spec, char **text) RG_MUST_CHECK;

/* The text of a sweep file of nothing but this point of a sweep, with the same keys and so the same
 * numbers. Knobs are taken from point->settings. `record`: what stands between the braces of record,
 * such as "every = 1;". Free with rg_free.                                                          */
enum rg_status rg_spec_single(const struct rg_spec *spec, const struct rg_point *point,
                              const char *record, char **text) RG_MUST_CHECK;

/* The override, a line, that gives a sweep these record epochs. Free with rg_free. */
enum rg_status rg_records_line(const int64_t *epochs, int64_t n, char **line) RG_MUST_CHECK;
