/* AXIS=VALUE words of a command line -> one point. */
#pragma once

#include "cli/cli.h"
#include "regime/grid.h"

/* The point that the words after the first pick out of a sweep. RG_ERROR_USER names an open axis. */
static inline enum rg_status rg_pick_point(const struct rg_arguments *arguments,
                                           const struct rg_spec *spec, int64_t *id)
{
    struct rg_slice slice;
    rg_slice_all(&slice);
    for (int i = 1; i < rg_arguments_n_words(arguments); i++)
        RG_TRY(rg_slice_narrow(spec, &slice, rg_arguments_word(arguments, i)));
    return rg_slice_point(spec, &slice, id);
}
