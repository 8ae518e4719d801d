/* Welford's rule: each vector moves the mean, and the squared deviations grow by the product of its distances
 * to the mean before and after.                                                                     */
#include "train/parity/spread.h"

#include <math.h>

#include "regime/memory.h"

struct rg_spread {
    int64_t n_units, n; /* n: rows so far */
    double *mean;       /* [n_units] */
    double *squares;    /* [n_units] sums of squared deviations from the mean */
};

enum rg_status rg_spread_create(int64_t n_units, struct rg_spread **spread)
{
    RG_TRY(rg_alloc(spread, 1, sizeof **spread));
    (*spread)->n_units = n_units;
    RG_TRY(rg_alloc(&(*spread)->mean, (size_t)n_units, sizeof(double)));
    RG_TRY(rg_alloc(&(*spread)->squares, (size_t)n_units, sizeof(double)));
    return RG_OK;
}

void rg_spread_destroy(struct rg_spread **spread)
{
    if (!*spread)
        return;
    rg_free(&(*spread)->mean);
    rg_free(&(*spread)->squares);
    rg_free(spread);
}

void rg_spread_add(struct rg_spread *spread, int64_t n_rows, const double *rows)
{
    double *restrict mean = spread->mean, *restrict squares = spread->squares;
    for (int64_t r = 0; r < n_rows; r++) {
        const double *row = rows + r * spread->n_units, weight = 1 / (double)++spread->n;
#pragma omp simd
        for (int64_t u = 0; u < spread->n_units; u++) {
            const double before = row[u] - mean[u];
            mean[u] += before * weight;
            squares[u] += before * (row[u] - mean[u]);
        }
    }
}

double rg_spread_value(const struct rg_spread *spread)
{
    double sum = 0;
    for (int64_t u = 0; u < spread->n_units; u++)
        sum += spread->squares[u];
    return spread->n > 1 ? sqrt(sum / (double)(spread->n - 1)) : 0;
}

void rg_spread_state(struct rg_spread *spread, const struct rg_mover *mover)
{
    const size_t size = (size_t)spread->n_units * sizeof(double);
    mover->move(mover->context, &spread->n, sizeof spread->n);
    mover->move(mover->context, spread->mean, size);
    mover->move(mover->context, spread->squares, size);
}

size_t rg_spread_size(int64_t n_units)
{
    return sizeof(int64_t) + 2 * (size_t)n_units * sizeof(double);
}
