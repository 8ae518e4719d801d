/* Networks as weights alone, for the tests of what looks at nothing else. */
#pragma once

#include "parity.h"
#include "train/parity/refute.h"
#include "train/parity/weights.h"

struct weighed { /* owns what the view looks at */
    double *parameters;
    int64_t n_parameters;
    struct rg_weights weights;
};

void weighed_free(struct weighed *weighed);

/* A network that knows parity and restores its states at every step, so that nothing adds up, but for one unit: it
 * is `keep` times what it was, plus `leak`, after each zero, and 0 after a one. The even answer gets as much as it
 * says: an odd state is forgotten once that is 1 or more. leak = 0: it knows parity for good.        */
void weighed_counting(double keep, double leak, struct weighed *weighed);

/* With leak = 1/71.5 and keep = 1: wrong on 1 0^72, and before that on no string with shorter runs of zeros. */
void weighed_fading(struct weighed *weighed);

/* Trained on all strings of length 1 to 7, to a small loss; a network learns parity on most seeds. */
void weighed_trained(int hidden, double gain, uint64_t seed, struct weighed *weighed);

/* Answer after symbols[length], by plain loops in long double. */
int weighed_answer(const struct rg_weights *weights, int64_t length, const uint8_t *symbols);

/* "1 0^72", cut where `size` ends. */
void weighed_print(const struct rg_runs *runs, char *text, size_t size);
