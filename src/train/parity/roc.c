/* Scored cases -> sensitivity, specificity, and the area under the receiver operating characteristic by
 * the rank sum of Mann and Whitney.                                                                 */
#include "train/parity/roc.h"

#include <stdlib.h>

struct rg_rates rg_roc_rates(int64_t n, const struct rg_outcome *outcomes, double threshold)
{
    int64_t of[2] = {0}, right[2] = {0}; /* [positive] */
    for (int64_t i = 0; i < n; i++) {
        const bool positive = outcomes[i].positive;
        of[positive]++;
        right[positive] += (outcomes[i].score > threshold) == positive;
    }
    return (struct rg_rates){(double)right[1] / (double)of[1], (double)right[0] / (double)of[0]};
}

static int ascending(const void *a, const void *b)
{
    const double x = ((const struct rg_outcome *)a)->score;
    const double y = ((const struct rg_outcome *)b)->score;
    return (x > y) - (x < y);
}

/* Adds the run of equal scores that begins at `first` to the counts; returns its end. */
static int64_t count_ties(int64_t n, const struct rg_outcome *outcomes, int64_t first,
                          int64_t tied[2])
{
    int64_t i = first;
    tied[0] = tied[1] = 0;
    for (; i < n && outcomes[i].score == outcomes[first].score; i++)
        tied[outcomes[i].positive]++;
    return i;
}

double rg_roc_area(int64_t n, struct rg_outcome *outcomes)
{
    double won = 0, below = 0, above = 0; /* negative cases, positive cases so far */
    qsort(outcomes, (size_t)n, sizeof *outcomes, ascending);
    for (int64_t i = 0; i < n;) {
        int64_t tied[2];
        i = count_ties(n, outcomes, i, tied);
        won += (double)tied[1] * (below + (double)tied[0] / 2);
        below += (double)tied[0];
        above += (double)tied[1];
    }
    return won / (below * above);
}
