/* Strings and targets from a file, in place of all strings and the task's targets. */
#pragma once

#include <stdint.h>

#include "regime/data.h"
#include "train/parity/settings.h"

extern const struct rg_data_form rg_parity_form;

struct rg_strings { /* of one length, as they stand in the file */
    int64_t n;
    const double *codes, *targets; /* [n] */
};

/* `data` has passed the form's check. */
struct rg_strings rg_strings_of(const struct rg_data *data, int length);
