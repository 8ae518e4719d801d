/* All scalar products between two sets of long vectors.
 *
 * The vectors are cut into pieces that stay in the cache while all pairs are formed; four products
 * share each load of a_i. Every product is summed in the same order whatever the sizes of the sets. */
#include "train/num/dots.h"

#include <string.h>

#include "train/num/real.h"

enum { PIECE = 512, GROUP = 4 };

static void add_one(int64_t n, const real *restrict a, const real *restrict b, real *out)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    *out += sum;
}

/* a with b and the three vectors after it, `stride` apart. */
static void add_four(int64_t n, int64_t stride, const real *restrict a, const real *restrict b,
                     real *restrict out)
{
    const real *restrict b1 = b + stride, *restrict b2 = b1 + stride, *restrict b3 = b2 + stride;
    real sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
#pragma omp simd reduction(+ : sum0, sum1, sum2, sum3)
    for (int64_t k = 0; k < n; k++) {
        sum0 += a[k] * b[k];
        sum1 += a[k] * b1[k];
        sum2 += a[k] * b2[k];
        sum3 += a[k] * b3[k];
    }
    out[0] += sum0;
    out[1] += sum1;
    out[2] += sum2;
    out[3] += sum3;
}

static void add_piece(int64_t n_a, int64_t n_b, int64_t stride, int64_t n, const real *a,
                      const real *b, real *out)
{
    for (int64_t i = 0; i < n_a; i++) {
        const real *row = a + i * stride;
        int64_t j = 0;
        for (; j + GROUP <= n_b; j += GROUP)
            add_four(n, stride, row, b + j * stride, out + i * n_b + j);
        for (; j < n_b; j++)
            add_one(n, row, b + j * stride, out + i * n_b + j);
    }
}

static void dots(int64_t n_a, int64_t n_b, int64_t length, const void *a, const void *b, void *out)
{
    memset(out, 0, (size_t)(n_a * n_b) * sizeof(real));
    for (int64_t k = 0; k < length; k += PIECE)
        add_piece(n_a, n_b, length, length - k < PIECE ? length - k : PIECE, (const real *)a + k,
                  (const real *)b + k, out);
}

const struct rg_dots RG_KERNEL(rg_dots) = {dots};
