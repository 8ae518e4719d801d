/* Which elements of a dataset a call touches: ranges of the row-major order, as HDF5 selections. */
#pragma once

#include "write/variables.h"

enum {
    RG_CHUNK = 16 << 20
}; /* bytes per HDF5 call at most: far below the 2 GiB where counts overflow */

/* A dataspace of this extent with nothing selected; negative when out of memory. */
hid_t rg_space_make(const struct rg_extent *extent);

/* Adds the elements first..end-1 (row-major over the whole extent) to the selection. */
bool rg_space_add(hid_t space, const struct rg_extent *extent, uint64_t first, uint64_t end);

/* Selects elements lo..hi-1 of the rows of the points ids[n] (ascending, none twice). */
bool rg_space_rows(hid_t space, const struct rg_extent *extent, int64_t n, const int64_t *ids,
                   int64_t lo, int64_t hi);

/* Reads elements first..end-1 of a dataset into out, in pieces. Not collective. */
bool rg_read_range(hid_t dataset, int type, const struct rg_extent *extent, uint64_t first,
                   uint64_t end, void *out);
