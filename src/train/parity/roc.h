/* How well a score tells positive cases from negative ones. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rg_outcome {
    double score; /* not NaN; infinite if you like */
    bool positive;
};

struct rg_rates { /* NaN where there are no positive, or no negative cases */
    double sensitivity, specificity;
};

/* Of the rule that says positive where the score is above the threshold. */
struct rg_rates rg_roc_rates(int64_t n, const struct rg_outcome *outcomes, double threshold);

/* Area under the curve: the chance that a positive case scores above a negative one, ties counting half.
 * NaN unless there are both. Sorts the outcomes by score.                                           */
double rg_roc_area(int64_t n, struct rg_outcome *outcomes);
