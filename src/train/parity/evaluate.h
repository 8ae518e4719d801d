/* Loss and accuracy per length, over the strings that are trained and over those that are not. */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/network.h"
#include "train/parity/tree.h"

struct rg_score { /* sums over strings */
    int64_t n, n_right;
    double loss;
};

struct rg_evaluation {
    const struct rg_parity *net;
    int64_t passed[RG_LENGTH_MAX + 1]; /* [length] strings of the universe that were met so far */
    int64_t seen[RG_LENGTH_MAX + 1];   /* likewise of the training set */
    struct rg_score train[RG_LENGTH_MAX + 1], heldout[RG_LENGTH_MAX + 1]; /* [length] */
};

/* The class that outputs y[2] stand for. */
static inline int rg_class(const double *y)
{
    return y[1] > y[0];
}

/* Adds one string with outputs y[2] and this target. */
void rg_score_add(struct rg_score *score, const struct rg_parity *net, const double *y, int target);

struct rg_score rg_score_sum(const struct rg_score *scores, int n);

/* NaN over no strings. */
double rg_score_accuracy(const struct rg_score *score);
double rg_score_loss(const struct rg_score *score);

/* An empty evaluation, and the visitor that fills it in the course of a walk over a tree. */
struct rg_visitor rg_evaluation_start(struct rg_evaluation *evaluation,
                                      const struct rg_parity *net);
