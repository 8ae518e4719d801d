/* Which pairs merged, and did the theory say so? */
#pragma once

#include <stdint.h>

#include "train/parity/roc.h"
#include "train/parity/theory_pairs.h"

struct rg_theory_score { /* over the pairs that agree */
    double merged;       /* share that did */
    double covered;      /* share with a continuation in common. The others the theory says nothing
                            of; what follows is over these */
    double area;         /* under the curve, whatever kappa is; see roc.h for this and the next */
    struct rg_rates rates;
    double baseline_area; /* of the length of the shorter string in the place of the theory */
    int baseline_length;  /* the best m: those merge whose shorter string has m symbols or more */
    struct rg_rates baseline_rates; /* with that m: the largest sum of both, the least such m */
};

/* distances[pairs->n_agreeing]: squared, now. A pair has merged when it is closer than eps. cases likewise:
 * room to work in.                                                                                   */
struct rg_theory_score rg_theory_score(const struct rg_theory_pairs *pairs, const double *distances,
                                       double eps, double kappa, struct rg_outcome *cases);
