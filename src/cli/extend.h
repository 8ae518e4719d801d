/* regime run --extend max_epochs=N: a file whose points that max_epochs stopped are to be trained on. */
#pragma once

#include "cli/cli.h"
#include "regime/config.h"
#include "regime/lock.h"
#include "regime/record.h"

/* What --set says, one line each; with --extend also max_epochs=N, and if the epochs of the records would lie elsewhere
 * then, those of the file, and beyond them those of the longer sweep. Free with rg_free. Not collective. Errors:
 * RG_ERROR_USER, those of reading the file.                                                          */
enum rg_status rg_extend_overrides(const struct rg_arguments *arguments,
                                   char **overrides) RG_MUST_CHECK;

/* Makes the file one of this sweep: points that max_epochs stopped are pending in it, and the others stay. At once: until
 * then it is as it was. Nothing to do if it is one already. Not collective, but MPI is not used. Errors: those of
 * making a file; RG_ERROR_USER for one of another sweep.                                             */
enum rg_status rg_extend_file(const char *path, const struct rg_spec *spec,
                              const struct rg_layout *layout, struct rg_lock *lock,
                              bool quiet) RG_MUST_CHECK;
