/* HDF5 files beside the sweep's own: numbers for knobs of type RG_DATA, and what `regime export` writes. */
#pragma once

#include "regime/data.h"
#include "regime/model.h"
#include "regime/status.h"

/* All datasets in the root group whose names match one of the patterns `names` (struct rg_data_form), in
 * the order of their names. Free with rg_data_free. Not collective. Errors: RG_ERROR_USER, naming the
 * dataset but not the file: no such file, not HDF5, no such dataset, not numbers, not finite, too large. */
enum rg_status rg_data_read(const char *path, const char *names,
                            struct rg_data **data) RG_MUST_CHECK;

/* A sink that writes each array as a dataset of a new file PATH, with text attributes. */
struct rg_arrays;
enum rg_status rg_arrays_create(const char *path, struct rg_arrays **arrays) RG_MUST_CHECK;
enum rg_status rg_arrays_note(struct rg_arrays *arrays, const char *name,
                              const char *text) RG_MUST_CHECK;
struct rg_sink rg_arrays_sink(struct rg_arrays *arrays);
enum rg_status rg_arrays_close(struct rg_arrays **arrays) RG_MUST_CHECK;
