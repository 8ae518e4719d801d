/* The sweep of a stored file, made again from the text that the file carries. */
#pragma once

#include "cli/cli.h"
#include "regime/config.h"
#include "regime/costs.h"
#include "regime/record.h"
#include "regime/store.h"

struct rg_stored {
    struct rg_store *store;
    struct rg_spec *spec;
    struct rg_layout *layout;
    bool older; /* it is of a program that knew fewer knobs of measures */
};

/* Opens a file and rebuilds its spec, and the layout of what it has. Free with rg_stored_close, also after an error. Errors:
 * those of rg_store_open; RG_ERROR_USER when this program reads the sweep otherwise than the file says. */
enum rg_status rg_stored_open(const char *path, struct rg_stored *stored) RG_MUST_CHECK;
/* The same of a file of a program that knew fewer knobs of measures: the spec has them at their defaults. */
enum rg_status rg_stored_open_older(const char *path, struct rg_stored *stored) RG_MUST_CHECK;
void rg_stored_close(struct rg_stored *stored);

enum { RG_PATH_SIZE = 4096 };

/* Reads the sweep file that the first word names, with what --set says. Errors: those of rg_spec_read. */
enum rg_status rg_stored_sweep(const struct rg_arguments *arguments,
                               struct rg_spec **spec) RG_MUST_CHECK;

/* The file that is a command's first word; where a sweep's points are kept: --output, or NAME.h5 in this folder.
 * Links are followed. Errors: those of rg_path_resolve.                                             */
enum rg_status rg_stored_word(const struct rg_arguments *arguments,
                              char path[RG_PATH_SIZE]) RG_MUST_CHECK;
enum rg_status rg_stored_path(const struct rg_arguments *arguments, const struct rg_spec *spec,
                              char path[RG_PATH_SIZE]) RG_MUST_CHECK;

/* A run that goes on with a file makes the file's bits, even where this machine has a wider instruction
 * set. Nothing to do if there is no such file. Errors: those of rg_store_open.                      */
enum rg_status rg_stored_adopt_arithmetic(const char *path) RG_MUST_CHECK;

/* Learns what finished points of this file took, or of very many an even sample, and fits it. Nothing to do if there is
 * no such file, or it is not of this sweep, or cannot be read: others say so.                        */
void rg_stored_learn(const char *path, const struct rg_spec *spec, struct rg_costs *costs);

/* The mean seconds of a point that is not finished, as those of this sweep tell that are; NaN: they do not. */
double rg_stored_mean_left(const struct rg_store *store, const struct rg_spec *spec);

/* Points that a later run goes on with in mid-training: pending, and saved beside the file at `path`. What cannot
 * be told is warned of and not counted.                                                             */
int64_t rg_stored_n_saved(const struct rg_store *store, const char *path, int64_t n_points);
