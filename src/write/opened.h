/* Datasets of a stored file that stay open from one point to the next: opening one takes far longer than reading a row. */
#pragma once

#include "write/rows.h"

struct rg_opened;

/* Free with rg_opened_close, which closes them. */
enum rg_status rg_opened_create(struct rg_opened **opened) RG_MUST_CHECK;
void rg_opened_close(struct rg_opened **opened);

/* The dataset of this path, which has n_axes before what belongs to one row; owned by `opened`. Errors: those of
 * rg_rows_dataset_open.                                                                              */
enum rg_status rg_opened_find(struct rg_opened *opened, hid_t file, const char *path, int n_axes,
                              const struct rg_rows_dataset **dataset) RG_MUST_CHECK;
