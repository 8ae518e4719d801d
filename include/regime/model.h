/* What a model is: one const struct with its tables and functions. Declarations only, on the shelf:
 * config needs the knobs, grid the cost, train the functions, write the columns.
 *
 * Adding a model is a folder in src/train/ and one line in src/train/registry.c. Adding a knob or a
 * column is one table row; defaults, checks, `regime describe`, the file's metadata follow from it. */
#pragma once

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "regime/columns.h"
#include "regime/rng.h"
#include "regime/status.h"

struct rg_data;
struct rg_data_form;

enum { RG_LIST_MAX = 64, RG_TEXT_MAX = 256, RG_PARTS_MAX = 3 };

/* ---- knobs ------------------------------------------------------------------------------------ */

/* The C type of the field that a knob fills in the model's settings struct stands beside it. */
enum rg_type {
    RG_INT,    /* int64_t */
    RG_REAL,   /* double */
    RG_BOOL,   /* int64_t, 0 or 1 */
    RG_CHOICE, /* int64_t, index into choices */
    RG_INTS,   /* struct rg_ints */
    RG_REALS,  /* struct rg_reals */
    RG_TEXT,   /* char[RG_TEXT_MAX] */
    RG_DATA /* struct rg_input; one such knob a model at most, which then has a form of its data */
};

struct rg_ints {
    int64_t n;
    int64_t values[RG_LIST_MAX];
};

struct rg_reals {
    int64_t n;
    double values[RG_LIST_MAX];
};

struct rg_input {               /* numbers from a file: see regime/data.h */
    char path[RG_TEXT_MAX];     /* "": none are asked for */
    const struct rg_data *data; /* owned by the spec; NULL until they are loaded */
};

static inline bool rg_is_text(enum rg_type type) /* a field that begins with char[RG_TEXT_MAX] */
{
    return type == RG_TEXT || type == RG_DATA;
}

static inline bool rg_is_scalar(
    enum rg_type type) /* a field of one value, which an axis can vary */
{
    return type == RG_INT || type == RG_REAL || type == RG_BOOL || type == RG_CHOICE;
}

union rg_value { /* a scalar knob's value: real for RG_REAL, integer for RG_INT, RG_BOOL, RG_CHOICE */
    int64_t integer;
    double real;
};

/* Training knobs enter the keys of the random streams when they are axes. Stopping knobs do not (a
 * longer run continues the same trajectory) but may be axes. Measurement knobs may not be axes: they
 * add an output dimension. A seed knob replaces the key of its own stream and touches no other.     */
enum rg_role {
    RG_TRAINING,
    RG_STOPPING,
    RG_MEASUREMENT,
    RG_SEED_DATA,
    RG_SEED_INIT,
    RG_SEED_ORDER,
    RG_SEED_TASK
};

struct rg_knob {
    const char *name;
    enum rg_type type;
    enum rg_role role;
    size_t offset;        /* of its field in the settings struct */
    const char *fallback; /* default, as written in a sweep file: "0.1", "relu", "[0.1]" */
    double min, max; /* inclusive range of numbers and list members; longest list is RG_LIST_MAX */
    const char *choices; /* RG_CHOICE: names separated by one space; RG_TEXT: an example, or NULL */
    const char *
        only; /* "KNOB VALUE ...": choices with which alone it acts; "KNOB": if that is not 0; or NULL */
    const char *unit; /* NULL: none, which files call "1" */
    const char *help; /* long_name too: one sentence without its full stop */
};

struct rg_knobs { /* one table */
    const struct rg_knob *rows;
    int n;
};

/* ---- points ------------------------------------------------------------------------------------ */

struct rg_model;

struct rg_point {
    int64_t id;        /* row-major over the axes, outermost first */
    int64_t replicate; /* 0 without a replicate axis */
    const struct rg_model *model;
    const void *settings; /* the model's settings struct, filled; not owned */
    uint64_t key[RG_N_STREAMS];
    int team[2];      /* process grid of the point: {1, 1} is one rank */
    const char *file; /* the output file, for what a model leaves beside it; NULL: there is none */
};

/* Called between training steps and inside long measures; answers messages, joins flushes. NULL call:
 * nothing to do. Collective over the point's team. A status other than RG_OK ends the point at once. */
struct rg_tick {
    enum rg_status (*call)(void *context);
    void *context;
};

static inline enum rg_status rg_tick(const struct rg_tick *tick)
{
    return tick && tick->call ? tick->call(tick->context) : RG_OK;
}

/* ---- the model --------------------------------------------------------------------------------- */

struct rg_step {
    bool epoch_end;    /* this step was the last of an epoch; the two losses are then set */
    bool failed;       /* a library or program could not do this point; only why is then set */
    const char *why;   /* one line for the user, owned by the network; NULL: untold */
    double train_loss; /* running mean during the epoch */
    double stop_loss;  /* what stop_loss is compared with */
};

/* Receives named arrays (`regime export`). dims[n_dims]; type RG_F8, RG_I4 or RG_I8; data row-major. */
struct rg_sink {
    enum rg_status (*put)(void *context, const char *name, enum rg_column_type type, int n_dims,
                          const int64_t *dims, const void *data);
    void *context;
};

