/* What a resumed run finds: blocks of points are dealt round over the ranks, each checks its own. */
#include <string.h>

#include "write/file.h"

static enum rg_status scan_own_blocks(const struct rg_file *file, uint8_t *done)
{
    enum { BLOCK_MAX = 4096 };
    uint8_t holds[BLOCK_MAX];
    const struct rg_rows *rows = &file->rows;
    for (int64_t b = file->rank; b * rows->block < rows->n_points; b += file->size) {
        int64_t first = b * rows->block;
        int64_t n = rows->n_points - first < rows->block ? rows->n_points - first : rows->block;
        RG_TRY(rg_rows_check(rows, first, n, done + first, holds));
        for (int64_t i = 0; i < n; i++) {
            uint8_t status = done[first + i];
            done[first + i] = holds[i] && (status == RG_DONE || status == RG_DIVERGED);
        }
    }
    return RG_OK;
}

enum rg_status rg_file_scan(struct rg_file *file, uint8_t *done)
{
    enum { PIECE = 1 << 28 };
    int64_t n = file->rows.n_points;
    memset(done, 0, (size_t)n);
    RG_TRY(rg_agree(file->comm, scan_own_blocks(file, done)));
    for (int64_t first = 0; first < n; first += PIECE)
        MPI_Allreduce(MPI_IN_PLACE, done + first, (int)(n - first < PIECE ? n - first : PIECE),
                      MPI_UINT8_T, MPI_MAX, file->comm);
    return RG_OK;
}
