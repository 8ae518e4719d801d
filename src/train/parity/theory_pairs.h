/* Pairs of strings for the effective theory: a random sample, and what the theory takes as given of each.
 *
 * A pair agrees when the task asks for the same answers after every continuation of both. The sample is
 * uniform over the agreeing pairs of length 1 to the shorter of analysis_length and max_length, with
 * replacement, so that shares in it are shares of all; behind it stand a few pairs that do not agree.  */
#pragma once

#include <stdint.h>

#include "regime/model.h"
#include "train/parity/expansion.h"
#include "train/parity/network.h"
#include "train/parity/theory.h"

/* Pairs to follow: so many that agree, then as many that do not. */
enum { RG_N_COURSES_EACH = 16, RG_N_COURSES = 2 * RG_N_COURSES_EACH };

struct rg_theory_pair {
    int length[2];
    uint32_t code[2];
    struct rg_interaction start; /* at the start of training, for kappa = 1; see below */
    double product[RG_N_EXPANSION][RG_N_EXPANSION]; /* likewise, of expansion.h */
};

struct rg_theory_pairs {
    int64_t n_agreeing, n; /* those that agree come first */
    struct rg_theory_pair *pairs;
};

/* Draws n agreeing pairs, none where there are none, and RG_N_COURSES_EACH that do not agree, likewise. They
 * depend on the point's validation stream and the lengths alone. Free with rg_theory_pairs_free.     */
enum rg_status rg_theory_pairs_draw(const struct rg_parity *net, int64_t n,
                                    struct rg_theory_pairs *pairs) RG_MUST_CHECK;
void rg_theory_pairs_free(struct rg_theory_pairs *pairs);

/* The k-th pair to follow, k < RG_N_COURSES, which agrees if k < RG_N_COURSES_EACH; NULL: there are fewer. */
const struct rg_theory_pair *rg_theory_course(const struct rg_theory_pairs *pairs, int k);

/* Measures them on the network as it was before training, in double whatever it trains in: strings with the same end
 * differ by less than float32 resolves. Continuations, the empty one too, are those with which both strings are in
 * the training set.                                                                                  */
enum rg_status rg_theory_pairs_start(const struct rg_parity *net, const struct rg_tick *tick,
                                     struct rg_theory_pairs *pairs) RG_MUST_CHECK;
size_t rg_theory_pairs_memory(const struct rg_parity_settings *settings); /* bytes */

/* Squared distance of the two hidden states; rows as in automaton.h, to analysis_length. */
double rg_theory_pair_distance(const struct rg_parity *net, const struct rg_theory_pair *pair,
                               const double *rows);

/* The theory leaves one constant open, kappa: 1 / tau_h of a string grows with its length, so that that of
 * a pair is the sum of both lengths over kappa, in units of tau_y.                                   */
struct rg_interaction rg_theory_pair_at(const struct rg_theory_pair *pair, double kappa);

/* The same with a fixed point of expansion; tau_b is 4 tau_y. */
struct rg_expansion rg_theory_pair_expansion(const struct rg_theory_pair *pair, double kappa);

/* The kappa below which the pair is to merge (eq 7); 0: never; infinite: its states coincide. */
double rg_theory_pair_score(const struct rg_theory_pair *pair);
