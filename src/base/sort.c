/* An American flag sort: the keys are dealt into one bucket for each value of their top byte, by swaps alone;
 * then each bucket likewise by the next byte.                                                       */
#include "regime/sort.h"

enum { DIGIT_BITS = 8, N_DIGITS = 1 << DIGIT_BITS, TOP = 64 - DIGIT_BITS, FEW = 32 };

static int digit(uint64_t key, int shift)
{
    return (int)(key >> shift & (N_DIGITS - 1));
}

static void insert(uint64_t *keys, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        int64_t k = i;
        for (; k > 0 && keys[k - 1] > key; k--)
            keys[k] = keys[k - 1];
        keys[k] = key;
    }
}

/* first[d]: where the bucket of digit d begins; first[N_DIGITS] = n. */
static void find_buckets(const uint64_t *keys, int64_t n, int shift, int64_t *first)
{
    for (int d = 0; d <= N_DIGITS; d++)
        first[d] = 0;
    for (int64_t i = 0; i < n; i++)
        first[digit(keys[i], shift) + 1]++;
    for (int d = 0; d < N_DIGITS; d++)
        first[d + 1] += first[d];
}

static void deal(uint64_t *keys, int shift, const int64_t *first)
{
    int64_t next[N_DIGITS];
    for (int d = 0; d < N_DIGITS; d++)
        next[d] = first[d];
    for (int d = 0; d < N_DIGITS; d++) {
        while (next[d] < first[d + 1]) {
            uint64_t key = keys[next[d]];
            for (int its; (its = digit(key, shift)) != d;) {
                int64_t *place = &next[its];
                const uint64_t other = keys[*place];
                keys[(*place)++] = key;
                key = other;
            }
            keys[next[d]++] = key;
        }
    }
}

static void sort(uint64_t *keys, int64_t n, int shift)
{
    int64_t first[N_DIGITS + 1];
    if (n <= FEW) {
        insert(keys, n);
        return;
    }
    find_buckets(keys, n, shift, first);
    deal(keys, shift, first);
    for (int d = 0; d < N_DIGITS && shift > 0; d++)
        sort(keys + first[d], first[d + 1] - first[d], shift - DIGIT_BITS);
}

void rg_sort_keys(uint64_t *keys, int64_t n)
{
    sort(keys, n, TOP);
}
