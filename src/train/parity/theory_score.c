/* The condition of eq 7 against what happened, beside the plainest guess: that long strings merge. */
#include "train/parity/theory_score.h"

#include "train/parity/settings.h"

static double shorter(const struct rg_theory_pair *pair)
{
    return pair->length[pair->length[1] < pair->length[0]];
}

static void try_length(int64_t n, const struct rg_outcome *cases, int m,
                       struct rg_theory_score *score)
{
    const struct rg_rates best = score->baseline_rates, rates = rg_roc_rates(n, cases, m - 0.5);
    if (m == 1 || rates.sensitivity + rates.specificity > best.sensitivity + best.specificity) {
        score->baseline_rates = rates;
        score->baseline_length = m;
    }
}

/* Cases of the covered pairs, scored by `of`; returns their number. */
static int64_t fill(const struct rg_theory_pairs *pairs, const double *distances, double eps,
                    double (*of)(const struct rg_theory_pair *pair), struct rg_outcome *cases)
{
    int64_t n = 0;
    for (int64_t i = 0; i < pairs->n_agreeing; i++)
        if (pairs->pairs[i].start.n > 0)
            cases[n++] = (struct rg_outcome){of(&pairs->pairs[i]), distances[i] < eps * eps};
    return n;
}

struct rg_theory_score rg_theory_score(const struct rg_theory_pairs *pairs, const double *distances,
                                       double eps, double kappa, struct rg_outcome *cases)
{
    const double n_pairs = (double)pairs->n_agreeing;
    const int64_t n = fill(pairs, distances, eps, shorter, cases);
    struct rg_theory_score score = {.covered = (double)n / n_pairs};
    for (int64_t i = 0; i < pairs->n_agreeing; i++)
        score.merged += (distances[i] < eps * eps) / n_pairs;
    for (int m = 1; m <= RG_ANALYSIS_LENGTH_MAX; m++)
        try_length(n, cases, m, &score);
    score.baseline_area = rg_roc_area(n, cases);
    fill(pairs, distances, eps, rg_theory_pair_score, cases);
    score.rates = rg_roc_rates(n, cases, kappa);
    score.area = rg_roc_area(n, cases);
    return score;
}
