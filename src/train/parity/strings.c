/* Digits of codes, and keys that are made of them. */
#include "train/parity/strings.h"

int64_t rg_n_strings(int64_t n_symbols, int64_t length)
{
    int64_t n = 1;
    for (int64_t i = 0; i < length; i++)
        n *= n_symbols;
    return n;
}

int64_t rg_longest(int64_t n_symbols, int64_t n_max)
{
    int64_t length = 0;
    for (int64_t of_length = n_symbols, n = n_symbols; n <= n_max; n += of_length) {
        of_length *= n_symbols;
        length++;
    }
    return length;
}

void rg_string_symbols(int64_t n_symbols, int length, uint32_t code, uint8_t *symbols)
{
    const uint32_t base = (uint32_t)n_symbols;
    for (int i = length - 1; i >= 0; i--, code /= base)
        symbols[i] = (uint8_t)(code % base);
}

uint32_t rg_key(int64_t n_symbols, int length, uint32_t code)
{
    const int bits = rg_symbol_bits(n_symbols);
    uint8_t symbols[RG_LENGTH_MAX];
    uint32_t key = (uint32_t)length;
    rg_string_symbols(n_symbols, length, code, symbols);
    for (int i = 0; i < length; i++)
        key |= (uint32_t)symbols[i] << (RG_KEY_BITS - bits * (i + 1));
    return key;
}

uint32_t rg_key_code(int64_t n_symbols, uint32_t key)
{
    const int bits = rg_symbol_bits(n_symbols);
    const int length = rg_key_length(key);
    uint32_t code = 0;
    for (int i = 0; i < length; i++, key <<= bits)
        code = code * (uint32_t)n_symbols + (key >> (RG_KEY_BITS - bits));
    return code;
}
