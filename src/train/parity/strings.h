/* Strings as numbers. A string is a length and a code: its symbols, 0 to n_symbols - 1, are the digits of
 * the code in base n_symbols, the first one the highest. So the codes of a length are 0, 1, ... in
 * lexicographic order.                                                                              */
#pragma once

#include <stdint.h>

#include "train/parity/settings.h"

/* Number of strings of this length. */
int64_t rg_n_strings(int64_t n_symbols, int64_t length);

/* The greatest length to which there are at most n_max strings in all, the empty one not counted. */
int64_t rg_longest(int64_t n_symbols, int64_t n_max);

/* symbols[length] of a string, the first one first. */
void rg_string_symbols(int64_t n_symbols, int length, uint32_t code, uint8_t *symbols);

/* A string of any length as one number: its symbols from the highest bit down, each in as many bits as the
 * alphabet needs, then its length. Keys in ascending order are strings in lexicographic order.       */
enum { RG_KEY_BITS = 32, RG_KEY_LENGTH_BITS = 5 };

uint32_t rg_key(int64_t n_symbols, int length, uint32_t code); /* of a string that is not empty */
uint32_t rg_key_code(int64_t n_symbols, uint32_t key);

static inline int rg_key_length(uint32_t key)
{
    return (int)(key & ((1u << RG_KEY_LENGTH_BITS) - 1));
}

/* Bits that a symbol takes in a key. */
static inline int rg_symbol_bits(int64_t n_symbols)
{
    return n_symbols > 4 ? 3 : n_symbols > 2 ? 2 : 1;
}
