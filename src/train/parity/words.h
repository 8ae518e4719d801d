/* Words that are repeated again and again, and what comes before them. */
#pragma once

#include <stdint.h>

#include "regime/status.h"

struct rg_strand { /* a prefix, then a word for ever; the first symbol is a code's highest digit */
    int prefix_length, word_length;
    int64_t prefix, word;
};

/* Longest length of which there are at most `most` strings over n_symbols, at least 1. */
int rg_words_length(int n_symbols, int most);

/* Every prefix of up to prefix_length symbols with every primitive word of up to word_length, one for all its
 * rotations. Words come first without prefix. Free with rg_free.                                    */
enum rg_status rg_words_list(int n_symbols, int prefix_length, int word_length,
                             struct rg_strand **strands, int *n) RG_MUST_CHECK;

int rg_strand_symbol(const struct rg_strand *strand, int n_symbols, int64_t place);
