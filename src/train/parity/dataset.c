/* Chooses the training strings out of all 2^L of each length L. */
#include "train/parity/dataset.h"

#include <stdlib.h>

#include "regime/memory.h"
#include "train/parity/parity.h"

enum { EVERY_LENGTH = 0 }; /* the sub-stream that no length uses */

/* Each string is in with probability `fraction`: Binomial(2^length, fraction) distinct strings. */
static int64_t choose_length(const struct rg_parity_settings *settings, uint64_t key, int length,
                             uint32_t *codes)
{
    struct rg_rng rng = rg_rng_make(key, (uint64_t)length, 0);
    int64_t n = 0;
    for (uint32_t code = 0; code >> length == 0; code++)
        if (rg_rng_uniform(&rng) < settings->fraction)
            codes[n++] = code;
    return n;
}

static void choose_fraction(const struct rg_parity_settings *settings, uint64_t key,
                            struct rg_dataset *dataset, uint32_t *codes)
{
    for (int length = dataset->min_length; length <= dataset->max_length; length++) {
        dataset->codes_of[length] = codes + dataset->n;
        dataset->n_of[length] = choose_length(settings, key, length, codes + dataset->n);
        dataset->n += dataset->n_of[length];
    }
}

int rg_codes_ascend(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The first n of the shuffled n_all numbers from `first` on, then in ascending order. */
static void draw(uint64_t key, uint32_t first, int64_t n_all, int64_t n, uint32_t *numbers)
{
    struct rg_rng rng = rg_rng_make(key, EVERY_LENGTH, 0);
    for (int64_t i = 0; i < n_all; i++)
        numbers[i] = first + (uint32_t)i;
    for (int64_t i = 0; i < n; i++) {
        const int64_t j = i + (int64_t)rg_rng_below(&rng, (uint64_t)(n_all - i));
        const uint32_t other = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = other;
    }
    qsort(numbers, (size_t)n, sizeof *numbers, rg_codes_ascend);
}

/* All strings are numbered by their code with a 1 before it: 2^length + code. */
static void choose_number(const struct rg_parity_settings *settings, uint64_t key,
                          struct rg_dataset *dataset, uint32_t *codes)
{
    dataset->n = settings->dataset_size;
    draw(key, 1u << dataset->min_length, rg_parity_n_strings(settings), dataset->n, codes);
    int64_t i = 0;
    for (int length = dataset->min_length; length <= dataset->max_length; length++) {
        dataset->codes_of[length] = codes + i;
        const int64_t first = i;
        for (; i < dataset->n && codes[i] >> (length + 1) == 0; i++)
            codes[i] -= 1u << length;
        dataset->n_of[length] = i - first;
    }
}

enum rg_status rg_dataset_choose(const struct rg_parity_settings *settings, uint64_t key,
                                 struct rg_dataset *dataset, uint32_t **codes)
{
    *dataset = (struct rg_dataset){.min_length = (int)settings->min_length,
                                   .max_length = (int)settings->max_length};
    RG_TRY(rg_alloc(codes, (size_t)rg_parity_n_strings(settings), sizeof **codes));
    if (settings->dataset_size > 0)
        choose_number(settings, key, dataset, *codes);
    else
        choose_fraction(settings, key, dataset, *codes);
    return RG_OK;
}
