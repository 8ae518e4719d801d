/* One product of matrices a symbol. */
#include "train/parity/reader.h"

#include <cblas.h>
#include <string.h>

#include "regime/memory.h"

enum rg_status rg_reader_create(const struct rg_weights *w, const struct rg_task *task,
                                int capacity, struct rg_reader *r)
{
    const size_t n = (size_t)w->n, rows = (size_t)capacity;
    *r = (struct rg_reader){.weights = w, .task = task, .capacity = capacity};
    RG_TRY(rg_alloc(&r->h, rows * n, sizeof *r->h));
    RG_TRY(rg_alloc(&r->z, rows * n, sizeof *r->z));
    RG_TRY(rg_alloc(&r->states, rows, sizeof *r->states));
    RG_TRY(rg_alloc(&r->table, (size_t)w->n_symbols * n, sizeof *r->table));
    for (int x = 0; x < w->n_symbols; x++)
        for (int i = 0; i < w->n; i++)
            r->table[x * w->n + i] = w->w_in[i * w->n_symbols + x] + w->b_in[i] + w->b_h[i];
    return RG_OK;
}

void rg_reader_free(struct rg_reader *r)
{
    rg_free(&r->h);
    rg_free(&r->z);
    rg_free(&r->states);
    rg_free(&r->table);
}

void rg_reader_start(struct rg_reader *r, int n_rows)
{
    for (int i = 0; i < n_rows * r->weights->n; i++)
        r->h[i] = 1;
    memset(r->states, 0, (size_t)n_rows * sizeof *r->states);
}

void rg_reader_advance(struct rg_reader *r, int n_rows, const uint8_t *symbols)
{
    const struct rg_weights *w = r->weights;
    const int n = w->n;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n_rows, n, n, 1, r->h, n, w->w_h, n, 0,
                r->z, n);
    for (int row = 0; row < n_rows; row++) {
        cblas_daxpy(n, 1, r->table + symbols[row] * n, 1, r->z + row * n, 1);
        rg_weights_activate(w, r->z + row * n, r->h + row * n);
        r->states[row] = r->task->next[r->states[row]][symbols[row]];
    }
}

bool rg_reader_errs(const struct rg_reader *r, int row)
{
    const struct rg_weights *w = r->weights;
    return (rg_weights_output(w, r->h + (int64_t)row * w->n) > 0) !=
           (r->task->output[r->states[row]] == 1);
}
