/* A range of the row-major order is at most 2 * rank - 1 boxes: the ragged beginning, the whole middle,
 * the ragged end, for each axis in turn. Rows of one element go in as points, for HDF5 takes a hundred
 * times as long over the union of as many boxes.                                                     */
#include "write/select.h"

#include "regime/memory.h"

hid_t rg_space_make(const struct rg_extent *extent)
{
    hid_t space =
        extent->rank ? H5Screate_simple(extent->rank, extent->dims, NULL) : H5Screate(H5S_SCALAR);
    if (space >= 0 && H5Sselect_none(space) < 0)
        rg_h5_close(&space);
    return space;
}

/* Splits the place of an element over the dims. */
static void unravel(const struct rg_extent *extent, uint64_t place, hsize_t *index)
{
    for (int d = extent->rank - 1; d >= 0; d--) {
        index[d] = place % extent->dims[d];
        place /= extent->dims[d];
    }
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Adds the largest box that starts at `first` and ends by `end`: whole in the axes after `d`, a run
 * along d, one place before. Returns where it ends.                                                 */
static uint64_t add_box(hid_t space, const struct rg_extent *extent, uint64_t first, uint64_t end,
                        bool *ok)
{
    hsize_t start[RG_RANK_MAX] = {0}, count[RG_RANK_MAX];
    unravel(extent, first, start);
    uint64_t slab = 1; /* elements of one step along d */
    int d = extent->rank - 1;
    for (; d > 0 && start[d] == 0 && first + slab * extent->dims[d] <= end; d--)
        slab *= extent->dims[d];
    for (int i = 0; i < extent->rank; i++)
        count[i] = i > d ? extent->dims[i] : 1;
    count[d] = smaller(extent->dims[d] - start[d], (end - first) / slab);
    *ok = H5Sselect_hyperslab(space, H5S_SELECT_OR, start, NULL, count, NULL) >= 0 && *ok;
    return first + slab * count[d];
}

bool rg_space_add(hid_t space, const struct rg_extent *extent, uint64_t first, uint64_t end)
{
    bool ok = true;
    if (extent->rank == 0)
        return first == end || H5Sselect_all(space) >= 0;
    while (first < end)
        first = add_box(space, extent, first, end, &ok);
    return ok;
}

static bool add_points(hid_t space, const struct rg_extent *extent, int64_t n, const int64_t *ids)
{
    hsize_t *places = NULL;
    if (rg_alloc(&places, (size_t)n * (size_t)extent->rank, sizeof *places) != RG_OK)
        return false;
    for (int64_t i = 0; i < n; i++)
        unravel(extent, (uint64_t)ids[i], places + i * extent->rank);
    bool ok = H5Sselect_elements(space, H5S_SELECT_SET, (size_t)n, places) >= 0;
    rg_free(&places);
    return ok;
}

bool rg_space_rows(hid_t space, const struct rg_extent *extent, int64_t n, const int64_t *ids,
                   int64_t lo, int64_t hi)
{
    if (n > 0 && extent->count == 1 && extent->rank > 0)
        return add_points(space, extent, n, ids);
    bool ok = true;
    for (int64_t i = 0; i < n && ok;) {
        int64_t run = 1;
        bool whole = lo == 0 && hi == extent->count;
        while (whole && i + run < n && ids[i + run] == ids[i] + run)
            run++;
        uint64_t base = (uint64_t)(ids[i] * extent->count);
        uint64_t length = (uint64_t)((run - 1) * extent->count + hi - lo);
        ok = rg_space_add(space, extent, base + (uint64_t)lo, base + (uint64_t)lo + length);
        i += run;
    }
    return ok;
}

static bool read_piece(hid_t dataset, int type, const struct rg_extent *extent, uint64_t first,
                       uint64_t end, void *out)
{
    hid_t file = rg_space_make(extent);
    hid_t memory = H5Screate_simple(1, &(hsize_t){end - first}, NULL);
    bool ok = file >= 0 && memory >= 0 && rg_space_add(file, extent, first, end) &&
              H5Dread(dataset, rg_h5_memory_type(type), memory, file, H5P_DEFAULT, out) >= 0;
    rg_h5_close(&memory);
    rg_h5_close(&file);
    return ok;
}

bool rg_read_range(hid_t dataset, int type, const struct rg_extent *extent, uint64_t first,
                   uint64_t end, void *out)
{
    uint64_t step = RG_CHUNK / rg_h5_size(type);
    unsigned char *to = out;
    bool ok = true;
    for (; first < end && ok; first += step, to += RG_CHUNK)
        ok = read_piece(dataset, type, extent, first, smaller(first + step, end), to);
    return ok;
}
