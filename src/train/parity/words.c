/* Codes are numbers in base n_symbols. */
#include "train/parity/words.h"

#include <stdbool.h>

#include "regime/memory.h"

static int64_t power(int64_t base, int exponent)
{
    int64_t result = 1;
    for (int i = 0; i < exponent; i++)
        result *= base;
    return result;
}

int rg_words_length(int n_symbols, int most)
{
    int length = 1;
    while (power(n_symbols, length + 1) <= most)
        length++;
    return length;
}

/* Less than all of its rotations: then it is primitive, and stands for them. */
static bool is_least(int n_symbols, int length, int64_t word)
{
    const int64_t highest = power(n_symbols, length - 1);
    int64_t rotated = word;
    bool least = true;
    for (int i = 1; i < length; i++) {
        rotated = rotated % highest * n_symbols + rotated / highest;
        least &= word < rotated;
    }
    return least;
}

static int64_t n_strings(int n_symbols, int length)
{
    int64_t n = 0;
    for (int i = 0; i <= length; i++)
        n += power(n_symbols, i);
    return n;
}

enum rg_status rg_words_list(int n_symbols, int prefix_length, int word_length,
                             struct rg_strand **strands, int *n)
{
    const int64_t most = n_strings(n_symbols, prefix_length) * n_strings(n_symbols, word_length);
    *n = 0;
    RG_TRY(rg_alloc(strands, (size_t)most, sizeof **strands));
    for (int before = 0; before <= prefix_length; before++)
        for (int64_t prefix = 0; prefix < power(n_symbols, before); prefix++)
            for (int length = 1; length <= word_length; length++)
                for (int64_t word = 0; word < power(n_symbols, length); word++)
                    if (is_least(n_symbols, length, word))
                        (*strands)[(*n)++] = (struct rg_strand){before, length, prefix, word};
    return RG_OK;
}

int rg_strand_symbol(const struct rg_strand *s, int n_symbols, int64_t place)
{
    const bool in_word = place >= s->prefix_length;
    const int length = in_word ? s->word_length : s->prefix_length;
    const int from_start = (int)(in_word ? (place - s->prefix_length) % s->word_length : place);
    const int64_t code = in_word ? s->word : s->prefix;
    return (int)(code / power(n_symbols, length - 1 - from_start) % n_symbols);
}
