/* One element of a rank's own part, by local row and column. */
#pragma once

#include "train/dist/matrix.h"

static inline double rg_element(const struct rg_matrix *a, int64_t r, int64_t c)
{
    const int64_t at = c * a->lead + r;
    return a->number == RG_NUMBER_F4 ? (double)((const float *)a->values)[at]
                                     : ((const double *)a->values)[at];
}

static inline void rg_element_set(struct rg_matrix *a, int64_t r, int64_t c, double value)
{
    const int64_t at = c * a->lead + r;
    if (a->number == RG_NUMBER_F4)
        ((float *)a->values)[at] = (float)value;
    else
        ((double *)a->values)[at] = value;
}
