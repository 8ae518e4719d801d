/* What a resumed run finds: in each round every rank checks a block of points, and rank 0 collects them. */
#include <string.h>

#include "regime/memory.h"
#include "write/file.h"

enum { BLOCK_MAX = 4096 };

static enum rg_status scan_block(const struct rg_file *file, int64_t first, int64_t n,
                                 uint8_t *done)
{
    uint8_t holds[BLOCK_MAX];
    RG_TRY(rg_rows_check(&file->rows, first, n, done, holds));
    for (int64_t i = 0; i < n; i++)
        done[i] = holds[i] && (done[i] == RG_DONE || done[i] == RG_DIVERGED);
    return RG_OK;
}

/* After an error a rank goes on taking part. `all`: [size][block], on rank 0. */
static enum rg_status scan_rounds(const struct rg_file *file, uint8_t *all, uint8_t *done)
{
    uint8_t mine[BLOCK_MAX] = {0};
    const int64_t n = file->rows.n_points, block = file->rows.block,
                  round = block * file->writers.size;
    enum rg_status code = RG_OK;
    for (int64_t start = 0; start < n; start += round) {
        int64_t first = start + block * file->writers.rank;
        if (first < n && code == RG_OK)
            code = scan_block(file, first, n - first < block ? n - first : block, mine);
        rg_writers_gather(&file->writers, mine, (int)block, all);
        if (file->writers.rank == 0)
            memcpy(done + start, all, (size_t)(n - start < round ? n - start : round));
    }
    return rg_writers_agree(&file->writers, code);
}

enum rg_status rg_file_scan(struct rg_file *file, uint8_t *done)
{
    uint8_t *all = NULL;
    const struct rg_writers *writers = &file->writers;
    size_t bytes = writers->rank == 0 ? (size_t)(file->rows.block * writers->size) : 1;
    RG_TRY(rg_writers_agree(writers, rg_alloc(&all, bytes, 1)));
    enum rg_status code = scan_rounds(file, all, done);
    rg_free(&all);
    return code;
}
