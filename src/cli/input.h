/* Numbers from a file, where a sweep's model has a knob for them and the knob is set. */
#pragma once

#include <mpi.h>

#include "regime/config.h"

/* Reads the file, has the model check it, and gives it to the spec. `place` begins the message of an
 * error, "PLACE: data = "x.h5": ..."; NULL: the place in the sweep file. Not collective.
 * Errors: RG_ERROR_USER; RG_ERROR_DAMAGED when HDF5 does not survive the file.                       */
enum rg_status rg_input_load(struct rg_spec *spec, const char *place) RG_MUST_CHECK;

/* A first look at the file by a child process (guard.h), before MPI starts. Errors: RG_ERROR_DAMAGED if it
 * cannot even be looked at; nothing else is said.                                                   */
enum rg_status rg_input_look(const struct rg_spec *spec) RG_MUST_CHECK;

/* Loads it on all ranks; only rank 0 reads the file, and only it has a message. Collective on comm. */
enum rg_status rg_input_share(MPI_Comm comm, struct rg_spec *spec) RG_MUST_CHECK;