/* Takes pieces of a state: writes each away, or fills it. */
struct rg_mover {
    void (*move)(void *context, void *piece, size_t size);
    void *context;
};

/* Libraries that decide a model's last bits, beside its own kernels. */
enum {
    RG_SMALL_GEMM = 1, /* LIBXSMM, or BLAS in its place */
    RG_BLAS = 2,       /* BLAS and LAPACK */
    RG_PROGRAM = 4     /* another program, of which nothing is known */
};

struct rg_model {
    const char *name, *doc;
    const char *draw; /* figure of regime_analysis that shows any sweep of it; NULL: none */
    unsigned libraries;
    size_t settings_size; /* of the settings struct, which begins with struct rg_loop_settings */
    const struct rg_knobs *knobs[RG_PARTS_MAX];     /* the training loop's, the model's own */
    const struct rg_columns *columns[RG_PARTS_MAX]; /* likewise; unused parts are NULL and last */
    const struct rg_dimension *dimensions;
    int n_dimensions;
    const struct rg_fixed *fixed;    /* [n_dimensions] in place of their functions, or NULL */
    const struct rg_data_form *form; /* of the data that it takes from a file; NULL: takes none */
    bool teams;                      /* may several ranks work on one point? */
    bool
        declared; /* does the sweep file bring knobs and columns? Then a point is one epoch, and none of the loop's */
    const char *checked; /* knobs, separated by a space, on which the verdict of check depends */

    /* Do these settings make sense together? RG_ERROR_USER with "knob = value: what is allowed". */
    enum rg_status (*check)(const void *settings);
    /* Relative cost of the point in training, to sort points and estimate times: flops. */
    double (*cost)(const void *settings);
    /* Bytes a network takes on one rank of a team of this shape. */
    size_t (*memory)(const void *settings, const int team[2]);
    /* Does the point store weights in double precision? */
    bool (*wide)(const void *settings);

    /* Collective on team. The network is owned by the caller; `settings` must outlive it. */
    enum rg_status (*create)(MPI_Comm team, const struct rg_point *point, void **net);
    /* One optimiser step. No allocation. Collective on the team, whose ranks all get the same losses. */
    enum rg_status (*step)(void *net, struct rg_step *step);
    /* Fills the cells of the row that are not NULL, alike on all ranks of the team, on which it is collective.
     * Changes no training number.                                                                   */
    enum rg_status (*measure)(void *net, const struct rg_row *row, const struct rg_tick *tick);
    /* Validation loss now, for epoch_validation_below. Collective and the same likewise. */
    enum rg_status (*validation_loss)(void *net, const struct rg_tick *tick, double *loss);
    /* Gives the network the weights that the row's columns of RG_KEPT have, bit for bit as training left them: what it
     * measures then depends on these and on the point alone, but for columns with RG_OF_RECORDS or
     * RG_OF_COURSE. NULL: not offered. Not collective.                                              */
    void (*restore)(void *net, const struct rg_row *row);
    /* With these settings others depend on the course too: the setting that makes them; NULL: none. */
    const char *(*of_course)(const void *settings);
    /* The point's start for another program: initial weights, data, order of n_epochs epochs. */
    enum rg_status (*export)(void *net, int64_t n_epochs, const struct rg_sink *sink);
    const char *export_doc; /* its arrays: names, shapes and meaning, for a reader of the file */
    /* What training changes, of one rank, piece after piece: a network of the same point on the same team whose
     * pieces are filled with what another's were, and which is told so, goes on with the same bits. NULL: not
     * offered; resumed may be NULL beside it. Not collective.                                       */
    void (*state)(void *net, const struct rg_mover *mover);
    void (*resumed)(void *net);
    size_t (*state_max)(const void *largest, const int team[2]); /* bytes, of any point and rank */
    void (*destroy)(void **net);
};

/* The tables of a model seen as one. An index runs through the parts in turn. */
int rg_model_n_knobs(const struct rg_model *model);
const struct rg_knob *rg_model_knob(const struct rg_model *model, int index);
int rg_model_find_knob(const struct rg_model *model, const char *name); /* -1: none */
int rg_model_n_columns(const struct rg_model *model);
const struct rg_column *rg_model_column(const struct rg_model *model, int index);

int rg_model_find_dimension(const struct rg_model *model, const char *name); /* -1: none */

/* Size and values of a dimension. */
int64_t rg_model_size(const struct rg_model *model, int dimension, const void *largest);
void rg_model_values(const struct rg_model *model, int dimension, const void *largest,
                     double *values);

/* A scalar knob's field in a settings struct. */
union rg_value rg_knob_get(const struct rg_knob *knob, const void *settings);
void rg_knob_set(const struct rg_knob *knob, void *settings, union rg_value value);

/* The field of the model's knob of type RG_DATA in a settings struct; NULL: it has no such knob. */
struct rg_input *rg_settings_input(const struct rg_model *model, void *settings);
